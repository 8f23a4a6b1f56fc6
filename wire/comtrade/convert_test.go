package comtrade

import (
	"bytes"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// forms are the ways a recording can be written.
func forms() (all []form) {
	for _, revision := range []int{1991, 1999, 2013} {
		for kind := range DataType(len(typeNames)) {
			if kind <= Binary || revision == 2013 {
				all = append(all, form{kind, revision})
			}
		}
	}
	return all
}

type form struct {
	kind     DataType
	revision int
}

// fault is a recording with what makes trouble: a constant, a channel that is
// missing throughout, one far from zero, tiny and huge values, one with a hole,
// and more status channels than a word has.
func fault() *Recording {
	r := &Recording{
		Station: "Sé 1", Device: "Q1", Revision: 2013, Type: Float32, Frequency: 50, TimeMult: 1,
		Start: time.Date(2026, 11, 23, 10, 0, 0, 125_000_000, time.UTC), TimeCode: "0", LocalCode: "x", TimeQuality: "F", LeapSecond: "3",
		Header: "a fault\r\nseen from Q1", Information: "[Public]\r\nx=1",
	}
	r.Trigger = r.Start.Add(40 * time.Millisecond)
	const n = 120
	shapes := []func(i int) float64{
		func(i int) float64 { return 12345.678 * math.Sin(float64(i)/6) },
		func(i int) float64 { return 7 },
		func(i int) float64 { return math.NaN() },
		func(i int) float64 { return 100000 + float64(i)/1000 },
		func(i int) float64 { return 1e-9 * float64(i-5) },
		func(i int) float64 { return -1e30 * float64(i) },
		func(i int) float64 {
			if i == 40 {
				return math.NaN()
			}
			return float64(i)
		},
	}
	for k, shape := range shapes {
		a := Analog{Name: "C" + string(rune('0'+k)), Phase: "A", Unit: "A", A: 1, Primary: 1000, Secondary: 5, Scaling: 'S'}
		for i := range n {
			a.Values = append(a.Values, shape(i))
		}
		r.Analog = append(r.Analog, a)
	}
	for k := range 19 {
		on := make([]bool, n)
		for i := range on {
			on[i] = i > 6*k
		}
		r.Digital = append(r.Digital, Digital{Name: "D", Phase: "A", Component: "Q1", Normal: k == 3, Values: BitsOf(on)})
	}
	for i := range n {
		r.Times = append(r.Times, float64(i)/1000)
	}
	r.Rates = []Rate{{Hz: 1000, Last: n}}
	return r
}

// written converts, writes and reads back.
func written(t *testing.T, r *Recording, f form, ext string) (out, back *Recording) {
	t.Helper()
	out, err := r.Convert(f.kind, f.revision)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	path := filepath.Join(t.TempDir(), "out"+ext)
	if _, err := out.WriteAs(path); err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	if back, err = Open(path); err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	return out, back
}

// TestConvert reads back every type of every revision: what Convert returned,
// to the bit, and what went in, to the resolution.
func TestConvert(t *testing.T) {
	for _, f := range forms() {
		for _, ext := range []string{".cfg", ".cff"} {
			if ext == ".cff" && f.revision < 2013 {
				continue
			}
			r := fault()
			if f.kind == Float32 { // 32 bits of float hold 7 digits
				r.Analog[3].Values = r.Analog[0].Values
			}
			out, back := written(t, r, f, ext)
			compareBack(t, f, out, back)
			for k, a := range r.Analog {
				step := out.Analog[k].A
				if f.kind == Float32 {
					step = 0
				}
				for i, v := range a.Values {
					got := back.Analog[k].Values[i]
					if math.IsNaN(v) != math.IsNaN(got) || math.Abs(got-v) > step/2*(1+1e-6)+math.Abs(v)*1e-7 {
						t.Fatalf("%+v: channel %d, sample %d: %g came back as %g, a is %g", f, k, i, v, got, out.Analog[k].A)
					}
				}
			}
			if step := back.Analog[0].A / 12345.678; f.kind != Float32 && step > 1.001/whole(f.kind, f.revision) {
				t.Errorf("%+v: the range of the type is not used: a step is %g of the largest value", f, step)
			}
			if !reflect.DeepEqual(r, faultWith(r)) {
				t.Errorf("%+v: the recording was changed", f)
			}
		}
	}
}

// faultWith is fault with the third channel of r, for a comparison.
func faultWith(r *Recording) *Recording {
	fresh := fault()
	fresh.Analog[3].Values = r.Analog[3].Values
	for k := range fresh.Analog { // NaN is not equal to itself
		if same(fresh.Analog[k].Values, r.Analog[k].Values) {
			fresh.Analog[k].Values = r.Analog[k].Values
		}
	}
	return fresh
}

// compareBack holds what was read back to what Convert promised.
func compareBack(t *testing.T, f form, out, back *Recording) {
	t.Helper()
	if back.Revision != f.revision || back.Type != f.kind || len(back.Notes) > 0 {
		t.Errorf("%+v: came back as %s of %d, notes %q", f, back.Type, back.Revision, back.Notes)
	}
	if !back.Start.Equal(out.Start) || !back.Trigger.Equal(out.Trigger) || back.Station != out.Station || back.Frequency != out.Frequency {
		t.Errorf("%+v: %v %v %q", f, back.Start, back.Trigger, back.Station)
	}
	if back.Header != out.Header || back.Information != out.Information {
		t.Errorf("%+v: texts %q %q, want %q %q", f, back.Header, back.Information, out.Header, out.Information)
	}
	for k := range out.Analog {
		if a, b := out.Analog[k], back.Analog[k]; !same(a.Values, b.Values) || a.Name != b.Name || a.Scaling != b.Scaling || a.Primary != b.Primary {
			t.Errorf("%+v: channel %d is not what Convert returned", f, k)
		}
	}
	for k := range out.Digital {
		if a, b := out.Digital[k], back.Digital[k]; !reflect.DeepEqual(bools(a.Values), bools(b.Values)) || a.Normal != b.Normal || a.Phase != b.Phase {
			t.Errorf("%+v: status %d is not what Convert returned", f, k)
		}
	}
	for i, s := range out.Times {
		if math.Abs(back.Times[i]-(s-out.Times[0])) > back.tick()/2+1e-12 {
			t.Fatalf("%+v: sample %d at %g s, want %g", f, i, back.Times[i], s)
		}
	}
}

// TestConvertExact: whole numbers of a device go through ASCII and BINARY of
// any revision without any loss.
func TestConvertExact(t *testing.T) {
	r := read(t, with(11, "ASCII"), "1,0,10,-32767,1\n2,1000,20,32767,1\n3,2000,-30,0,0\n4,3000,,4,1\n")
	for _, f := range forms() {
		if f.kind == Float32 {
			continue
		}
		out, back := written(t, r, f, ".cfg")
		for k, a := range r.Analog {
			if b := back.Analog[k]; !same(a.Values, b.Values) || a.A != b.A || a.B != b.B {
				t.Errorf("%+v: channel %d: %v with a %g, were %v with %g", f, k, b.Values, b.A, a.Values, a.A)
			}
		}
		if lost := f.revision == 1991; lost != strings.Contains(strings.Join(out.Notes, "\n"), "no transformer ratio") {
			t.Errorf("%+v: notes %q; the transformer ratio is lost: %v", f, out.Notes, lost)
		}
	}
}

// TestConvertAny: any values of any size, in any type.
func TestConvertAny(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := rapid.SampledFrom(forms()).Draw(rt, "form")
		scale := math.Pow(10, float64(rapid.IntRange(-40, 34).Draw(rt, "scale")))
		base := rapid.SampledFrom([]float64{0, 0, 1, -3, 1000}).Draw(rt, "base")
		n := rapid.IntRange(2, 20).Draw(rt, "samples")
		r := &Recording{Revision: 1999, Type: ASCII, TimeMult: 1, Rates: []Rate{{Hz: 1000, Last: n}}, Analog: []Analog{{Name: "x", A: rapid.SampledFrom([]float64{1, 0, -2.5, 1e-9}).Draw(rt, "a")}}}
		for i := range n {
			r.Times = append(r.Times, float64(i)/1000)
			v := (base + rapid.Float64Range(-1, 1).Draw(rt, "v")) * scale
			if rapid.IntRange(0, 9).Draw(rt, "missing") == 0 {
				v = math.NaN()
			}
			r.Analog[0].Values = append(r.Analog[0].Values, v)
		}
		out, err := r.Convert(f.kind, f.revision)
		if err != nil {
			rt.Fatal(err)
		}
		data, err := out.appendData(nil)
		if err != nil {
			rt.Fatal(err)
		}
		back, err := Read(bytes.NewReader(out.AppendConfig(nil)), bytes.NewReader(data))
		if err != nil {
			rt.Fatal(err)
		}
		if !same(back.Analog[0].Values, out.Analog[0].Values) {
			rt.Errorf("%+v: %v read back as %v", f, out.Analog[0].Values, back.Analog[0].Values)
		}
		for i, v := range r.Analog[0].Values {
			allowed := math.Abs(out.Analog[0].A)/2*(1+1e-6) + 1e-15*scale*1000
			if f.kind == Float32 {
				allowed = math.Abs(v)*1e-7 + 1e-44
			}
			if got := out.Analog[0].Values[i]; math.IsNaN(v) != math.IsNaN(got) || math.Abs(v-got) > allowed {
				rt.Errorf("%+v: %g became %g, a is %g", f, v, got, out.Analog[0].A)
			}
		}
	})
}

