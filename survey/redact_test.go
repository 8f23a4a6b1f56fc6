package survey

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// orders are the ways in which a text can stand in registers.
var orders = map[string]func([]byte) []byte{
	"as it is":       func(b []byte) []byte { return b },
	"bytes swapped":  swapBytes,
	"words reversed": swapped,
	"all reversed":   func(b []byte) []byte { return swapBytes(swapped(b)) },
	"half a word on": func(b []byte) []byte { return append([]byte{0}, append(slices.Clone(b), 0)...) },
}

func swapBytes(b []byte) []byte {
	out := slices.Clone(b)
	for i := 0; i+1 < len(out); i += 2 {
		out[i], out[i+1] = out[i+1], out[i]
	}
	return out
}

// leaks returns the longest part of a canary that still stands in a capture, in
// any order: of four characters and more.
func leaks(c *Capture, file []byte, canary string) string {
	hay := [][]byte{file}
	for _, a := range c.Answers {
		b := bytesOf(a.Words)
		for _, turn := range orders {
			hay = append(hay, turn(b))
		}
	}
	for n := len(canary); n >= 4; n-- {
		for i := 0; i+n <= len(canary); i++ {
			for _, h := range hay {
				if bytes.Contains(h, []byte(canary[i:i+n])) {
					return canary[i : i+n]
				}
			}
		}
	}
	return ""
}

// TestCanaries puts a name everywhere where one can stand, in every order of
// bytes, and looks for it in what is shared.
func TestCanaries(t *testing.T) {
	const canary = "Klinikum-Nord/QX7" // odd and with marks
	for name, turn := range orders {
		for _, r := range []regmap.Register{10242, 8180, 8300, 11844, 11850, 11869, 24030, 32130, 32250, 32400, 45010, 8272, 12070, 12020, 32042, 11784} {
			f := breaker(t)
			text := []byte(canary)
			if len(text)%2 == 1 {
				text = append(text, 0)
			}
			f.put(r, turn(text)...)
			f.who = append(f.who, modbus.Object{ID: modbus.VendorURL, Value: canary}, modbus.Object{ID: 0x81, Value: canary})
			f.who[3].Value = canary
			slices.SortFunc(f.who, func(a, b modbus.Object) int { return int(a.ID) - int(b.ID) })
			c, before, err := f.take(context.Background(), Plan{Identify: true, Twice: true}, unlimited)
			if err != nil {
				t.Fatal(err)
			}
			if leaks(c, before, canary) == "" {
				t.Fatalf("%s at %d: the canary is not even in the original", name, r)
			}
			out, err := Redact(c, regmap.Default(), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if err := out.Write(&file); err != nil {
				t.Fatal(err)
			}
			if part := leaks(out, file.Bytes(), canary); part != "" {
				t.Errorf("%s at %d: %q is left", name, r, part)
			}
			for _, secret := range []string{"192.168", "2026-11-27", "IFE-0A129F"} {
				if strings.Contains(file.String(), secret) {
					t.Errorf("%s is left", secret)
				}
			}
			if _, _, err := Read(&file); err != nil {
				t.Errorf("what is shared cannot be read: %v", err)
			}
		}
	}
}

// TestRedactedDiffers: only what was taken out differs from the original, and all
// of that does.
func TestRedactedDiffers(t *testing.T) {
	f := breaker(t)
	f.put(32130, []byte("Maier & Sons")...)
	f.put(32160, 0xC0, 0xA8, 7, 9)
	f.put(32170, 0x00, 0x80, 0xF4, 1, 2, 3)
	c := f.taken(Plan{Identify: true})
	m := regmap.Default()
	out, err := Redact(c, m, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := Compare(Side{"unit.capture", c, false}, Side{"share.capture", out, false}, m)
	if len(r.Findings) < 10 {
		t.Errorf("only %d findings", len(r.Findings))
	}
	for _, x := range r.Findings {
		if x.Kind != Gave {
			t.Errorf("%+v", x)
		}
	}
	classes := map[string]bool{}
	for _, x := range out.Head.Redacted {
		classes[x.Class] = true
	}
	for _, want := range []string{"addresses", "counters", "dates", "energies", "names", "texts"} {
		if !classes[want] {
			t.Errorf("nothing of the class %s was taken out", want)
		}
	}
	use(t, out)
}

// TestKeepAndDrop: what is to be kept is kept, and without a row nothing is left
// where that is asked for.
func TestKeepAndDrop(t *testing.T) {
	c := breaker(t).taken(Plan{})
	m := regmap.Default()
	out, err := Redact(c, m, []string{"energies", "dates"}, []string{"unmapped"})
	if err != nil {
		t.Fatal(err)
	}
	v := out.View()
	for id, want := range map[points.ID]State{points.EnergyActiveDelivered: Present, points.DeviceClock: Present, points.InterfaceUptime: Hidden, points.InterfaceName: Hidden, points.CurrentL1: Present, points.InterfaceVendor: Present} {
		p, _ := m.Find(id)
		if st, _ := v.State(spanOf(p.Row)); st != want {
			t.Errorf("%v: %v, want %v", id, st, want)
		}
	}
	if !out.Head.Started.Equal(at) {
		t.Errorf("the date was to be kept: %v", out.Head.Started)
	}
	for r := regmap.Register(32124); r < 32242; r++ {
		if st, _ := v.State(Span{r, 1}); st != Hidden {
			t.Fatalf("%d is left", r)
		}
	}
	if _, err := Redact(c, m, []string{"everything"}, nil); err == nil || !strings.Contains(err.Error(), "serials") {
		t.Errorf("%v", err)
	}
}

// TestTextAnywhere: a text of a few characters in registers without a row is
// found wherever it begins and whatever stands around it.
func TestTextAnywhere(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := &fake{t: t, regs: map[regmap.Register]uint16{}}
		for k := range regmap.Register(100) {
			f.regs[32124+k] = rapid.Uint16().Draw(r, "word")
		}
		canary := rapid.StringMatching(`[A-Za-z0-9/._-]{6,20}`).Draw(r, "canary")
		b := []byte(canary)
		if len(b)%2 == 1 {
			b = append(b, 0)
		}
		for name, turn := range orders {
			g := &fake{t: t, regs: f.regs}
			g.put(regmap.Register(rapid.IntRange(32124, 32200).Draw(r, "at")), turn(b)...)
			out, err := Redact(g.taken(Plan{Ranges: "32124-32223"}), regmap.Default(), nil, nil)
			if err != nil {
				r.Fatal(err)
			}
			if part := leaks(out, nil, canary); part != "" {
				r.Errorf("%s: %q is left", name, part)
			}
		}
	})
}

// TestTextInTwoRequests: a text across rows of numbers that was read in two parts,
// each too short to be told.
func TestTextInTwoRequests(t *testing.T) {
	words := func(s string) (w []uint16) {
		for i := 0; i < len(s); i += 2 {
			w = append(w, uint16(s[i])<<8|uint16(s[i+1]))
		}
		return w
	}
	c := &Capture{Head: Head{Unit: 255, Started: at}, Answers: []Answer{
		{At: at, Pass: 1, Function: 3, Register: 12016, Count: 3, Words: words("Mullig")},
		{At: at, Pass: 1, Function: 3, Register: 12019, Count: 3, Words: words("an Ltd")},
	}}
	out, err := Redact(c, regmap.Default(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if part := leaks(out, nil, "Mulligan Ltd"); part != "" {
		t.Errorf("%q is left", part)
	}
}
