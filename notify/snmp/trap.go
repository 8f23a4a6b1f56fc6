package snmp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/gosnmp/gosnmp"

	"switchroom/notify"
)

// TrapConfig says where traps go.
type TrapConfig struct {
	Address   string // HOST:PORT of the receiver
	Version   string // 1, 2c or 3
	Community string // of 1 and 2c
	User      User   // of 3
	Engine    *Engine
	Agent     net.IP // the address that a trap of version 1 says it comes from; IPv4
}

// Versions are those of traps.
func Versions() []string { return []string{"1", "2c", "3"} }

// Sender sends events as traps. It is a [notify.Target]. Nobody answers a trap: that one
// arrived is not known.
type Sender struct {
	cfg     TrapConfig
	keys    *gosnmp.UsmSecurityParameters // of version 3
	conn    net.Conn                      // nil: not there
	request uint32
}

// NewSender returns a sender of traps.
func NewSender(c TrapConfig) (*Sender, error) {
	s := &Sender{cfg: c}
	if _, _, err := net.SplitHostPort(c.Address); err != nil {
		return nil, fmt.Errorf("trap receiver %q: write HOST:PORT", c.Address)
	}
	switch c.Version {
	case "1", "2c":
		if c.Community == "" || len(c.Community) > communityMax {
			return nil, errors.New("traps of versions 1 and 2c need a community, of up to 64 bytes")
		}
	case "3":
		if err := c.User.Check(); err != nil {
			return nil, err
		}
		var err error
		if s.keys, err = c.User.keys(c.Engine.ID); err != nil {
			return nil, err
		}
		s.cfg.User.AuthPassword, s.cfg.User.PrivPassword = "", ""
	default:
		return nil, fmt.Errorf("trap version %q is none of %s", c.Version, strings.Join(Versions(), ", "))
	}
	return s, nil
}

// Send implements [notify.Target].
func (s *Sender) Send(ctx context.Context, events []notify.Event) (int, error) {
	if s.conn == nil {
		conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "udp", s.cfg.Address)
		if err != nil {
			return 0, err
		}
		s.conn = conn
	}
	for i := range events {
		m, err := s.message(&events[i])
		if err == nil {
			_, err = s.conn.Write(m)
		}
		if err != nil {
			s.Close()
			return i, s.told(err)
		}
	}
	return len(events), nil
}

func (s *Sender) told(err error) error {
	if strings.Contains(err.Error(), "connection refused") {
		return fmt.Errorf("nothing listens at %s; is the trap receiver running?", s.cfg.Address)
	}
	return err
}

// Close implements [notify.Target].
func (s *Sender) Close() error {
	if s.conn == nil {
		return nil
	}
	err := s.conn.Close()
	s.conn = nil
	return err
}

// message is an event as a trap.
func (s *Sender) message(e *notify.Event) ([]byte, error) {
	s.request = (s.request + 1) & 0x7FFFFFFF
	p := &gosnmp.SnmpPacket{PDUType: gosnmp.SNMPv2Trap, RequestID: s.request, Community: s.cfg.Community, Variables: bindings(e)}
	phase := phaseOf(e)
	if s.cfg.Version == "1" {
		return s.old(p, phase)
	}
	p.Version = gosnmp.Version2c
	p.Variables = append([]gosnmp.SnmpPDU{
		{Name: systemGroup.under(3, 0).String(), Type: gosnmp.TimeTicks, Value: s.cfg.Engine.ticks()},
		{Name: ".1.3.6.1.6.3.1.1.4.1.0", Type: gosnmp.ObjectIdentifier, Value: notifications.under(phase).String()}, // snmpTrapOID
	}, p.Variables...)
	if s.cfg.Version == "3" {
		return s.secured(p)
	}
	return p.MarshalMsg()
}

// old makes a trap of version 1 (RFC 3584, section 3.2).
func (s *Sender) old(p *gosnmp.SnmpPacket, phase uint32) ([]byte, error) {
	p.Version, p.PDUType = gosnmp.Version1, gosnmp.Trap
	p.Enterprise, p.GenericTrap, p.SpecificTrap, p.Timestamp = mibRoot.String(), 6, int(phase), uint(s.cfg.Engine.ticks())
	p.AgentAddress = "0.0.0.0" // not known, or no address of version 4
	if a := s.cfg.Agent.To4(); a != nil {
		p.AgentAddress = a.String()
	}
	return p.MarshalMsg()
}

func (s *Sender) secured(p *gosnmp.SnmpPacket) ([]byte, error) {
	sp := s.keys.Copy().(*gosnmp.UsmSecurityParameters)
	e := s.cfg.Engine
	sp.AuthoritativeEngineID, sp.AuthoritativeEngineBoots, sp.AuthoritativeEngineTime = e.ID, e.Boots, e.Time()
	p.Version, p.Community, p.MsgID, p.MsgMaxSize, p.SecurityModel = gosnmp.Version3, "", s.request, sizeMax, gosnmp.UserSecurityModel
	p.MsgFlags, p.SecurityParameters, p.ContextEngineID = s.cfg.User.level(), sp, e.ID
	if p.MsgFlags == gosnmp.AuthPriv {
		if err := s.keys.InitPacket(p); err != nil {
			return nil, err
		}
	}
	return p.MarshalMsg()
}

func phaseOf(e *notify.Event) uint32 {
	switch e.Phase {
	case notify.Began:
		return 1
	case notify.Ended:
		return 2
	}
	return 3
}

// bindings are the objects of a trap, in the order of [eventTable].
func bindings(e *notify.Event) (vars []gosnmp.SnmpPDU) {
	row := e.Row()
	values := []any{
		e.Site, e.Breaker, e.Code.String(), uint32(e.Code), row.Title, row.History.String(), int(max(1, row.Severity)), e.Detail, date(e.At), row.Certainty.String(),
	}
	for i, v := range values {
		kind := gosnmp.OctetString
		switch s := v.(type) {
		case uint32:
			kind = gosnmp.Gauge32
		case int:
			kind = gosnmp.Integer
		case string:
			v = short(notify.Line(s))
		}
		vars = append(vars, gosnmp.SnmpPDU{Name: eventObjects.under(eventTable[i].number, 0).String(), Type: kind, Value: v})
	}
	return vars
}

// short is as much of a text as an SnmpAdminString holds.
func short(s string) string { return strings.ToValidUTF8(s[:min(len(s), 255)], "") }

// date is a DateAndTime (RFC 2579), in UTC.
func date(t time.Time) []byte {
	t = t.UTC()
	b := binary.BigEndian.AppendUint16(nil, uint16(t.Year()))
	return append(b, byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute()), byte(t.Second()), byte(t.Nanosecond()/1e8), '+', 0, 0)
}
