package snmp

import (
	"fmt"
	"strings"

	"switchroom/points"
)

// eventObject is an object of a trap: a row. Its number is for ever.
type eventObject struct {
	number uint32
	name   string
	syntax string
	about  string
}

// eventTable is what a trap has, sorted by number.
var eventTable = []eventObject{
	{1, "swEventSite", "SnmpAdminString", "The switchroom."},
	{2, "swEventBreaker", "SnmpAdminString", "The breaker, by its name on the single-line diagram."},
	{3, "swEventName", "SnmpAdminString", "The event, by its dotted name: trip.long_time."},
	{4, "swEventCode", "Unsigned32", "The number of the event. Those from 61440 (0xF000) on are ours."},
	{5, "swEventTitle", "SnmpAdminString", "The event in words."},
	{6, "swEventHistory", "SnmpAdminString", "The history of the control unit that it stands in."},
	{7, "swEventSeverity", "INTEGER { low(1), medium(2), high(3) }", "How soon somebody must act on it."},
	{8, "swEventDetail", "SnmpAdminString", "Function, phase and value; or who, by which path."},
	{9, "swEventTime", "DateAndTime", "When, by the clock of the breaker, which may be wrong."},
	{10, "swEventCertainty", "SnmpAdminString", "How well it is known that the real device has this event with this code."},
}

// phases are the notifications, sorted by number.
var phases = []struct {
	number uint32
	name   string
	about  string
}{
	{1, "swEventBegan", "Something began at a breaker and lasts."},
	{2, "swEventEnded", "Something that had begun at a breaker is over."},
	{3, "swEventHappened", "Something happened at a breaker, at an instant: a trip, an operation."},
}

// MIB is our MIB as a module of SMIv2 (RFC 2578).
func MIB() string {
	var b strings.Builder
	b.WriteString(mibHead)
	for i := range columns {
		fmt.Fprintf(&b, "    %-26s %s,\n", columns[i].Name(), columns[i].base())
	}
	seq := strings.TrimSuffix(b.String(), ",\n") + "\n}\n\n"
	b.Reset()
	b.WriteString(seq)
	b.WriteString(mibNames)
	for i := range columns {
		columns[i].define(&b)
	}
	for _, e := range eventTable {
		define(&b, e.name, e.syntax, "", "accessible-for-notify", e.about, fmt.Sprintf("switchroomEvents %d", e.number))
	}
	for _, p := range phases {
		fmt.Fprintf(&b, "%s NOTIFICATION-TYPE\n    OBJECTS { %s }\n    STATUS current\n    DESCRIPTION \"%s\"\n    ::= { switchroomNotifications %d }\n\n", p.name, eventNames(), p.about, p.number)
	}
	conformance(&b)
	return b.String()
}

func eventNames() string {
	var n []string
	for _, e := range eventTable {
		n = append(n, e.name)
	}
	return strings.Join(n, ", ")
}

// Syntax is how the values are written in the MIB.
func (c *Column) Syntax() string {
	switch c.As {
	case Flag:
		return "TruthValue"
	case Choice:
		var all []string
		info := points.Of(c.Point)
		for i, n := range info.Enum {
			if word := camel(n); word != "" {
				all = append(all, fmt.Sprintf("%s(%d)", strings.ToLower(word[:1])+word[1:], i+info.Base))
			}
		}
		return "INTEGER { " + strings.Join(all, ", ") + " }"
	}
	return c.base()
}

// base is the same without the names of values.
func (c *Column) base() string {
	return map[Form]string{Flag: "TruthValue", Choice: "INTEGER", Scaled: "Integer32", Count: "Counter32", Level: "Gauge32", Energy: "CounterBasedGauge64", Words: "SnmpAdminString"}[c.As]
}

// Units is the unit of what is sent.
func (c *Column) Units() string {
	unit := strings.ReplaceAll(points.Of(c.Point).Unit, "°", "degrees ")
	if c.As == Scaled && c.Per != 1 {
		return strings.TrimSpace(fmt.Sprintf("%g %s", 1/c.Per, unit))
	}
	return unit
}

func (c *Column) define(b *strings.Builder) {
	info := points.Of(c.Point)
	about := fmt.Sprintf("%s (point %s). Certainty: %s; source: %s.", plain(info.Title), info.Name, info.Certainty, plain(info.Source))
	define(b, c.Name(), c.Syntax(), c.Units(), "read-only", about, fmt.Sprintf("switchroomBreakerEntry %d", c.Number))
}

func define(b *strings.Builder, name, syntax, units, access, about, at string) {
	fmt.Fprintf(b, "%s OBJECT-TYPE\n    SYNTAX %s\n", name, syntax)
	if units != "" {
		fmt.Fprintf(b, "    UNITS \"%s\"\n", units)
	}
	fmt.Fprintf(b, "    MAX-ACCESS %s\n    STATUS current\n    DESCRIPTION \"%s\"\n    ::= { %s }\n\n", access, about, at)
}

