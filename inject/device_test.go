package inject

import (
	"bytes"
	"context"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// shown are the points that stand in a register and have a value.
func shown() (all []string) {
	m := regmap.Default()
	for _, p := range points.All() {
		if _, ok := m.Find(p.ID); ok && p.Type != points.Action && p.Type != points.Secret {
			all = append(all, p.Name)
		}
	}
	return all
}

// drawn is a value of a point, as a person writes it.
func drawn(t *rapid.T, name string) string {
	id, _ := points.Lookup(name)
	info := points.Of(id)
	switch info.Type {
	case points.Bool:
		return rapid.SampledFrom([]string{"true", "false"}).Draw(t, name)
	case points.Enum:
		return info.Format(points.Number(float64(info.Base)))
	case points.Text:
		return "ABC"
	case points.Instant:
		return "2026-01-31T12:00:00Z"
	case points.Integer:
		return rapid.SampledFrom([]string{"0", "1", "7", "30000"}).Draw(t, name)
	}
	return rapid.SampledFrom([]string{"0", "1.5", "-2", "12345.678"}).Draw(t, name)
}

// Whatever points are substituted and whatever span is read, by whichever function,
// the answer is that of a unit which has these values: all else is as it was.
func TestSubstitute(t *testing.T) {
	m := regmap.Default()
	names := shown()
	rapid.Check(t, func(rt *rapid.T) {
		with := map[string]string{}
		want := values()
		texts := map[points.ID]string{}
		for _, n := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 40, rapid.ID[string]).Draw(rt, "points") {
			id, _ := points.Lookup(n)
			with[n] = drawn(rt, n)
			v, err := points.Of(id).Parse(with[n])
			if err != nil {
				rt.Fatal(err)
			}
			want[id] = v.Float()
			if points.Of(id).Type == points.Text {
				texts[id] = v.Text()
			}
		}
		image := m.NewImage()
		want[points.DeviceClockSynchronised] = max(want[points.DeviceClockSynchronised], 1)
		image.Fill(regmap.Source{Values: want, Text: func(id points.ID) string {
			if s, ok := texts[id]; ok {
				return s
			}
			return "text"
		}})
		delete(with, points.DeviceClockSynchronised.String()) // validity of every date: not this test's
		if len(with) == 0 {
			return
		}
		l := NewLine(m, nil)
		h := l.Wrap(modbus.NewBank(newUnit()))
		d := NewDesk(map[string]*Line{"Q1": l}, nil)
		defer d.Close()
		if _, err := d.Inject(remote.Order{Fault: "substitute", Unit: "Q1", With: with}); err != nil {
			rt.Fatal(err)
		}
		block := rapid.SampledFrom(m.Blocks()).Draw(rt, "block")
		from := rapid.IntRange(int(block.First), int(block.Last)).Draw(rt, "from")
		n := rapid.IntRange(1, min(125, int(block.Last)-from+1)).Draw(rt, "count")
		wantWords, _ := image.Append(nil, regmap.Register(from).Address(), uint16(n))
		for name, got := range every(rt, h, regmap.Register(from).Address(), uint16(n)) {
			if !bytes.Equal(got, wantWords[:len(got)]) {
				rt.Fatalf("%s, registers %d to %d:\n got % x\nwant % x", name, from, from+n-1, got, wantWords[:len(got)])
			}
		}
	})
}

// every reads a span by every function that reads.
func every(t interface{ Fatal(...any) }, h modbus.Handler, addr, n uint16) map[string][]byte {
	var addrs []uint16
	for i := range min(n, 100) {
		addrs = append(addrs, addr+i)
	}
	out := map[string][]byte{}
	for name, pdu := range map[string][]byte{
		"function 3":   modbus.ReadRequest{Function: 3, Address: addr, Count: n}.Append(nil),
		"function 4":   modbus.ReadRequest{Function: 4, Address: addr, Count: n}.Append(nil),
		"function 23":  modbus.ReadWriteRequest{ReadAddress: addr, ReadCount: n, WriteAddress: 7999, Values: []byte{0, 0}}.Append(nil),
		"function 100": modbus.NewScatteredRequest(7, addrs...).Append(nil),
	} {
		r, err := modbus.Ask(context.Background(), h, modbus.Query{PDU: pdu, Unit: 255})
		if err != nil || r.How != modbus.Answered || r.Bytes[0]&0x80 != 0 {
			t.Fatal(name, r, err)
		}
		head := map[string]int{"function 100": 4}[name]
		out[name] = r.Bytes[max(head, 2):]
	}
	return out
}

