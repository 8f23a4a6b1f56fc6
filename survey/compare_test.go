package survey

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// use does with a capture whatever can be done.
func use(t *testing.T, c *Capture) {
	m := regmap.Default()
	r := Compare(Side{"a", c, false}, Side{"b", c, false}, m)
	if !r.Same() {
		t.Errorf("differs from itself: %v", r.Findings)
	}
	Compare(Side{"a", c, false}, Side{Name: "map"}, m)
	redacted, err := Redact(c, m, nil, nil)
	if err != nil {
		t.Error(err)
	}
	Compare(Side{"a", c, false}, Side{"b", redacted, false}, m)
	var b bytes.Buffer
	if err := Suggest(&b, c, r.Rows); err != nil {
		t.Error(err)
	}
	if _, err := m.Override(&b); err != nil {
		t.Errorf("%v\n%s", err, b.String())
	}
	NewReplay(c).Serve(&modbus.Query{PDU: []byte{3, 0, 0, 0, 125}}, nil)
}

func againstMap(c *Capture) *Report {
	return Compare(Side{"unit.capture", c, false}, Side{Name: "map"}, regmap.Default())
}

// TestAsTheMapSays: of a unit that is as the map says nothing is found, and every
// wide measurement supports its row.
func TestAsTheMapSays(t *testing.T) {
	r := againstMap(breaker(t).taken(Plan{Identify: true}))
	if !r.Same() {
		t.Errorf("%+v", r.Findings)
	}
	for _, j := range r.Rows {
		wide := j.Row.Kind == regmap.F32 || j.Row.Kind == regmap.S64
		if wide && j.Verdict != Supports && j.Why != "zero fits anything" {
			t.Errorf("register %d (%v): %s, %s", j.Row.Register, j.Row.Point, j.Verdict, j.Why)
		}
		if j.Row.Register >= firstVirtual {
			t.Errorf("register %d is of virtual units", j.Row.Register)
		}
	}
	use(t, breaker(t).taken(Plan{}))
}

func (f *fake) put(r regmap.Register, b ...byte) {
	for i := 0; i < len(b); i += 2 {
		f.regs[r+regmap.Register(i/2)] = binary.BigEndian.Uint16(b[i:])
	}
}

func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
func be64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

