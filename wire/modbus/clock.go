package modbus

import (
	"encoding/binary"
	"time"
)

// DateTime is the date and time of functions 43/15 and 43/16: eight bytes,
// without a time zone. Layout: Schneider Electric's DATETIME (TI081), word 1
// year − 2000 in bits 6–0; word 2 month in bits 11–8, weekday in 7–5, day in
// 4–0; word 3 summer time in bit 15, hour in 12–8, invalid in bit 7, minute in
// 5–0; word 4 milliseconds within the minute. All other bits are zero.
type DateTime struct {
	Year        uint16 // 2000 to 2127
	Month       byte   // 1 to 12
	Day         byte   // 1 to 31
	Weekday     byte   // 1 Sunday to 7 Saturday, 0 not given
	Hour        byte   // 0 to 23
	Minute      byte   // 0 to 59
	Millisecond uint16 // 0 to 59999, within the minute
	Summer      bool   // summer time is in force
	Invalid     bool   // the clock was never set, or lost synchronisation
}

const dateTimeLen = 8

// DateTimeOf is t as its wall clock shows it, to the millisecond. Years outside
// 2000 to 2127 cannot be told and come out invalid.
func DateTimeOf(t time.Time) DateTime {
	d := DateTime{
		Year: uint16(t.Year()), Month: byte(t.Month()), Day: byte(t.Day()), Weekday: byte(t.Weekday()) + 1,
		Hour: byte(t.Hour()), Minute: byte(t.Minute()),
		Millisecond: uint16(t.Second()*1000 + t.Nanosecond()/1e6),
		Summer:      t.IsDST(),
	}
	if t.Year() < 2000 || t.Year() > 2127 {
		return DateTime{Year: 2000, Month: 1, Day: 1, Invalid: true}
	}
	return d
}

// Time is the moment d names in the given zone.
func (d DateTime) Time(zone *time.Location) time.Time {
	ms := int(d.Millisecond)
	return time.Date(int(d.Year), time.Month(d.Month), int(d.Day), int(d.Hour), int(d.Minute), ms/1000, ms%1000*1e6, zone)
}

// Real reports whether d names a day and time of the calendar: no 31st of April, no 25th hour.
func (d DateTime) Real() bool {
	if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Year < 2000 || d.Year > 2127 {
		return false
	}
	last := time.Date(int(d.Year), time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return int(d.Day) <= last && d.Weekday <= 7 && d.Hour < 24 && d.Minute < 60 && d.Millisecond < 60000
}

// ParseDateTime parses eight bytes. It reports false if a bit is set that has
// no meaning; whether the fields name a real day is for [DateTime.Real] to say.
func ParseDateTime(b []byte) (DateTime, bool) {
	if len(b) != dateTimeLen || b[0] != 0 || b[1]&0x80 != 0 || b[2]&0xF0 != 0 || b[4]&0x60 != 0 || b[5]&0x40 != 0 {
		return DateTime{}, false
	}
	return DateTime{
		Year: 2000 + uint16(b[1]), Month: b[2], Weekday: b[3] >> 5, Day: b[3] & 0x1F,
		Summer: b[4]&0x80 != 0, Hour: b[4] & 0x1F, Invalid: b[5]&0x80 != 0, Minute: b[5] & 0x3F,
		Millisecond: word(b, 6),
	}, true
}

// Append appends the eight bytes.
func (d DateTime) Append(out []byte) []byte {
	out = append(out, 0, byte(d.Year-2000)&0x7F, d.Month&0x0F, d.Weekday<<5|d.Day&0x1F)
	out = append(out, d.Hour&0x1F|flag(d.Summer), d.Minute&0x3F|flag(d.Invalid))
	return binary.BigEndian.AppendUint16(out, d.Millisecond)
}

func flag(set bool) byte {
	if set {
		return 0x80
	}
	return 0
}

// ClockFrame is a message of functions 43/15 and 43/16: function, MEI type, a
// reserved zero byte, and in all but the request of 43/15 a date and time.
// Source: Schneider Electric DOCA0157EN-08 (PowerTag Link), "Function 43-15" and
// "Function 43-16"; that Masterpact devices use the same frame is inferred from
// their listing the same functions.
type ClockFrame struct {
	Type byte     // MEIReadClock or MEISetClock
	Bare bool     // the request of 43/15: no date and time follows
	Time DateTime // zero if Bare
	Null bool     // eight zero bytes: how a device refuses a date that does not exist
}

const clockHeader = 3

// ParseClockRequest parses a request PDU; the exception is what a server answers.
func ParseClockRequest(pdu []byte) (ClockFrame, Exception) {
	switch {
	case encapsulates(pdu, MEIReadClock):
		if len(pdu) != clockHeader || pdu[2] != 0 {
			return ClockFrame{}, IllegalDataValue
		}
		return ClockFrame{Type: MEIReadClock, Bare: true}, NoException
	case encapsulates(pdu, MEISetClock):
		f, ok := parseClock(pdu)
		if !ok {
			return ClockFrame{}, IllegalDataValue
		}
		return f, NoException
	}
	return ClockFrame{}, IllegalFunction
}

// ParseClockReply parses a reply PDU. The error is a *ProtocolError.
func ParseClockReply(pdu []byte) (ClockFrame, error) {
	if encapsulates(pdu, MEIReadClock) || encapsulates(pdu, MEISetClock) {
		if f, ok := parseClock(pdu); ok {
			return f, nil
		}
	}
	return ClockFrame{}, misfit("date and time", pdu)
}

func parseClock(pdu []byte) (ClockFrame, bool) {
	if len(pdu) != clockHeader+dateTimeLen || pdu[2] != 0 {
		return ClockFrame{}, false
	}
	b := pdu[clockHeader:]
	if [dateTimeLen]byte(b) == ([dateTimeLen]byte{}) {
		return ClockFrame{Type: pdu[1], Null: true}, true
	}
	d, ok := ParseDateTime(b)
	return ClockFrame{Type: pdu[1], Time: d}, ok
}

// Append appends the PDU.
func (f ClockFrame) Append(out []byte) []byte {
	out = append(out, FuncEncapsulated, f.Type, 0)
	switch {
	case f.Bare:
		return out
	case f.Null:
		return append(out, make([]byte, dateTimeLen)...)
	}
	return f.Time.Append(out)
}