// plain is a text in ASCII, without what ends a text in a MIB.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r > 0x7E:
			return '-'
		}
		return r
	}, s)
}

// conformance lists everything once more, as a module must.
func conformance(b *strings.Builder) {
	objects := []string{"switchroomBreakerCount", "swBreakerName", "swBreakerTitle", "swBreakerUnit"}
	for i := range columns {
		objects = append(objects, columns[i].Name())
	}
	for _, e := range eventTable {
		objects = append(objects, e.name)
	}
	var kinds []string
	for _, p := range phases {
		kinds = append(kinds, p.name)
	}
	fmt.Fprintf(b, mibTail, strings.Join(objects, ",\n        "), strings.Join(kinds, ", "))
}

const mibHead = `SWITCHROOM-MIB DEFINITIONS ::= BEGIN

-- Of Switchroom, and of nobody else: not the MIB of any manufacturer. It stands below
-- enterprise number 32473, which IANA keeps for examples in documentation (RFC 5612).
-- Nothing is registered; do not use it in products. An object that has no value now
-- (not measured, not fitted, no supply) has no instance.

IMPORTS
    MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, Unsigned32, Counter32, Gauge32, enterprises
        FROM SNMPv2-SMI
    TruthValue, DateAndTime
        FROM SNMPv2-TC
    MODULE-COMPLIANCE, OBJECT-GROUP, NOTIFICATION-GROUP
        FROM SNMPv2-CONF
    SnmpAdminString
        FROM SNMP-FRAMEWORK-MIB
    CounterBasedGauge64
        FROM HCNUM-TC;

switchroomMIB MODULE-IDENTITY
    LAST-UPDATED "202611280000Z"
    ORGANIZATION "Switchroom"
    CONTACT-INFO "See the README of the program that printed this."
    DESCRIPTION "Virtual low-voltage circuit breakers, read only, and their events."
    REVISION "202611280000Z"
    DESCRIPTION "First."
    ::= { switchroomExamples 1 }

switchroomExamples OBJECT IDENTIFIER ::= { enterprises 32473 }
switchroomNotifications OBJECT IDENTIFIER ::= { switchroomMIB 0 }
switchroomObjects OBJECT IDENTIFIER ::= { switchroomMIB 1 }
switchroomEvents OBJECT IDENTIFIER ::= { switchroomObjects 3 }
switchroomConformance OBJECT IDENTIFIER ::= { switchroomMIB 2 }

switchroomBreakerCount OBJECT-TYPE
    SYNTAX Gauge32
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "How many breakers this agent shows."
    ::= { switchroomObjects 1 }

switchroomBreakerTable OBJECT-TYPE
    SYNTAX SEQUENCE OF SwitchroomBreakerEntry
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "The breakers behind this interface: its own first, then those stacked on it."
    ::= { switchroomObjects 2 }

switchroomBreakerEntry OBJECT-TYPE
    SYNTAX SwitchroomBreakerEntry
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "One breaker."
    INDEX { swBreakerIndex }
    ::= { switchroomBreakerTable 1 }

SwitchroomBreakerEntry ::= SEQUENCE {
    swBreakerIndex             Integer32,
    swBreakerName              SnmpAdminString,
    swBreakerTitle             SnmpAdminString,
    swBreakerUnit              Integer32,
`

const mibNames = `swBreakerIndex OBJECT-TYPE
    SYNTAX Integer32 (1..2147483647)
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "From 1 on; the same until the program ends."
    ::= { switchroomBreakerEntry 1 }

swBreakerName OBJECT-TYPE
    SYNTAX SnmpAdminString
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "The name on the single-line diagram."
    ::= { switchroomBreakerEntry 2 }

swBreakerTitle OBJECT-TYPE
    SYNTAX SnmpAdminString
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "What it is or feeds."
    ::= { switchroomBreakerEntry 3 }

swBreakerUnit OBJECT-TYPE
    SYNTAX Integer32 (0..255)
    MAX-ACCESS read-only
    STATUS current
    DESCRIPTION "Its Modbus unit id at this interface."
    ::= { switchroomBreakerEntry 4 }

`

const mibTail = `switchroomObjectGroup OBJECT-GROUP
    OBJECTS {
        %s
    }
    STATUS current
    DESCRIPTION "All objects."
    ::= { switchroomConformance 1 }

switchroomNotificationGroup NOTIFICATION-GROUP
    NOTIFICATIONS { %s }
    STATUS current
    DESCRIPTION "All notifications."
    ::= { switchroomConformance 2 }

switchroomCompliance MODULE-COMPLIANCE
    STATUS current
    DESCRIPTION "What an agent has."
    MODULE
        MANDATORY-GROUPS { switchroomObjectGroup, switchroomNotificationGroup }
    ::= { switchroomConformance 3 }

END
`
