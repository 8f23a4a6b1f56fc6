package snmp

import (
	"github.com/gosnmp/gosnmp"
)

// Bounds of one request, ours.
const (
	askedMax = 128 // variables
	bulkMax  = 400 // in an answer to GetBulk
)

// serve answers a request that may be answered. false: it is none.
func (a *Agent) serve(p *gosnmp.SnmpPacket) (*gosnmp.SnmpPacket, bool) {
	one := p.Version == gosnmp.Version1
	r := answerTo(p)
	if len(p.Variables) > askedMax {
		return failed(r, gosnmp.TooBig, 0), true
	}
	switch {
	case p.PDUType == gosnmp.SetRequest && one:
		return failed(r, gosnmp.NoSuchName, 1), true // RFC 1157: nothing can be written
	case p.PDUType == gosnmp.SetRequest:
		return failed(r, gosnmp.NoAccess, 1), true
	case p.PDUType == gosnmp.GetRequest, p.PDUType == gosnmp.GetNextRequest:
	case p.PDUType == gosnmp.GetBulkRequest && !one:
	default:
		return nil, false
	}
	t := a.tree()
	if one {
		t = t.plain()
	}
	if p.PDUType == gosnmp.GetBulkRequest {
		r.Variables = bulk(t, p)
		return r, true
	}
	for i := range r.Variables {
		v := &r.Variables[i]
		if *v = look(t, v.Name, p.PDUType == gosnmp.GetNextRequest); one && missing(v.Type) {
			r.Variables = p.Variables
			return failed(r, gosnmp.NoSuchName, uint8(i+1)), true
		}
	}
	return r, true
}

// answerTo begins the answer to a request.
func answerTo(p *gosnmp.SnmpPacket) *gosnmp.SnmpPacket {
	r := &gosnmp.SnmpPacket{PDUType: gosnmp.GetResponse, RequestID: p.RequestID}
	r.Variables = append(r.Variables, p.Variables...)
	return r
}

// failed makes an answer an error about the variable with an index from 1 on. The
// variables go back with no value.
func failed(r *gosnmp.SnmpPacket, why gosnmp.SNMPError, index uint8) *gosnmp.SnmpPacket {
	r.Error, r.ErrorIndex = why, min(index, uint8(len(r.Variables)))
	vars := r.Variables
	r.Variables = nil
	for _, v := range vars {
		if why != gosnmp.TooBig {
			r.Variables = append(r.Variables, gosnmp.SnmpPDU{Name: v.Name, Type: gosnmp.Null})
		}
	}
	return r
}

// denied is the answer to a user whose message was not secured as his must be.
func denied(p *gosnmp.SnmpPacket) *gosnmp.SnmpPacket {
	return failed(answerTo(p), gosnmp.AuthorizationError, 1)
}

// missing reports whether a type stands for no value.
func missing(t gosnmp.Asn1BER) bool {
	return t == gosnmp.NoSuchObject || t == gosnmp.NoSuchInstance || t == gosnmp.EndOfMibView
}

// look reads one variable, or the one behind it.
func look(t tree, name string, next bool) gosnmp.SnmpPDU {
	none := gosnmp.SnmpPDU{Name: name, Type: gosnmp.NoSuchObject}
	o, err := parse(name)
	if err != nil {
		return none
	}
	if next {
		if v := t.next(o); v != nil {
			return v.pdu()
		}
		none.Type = gosnmp.EndOfMibView
		return none
	}
	v, object := t.get(o)
	switch {
	case v != nil:
		return v.pdu()
	case object:
		none.Type = gosnmp.NoSuchInstance
	}
	return none
}

func (v *variable) pdu() gosnmp.SnmpPDU {
	return gosnmp.SnmpPDU{Name: v.at.String(), Type: v.kind, Value: v.value}
}

// bulk answers GetBulk: each of the first variables once, the others again and again
// (RFC 3416, section 4.2.3).
func bulk(t tree, p *gosnmp.SnmpPacket) (vars []gosnmp.SnmpPDU) {
	once := min(int(p.NonRepeaters), len(p.Variables))
	for _, v := range p.Variables[:once] {
		vars = append(vars, look(t, v.Name, true))
	}
	row := append([]gosnmp.SnmpPDU(nil), p.Variables[once:]...)
	for n := 0; n < int(p.MaxRepetitions) && len(row) > 0 && len(vars)+len(row) <= bulkMax; n++ {
		over := true
		for i := range row {
			row[i] = look(t, row[i].Name, true)
			over = over && row[i].Type == gosnmp.EndOfMibView
		}
		if vars = append(vars, row...); over {
			break
		}
	}
	return vars
}

// fit makes the bytes of an answer that may be so long. An answer to GetBulk has fewer
// variables then; any other says that it is too big.
func (a *Agent) fit(most int, r *gosnmp.SnmpPacket, bulk bool, marshal func(*gosnmp.SnmpPacket) ([]byte, error)) []byte {
	for range 12 { // 2¹² > bulkMax: it ends before
		m, err := marshal(r)
		if err != nil {
			a.silent.Add(1)
			return nil
		}
		if len(m) <= most {
			return m
		}
		if n := len(r.Variables); bulk && n > 1 {
			r.Variables = r.Variables[:n/2]
			continue
		}
		failed(r, gosnmp.TooBig, 0)
	}
	a.silent.Add(1)
	return nil
}
