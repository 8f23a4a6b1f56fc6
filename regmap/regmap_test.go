package regmap_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"switchroom/points"
	. "switchroom/regmap"
)

func TestRows(t *testing.T) {
	if err := Default().Check(); err != nil {
		t.Error(err)
	}
	if !slices.IsSortedFunc(Rows, func(a, b Row) int { return cmp.Compare(a.Register, b.Register) }) {
		t.Error("rows are not sorted by register")
	}
	m := Default()
	for i := range Rows {
		r := &Rows[i]
		if r.Source == "" || r.Certainty == 0 || r.Kind == 0 || r.Count == 0 {
			t.Errorf("register %d: incomplete row", r.Register)
		}
		b, ok := m.BlockOf(r.Register)
		if !ok || r.Last() > b.Last {
			t.Errorf("register %d: in no block", r.Register)
		}
		if r.Point == 0 && r.Kind != Bits && r.Kind != Quality && r.Title == "" {
			t.Errorf("register %d: nothing says what it is", r.Register)
		}
	}
}

func TestCommandTable(t *testing.T) {
	for i := range Commands {
		c := &Commands[i]
		if i > 0 && (Commands[i-1].Code > c.Code || Commands[i-1].Code == c.Code && Commands[i-1].Dest >= c.Dest) {
			t.Errorf("command %d is out of order", c.Code)
		}
		if c.Point == 0 || c.Source == "" || c.Certainty == 0 || c.Layout == 0 {
			t.Errorf("command %d: incomplete row", c.Code)
		}
		if c.Words() > 10 {
			t.Errorf("command %d: %d parameter registers, there are ten", c.Code, c.Words())
		}
		if got, ok := CommandByCode(c.Code, c.Dest); !ok || got != c {
			t.Errorf("command %d to %d is not found", c.Code, c.Dest)
		}
	}
	for i := range Statuses {
		if i > 0 && Statuses[i-1].Status >= Statuses[i].Status || Statuses[i].Certainty == 0 {
			t.Errorf("status %v: out of order or incomplete", Statuses[i])
		}
	}
}

// TestDocumentedLengths holds the length rule to every length that facts give.
func TestDocumentedLengths(t *testing.T) {
	for _, c := range []struct {
		code, dest, length, reply uint16
	}{
		{904, DestControlUnit, 10, 0}, {905, DestControlUnit, 10, 0}, {906, DestControlUnit, 10, 0}, {910, DestControlUnit, 13, 0},
		{46728, DestControlUnit, 12, 0}, {47240, DestControlUnit, 12, 0}, {47241, DestControlUnit, 12, 0},
		{1930, DestControlUnit, 10, 4}, {1932, DestControlUnit, 14, 0}, {51593, DestControlUnit, 26, 0}, {51584, DestControlUnit, 16, 56},
		{51589, DestControlUnit, 14, 32}, {45704, DestControlUnit, 12, 0}, {46472, DestControlUnit, 12, 0},
		{768, DestInterface, 10, 8}, {769, DestInterface, 18, 0}, {768, DestIFM, 10, 8}, {769, DestIFM, 18, 0},
	} {
		cmd, ok := CommandByCode(c.code, c.dest)
		if !ok {
			t.Errorf("command %d to %d is missing", c.code, c.dest)
			continue
		}
		if cmd.Length() != c.length || cmd.ReplyLength() != int(c.reply) {
			t.Errorf("command %d: length %d, reply %d; want %d, %d", c.code, cmd.Length(), cmd.ReplyLength(), c.length, c.reply)
		}
	}
}

// TestEveryCommandOfTheFacts names each code that the facts list.
func TestEveryCommandOfTheFacts(t *testing.T) {
	for _, code := range []uint16{768, 769, 904, 905, 906, 910, 1924, 1930, 1932, 1933, 45704, 46472, 46728, 47240, 47241, 47242, 47243, 47244, 49025, 49033, 49536, 49537, 49545, 50056, 50560, 50816, 50817, 51584, 51585, 51586, 51587, 51588, 51589, 51590, 51591, 51592, 51593, 51594, 51595, 51596, 51597, 51598, 51599} {
		if known, _ := Known(code, 0); !known {
			t.Errorf("command %d is not in the table", code)
		}
	}
}

