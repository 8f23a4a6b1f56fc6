package trace

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Meaning is what an exchange was about, in the field's words.
type Meaning struct {
	Read      []Held   `json:"read,omitempty"`      // what was asked for, by register
	Unmapped  string   `json:"unmapped,omitempty"`  // registers asked for that lie in no mapped block: "9000-9001"
	Command   *Command `json:"command,omitempty"`   // the command that was written
	Write     string   `json:"write,omitempty"`     // registers written that are no command: "8004-8005"
	Echo      int      `json:"echo,omitempty"`      // command code in a status that was read
	Status    string   `json:"status,omitempty"`    // of that command
	Exception string   `json:"exception,omitempty"` // that the unit answered with
	Other     string   `json:"other,omitempty"`     // a function that is neither read nor write
}

// Held is a row of the register map that was asked for.
type Held struct {
	Register int      `json:"register"`
	Points   []string `json:"points"`
	Value    string   `json:"value,omitempty"` // as it was answered, with its unit
}

// Command is a command that was written to registers 8000 and following.
type Command struct {
	Code     int    `json:"code"`
	Name     string `json:"name"` // the point it does; "" is a code that no table has
	Password string `json:"password,omitempty"`

	dest uint16
}

// Means says what an exchange is about, by the register map m.
func Means(e *Exchange, m *regmap.Map) Meaning {
	var k Meaning
	if x, ok := e.Exception(); ok {
		k.Exception = x.String()
	}
	for _, b := range asked(e) {
		k.read(b, m)
	}
	if w, ok := write(e.Request); ok {
		k.wrote(w)
	}
	if len(e.Request) > 0 && k.Read == nil && k.Unmapped == "" && k.Command == nil && k.Write == "" {
		k.Other = other(e)
	}
	return k
}

// block is registers of one message, with their bytes where there are any.
type block struct {
	addr  uint16
	count int
	data  []byte // nil: not answered; else two bytes a register
}

func (b block) first() regmap.Register { return regmap.At(b.addr) }
func (b block) last() regmap.Register  { return regmap.At(b.addr + uint16(b.count) - 1) }

// of returns the bytes of a row, or nil if the block has not all of them.
func (b block) of(r *regmap.Row) []byte {
	from, to := 2*(int(r.Register)-int(b.first())), 2*(int(r.Last())+1-int(b.first()))
	if b.data == nil || from < 0 || to > len(b.data) {
		return nil
	}
	return b.data[from:to]
}

// asked is the registers that a request reads, with what was answered.
func asked(e *Exchange) []block {
	if r, x := modbus.ParseReadRequest(e.Request); x == modbus.NoException {
		return []block{{r.Address, int(r.Count), answered(e, int(r.Count))}}
	}
	if r, x := modbus.ParseReadWriteRequest(e.Request); x == modbus.NoException {
		return []block{{r.ReadAddress, int(r.ReadCount), answered(e, int(r.ReadCount))}}
	}
	r, x := modbus.ParseScatteredRequest(e.Request)
	if x != modbus.NoException {
		return nil
	}
	reply, err := modbus.ParseScatteredReply(e.Reply)
	var all []block
	for i := range r.Len() {
		b := block{addr: r.At(i), count: 1}
		if e.Ended == Answered && err == nil && len(reply.Values) == 2*r.Len() {
			b.data = reply.Values[2*i : 2*i+2]
		}
		all = append(all, b)
	}
	return all
}

// answered is the registers in the reply to a read of count registers.
func answered(e *Exchange, count int) []byte {
	if e.Ended != Answered {
		return nil
	}
	r, err := modbus.ParseReadReply(e.Reply)
	if err != nil || r.Function != e.Function() || len(r.Values) != 2*count {
		return nil
	}
	return r.Values
}

// write is the registers that a request writes.
func write(pdu []byte) (block, bool) {
	if r, x := modbus.ParseWriteRequest(pdu); x == modbus.NoException {
		return block{r.Address, len(r.Values) / 2, r.Values}, true
	}
	if r, x := modbus.ParseWriteOneRequest(pdu); x == modbus.NoException {
		return block{r.Address, 1, pdu[3:5]}, true
	}
	if r, x := modbus.ParseReadWriteRequest(pdu); x == modbus.NoException {
		return block{r.WriteAddress, len(r.Values) / 2, r.Values}, true
	}
	return block{}, false
}

// read adds what a block of registers holds.
func (k *Meaning) read(b block, m *regmap.Map) {
	if !mapped(b, m) {
		k.Unmapped = join(k.Unmapped, b.String())
	}
	if b.beyond() {
		return
	}
	for i := range m.Rows() {
		r := &m.Rows()[i]
		if r.Last() < b.first() || r.Register > b.last() {
			continue
		}
		h := Held{Register: int(r.Register), Points: names(r)}
		if d := b.of(r); d != nil && r.Point != 0 && points.Of(r.Point).Type != points.Secret {
			h.Value = valueText(r, d)
		}
		if len(h.Points) > 0 {
			k.Read = append(k.Read, h)
		}
	}
	k.status(b)
}

// names are the points that a row holds.
func names(r *regmap.Row) []string {
	var all []string
	if r.Point != 0 {
		all = append(all, r.Point.String())
	}
	for _, b := range r.Bits {
		all = append(all, b.Point.String())
	}
	return all
}

func valueText(r *regmap.Row, d []byte) string {
	info := points.Of(r.Point)
	v := r.Decode(d)
	text := strings.Map(printable, info.Format(v))
	if info.Unit != "" && v.Available() {
		text += " " + info.Unit
	}
	return text
}

