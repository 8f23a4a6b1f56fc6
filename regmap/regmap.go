// Package regmap is the Modbus register map: which register holds which point,
// which command code does what, and what a status word means. It is shared by
// the device side, the gateway and the client, so that all three read the same
// table and none repeats it.
//
// Three sorted tables hold the facts: [Rows] (registers), [Commands] (the
// command interface 8000–8149) and [Statuses] (its answers). Each row carries
// its source and its certainty; the abbreviations of the documents are those
// of package points. A user's CSV file overrides any register row
// ([Map.Override]), because the people with a real unit know better.
//
// Registers are numbered as in the documents, in decimal, from 1; the address
// in a frame is one less. Values of several registers have the most
// significant word first.
//
// The package knows no access right, no unit and no socket.
package regmap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"switchroom/points"
)

// Register is a register number as documents print it: the address on the
// wire plus one.
type Register uint16

// Address returns the protocol address of r.
func (r Register) Address() uint16 { return uint16(r) - 1 }

// At returns the register at protocol address a, 0 to 65534.
func At(a uint16) Register { return Register(a + 1) }

// Kind is how a value is laid out in registers.
type Kind uint8

const (
	_        Kind = iota
	U16           // INT16U
	S16           // INT16
	U32           // INT32U
	S32           // INT32
	U64           // INT64U
	S64           // INT64
	F32           // FLOAT32, IEEE 754
	Chars         // OCTET STRING, two characters a register, NUL padded
	DateTime      // DATETIME, four registers (TI081)
	XDate         // date and time of commands 768 and 769, four registers
	Bits          // one bit per point
	Quality       // one bit per bit of register Of: 1 is valid
	Gap           // mapped, and nothing is known about it
)

var kindNames = [...]string{"", "INT16U", "INT16", "INT32U", "INT32", "INT64U", "INT64", "FLOAT32", "OCTET STRING", "DATETIME", "XDATE", "BITS", "QUALITY", "GAP"}

// size is how many registers a value of the kind takes; 0 where the row says.
var size = [...]uint16{U16: 1, S16: 1, U32: 2, S32: 2, U64: 4, S64: 4, F32: 2, Chars: 0, DateTime: 4, XDate: 4, Bits: 1, Quality: 1, Gap: 0}

func (k Kind) String() string {
	if k > 0 && int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseKind is the inverse of Kind.String.
func ParseKind(s string) (Kind, error) {
	if i := slices.Index(kindNames[:], strings.ToUpper(strings.TrimSpace(s))); i > 0 {
		return Kind(i), nil
	}
	return 0, fmt.Errorf("type %q is none of %s", s, strings.Join(kindNames[1:], ", "))
}

// Bit places a point in a bit field. Bit 0 is the least significant.
type Bit struct {
	N     uint8
	Point points.ID
}

// Row is one row of the register table.
type Row struct {
	Register  Register
	Count     uint16    // registers
	Kind      Kind      //
	Point     points.ID // what it holds; none: reserved, constant or a bit field
	Scale     float64   // stored = value × Scale; 0 is 1
	Const     uint16    // value of a one-register row without a point
	Bits      []Bit     // of Kind Bits, by N
	Of        Register  // of Kind Quality: the bit field that it qualifies
	Write     string    // how it is written: "" never, "C" by command
	Title     string    // where there is no point to say it
	Source    string    //
	Certainty points.Certainty
}

// Last returns the last register of the row.
func (r *Row) Last() Register { return r.Register + Register(r.Count) - 1 }

// title says what the row is.
func (r *Row) title() string {
	switch {
	case r.Title != "":
		return r.Title
	case r.Point != 0:
		return points.Of(r.Point).Title
	case r.Kind == Quality:
		return fmt.Sprintf("quality of each bit of %d: 0 invalid, 1 valid", r.Of)
	}
	return "reserved"
}

// Describe says what the row holds, in the field's words.
func (r *Row) Describe() string { return r.title() }

// Block is a range of registers that the device answers for. Reading outside
// every block is an illegal data address; a gap inside one reads "not
// available".
type Block struct {
	Name        string
	First, Last Register
}

// Blocks are the mapped blocks, in order. Their borders are ours where no read
// plan is documented.
var Blocks = []Block{
	{"command interface", 8000, 8149},
	{"breaker characteristics", 8150, 8405},
	{"interface name", 10242, 10273},
	{"interface", 11744, 11901},
	{"legacy dataset", 12000, 12113},
	{"IO module 1, Pt100", 13824, 13929},
	{"IO module 1, inputs and outputs", 14598, 14633},
	{"IO module 1, commands and alarms", 14730, 14759},
	{"IO module 1, applications", 15300, 15330},
	{"IO module 2, Pt100", 16824, 16929},
	{"IO module 2, inputs and outputs", 17598, 17633},
	{"IO module 2, commands and alarms", 17730, 17759},
	{"IO module 2, applications", 18300, 18330},
	{"maintenance and diagnostics", 24001, 24040},
	{"standard dataset", 32000, 32435},
	{"active protection settings", 45001, 45070},
	{"virtual unit", 60001, 60062},
	{"metering of a virtual unit", 60101, 60460},
	{"minima and maxima of a virtual unit", 60501, 60820},
	{"IO modules of a virtual unit", 60901, 60990},
}

// Map is a register table with an index: what a device serves and a client
// reads. It is not changed once it is in use.
type Map struct {
	rows   []Row
	blocks []Block
}

// Default returns the map of the built-in table.
func Default() *Map { return &Map{rows: slices.Clone(Rows), blocks: slices.Clone(Blocks)} }

// Rows returns the rows of m by register. They are shared: do not change them.
func (m *Map) Rows() []Row { return m.rows }

// Blocks returns the mapped blocks of m.
func (m *Map) Blocks() []Block { return m.blocks }

// BlockOf returns the block that holds register r.
func (m *Map) BlockOf(r Register) (Block, bool) {
	i, _ := slices.BinarySearchFunc(m.blocks, r, func(b Block, r Register) int { return cmp.Compare(b.Last, r) })
	if i < len(m.blocks) && m.blocks[i].First <= r {
		return m.blocks[i], true
	}
	return Block{}, false
}

// Place is where a point stands: a row, and the bit in it for a point of a
// bit field (-1 otherwise).
type Place struct {
	Row *Row
	Bit int
}

// Find returns where point id stands. Where it stands more than once the
// legacy dataset comes last, since a unit may need a digital module for it;
// then the best known place wins.
func (m *Map) Find(id points.ID) (Place, bool) {
	best := Place{Bit: -1}
	for i := range m.rows {
		bit, ok := m.rows[i].holds(id)
		if ok && (best.Row == nil || better(&m.rows[i], best.Row)) {
			best = Place{&m.rows[i], bit}
		}
	}
	return best, best.Row != nil
}

func (r *Row) holds(id points.ID) (bit int, ok bool) {
	if r.Point == id {
		return -1, true
	}
	for _, b := range r.Bits {
		if b.Point == id {
			return int(b.N), true
		}
	}
	return -1, false
}

func better(a, b *Row) bool {
	if a.legacy() != b.legacy() {
		return b.legacy()
	}
	return a.Certainty < b.Certainty
}

func (r *Row) legacy() bool { return r.Register >= 12000 && r.Register <= 12113 }