func TestConvertRefuses(t *testing.T) {
	r := fault()
	for _, c := range []struct {
		f    form
		want string
	}{
		{form{Binary32, 1999}, "BINARY32 exists since 2013"},
		{form{Float32, 1991}, "FLOAT32 exists since 2013"},
		{form{ASCII, 2001}, "choose 1991, 1999 or 2013"},
		{form{DataType(9), 2013}, "choose one of ASCII"},
	} {
		if _, err := r.Convert(c.f.kind, c.f.revision); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %s", c.f, err, c.want)
		}
	}
	r.Analog[0].Values[3] = 1e39
	if _, err := r.Convert(Float32, 2013); err == nil || !strings.Contains(err.Error(), `"C0"`) {
		t.Errorf("1e39 as a 32-bit float: %v", err)
	}
	if _, err := new(Recording).Convert(ASCII, 1999); err == nil {
		t.Error("nothing is converted")
	}
	r = fault()
	r.Revision = 1999
	if _, err := r.AppendCombined(nil); err == nil {
		t.Error("a combined file of 1999")
	}
	r.Revision, r.Header = 2013, "x\n--- file type: DAT ASCII ---\n1,2,3"
	if _, err := r.AppendCombined(nil); err == nil {
		t.Error("a header that smuggles a data section in")
	}
	for _, path := range []string{"x.dat", "x", "x.txt"} {
		if _, err := fault().WriteAs(filepath.Join(t.TempDir(), path)); err == nil {
			t.Errorf("written to %s", path)
		}
	}
}

