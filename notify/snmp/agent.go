// Package snmp is SNMP at a breaker's interface: an agent that can be read (versions
// 1, 2c and 3 with the user-based security model) and traps of events.
//
// The agent changes nothing: there is no object that can be written. Version 1 and 2c
// send what is read, and the community that lets one read it, in clear; version 3 users
// always authenticate. Which objects there are is a table ([Columns]) from which the
// agent, the MIB ([MIB]) and its documentation are made.
//
// The MIB is ours: what the real interface shows by SNMP is not known to us (that it is
// read by versions 1 and 3 is reported). It stands below enterprise number 32473, which
// IANA keeps for examples in documentation (RFC 5612); nothing is registered.
package snmp

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/gosnmp/gosnmp"
)

// Bounds, ours: the longest message, in bytes, is what an Ethernet frame carries.
const (
	sizeMax      = 1472
	communityMax = 64
)

// Config is what an agent is made of.
type Config struct {
	Address   netip.AddrPort
	Community string // by which versions 1 and 2c read; "": they do not
	Users     []User // of version 3
	Engine    *Engine
	Breakers  []Breaker // the first is the one whose interface it is
	Site      string
	Tell      func(string) // is told of wrong credentials, once in a while
}

// Agent answers at one address.
type Agent struct {
	cfg      Config
	accounts map[string]*account
	conn     *net.UDPConn
	throttle throttle

	packets, malformed, badVersion, badCommunity, silent atomic.Uint32
	failures                                             [numFailures]atomic.Uint32

	wrong  int // credentials since that was told
	toldAt time.Time
}

// New returns an agent. The keys of its users are made here, which takes a moment.
func New(c Config) (*Agent, error) {
	a := &Agent{cfg: c, accounts: map[string]*account{}}
	if err := (&Setup{Community: c.Community, Users: c.Users}).Check(); err != nil {
		return nil, err
	}
	for _, u := range c.Users {
		if a.accounts[u.Name] != nil {
			return nil, fmt.Errorf("user %q is there twice", u.Name)
		}
		keys, err := u.keys(c.Engine.ID)
		if err != nil {
			return nil, fmt.Errorf("user %q: %w", u.Name, err)
		}
		u.AuthPassword, u.PrivPassword = "", ""
		a.accounts[u.Name] = &account{u, keys}
	}
	a.cfg.Users = nil // their passwords are needed no more
	return a, nil
}

// Listen opens the socket.
func (a *Agent) Listen() (err error) {
	a.conn, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(a.cfg.Address))
	return err
}

// Address is where the agent is.
func (a *Agent) Address() netip.AddrPort {
	return a.conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// Serve answers until ctx ends, one message at a time.
func (a *Agent) Serve(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { a.conn.Close() })()
	for b := make([]byte, 65536); ; {
		n, from, err := a.conn.ReadFromUDPAddrPort(b)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil: // of an earlier answer, that nobody took
			continue
		}
		if answer := a.answer(b[:n:n], from.Addr()); answer != nil {
			a.conn.WriteToUDPAddrPort(answer, from)
		}
	}
}

// answer is the answer to a message; nil: there is none. What a message is made of
// must never end the agent, nor must the codec.
func (a *Agent) answer(m []byte, from netip.Addr) (answer []byte) {
	defer func() {
		if recover() != nil {
			a.malformed.Add(1)
			answer = nil
		}
	}()
	a.packets.Add(1)
	v, body, err := version(m)
	switch {
	case err != nil:
		a.malformed.Add(1)
	case v == uint32(gosnmp.Version3):
		return a.secured(m, body, from)
	case v == uint32(gosnmp.Version1), v == uint32(gosnmp.Version2c):
		return a.plain(m, from)
	default:
		a.badVersion.Add(1)
	}
	return nil
}