func TestCommandFor(t *testing.T) {
	for id, want := range map[points.ID]uint16{
		points.BreakerOpen: 904, points.BreakerReset: 906, points.ProtectionLongTimeTr: 51593, points.ProtectionGroup: 49545,
		points.ProtectionNeutralType: 51598, points.ClockRead: 768, points.ClockSet: 769, points.MeteringENCT: 45704, points.EventList: 50560,
		points.ProtectionZSIGroundFault: 49033, points.MeteringPowerDemand: 47244, points.MeteringCurrentDemandInterval: 47243,
	} {
		if c, ok := CommandFor(id); !ok || c.Code != want {
			t.Errorf("%v: %+v, want %d", id, c, want)
		}
	}
	for _, id := range []points.ID{points.CurrentL1, points.PasswordLevel1, points.RemoteEnabled, points.DemandPowerActive} {
		if c, ok := CommandFor(id); ok {
			t.Errorf("%v is written by %d", id, c.Code)
		}
	}
}

func filled() (Source, points.Values) {
	v := points.NewValues()
	return Source{Values: v, Text: func(id points.ID) string {
		if id == points.InterfaceName {
			return "IFE-0A129F"
		}
		return ""
	}}, v
}

func read(t *testing.T, im *Image, r Register, n uint16) []byte {
	t.Helper()
	b, ok := im.Append(nil, r.Address(), n)
	if !ok {
		t.Fatalf("register %d is not mapped", r)
	}
	return b
}

func TestImageBytes(t *testing.T) {
	src, v := filled()
	v[points.CurrentL1] = 1234.5
	v[points.EnergyActiveDelivered] = 4589625
	v[points.Frequency] = 50.26
	v[points.PowerActiveTotal] = -123456
	v.SetFlag(points.BreakerClosed, true)
	v.SetFlag(points.BreakerTripped, false)
	v.SetFlag(points.BreakerSpringCharged, true)
	v.SetFlag(points.BreakerReadyToClose, false)
	v[points.InterfacePad] = 3
	v[points.DeviceClock] = points.At(time.Date(2026, 11, 23, 14, 5, 6, 789e6, time.UTC)).Float()
	im := Default().NewImage()
	im.Fill(src)
	for _, c := range []struct {
		reg  Register
		n    uint16
		want []byte
		why  string
	}{
		{32028, 2, []byte{0x44, 0x9A, 0x50, 0x00}, "FLOAT32 1234.5, high word first"},
		{32030, 2, []byte{0xFF, 0xC0, 0, 0}, "FLOAT32 not available"},
		{32104, 4, []byte{0, 0, 0, 0, 0x00, 0x46, 0x08, 0x39}, "4589625 is 0x0046 0x0839 (NSX example)"},
		{32096, 4, []byte{0x80, 0, 0, 0, 0, 0, 0, 0}, "INT64 not available"},
		{32001, 1, []byte{0, 0x09}, "closed and charged"},
		{32000, 1, []byte{0, 0x2B}, "quality of the four known bits; bit 2 is not available"},
		{12036, 1, []byte{0x01, 0xF7}, "frequency times ten, rounded"},
		{12041, 1, []byte{0xFB, 0x2D}, "0.1 kW, signed, rounded: -1235"},
		{12038, 1, []byte{0x80, 0}, "INT16 not available"},
		{12016, 1, []byte{0x04, 0xD3}, "1234.5 A rounds half away from zero to 1235"},
		{11891, 1, []byte{0, 3}, "pad unlocked"},
		{10242, 6, []byte("IFE-0A129F\x00\x00"), "text, NUL padded"},
		{8264, 2, []byte{0, 0, 0, 0}, "identification that is not programmed reads 0"},
		{8168, 4, []byte{0, 26, 11, 23, 14, 0x85, 0x1A, 0x85}, "DATETIME, not synchronised: minute has bit 7; 6789 ms"},
		{32012, 1, []byte{0xFF, 0xFF}, "a gap reads not available"},
		{32372, 1, []byte{0x80, 0}, "a bit field of unknown bits says ignore"},
		{45023, 1, []byte{0, 1}, "a constant"},
		{60001, 1, []byte("SR"), "the mark of a virtual unit"},
	} {
		if got := read(t, im, c.reg, c.n); !bytes.Equal(got, c.want) {
			t.Errorf("register %d: % X, want % X; %s", c.reg, got, c.want, c.why)
		}
	}
}

