package filtering

import "switchroom/points"

// ReadRow is one function that an address with level Read may use.
type ReadRow struct {
	Function byte
	Subs     []byte // what must follow the function; none: anything
	Name     string
	Served   bool // the virtual interface answers it; the others it refuses itself, with exception 01
}

// Readable is the whole of what level Read admits, as both generations of the
// page have it (IFE guide; EIFE guide -14; interfaces facts §1.3). Sorted by
// function. That sets the clock too: 43/16 is in the list, though function 16,
// by which command 769 does it, is not.
var Readable = []ReadRow{
	{Function: 1, Name: "read coils"},
	{Function: 2, Name: "read discrete inputs"},
	{Function: 3, Name: "read holding registers", Served: true},
	{Function: 4, Name: "read input registers", Served: true},
	{Function: 7, Name: "read exception status"},
	{Function: 8, Name: "diagnostics", Served: true},
	{Function: 11, Name: "get communication event counter"},
	{Function: 12, Name: "get communication event log"},
	{Function: 17, Name: "report server id"},
	{Function: 20, Name: "read file record"},
	{Function: 24, Name: "read FIFO queue"},
	{Function: 43, Subs: []byte{14, 15, 16}, Name: "identification, read and set date and time", Served: true},
	{Function: 100, Name: "read scattered registers", Served: true},
}

// ReadableCertainty is that of the list.
const ReadableCertainty = points.Confirmed

// Reads reports whether a request PDU is one that level Read admits. It looks at
// the bytes that the device is about to parse, where the device looks.
func Reads(pdu []byte) bool {
	for i := range Readable {
		if r := &Readable[i]; len(pdu) > 0 && r.Function == pdu[0] {
			return r.admits(pdu[1:])
		}
	}
	return false
}

func (r *ReadRow) admits(rest []byte) bool {
	if len(r.Subs) == 0 {
		return true
	}
	for _, s := range r.Subs {
		if len(rest) > 0 && rest[0] == s {
			return true
		}
	}
	return false
}
