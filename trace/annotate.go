package trace

import (
	"encoding/binary"
	"fmt"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Note says what the bytes From up to but not including To of a message are.
type Note struct {
	From, To int
	Meaning  string
}

// notes are gathered in rising order; what lies beyond the message is cut off.
type notes struct {
	all []Note
	n   int // bytes of the message
}

func (s *notes) add(from, to int, format string, args ...any) {
	from, to = max(from, 0), min(to, s.n)
	if k := len(s.all); k > 0 {
		from = max(from, s.all[k-1].To)
	}
	if from < to {
		s.all = append(s.all, Note{from, to, fmt.Sprintf(format, args...)})
	}
}

// AnnotateRequest says what the bytes of the request are. Notes are in rising
// order and do not overlap; a message that is malformed has notes as far as they
// go.
func AnnotateRequest(e *Exchange, m *regmap.Map) []Note {
	pdu := e.Request
	s := &notes{n: len(pdu)}
	if len(pdu) == 0 {
		return nil
	}
	s.add(0, 1, "function %d: %s", pdu[0], functionWord(pdu[0]))
	switch pdu[0] {
	case modbus.FuncReadHolding, modbus.FuncReadInput:
		s.first(pdu, 1, "from")
		s.count(pdu, 3)
	case modbus.FuncWriteOne:
		s.first(pdu, 1, "into")
		s.written(pdu, 3, false)
	case modbus.FuncWrite:
		s.first(pdu, 1, "from")
		s.count(pdu, 3)
		s.add(5, 6, "bytes that follow")
		s.written(pdu, 6, true)
	case modbus.FuncReadWrite:
		s.first(pdu, 1, "reads from")
		s.count(pdu, 3)
		s.first(pdu, 5, "writes from")
		s.count(pdu, 7)
		s.add(9, 10, "bytes that follow")
		s.written(pdu, 10, true)
	case modbus.FuncScattered:
		s.scattered(pdu)
	}
	s.add(1, s.n, "data of the function")
	return s.all
}

// first notes the two bytes of a protocol address.
func (s *notes) first(pdu []byte, at int, how string) {
	if at+2 <= len(pdu) {
		s.add(at, at+2, "%s register %d", how, regmap.At(binary.BigEndian.Uint16(pdu[at:])))
	}
}

func (s *notes) count(pdu []byte, at int) {
	if at+2 <= len(pdu) {
		s.add(at, at+2, "so many registers: %d", binary.BigEndian.Uint16(pdu[at:]))
	}
}

func (s *notes) scattered(pdu []byte) {
	s.add(1, 4, "scattered read")
	for at := 4; at+2 <= len(pdu); at += 2 {
		s.first(pdu, at, "reads")
	}
}

// written notes the registers that are written: of a command by its table.
func (s *notes) written(pdu []byte, at int, whole bool) {
	w, _ := written(pdu)
	b, ok := write(pdu)
	if c, is := command(b); whole && ok && is {
		s.command(c, at, b.data)
		return
	}
	next := at
	w.secret(pdu, func(i int) {
		if i >= next {
			s.add(next, i, "values")
			s.add(i, i+4, "password registers")
			next = i + 4
		}
	})
	s.add(next, s.n, "values")
}

// command notes the registers of a command, which begin at byte at.
func (s *notes) command(c Command, at int, data []byte) {
	place := func(r regmap.Register) int { return at + 2*int(r-regmap.CommandFirst) }
	word := func(r regmap.Register) int {
		if i := 2 * int(r-regmap.CommandFirst); i+2 <= len(data) {
			return int(binary.BigEndian.Uint16(data[i:]))
		}
		return 0
	}
	note := func(r regmap.Register, n int, format string, args ...any) {
		s.add(place(r), place(r)+2*n, fmt.Sprintf("%d: ", r)+format, args...)
	}
	note(regmap.CommandFirst, 1, "command %d, %s", c.Code, orNone(c.Name))
	note(regmap.CommandLength, 1, "length %d bytes", word(regmap.CommandLength))
	note(regmap.CommandDest, 1, "to %s", moduleWord(c.dest))
	note(regmap.CommandSec, 1, "security %d: %s", word(regmap.CommandSec), securityWord(word(regmap.CommandSec)))
	if word(regmap.CommandSec) != 0 {
		note(regmap.CommandPass, 2, "the password, in clear on the wire")
	} else {
		note(regmap.CommandPass, 2, "no password")
	}
	if row, ok := regmap.CommandByCode(uint16(c.Code), c.dest); ok {
		for _, a := range arguments(row, data) {
			s.add(at+a.from, at+a.to, "%s", or(a.word, a.name))
		}
	}
	s.add(place(regmap.CommandParam), s.n, "not used, and constants")
}

func securityWord(sec int) string {
	if sec != 0 {
		return "a password follows"
	}
	return "without a password"
}

func orNone(name string) string { return or(name, "which no table has") }

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// modules are the destinations of commands.
var modules = map[uint16]string{
	regmap.DestControlUnit: "the control unit", regmap.DestInterface: "the interface (IFE, EIFE)", regmap.DestIFM: "the interface (IFM)",
}

func moduleWord(dest uint16) string {
	return or(modules[dest], fmt.Sprintf("module %d, which no table has", dest))
}

// functionWords are the functions in words.
var functionWords = map[byte]string{
	modbus.FuncReadHolding: "read registers", modbus.FuncReadInput: "read input registers", modbus.FuncWriteOne: "write one register",
	modbus.FuncDiagnostics: "diagnostics", modbus.FuncWrite: "write registers", modbus.FuncReadWrite: "write and read registers",
	modbus.FuncEncapsulated: "identification or clock", modbus.FuncScattered: "read scattered registers",
}

func functionWord(f byte) string { return or(functionWords[f], "not one of this device") }

// AnnotateReply says what the bytes of the answer are, as AnnotateRequest does.
func AnnotateReply(e *Exchange, m *regmap.Map) []Note {
	s := &notes{n: len(e.Reply)}
	if e.Ended == Raw {
		s.raw(e)
		return s.all
	}
	if len(e.Reply) == 0 {
		return nil
	}
	if x, ok := e.Exception(); ok {
		s.add(0, 1, "function %d, refused", e.Reply[0]&0x7F)
		s.add(1, 2, "exception %d: %s", byte(x), x.String())
		return s.all
	}
	s.add(0, 1, "function %d", e.Reply[0])
	switch e.Function() {
	case modbus.FuncReadHolding, modbus.FuncReadInput, modbus.FuncReadWrite:
		s.add(1, 2, "bytes that follow")
		s.values(e, m)
	case modbus.FuncWrite, modbus.FuncWriteOne:
		s.first(e.Reply, 1, "from")
		if e.Function() == modbus.FuncWrite {
			s.count(e.Reply, 3)
		}
		s.add(3, 5, "value")
	}
	s.add(1, s.n, "data of the function")
	return s.all
}

// values notes the rows in the registers that were read.
func (s *notes) values(e *Exchange, m *regmap.Map) {
	const head = 2
	for _, b := range asked(e) {
		if b.data == nil || b.beyond() {
			return
		}
		for i := range m.Rows() {
			r := &m.Rows()[i]
			if d := b.of(r); d != nil {
				at := head + 2*(int(r.Register)-int(b.first()))
				s.add(at, at+len(d), "%d: %s", r.Register, rowWord(r, d))
			}
		}
		s.answer(b, head)
	}
}

// answer notes what is read of a command's end, which is no row of the map.
func (s *notes) answer(b block, head int) {
	if echo, status, ok := commandAnswer(b); ok {
		at := head + 2*(int(regmap.CommandEcho)-int(b.first()))
		s.add(at, at+2, "%d: of command %d", regmap.CommandEcho, echo)
		s.add(at+2, at+4, "%d: %s", regmap.CommandStatus, statusText(status))
	}
}

// rowWord is a row with its value.
func rowWord(r *regmap.Row, d []byte) string {
	if r.Point == 0 {
		return r.Describe()
	}
	info := points.Of(r.Point)
	if info.Type == points.Secret {
		return info.Name
	}
	return info.Name + " " + valueText(r, d)
}

// raw notes the head of bytes that were sent as they are.
func (s *notes) raw(e *Exchange) {
	b := e.Reply
	if len(b) >= 2 {
		if got := binary.BigEndian.Uint16(b); got != e.Transaction {
			s.add(0, 2, "transaction %d, where %d was asked", got, e.Transaction)
		}
		s.add(0, 2, "transaction, as it was asked")
	}
	s.add(2, 4, "protocol")
	if len(b) >= 6 {
		n := int(binary.BigEndian.Uint16(b[4:]))
		s.add(4, 6, "length: %d bytes are to follow, %d do", n, len(b)-6)
	}
	s.add(6, 7, "unit id")
	s.add(7, s.n, "the answer, as far as it goes")
}