func TestImageBounds(t *testing.T) {
	im := Default().NewImage()
	for _, c := range []struct {
		reg Register
		n   uint16
		ok  bool
		why string
	}{
		{32000, 124, true, "documented read plan"}, {32124, 118, true, "documented read plan"}, {32340, 96, true, "documented read plan"},
		{12000, 114, true, "legacy dataset in one read"}, {12000, 115, false, "past the block"}, {31999, 2, false, "before the block"},
		{1, 1, false, "unmapped"}, {65535, 1, false, "unmapped"}, {8149, 2, true, "adjoining blocks read as one"}, {8405, 2, false, "end of a block"},
	} {
		out, ok := im.Append([]byte("x"), c.reg.Address(), c.n)
		if ok != c.ok || ok && len(out) != 1+2*int(c.n) || !ok && len(out) != 1 {
			t.Errorf("%d registers from %d: ok %v, %d bytes; %s", c.n, c.reg, ok, len(out), c.why)
		}
	}
}

// TestValuesSurvive: what the device encodes the client decodes, for every row
// and value, limited to the row's range and rounded to its resolution.
func TestValuesSurvive(t *testing.T) {
	m := Default()
	im := m.NewImage()
	rows := slices.DeleteFunc(slices.Clone(m.Rows()), func(r Row) bool {
		return r.Point == 0 || r.Kind == Chars || r.Kind == DateTime
	})
	rapid.Check(t, func(t *rapid.T) {
		r := rows[rapid.IntRange(0, len(rows)-1).Draw(t, "row")]
		x := rapid.Float64Range(-1e6, 1e6).Draw(t, "value")
		if rapid.IntRange(0, 9).Draw(t, "none") == 0 {
			x = math.NaN()
		}
		src, v := filled()
		v[r.Point] = x
		im.Fill(src)
		d, _ := im.Append(nil, r.Register.Address(), r.Count)
		got := r.Decode(d)
		if math.IsNaN(x) {
			if got.Available() {
				t.Fatalf("%d: nothing came back as %v", r.Register, got.Float())
			}
			return
		}
		step := 0.5 * 1.001
		if r.Scale != 0 {
			step /= r.Scale
		}
		if r.Kind == F32 {
			step = math.Abs(x)*1e-6 + 1e-30
		}
		if lo, hi := bounds(r); x < lo || x > hi {
			x = min(max(x, lo), hi)
		}
		if math.Abs(got.Float()-x) > step {
			t.Fatalf("%d: %g came back as %g", r.Register, x, got.Float())
		}
	})
}

func bounds(r Row) (lo, hi float64) {
	lo, hi = math.Inf(-1), math.Inf(1)
	switch r.Kind {
	case U16:
		lo, hi = 0, 65534
	case S16:
		lo, hi = -32767, 32767
	case U32, U64:
		lo = 0
	}
	if r.Scale != 0 {
		return lo / r.Scale, hi / r.Scale
	}
	return lo, hi
}