// printable keeps what a foreign device says from steering a terminal.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return '.'
}

// status adds the answer of a command, where it was read whole.
func (k *Meaning) status(b block) {
	if echo, status, ok := commandAnswer(b); ok {
		k.Echo = int(echo)
		k.Status = statusText(status)
	}
}

// commandAnswer is the echoed code and the status word in a block that was read.
func commandAnswer(b block) (echo, status uint16, ok bool) {
	at := 2 * (int(regmap.CommandEcho) - int(b.first()))
	if b.data == nil || at < 0 || at+4 > len(b.data) {
		return 0, 0, false
	}
	return binary.BigEndian.Uint16(b.data[at:]), binary.BigEndian.Uint16(b.data[at+2:]), true
}

func statusText(word uint16) string {
	if word == regmap.InProgress {
		return "in progress"
	}
	return regmap.Status(word & 0xFF).String()
}

// mapped reports whether every register of b lies in one mapped block.
func mapped(b block, m *regmap.Map) bool {
	if b.beyond() {
		return false
	}
	in, ok := m.BlockOf(b.first())
	return ok && b.last() <= in.Last
}

// wrote adds a write: a command, or else registers.
func (k *Meaning) wrote(b block) {
	if c, ok := command(b); ok {
		k.Command = &c
		return
	}
	k.Write = b.String()
}

// command is the command that a write starts: it begins with register 8000.
func command(b block) (Command, bool) {
	if b.beyond() || b.first() != regmap.CommandFirst {
		return Command{}, false
	}
	word := func(r regmap.Register) uint16 {
		if at := 2 * int(r-regmap.CommandFirst); at+2 <= len(b.data) {
			return binary.BigEndian.Uint16(b.data[at:])
		}
		return 0
	}
	c := Command{Code: int(word(regmap.CommandFirst)), dest: word(regmap.CommandDest)}
	if row, ok := regmap.CommandByCode(uint16(c.Code), c.dest); ok {
		c.Name = row.Point.String()
	}
	if word(regmap.CommandSec) != 0 {
		c.Password = "masked" // whether the file holds it or not: it is not printed
	}
	return c, true
}

// beyond reports whether the block ends in register 65536, which the documents'
// way of counting does not reach.
func (b block) beyond() bool { return int(b.addr)+b.count > 1<<16-1 }

func (b block) String() string {
	first := int(b.addr) + 1
	if b.count == 1 {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d-%d", first, first+b.count-1)
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

// functions are the functions that are neither read nor write.
var functions = map[[2]byte]string{
	{modbus.FuncDiagnostics, 0}:                         "diagnostics",
	{modbus.FuncEncapsulated, modbus.MEIIdentification}: "device identification",
	{modbus.FuncEncapsulated, modbus.MEIReadClock}:      "read the clock",
	{modbus.FuncEncapsulated, modbus.MEISetClock}:       "set the clock",
	{modbus.FuncScattered, modbus.ScatteredRead}:        "scattered read that is malformed",
	{modbus.FuncReadHolding, 0}:                         "read that is malformed",
	{modbus.FuncReadInput, 0}:                           "read that is malformed",
	{modbus.FuncWriteOne, 0}:                            "write that is malformed",
	{modbus.FuncWrite, 0}:                               "write that is malformed",
	{modbus.FuncReadWrite, 0}:                           "write and read that is malformed",
}

// other is what a request does that names no point and writes nothing.
func other(e *Exchange) string {
	pdu := e.Request
	var blocks string
	for _, b := range asked(e) {
		blocks = join(blocks, b.String())
	}
	if blocks != "" {
		return "read " + blocks
	}
	key := [2]byte{pdu[0]}
	if pdu[0] == modbus.FuncEncapsulated && len(pdu) > 1 {
		key[1] = pdu[1]
	}
	if pdu[0] == modbus.FuncScattered && len(pdu) > 2 {
		key[1] = pdu[2]
	}
	if name, ok := functions[key]; ok {
		return name
	}
	return fmt.Sprintf("function %d", pdu[0])
}

// shownPoints bounds what a line of text lists.
const shownPoints = 3

// String is the meaning in a line.
func (k Meaning) String() string {
	var parts []string
	if len(k.Read) > 0 {
		parts = append(parts, "read "+k.points())
	}
	if k.Unmapped != "" {
		parts = append(parts, "read "+k.Unmapped+" (not mapped)")
	}
	if k.Command != nil {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("command %d %s", k.Command.Code, k.Command.Name)))
	}
	if k.Write != "" {
		parts = append(parts, "write "+k.Write)
	}
	if k.Status != "" {
		parts = append(parts, fmt.Sprintf("status of %d: %s", k.Echo, k.Status))
	}
	if k.Other != "" {
		parts = append(parts, k.Other)
	}
	if k.Exception != "" {
		parts = append(parts, "exception: "+k.Exception)
	}
	return strings.Join(parts, "; ")
}

func (k Meaning) points() string {
	var all []string
	for _, h := range k.Read {
		p := h.Points[0]
		if len(h.Points) > 1 {
			p = fmt.Sprintf("%s and %d more", p, len(h.Points)-1)
		}
		if h.Value != "" {
			p += " " + h.Value
		}
		all = append(all, p)
	}
	if n := len(all); n > shownPoints {
		all = append(all[:shownPoints], fmt.Sprintf("%d more", n-shownPoints))
	}
	return strings.Join(all, ", ")
}