// TestConvertClock: stamps that are the only clock keep what they can.
func TestConvertClock(t *testing.T) {
	for _, c := range []struct {
		why  string
		step float64 // s between samples
		nano bool
		f    form
		tick float64 // s; 0: refused
	}{
		{"microseconds", 1e-3, false, form{Binary, 1999}, 1e-6},
		{"nanoseconds stay", 1e-6, true, form{ASCII, 2013}, 1e-9},
		{"nanoseconds have no place in 1999", 1e-3, true, form{ASCII, 1999}, 1e-6},
		{"32 bits of nanoseconds are 4 s", 0.1, true, form{Float32, 2013}, 1e-6},
		{"an hour and a half", 50, false, form{Binary, 2013}, 1e-5},
		{"an hour and a half in 1991", 50, false, form{Binary, 1991}, 0},
		{"an hour and a half in 1991, as text", 50, false, form{ASCII, 1991}, 1e-6},
	} {
		r := fault()
		r.Rates, r.Nanoseconds = []Rate{{Last: 120}}, c.nano
		for i := range r.Times {
			r.Times[i] = float64(i) * c.step
		}
		if c.tick == 0 {
			if _, err := r.Convert(c.f.kind, c.f.revision); err == nil || !strings.Contains(err.Error(), "split the recording") {
				t.Errorf("%s: %v", c.why, err)
			}
			continue
		}
		out, back := written(t, r, c.f, ".cfg")
		if math.Abs(back.tick()/c.tick-1) > 1e-9 {
			t.Errorf("%s: ticks of %g s, want %g", c.why, back.tick(), c.tick)
		}
		compareBack(t, c.f, out, back)
	}
}