// TestNone holds the markers that others are told to what is written for them.
func TestNone(t *testing.T) {
	for k, size := range map[Kind]int{U16: 1, S16: 1, U32: 2, S32: 2, U64: 4, S64: 4} {
		r := Row{Kind: k, Count: uint16(size), Point: points.CurrentL1}
		d := make([]byte, 2*size)
		PutValue(d, &r, math.NaN(), true)
		var raw uint64
		for _, b := range d {
			raw = raw<<8 | uint64(b)
		}
		want := strconv.FormatUint(raw, 10)
		if k == S16 || k == S32 || k == S64 {
			shift := 64 - 8*len(d)
			want = strconv.FormatInt(int64(raw<<shift)>>shift, 10)
		}
		if got := k.None(); len(got) == 0 || got[0] != want {
			t.Errorf("%v: not available is %v, and %s is written", k, got, want)
		}
	}
	if F32.None() != nil || Bits.None() != nil {
		t.Error("a kind without a marker has one")
	}
}

func TestDateTimesSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		when := points.Epoch.Add(time.Duration(rapid.Int64Range(0, 127*365*24*3600*1000).Draw(t, "ms")) * time.Millisecond)
		d := make([]byte, 8)
		PutXDate(d, when)
		if got, ok := ParseXDate(d); !ok || !got.Equal(when) {
			t.Fatalf("XDATE: %v came back as %v, %v", when, got, ok)
		}
		r := Row{Kind: DateTime, Count: 4}
		PutValue(d, &r, points.At(when).Float(), true)
		if got := r.Decode(d); !got.Time().Equal(when) {
			t.Fatalf("DATETIME: %v came back as %v", when, got.Time())
		}
	})
	for _, bad := range [][]byte{
		{13, 1, 26, 0, 0, 0, 0, 0}, {2, 30, 26, 0, 0, 0, 0, 0}, {1, 0, 26, 0, 0, 0, 0, 0}, {0, 1, 26, 0, 0, 0, 0, 0},
		{1, 1, 26, 24, 0, 0, 0, 0}, {1, 1, 26, 0, 60, 0, 0, 0}, {1, 1, 26, 0, 0, 60, 0, 0}, {1, 1, 26, 0, 0, 0, 3, 232}, {1, 1, 200, 0, 0, 0, 0, 0},
	} {
		if got, ok := ParseXDate(bad); ok {
			t.Errorf("% X was read as %v", bad, got)
		}
	}
}

func TestFind(t *testing.T) {
	m := Default()
	for _, c := range []struct {
		id  points.ID
		reg Register
		bit int
	}{
		{points.CurrentL1, 32028, -1}, {points.BreakerClosed, 32001, 0}, {points.BreakerInhibitedComm, 32341, 1},
		{points.ProtectionLongTimeIr, 45025, -1}, {points.WearContacts, 24001, -1}, {points.InterfacePad, 11891, -1},
	} {
		p, ok := m.Find(c.id)
		if !ok || p.Row.Register != c.reg || p.Bit != c.bit {
			t.Errorf("%v: %+v, want register %d bit %d", c.id, p, c.reg, c.bit)
		}
	}
	if p, ok := m.Find(points.BreakerOpen); ok {
		t.Errorf("an action stands in register %d", p.Row.Register)
	}
}

func TestCSVRoundTrip(t *testing.T) {
	var b bytes.Buffer
	m := Default()
	if err := m.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	back, err := m.Override(&b)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(m.Rows(), back.Rows()); d != "" {
		t.Error(d)
	}
	if d := gocmp.Diff(m.Blocks(), back.Blocks()); d != "" {
		t.Error(d)
	}
}

