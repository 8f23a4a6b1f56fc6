package modbus

// diagnose answers function 8. V1.1b3 §6.8 refuses a sub-function that is not
// supported with 01 and data that does not fit it with 03.
func (b *Bank) diagnose(q *Query, out []byte) ([]byte, Exception) {
	d, e := ParseDiagnostic(q.PDU)
	if e != NoException {
		return out, unsupportedFirst(q.PDU, e)
	}
	if d.Sub != DiagEcho && word(d.Data, 0) != 0 {
		return out, unsupportedFirst(q.PDU, IllegalDataValue)
	}
	switch d.Sub {
	case DiagEcho:
		return d.Append(out), NoException
	case DiagClear:
		b.messages.Store(0)
		b.errors.Store(0)
		return d.Append(out), NoException
	case DiagMessages:
		return appendCount(out, d.Sub, b.messages.Load()), NoException
	case DiagCommsErrors:
		return appendCount(out, d.Sub, b.errors.Load()), NoException
	}
	return out, IllegalFunction
}

// unsupportedFirst is e, unless the sub-function is one the bank does not have.
func unsupportedFirst(pdu []byte, e Exception) Exception {
	if len(pdu) < diagnosticHeader {
		return e
	}
	switch word(pdu, 1) {
	case DiagEcho, DiagClear, DiagMessages, DiagCommsErrors:
		return e
	}
	return IllegalFunction
}

// appendCount appends a counter. On the wire it has 16 bits and wraps.
func appendCount(out []byte, sub uint16, n uint64) []byte {
	return append(out, FuncDiagnostics, byte(sub>>8), byte(sub), byte(n>>8), byte(n))
}

// encapsulated answers function 43.
func (b *Bank) encapsulated(q *Query, out []byte) ([]byte, Exception) {
	switch {
	case b.who != nil && encapsulates(q.PDU, MEIIdentification):
		return b.identify(q, out)
	case b.clock != nil && (encapsulates(q.PDU, MEIReadClock) || encapsulates(q.PDU, MEISetClock)):
		return b.tellTime(q, out)
	case len(q.PDU) < 2:
		return out, IllegalDataValue
	}
	return out, IllegalFunction
}

// tellTime answers 43/15 and 43/16, both with the device's own clock. A date
// that does not exist sets nothing and is answered with eight zero bytes: so
// does a Schneider Electric breaker, according to a third party's quotation of its guide.
func (b *Bank) tellTime(q *Query, out []byte) ([]byte, Exception) {
	f, e := ParseClockRequest(q.PDU)
	if e != NoException {
		return out, e
	}
	if f.Type == MEISetClock {
		if f.Null || !f.Time.Real() {
			return ClockFrame{Type: f.Type, Null: true}.Append(out), NoException
		}
		if e = b.clock.SetClock(q, f.Time); e != NoException {
			return out, e
		}
	}
	return ClockFrame{Type: f.Type, Time: b.clock.Clock(q)}.Append(out), NoException
}

// identify answers 43/14 (V1.1b3 §6.21).
func (b *Bank) identify(q *Query, out []byte) ([]byte, Exception) {
	r, e := ParseIdentificationRequest(q.PDU)
	if e != NoException {
		return out, e
	}
	all := b.who.Identify(q)
	reply := IdentificationReply{Code: r.Code, Conformity: conformity(all)}
	if r.Code == ReadObject {
		i := find(all, r.Object)
		if i < 0 {
			return out, IllegalDataAddress
		}
		reply.Objects = all[i : i+1]
		return reply.append(out), NoException
	}
	reply.stream(category(all, r.Code), r.Object)
	return reply.append(out), NoException
}

// stream fills r with the objects from first on that fit a reply. An object id
// that is not there starts the stream anew, as the specification asks for.
func (r *IdentificationReply) stream(all []Object, first byte) {
	from := max(find(all, first), 0)
	free := MaxPDU - identificationHeader
	for i, o := range all[from:] {
		if free -= 2 + min(len(o.Value), MaxObject); free < 0 {
			r.More, r.Next = true, o.ID
			r.Objects = all[from : from+i]
			return
		}
	}
	r.Objects = all[from:]
}

// append appends the reply with every object cut to what fits one.
func (r IdentificationReply) append(out []byte) []byte {
	at := len(out)
	out = IdentificationReply{Code: r.Code, Conformity: r.Conformity, More: r.More, Next: r.Next}.Append(out)
	out[at+identificationHeader-1] = byte(len(r.Objects))
	for _, o := range r.Objects {
		v := o.Value[:min(len(o.Value), MaxObject)]
		out = append(append(out, o.ID, byte(len(v))), v...)
	}
	return out
}

// conformity is the level of a device that has these objects; single objects
// can always be asked for.
func conformity(all []Object) byte {
	level := byte(1)
	if len(all) > 0 {
		switch last := all[len(all)-1].ID; {
		case last >= firstPrivateObject:
			level = 3
		case last > MajorMinorRevision:
			level = 2
		}
	}
	return 0x80 | level
}

// category is the part of all that a stream of this kind carries; a kind above
// the device's conformity gets what there is.
func category(all []Object, code ReadCode) []Object {
	end := map[ReadCode]byte{ReadBasic: MajorMinorRevision, ReadRegular: firstPrivateObject - 1, ReadExtended: 0xFF}[code]
	n := 0
	for n < len(all) && all[n].ID <= end {
		n++
	}
	return all[:n]
}

func find(all []Object, id byte) int {
	for i, o := range all {
		if o.ID == id {
			return i
		}
	}
	return -1
}
