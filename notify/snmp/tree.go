package snmp

import (
	"fmt"

	"github.com/gosnmp/gosnmp"

	"switchroom/points"
)

// Breaker is a breaker as an agent shows it.
type Breaker struct {
	Name  string
	Title string
	Unit  int // Modbus unit id
	// Read returns what the breaker shows now: numbers by point, and texts. It is
	// called on the agent's goroutine.
	Read func() (points.Values, func(points.ID) string)
}

// Objects of others, that managers look at first.
var (
	systemGroup = must("1.3.6.1.2.1.1")      // RFC 3418
	ifNumber    = must("1.3.6.1.2.1.2.1")    // RFC 2863
	ifEntry     = must("1.3.6.1.2.1.2.2.1")  // RFC 2863
	snmpGroup   = must("1.3.6.1.2.1.11")     // RFC 3418
	engineGroup = must("1.3.6.1.6.3.10.2.1") // RFC 3411
)

// tree is everything that the agent shows now.
func (a *Agent) tree() tree {
	t := append(a.system(), a.counters()...)
	t = append(t, scalar(breakerCount, gosnmp.Gauge32, uint32(len(a.cfg.Breakers))))
	for i := range a.cfg.Breakers {
		t = append(t, a.cfg.Breakers[i].row(uint32(i+1))...)
	}
	return t.sorted()
}

// system is who this is, and the one interface that there is. Its speed, its address
// and its traffic are those of the machine it runs on: they are left out.
func (a *Agent) system() tree {
	name := ""
	if len(a.cfg.Breakers) > 0 {
		name = a.cfg.Breakers[0].Name
	}
	kind := 6 // ethernetCsmacd
	if a.cfg.Address.Addr().IsLoopback() {
		kind = 24 // softwareLoopback
	}
	column := func(n uint32, kind gosnmp.Asn1BER, v any) variable {
		return variable{ifEntry.under(n, 1), len(ifEntry) + 1, kind, v}
	}
	return tree{
		scalar(systemGroup.under(1), gosnmp.OctetString, fmt.Sprintf("Switchroom: virtual Masterpact MTZ-compatible breaker %s", name)),
		scalar(systemGroup.under(2), gosnmp.ObjectIdentifier, mibRoot.String()),
		scalar(systemGroup.under(3), gosnmp.TimeTicks, a.cfg.Engine.ticks()),
		scalar(systemGroup.under(4), gosnmp.OctetString, ""),
		scalar(systemGroup.under(5), gosnmp.OctetString, name),
		scalar(systemGroup.under(6), gosnmp.OctetString, a.cfg.Site),
		scalar(systemGroup.under(7), gosnmp.Integer, 64), // applications
		scalar(ifNumber, gosnmp.Integer, 1),
		column(1, gosnmp.Integer, 1),
		column(2, gosnmp.OctetString, "Modbus TCP interface"),
		column(3, gosnmp.Integer, kind),
		column(7, gosnmp.Integer, 1), // administratively up
		column(8, gosnmp.Integer, 1), // and up: it answers
	}
}

// counters is how the agent itself fares.
func (a *Agent) counters() tree {
	t := tree{
		scalar(snmpGroup.under(1), gosnmp.Counter32, uint(a.packets.Load())),
		scalar(snmpGroup.under(3), gosnmp.Counter32, uint(a.badVersion.Load())),
		scalar(snmpGroup.under(4), gosnmp.Counter32, uint(a.badCommunity.Load())),
		scalar(snmpGroup.under(6), gosnmp.Counter32, uint(a.malformed.Load())),
		scalar(snmpGroup.under(30), gosnmp.Integer, 2), // traps of wrong communities: disabled
		scalar(snmpGroup.under(31), gosnmp.Counter32, uint(a.silent.Load())),
		scalar(engineGroup.under(1), gosnmp.OctetString, a.cfg.Engine.ID),
		scalar(engineGroup.under(2), gosnmp.Integer, int(a.cfg.Engine.Boots)),
		scalar(engineGroup.under(3), gosnmp.Integer, int(a.cfg.Engine.Time())),
		scalar(engineGroup.under(4), gosnmp.Integer, sizeMax),
	}
	for f := unsupportedLevel; f < numFailures; f++ {
		t = append(t, scalar(usmStats.under(uint32(f)), gosnmp.Counter32, uint(a.failures[f].Load())))
	}
	return t
}

// row is a breaker in the table of breakers.
func (b *Breaker) row(index uint32) (t tree) {
	cell := func(column uint32, kind gosnmp.Asn1BER, v any) {
		t = append(t, variable{breakerEntry.under(column, index), len(breakerEntry) + 1, kind, v})
	}
	cell(columnName, gosnmp.OctetString, b.Name)
	cell(columnTitle, gosnmp.OctetString, b.Title)
	cell(columnUnit, gosnmp.Integer, b.Unit)
	values, text := b.Read()
	for i := range columns {
		c := &columns[i]
		if kind, v, ok := c.value(values[c.Point], text(c.Point)); ok {
			cell(c.Number, kind, v)
		}
	}
	return t
}