func TestOverride(t *testing.T) {
	m, err := Default().Override(strings.NewReader("register,type,point,certainty,source\n32136,FLOAT32,frequency,confirmed,my unit\n50000,INT16U,current.l1,reported,my unit\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := m.Find(points.Frequency); p.Row.Register != 32136 {
		t.Errorf("the user's row does not win: %d", p.Row.Register)
	}
	if _, ok := m.NewImage().Append(nil, Register(50000).Address(), 1); !ok {
		t.Error("a row outside every block is not mapped")
	}
	for _, c := range []struct{ in, want string }{
		{"", "no header line"},
		{"register;type;certainty\n", "separate columns with commas"},
		{"register,type\n1,INT16U\n", "column certainty is missing"},
		{"register,type,certainty\n0,INT16U,ours\n", "line 2: register"},
		{"register,type,certainty\n5,FLOAT,ours\n", "line 2: type"},
		{"register,type,certainty\n5,FLOAT32,sure\n", "line 2: certainty"},
		{"register,type,certainty,point\n5,FLOAT32,ours,current.l9\n", "line 2: no point is named"},
		{"register,type,certainty,count\n5,FLOAT32,ours,3\n", "line 2: count 3"},
		{"register,type,certainty\n65535,FLOAT32,ours\n", "past 65535"},
		{"register,type,certainty,scale\n5,INT16U,ours,\"0,1\"\n", "scale"},
		{"register,type,certainty\n8010,INT16U,ours\n", "command interface"},
		{"register,type,certainty\n5,FLOAT32,ours\n6,FLOAT32,ours\n", "overlaps"},
		{"register,type,certainty,of\n5,QUALITY,ours,9\n", "no BITS row"},
		{"register,type,certainty,bits\n5,BITS,ours,16=breaker.closed\n", "bits"},
		{"register,type,certainty\n0,INT16U,ours\n5,FLOAT,ours\n", "line 3"},
		{"register,type,certainty,value\n5,FLOAT32,ours,7\n", "line 2: value: a constant"},
		{"register,type,certainty,value,point\n5,INT16U,ours,7,current.l1\n", "line 2: value: the row shows current.l1"},
	} {
		if _, err := Default().Override(strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.in, err, c.want)
		}
	}
}

// A row that shows nothing takes what stood there away: it reads "not available",
// and whoever asks for the point learns that it is not mapped.
func TestOverrideTakesAway(t *testing.T) {
	p, _ := Default().Find(points.RatingIn)
	m, err := Default().Override(strings.NewReader(fmt.Sprintf("register,type,certainty,value\n%d,FLOAT32,confirmed,\n60001,INT16U,ours,0\n", p.Row.Register)))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := m.Find(points.RatingIn); ok {
		t.Error("the point is still mapped")
	}
	im := m.NewImage()
	im.Fill(Source{Values: points.NewValues()})
	if got, _ := im.Append(nil, p.Row.Register.Address(), 2); !bytes.Equal(got, []byte{255, 255, 255, 255}) {
		t.Errorf("it reads % x", got)
	}
	if got, _ := im.Append(nil, Register(60001).Address(), 1); !bytes.Equal(got, []byte{0, 0}) {
		t.Errorf("a constant of 0 reads % x", got)
	}
}

func FuzzOverride(f *testing.F) {
	f.Add("register,type,point,certainty,source\n32136,FLOAT32,frequency,confirmed,my unit\n")
	f.Add("register,type,certainty,bits\n5,BITS,ours,1=breaker.closed\n")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := Default().Override(strings.NewReader(s))
		if err != nil {
			return
		}
		src, _ := filled()
		m.NewImage().Fill(src)
		var a, b bytes.Buffer
		if err := m.WriteCSV(&a); err != nil {
			t.Fatal(err)
		}
		text := a.String()
		back, err := Default().Override(&a)
		if err != nil {
			t.Fatalf("what was written is refused: %v\n%s", err, text)
		}
		if back.WriteCSV(&b); b.String() != text {
			t.Fatalf("changed on the way:\n%s\n%s", text, b.String())
		}
	})
}

func BenchmarkFill(b *testing.B) {
	im := Default().NewImage()
	src, _ := filled()
	for b.Loop() {
		im.Fill(src)
	}
}