// Numbers of several registers read with their words reversed, wherever the span
// begins and ends; the rest is as it was.
func TestWordSwap(t *testing.T) {
	m := regmap.Default()
	plain := modbus.NewBank(newUnit())
	b := newBench(t)
	b.inject("word-swap", nil)
	for _, r := range m.Rows() {
		first := r.Register.Address()
		was := every(t, plain, first, r.Count)["function 3"]
		want := bytes.Clone(was)
		if slices.Contains(swaps, r.Kind) {
			for i := range int(r.Count) {
				copy(want[2*i:2*i+2], was[2*(int(r.Count)-1-i):])
			}
		}
		for i := range r.Count {
			for name, got := range every(t, b.line, first+i, 1) {
				if !bytes.Equal(got, want[2*i:2*i+2]) {
					t.Fatalf("%s: word %d of register %d (%v) reads % x, want % x", name, i, r.Register, r.Kind, got, want[2*i:2*i+2])
				}
			}
		}
		if got := every(t, b.line, first, r.Count)["function 3"]; !bytes.Equal(got, want) {
			t.Fatalf("register %d (%v) reads % x, want % x", r.Register, r.Kind, got, want)
		}
	}
}

// Not available reads as the type's marker; of a bit its quality says so.
func TestNotAvailable(t *testing.T) {
	b := newBench(t)
	b.inject("not-available", map[string]string{"current.l1": "", "breaker.closed": ""})
	if got := every(t, b.line, 32027, 4)["function 3"]; !math.IsNaN(float64(math.Float32frombits(binary.BigEndian.Uint32(got)))) || math.IsNaN(float64(math.Float32frombits(binary.BigEndian.Uint32(got[4:])))) {
		t.Errorf("currents read % x", got)
	}
	if got := every(t, b.line, 31999, 2)["function 3"]; got[1]&1 != 0 || got[1]&2 == 0 {
		t.Errorf("quality and status read % x", got)
	}
	b.inject("not-available", nil)
	for _, r := range regmap.Default().Rows() {
		if r.Point == 0 || r.Kind == regmap.Chars {
			continue
		}
		if v := r.Decode(every(t, b.line, r.Register.Address(), r.Count)["function 3"]); v.Available() {
			t.Errorf("register %d (%v) reads %v", r.Register, r.Point, v)
		}
	}
}

func TestQualityOff(t *testing.T) {
	b := newBench(t)
	b.inject("quality-off", nil)
	for _, r := range regmap.Default().Rows() {
		if r.Kind == regmap.Quality && !bytes.Equal(every(t, b.line, r.Register.Address(), 1)["function 3"], []byte{0, 0}) {
			t.Errorf("quality word %d is not 0", r.Register)
		}
	}
}

// Registers stand still while the unit goes on, and follow it again afterwards.
func TestStale(t *testing.T) {
	u := newUnit()
	l := NewLine(regmap.Default(), nil)
	h := l.Wrap(modbus.NewBank(u))
	d := NewDesk(map[string]*Line{"Q1": l}, nil)
	defer d.Close()
	before := every(t, h, 32027, 40)["function 3"]
	in, err := d.Inject(remote.Order{Fault: "stale", Unit: "Q1"})
	if err != nil {
		t.Fatal(err)
	}
	other := maps.Clone(map[points.ID]float64{points.CurrentL1: 77})
	v := values()
	for id, x := range other {
		v[id] = x
	}
	u.image.Fill(regmap.Source{Values: v})
	if got := every(t, h, 32027, 40)["function 3"]; !bytes.Equal(got, before) {
		t.Errorf("registers have moved:\n% x\n% x", got, before)
	}
	d.Undo(in.ID)
	if got := every(t, h, 32027, 2)["function 3"]; math.Float32frombits(binary.BigEndian.Uint32(got)) != 77 {
		t.Errorf("afterwards % x", got)
	}
}

// What cannot be substituted is refused, with all that is wrong at once.
func TestWrongParameters(t *testing.T) {
	b := newBench(t)
	for _, tt := range []struct {
		fault string
		with  map[string]string
		want  []string
	}{
		{"substitute", nil, []string{"give points"}},
		{"substitute", map[string]string{"current.l1": "much", "breaker.closed": "perhaps", "current.l9": "1"}, []string{"current.l1", "breaker.closed", "current.l9"}},
		{"not-available", map[string]string{"breaker.open": ""}, []string{"no register"}},
		{"slow", map[string]string{"ms": "0", "distribution": "odd", "colour": "red"}, []string{"ms:", "distribution:", "colour"}},
		{"exceptions", map[string]string{"share": "NaN"}, []string{"share:"}},
		{"self-test", nil, []string{"part is missing"}},
		{"open", nil, []string{"nobody stands"}},
	} {
		_, err := b.desk.Inject(remote.Order{Fault: tt.fault, Unit: "Q1", With: tt.with})
		for _, w := range tt.want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%s %v: %v, want %q in it", tt.fault, tt.with, err, w)
			}
		}
	}
	if n := len(b.desk.List()); n != 0 {
		t.Errorf("%d refused orders are listed as injected", n)
	}
}
