package trace

import (
	"encoding/binary"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// masked stands in the place of each byte of a password.
const masked = '*'

// span is registers inside a message: where their bytes are.
type span struct {
	addr uint16 // protocol address of the first
	at   int    // offset of its first byte in the PDU
}

// written is where a request PDU carries registers to write. It goes by the
// place alone, not by lengths and counts: a frame that is refused as malformed
// holds its password all the same.
func written(pdu []byte) (span, bool) {
	if len(pdu) < 3 {
		return span{}, false
	}
	switch pdu[0] {
	case modbus.FuncWriteOne:
		return span{binary.BigEndian.Uint16(pdu[1:]), 3}, true
	case modbus.FuncWrite:
		return span{binary.BigEndian.Uint16(pdu[1:]), 6}, true
	case modbus.FuncReadWrite:
		if len(pdu) >= 7 {
			return span{binary.BigEndian.Uint16(pdu[5:]), 10}, true
		}
	}
	return span{}, false
}

// shown is where the reply to request carries registers that were read.
func shown(request []byte) (span, bool) {
	if len(request) < 3 {
		return span{}, false
	}
	switch request[0] {
	case modbus.FuncReadHolding, modbus.FuncReadInput, modbus.FuncReadWrite:
		return span{binary.BigEndian.Uint16(request[1:]), 2}, true
	case modbus.FuncWriteOne:
		return span{binary.BigEndian.Uint16(request[1:]), 3}, true
	case modbus.FuncWrite:
		return span{binary.BigEndian.Uint16(request[1:]), 6}, true // a proper reply ends before; one that is the request has them
	}
	return span{}, false
}

// secret calls do with the offset of every byte of pdu that belongs to the
// password registers.
func (s span) secret(pdu []byte, do func(at int)) {
	first := s.at + 2*(int(regmap.CommandPass.Address())-int(s.addr))
	for i := max(first, s.at); i < min(first+4, len(pdu)); i++ {
		do(i)
	}
}

// Mask overwrites the password registers (8004 and 8005) wherever the exchange
// carries them, whatever the function, the length or the order of a message.
func (e *Exchange) Mask() {
	hide := func(b []byte) func(int) { return func(i int) { b[i] = masked } }
	if s, ok := written(e.Request); ok {
		s.secret(e.Request, hide(e.Request))
	}
	maskReply(e.Request, e.reply())
}

// maskReply overwrites password registers in the reply to request.
func maskReply(request, reply []byte) {
	if len(reply) == 0 || len(request) == 0 || reply[0]&0x7F != request[0]&0x7F {
		return
	}
	hide := func(i int) { reply[i] = masked }
	if s, ok := shown(request); ok {
		s.secret(reply, hide)
	}
	if r, x := modbus.ParseScatteredRequest(request); x == modbus.NoException {
		for i := range r.Len() {
			if at := 4 + 2*i; at+1 < len(reply) {
				span{r.At(i), at}.secret(reply[:at+2], hide)
			}
		}
	}
}

// reply is the part of the answer that is, or begins as, a reply PDU.
func (e *Exchange) reply() []byte {
	const header = 7 // MBAP, with the unit id
	switch {
	case e.Ended != Raw:
		return e.Reply
	case len(e.Reply) > header:
		return e.Reply[header:]
	}
	return nil
}

// Masked reports whether the request writes a password that is masked, or one
// that nobody can tell from a masked one.
func (e *Exchange) Masked() bool {
	found := false
	if s, ok := written(e.Request); ok {
		all := true
		s.secret(e.Request, func(i int) { found = true; all = all && e.Request[i] == masked })
		found = found && all
	}
	return found
}

// unmask puts a password in the place of a masked one. The request is changed.
func (e *Exchange) unmask(password string) {
	s, ok := written(e.Request)
	if !ok {
		return
	}
	first := int(regmap.CommandPass.Address())
	s.secret(e.Request, func(i int) {
		if n := 2*(int(s.addr)-first) + i - s.at; n < len(password) {
			e.Request[i] = password[n]
		}
	})
}