// plain answers a message of version 1 or 2c. Whoever does not know the community is
// told nothing at all (RFC 1157, section 4.1).
func (a *Agent) plain(m []byte, from netip.Addr) []byte {
	p, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).SnmpDecodePacket(m)
	if err != nil {
		a.malformed.Add(1)
		return nil
	}
	if a.cfg.Community == "" || subtle.ConstantTimeCompare([]byte(p.Community), []byte(a.cfg.Community)) != 1 {
		a.badCommunity.Add(1)
		a.wronged(from, "an unknown community")
		return nil
	}
	answer, ok := a.serve(p)
	if !ok {
		a.silent.Add(1)
		return nil
	}
	answer.Version, answer.Community = p.Version, p.Community
	return a.fit(sizeMax, answer, p.PDUType == gosnmp.GetBulkRequest, func(p *gosnmp.SnmpPacket) ([]byte, error) { return p.MarshalMsg() })
}

// secured answers a message of version 3.
func (a *Agent) secured(m, body []byte, from netip.Addr) []byte {
	h, err := readHeader(body)
	if err != nil || h.model != uint32(gosnmp.UserSecurityModel) {
		a.malformed.Add(1)
		return nil
	}
	u, why := a.judge(m, &h)
	if why != 0 {
		return a.refuse(m, &h, u, why, from)
	}
	p, ok := a.open(m, &h, u)
	switch {
	case !ok && h.flags&3 == 3:
		return a.refuse(m, &h, u, undecipherable, from)
	case !ok, p.ContextName != "", p.ContextEngineID != a.cfg.Engine.ID:
		a.malformed.Add(1)
		return nil
	}
	answer := denied(p)
	if gosnmp.SnmpV3MsgFlags(h.flags&3) >= u.level() {
		if answer, ok = a.serve(p); !ok {
			a.silent.Add(1)
			return nil
		}
	}
	answer.ContextEngineID = a.cfg.Engine.ID
	return a.fit(min(sizeMax, int(h.size)), answer, p.PDUType == gosnmp.GetBulkRequest, func(p *gosnmp.SnmpPacket) ([]byte, error) { return a.seal(&h, u, p) })
}

// refuse reports why a message is not taken, as far as the sender asks for reports and
// the throttle lets it have one.
func (a *Agent) refuse(m []byte, h *header, u *account, why failure, from netip.Addr) []byte {
	a.failures[why].Add(1)
	if why == unknownUser || why == wrongDigest {
		a.wronged(from, map[failure]string{unknownUser: "an unknown user", wrongDigest: "a wrong password"}[why])
	}
	if h.flags&byte(gosnmp.Reportable) == 0 || !a.throttle.allow(from, time.Now()) {
		return nil
	}
	return a.report(h, u, why, requestOf(m, h))
}

// requestOf is the number of the request in a message that can be read by everybody.
func requestOf(m []byte, h *header) uint32 {
	if h.flags&3 != 0 {
		return 0
	}
	g := &gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, SecurityParameters: &gosnmp.UsmSecurityParameters{UserName: "anybody", AuthenticationProtocol: gosnmp.NoAuth, PrivacyProtocol: gosnmp.NoPriv}}
	p, err := g.SnmpDecodePacket(m)
	if err != nil {
		return 0
	}
	return p.RequestID
}

// tellEvery is how often wrong credentials are told.
const tellEvery = time.Minute

// wronged notes wrong credentials. What was tried is told to nobody: it may be a
// typing error away from what is right.
func (a *Agent) wronged(from netip.Addr, what string) {
	a.wrong++
	if a.cfg.Tell == nil || time.Since(a.toldAt) < tellEvery {
		return
	}
	a.cfg.Tell(fmt.Sprintf("SNMP agent %v: %s, from %v (%d wrong since this was told last)", a.cfg.Address, what, from, a.wrong))
	a.wrong, a.toldAt = 0, time.Now()
}

// Close closes the socket of an agent that does not serve.
func (a *Agent) Close() error { return a.conn.Close() }