// TestNamed: each way in which a unit differs is found, by its name, at its
// register, and nothing else is.
func TestNamed(t *testing.T) {
	f32 := func(v float32) []byte { return be32(math.Float32bits(v)) }
	for name, c := range map[string]struct {
		change func(*fake)
		at     regmap.Register
		kind   Kind
		want   string
	}{
		"word order of a float":      {func(f *fake) { f.put(32062, swapped(f32(230.4))...) }, 32062, Order, "230.4 V"},
		"word order of an energy":    {func(f *fake) { f.put(32104, swapped(be64(123456789))...) }, 32104, Order, "123456789 Wh"},
		"word order of a date":       {func(f *fake) { f.put(8168, swapped(words(f, 8168, 4))...) }, 8168, Order, "opposite order"},
		"an integer for a float":     {func(f *fake) { f.put(32032, be32(412)...) }, 32032, Type, "INT32U: 412 A"},
		"a double for an energy":     {func(f *fake) { f.put(32104, be64(math.Float64bits(5e6))...) }, 32104, Type, "64-bit float"},
		"16 bits for a float":        {func(f *fake) { f.put(32066, 0, 231, 0, 232) }, 32066, Width, "INT16U in 1 of its 2 registers: 231 V"},
		"32 bits for 64":             {func(f *fake) { f.put(32104, append(be32(5000), be32(7000)...)...) }, 32104, Width, "INT32U in 2 of its 4 registers: 5000 Wh"},
		"all ones for NaN":           {func(f *fake) { f.put(32062, 0xFF, 0xFF, 0xFF, 0xFF) }, 32062, Sentinel, "FFFFFFFF"},
		"another NaN":                {func(f *fake) { f.put(32062, 0x7F, 0xC0, 0, 0) }, 32062, Sentinel, "7FC00000"},
		"0x8000… for a float":        {func(f *fake) { f.put(32062, 0x80, 0, 0, 0) }, 32062, Sentinel, "0x80000000"},
		"all ones for an energy":     {func(f *fake) { f.put(32104, bytes.Repeat([]byte{0xFF}, 8)...) }, 32104, Sentinel, "all ones"},
		"0x8000 for a word":          {func(f *fake) { f.put(12030, 0x80, 0) }, 12030, Sentinel, "0x8000"},
		"absent":                     {func(f *fake) { delete(f.regs, 32035) }, 32034, Gone, "exception 02"},
		"a setting beyond its range": {func(f *fake) { f.put(45025, f32(2000)...) }, 45025, Range, "1000 A"},
		"a code that no value has":   {func(f *fake) { f.put(45002, 0, 9) }, 45002, Range, "cannot be"},
		"a bit that nobody knows":    {func(f *fake) { f.regs[32001] |= 1 << 12 }, 32001, Unnamed, "bits 12"},
		"another constant":           {func(f *fake) { f.regs[45024] = 7 }, 45024, Range, "always 1"},
		"no text":                    {func(f *fake) { f.put(11824, 1, 2, 3, 4) }, 11824, Type, "no text"},
		"characters in turned order": {func(f *fake) { f.put(11824, 'a', 'M', 'e', 'k', 0, 'r') }, 11824, Order, "two characters"},
	} {
		t.Run(name, func(t *testing.T) {
			f := breaker(t)
			c.change(f)
			r := againstMap(f.taken(Plan{}))
			if len(r.Findings) != 1 || r.Findings[0].Kind != c.kind || r.Findings[0].Register != c.at || !strings.Contains(r.Findings[0].What, c.want) {
				t.Errorf("%+v", r.Findings)
			}
			// The same against a unit that is as the map says.
			made := Side{"virtual", breaker(t).taken(Plan{}), true}
			v := Compare(made, Side{"unit", f.taken(Plan{}), false}, regmap.Default())
			if !slices.ContainsFunc(v.Findings, func(x Finding) bool { return x.Register == c.at && x.Kind == c.kind }) {
				t.Errorf("against a unit: %+v", v.Findings)
			}
		})
	}
}

func words(f *fake, r regmap.Register, n int) (b []byte) {
	for i := range n {
		b = binary.BigEndian.AppendUint16(b, f.regs[r+regmap.Register(i)])
	}
	return b
}

// TestSwappedUnit: a unit that sends every word in the opposite order is named as
// one.
func TestSwappedUnit(t *testing.T) {
	f := breaker(t)
	for _, r := range regmap.Rows {
		if r.Register < firstVirtual && r.Count > 1 && r.Kind != regmap.Chars && r.Kind != regmap.Gap {
			f.put(r.Register, swapped(words(f, r.Register, int(r.Count)))...)
		}
	}
	r := againstMap(f.taken(Plan{}))
	if !slices.ContainsFunc(r.Notes, func(n Finding) bool { return strings.Contains(n.What, "least significant word first") }) {
		t.Errorf("notes %+v", r.Notes)
	}
	order, other := 0, 0
	for _, x := range r.Findings {
		if x.Kind == Order {
			order++
		} else {
			other++
			t.Log(x)
		}
	}
	if order < 50 || other > 0 {
		t.Errorf("%d rows named, %d as something else", order, other)
	}
	two := Compare(Side{"a", breaker(t).taken(Plan{}), false}, Side{"b", f.taken(Plan{}), false}, regmap.Default())
	named := 0
	for _, x := range two.Findings {
		if x.Kind == Order && strings.HasPrefix(x.What, "b reads") || x.Kind == Order && strings.HasPrefix(x.What, "b a date") {
			named++
		}
	}
	if named != order {
		t.Errorf("beside another capture %d rows are named, %d beside the map", named, order)
	}
}

