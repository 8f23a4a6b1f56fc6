package snmp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gosnmp/gosnmp"
)

// oid is the name of an object or of its instance.
type oid []uint32

// parse reads an OID as the codec writes it, with or without a dot before it.
func parse(s string) (oid, error) {
	var o oid
	for part := range strings.SplitSeq(strings.TrimPrefix(s, "."), ".") {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%q is no object identifier", s)
		}
		o = append(o, uint32(n))
	}
	return o, nil
}

// must reads an OID that stands in the program.
func must(s string) oid {
	o, err := parse(s)
	if err != nil {
		panic(err)
	}
	return o
}

func (o oid) String() string {
	var b strings.Builder
	for _, n := range o {
		b.WriteByte('.')
		b.WriteString(strconv.FormatUint(uint64(n), 10))
	}
	return b.String()
}

// under is what stands below o.
func (o oid) under(more ...uint32) oid { return append(slices.Clip(o), more...) }

// has reports whether p stands at or below o.
func (o oid) has(p oid) bool { return len(p) >= len(o) && slices.Equal(o, p[:len(o)]) }

// variable is one instance of an object and its value.
type variable struct {
	at     oid
	object int // how many parts of at are the object; the rest is the instance
	kind   gosnmp.Asn1BER
	value  any
}

// scalar is an object with one instance.
func scalar(object oid, kind gosnmp.Asn1BER, value any) variable {
	return variable{object.under(0), len(object), kind, value}
}

// tree is what an agent shows at one moment, in the order of the names.
type tree []variable

func (t tree) sorted() tree {
	slices.SortFunc(t, func(a, b variable) int { return slices.Compare(a.at, b.at) })
	return t
}

// get returns the instance at o, and whether there is the object.
func (t tree) get(o oid) (v *variable, object bool) {
	i, found := slices.BinarySearchFunc(t, o, func(v variable, o oid) int { return slices.Compare(v.at, o) })
	if found {
		return &t[i], true
	}
	for _, k := range []int{i - 1, i} { // instances of one object stand together
		if k >= 0 && k < len(t) && t[k].at[:t[k].object].has(o) {
			return nil, true
		}
	}
	return nil, false
}

// next returns the first instance behind o; nil: there is none.
func (t tree) next(o oid) *variable {
	i, found := slices.BinarySearchFunc(t, o, func(v variable, o oid) int { return slices.Compare(v.at, o) })
	if found {
		i++
	}
	if i >= len(t) {
		return nil
	}
	return &t[i]
}

// plain is a tree as SNMP version 1 knows it, which has no 64-bit numbers (RFC 3584,
// section 4.2.2).
func (t tree) plain() tree {
	return slices.DeleteFunc(slices.Clone(t), func(v variable) bool { return v.kind == gosnmp.Counter64 })
}
