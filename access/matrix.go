package access

import "switchroom/points"

// Column is a column of access matrix B of the guide.
type Column struct {
	Name  string
	Paths []Path
}

// Columns are the columns of matrix B in the guide's order.
var Columns = []Column{
	{"HMI", []Path{HMI}},
	{"NFC", []Path{NFC}},
	{"BLE", []Path{BLE}},
	{"USB", []Path{USB, OTG}},
	{"Ethernet / Modbus-SL", []Path{Modbus, Web, Serial}},
}

// MatrixRow is a row of access matrix B: an operation that stands for it.
type MatrixRow struct {
	Name string
	Ops  []points.ID // every one must be admitted or refused alike
}

// MatrixRows are the rows of matrix B in the guide's order. Their operations
// are examples of the class; the golden test reads the cells from the file.
var MatrixRows = []MatrixRow{
	{"data monitoring", []points.ID{points.CurrentL1}},
	{"protection settings", []points.ID{points.ProtectionLongTimeIr, points.ProtectionGroundFaultTg}},
	{"other settings", []points.ID{points.MeteringPowerSign, points.MeteringENCT}},
	{"open / close / reset", []points.ID{points.BreakerOpen, points.BreakerClose, points.BreakerReset}},
}

// Cell returns what matrix B has for row and column under profile p: "R",
// "R/W", "no" or "yes", found by asking the monitor for the most privileged
// actor that each path of the column can bring, with every gate open. It
// returns "mixed" where the paths of a column or the operations of a row
// differ: a defect.
func Cell(p Profile, row MatrixRow, col Column) string {
	var got string
	for _, path := range col.Paths {
		for _, op := range row.Ops {
			c := cell(New(p), path, op)
			if got != "" && got != c {
				return "mixed"
			}
			got = c
		}
	}
	return got
}

func cell(m *Monitor, path Path, op points.ID) string {
	read := m.Explain(best(path, op, true)).OK()
	write := points.Of(op).Writable() && m.Explain(best(path, op, false)).OK()
	switch {
	case points.Of(op).Type == points.Action && write:
		return "yes"
	case points.Of(op).Type == points.Action:
		return "no"
	case read && write:
		return "R/W"
	case read:
		return "R"
	}
	return "no"
}

// best is the query of an actor who has everything, with every gate open.
func best(path Path, op points.ID, read bool) Query {
	return Query{
		Actor: Actor{Path: path, Offered: true, Levels: AnyLevel, Login: true, Roles: AnyRole, Present: true, Genuine: true, Until: 1},
		Op:    op, Read: read,
		Locks: Locks{RemoteControl: On, HMIProtection: Off, RemoteProtection: Off, CloseInhibited: Off, Closed: Off, Mode: ModeUnset},
	}
}