// TestTwoCaptures: settings, ratings and texts are compared, measurements are not.
func TestTwoCaptures(t *testing.T) {
	a, f := breaker(t).taken(Plan{Identify: true}), breaker(t)
	f.put(45025, be32(math.Float32bits(800))...)
	f.put(32028, be32(math.Float32bits(77))...)
	delete(f.regs, 32200)
	f.who[1].Value = "EIFE"
	r := Compare(Side{"a", a, false}, Side{"b", f.taken(Plan{Identify: true}), false}, regmap.Default())
	var got []string
	for _, x := range r.Findings {
		got = append(got, string(x.Kind))
	}
	if !slices.Equal(got, []string{"identification", "gap", "value"}) {
		t.Errorf("%+v", r.Findings)
	}
}

// TestSuggestions: what is suggested can be loaded, claims no more than it may,
// and makes the contradictions go away that a row can express.
func TestSuggestions(t *testing.T) {
	f := breaker(t)
	f.put(32028, be32(412)...)
	delete(f.regs, 32035)
	delete(f.regs, 32341)
	f.put(32062, swapped(be32(math.Float32bits(230.4)))...)
	c := f.taken(Plan{})
	var b bytes.Buffer
	if err := Suggest(&b, c, againstMap(c).Rows); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "# register 32062") {
		t.Errorf("the order of words is not commented:\n%s", b.String())
	}
	before := regmap.Default()
	m, err := before.Override(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range m.Rows() {
		if strings.HasPrefix(r.Source, "read on a unit") && r.Certainty < points.Reported {
			t.Errorf("register %d claims to be %v", r.Register, r.Certainty)
		}
	}
	r := Compare(Side{"unit", c, false}, Side{Name: "map"}, m)
	if len(r.Findings) != 1 || r.Findings[0].Register != 32062 {
		t.Errorf("left: %+v", r.Findings)
	}
	if _, ok := m.Find(points.CurrentN); ok {
		if p, _ := m.Find(points.CurrentN); p.Row.Register == 32034 {
			t.Error("an absent row is still there")
		}
	}
	f.regs[mark] = regmap.Virtual
	b.Reset()
	c = f.taken(Plan{})
	if err := Suggest(&b, c, againstMap(c).Rows); err != nil || strings.Contains(b.String(), "read on a unit,") {
		t.Errorf("%v: suggestions from a virtual unit:\n%s", err, b.String())
	}
}

// TestReplay: a replay answers as the unit did, and takes no write.
func TestReplay(t *testing.T) {
	f := breaker(t)
	delete(f.regs, 32035)
	c := f.taken(Plan{Identify: true})
	rp := NewReplay(c)
	g := &fake{t: t, regs: map[regmap.Register]uint16{}}
	for r, w := range c.View().words {
		g.regs[r] = w
	}
	for r := 1; r < 65400; r += 61 {
		pdu := modbus.ReadRequest{Function: 3, Address: regmap.Register(r).Address(), Count: uint16(r%125) + 1}.Append(nil)
		got := rp.Serve(&modbus.Query{PDU: pdu}, nil)
		want := modbus.NewBank(fakeDevice{g}).Serve(&modbus.Query{PDU: pdu}, nil)
		if !bytes.Equal(got, want) {
			t.Fatalf("register %d: % X, want % X", r, got, want)
		}
	}
	for _, pdu := range [][]byte{{6, 0, 1, 0, 1}, {16, 0, 1, 0, 1, 2, 0, 1}, {23, 0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 1}, {43, 16, 0, 26, 1, 1, 0, 0, 0, 0, 0}, {8, 0, 10, 0, 0}} {
		if got := rp.Serve(&modbus.Query{PDU: pdu}, nil); !bytes.Equal(got, []byte{pdu[0] | 0x80, 1}) {
			t.Errorf("% X: % X", pdu, got)
		}
	}
	if rp.Writes() != 5 {
		t.Errorf("%d writes", rp.Writes())
	}
	who := rp.Serve(&modbus.Query{PDU: []byte{43, 14, 1, 0}}, nil)
	if !bytes.Contains(who, []byte("Maker")) {
		t.Errorf("% X", who)
	}
}