// TestSharedConvert takes other makers' recordings through every form.
func TestSharedConvert(t *testing.T) {
	dir := shared(t)
	for _, c := range sharedRecordings {
		r, err := Open(filepath.Join(dir, filepath.FromSlash(c.path)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range forms() {
			out, back := written(t, r, f, ".cfg")
			if missing, changes := totals(back); missing != c.missing || changes != c.changes {
				t.Errorf("%s as %+v: %d missing, %d changes; want %d, %d", c.path, f, missing, changes, c.missing, c.changes)
			}
			compareBack(t, f, out, back)
		}
	}
}

// TestPythonReads has python-comtrade open every form; it did at
// fd8a60fba591f8aebcd849ed6b1585247bdfd95d. It is no part of ./check: set
// COMTRADE_PYTHON to a Python that has it (pip install comtrade).
func TestPythonReads(t *testing.T) {
	python := os.Getenv("COMTRADE_PYTHON")
	if python == "" {
		t.Skip("SKIPPED: set COMTRADE_PYTHON to a Python with the package comtrade to have another reader open what is written")
	}
	const script = `
import sys, comtrade
r = comtrade.load(sys.argv[1])
print(r.rev_year, r.ft, r.analog_count, r.status_count, r.total_samples)
for k in (0, 1, 3, 6):
    print(" ".join(repr(float(v)) for v in r.analog[k]))
print(" ".join(str(v) for v in r.status[18]))
print(" ".join(repr(float(v)) for v in r.time))
`
	for _, f := range forms() {
		for _, ext := range []string{".cfg", ".cff"} {
			if ext == ".cff" && f.revision < 2013 {
				continue
			}
			r := fault()
			if f == (form{ASCII, 2013}) { // it refuses the empty field that 2013 writes for a missing value (8.4)
				r.Analog[2].Values = r.Analog[1].Values
				r.Analog[6].Values = r.Analog[0].Values
			}
			out, err := r.Convert(f.kind, f.revision)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "out"+ext)
			if _, err := out.WriteAs(path); err != nil {
				t.Fatal(err)
			}
			text, err := exec.Command(python, "-c", script, path).Output()
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				t.Errorf("%+v%s: %s", f, ext, exit.Stderr)
				continue
			}
			comparePython(t, f, out, strings.Split(strings.TrimSpace(string(text)), "\n"))
		}
	}
}

func comparePython(t *testing.T, f form, out *Recording, lines []string) {
	t.Helper()
	if len(lines) != 7 || !strings.HasSuffix(lines[0], " 7 19 120") {
		t.Errorf("%+v: %q", f, lines)
		return
	}
	for i, k := range []int{0, 1, 3, 6} {
		for n, field := range strings.Fields(lines[i+1]) {
			v, _ := parseNumber(field)
			want := out.Analog[k].Values[n]
			if field != "nan" && !math.IsNaN(want) && math.Abs(v-want) > 1e-6*math.Abs(want)+1e-6 {
				t.Fatalf("%+v: channel %d, sample %d: python reads %s, we %g", f, k, n, field, want)
			}
		}
	}
	for n, field := range strings.Fields(lines[5]) {
		if on := field == "1"; on != out.Digital[18].Values.At(n) {
			t.Fatalf("%+v: status 18, sample %d: python reads %s", f, n, field)
		}
	}
	for n, field := range strings.Fields(lines[6]) {
		if v, _ := parseNumber(field); math.Abs(v-out.Times[n]) > 1e-6 {
			t.Fatalf("%+v: sample %d: python reads %s s, we %g", f, n, field, out.Times[n])
		}
	}
}

// TestConvertZero: no current is no current in every form, though the largest
// positive and negative values differ.
func TestConvertZero(t *testing.T) {
	for _, f := range forms() {
		out, err := fault().Convert(f.kind, f.revision)
		if err != nil {
			t.Fatal(err)
		}
		if v := out.Analog[4].Values; v[5] != 0 || v[4] == 0 {
			t.Errorf("%+v: -1e-9, 0 and 1e-9 became %v", f, v[4:7])
		}
	}
}

// TestConvert1991 finds lines as long as those of 1991 and no longer.
func TestConvert1991(t *testing.T) {
	out, err := fault().Convert(Binary, 1991)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(out.AppendConfig(nil)), "\r\n")
	for i, line := range lines[2 : 2+7+19] {
		want := 9 // number,name,phase,component,unit,a,b,skew,min,max
		if i >= 7 {
			want = 2 // number,name,normal
		}
		if strings.Count(line, ",") != want {
			t.Errorf("line %d: %s", i+3, line)
		}
	}
	if last := lines[len(lines)-2]; last != "BINARY" {
		t.Errorf("the last line is %q: 1991 has no time stamp multiplier", last)
	}
}
