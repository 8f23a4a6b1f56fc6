package comtrade

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestPrimaryValues(t *testing.T) {
	for _, c := range []struct {
		a    Analog
		want []float64
		err  string
	}{
		{Analog{Scaling: 'P', Primary: 1000, Secondary: 5, Values: []float64{1, nan}}, []float64{1, nan}, ""},
		{Analog{Scaling: 'S', Primary: 1000, Secondary: 5, Values: []float64{1, nan}}, []float64{200, nan}, ""},
		{Analog{Name: "IA", Primary: 1, Secondary: 1}, nil, `channel "IA": no primary values: the recording does not say whether it is primary or secondary; add P or S to its line, or use the values as recorded`},
		{Analog{Name: "IA", Scaling: 'S', Primary: 1000}, nil, `channel "IA": no primary values: its ratio is 1000:0; correct the primary and secondary fields, or use the values as recorded`},
		{Analog{Name: "IA", Scaling: 'S', Secondary: 1}, nil, `channel "IA": no primary values: its ratio is 0:1; correct the primary and secondary fields, or use the values as recorded`},
	} {
		got, err := c.a.PrimaryValues()
		if c.err != "" {
			if err == nil || err.Error() != c.err {
				t.Errorf("error %v, want %s", err, c.err)
			}
		} else if err != nil || !same(got, c.want) {
			t.Errorf("%+v: %v, %v; want %v", c.a, got, err, c.want)
		}
	}
}

func TestChannel(t *testing.T) {
	r := &Recording{
		Analog:  []Analog{{Name: "IA"}, {Name: "ia"}, {Name: "IB"}, {Name: "VA(kV)"}, {Name: "Off"}, {Name: "Off"}, {Name: ""}},
		Digital: []Digital{{Name: "51A"}},
	}
	for want, i := range map[string]int{"IA": 0, "ia": 1, "ib": 2, "va(KV)": 3, "#6": 5} {
		if a, err := r.Channel(want); err != nil || a != &r.Analog[i] {
			t.Errorf("%s: %v", want, err)
		}
	}
	if d, err := r.DigitalChannel("51a"); err != nil || d != &r.Digital[0] {
		t.Error(err)
	}
	for name, want := range map[string]string{
		"VA":  `no analogue channel "VA": use one of "IA", "ia", "IB", "Off", "VA(kV)"`,
		"off": `2 analogue channels are called "off": say which by number, as #5 or #6`,
		"iA":  `2 analogue channels are called "iA": say which by number, as #1 or #2`,
		"#8":  `no analogue channel "#8": use one of "IA", "ia", "IB", "Off", "VA(kV)"`,
	} {
		if _, err := r.Channel(name); err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", name, err, want)
		}
	}
	if _, err := new(Recording).DigitalChannel("x"); err == nil || err.Error() != `no status channel "x": the recording has none` {
		t.Error(err)
	}
}

func TestInfo(t *testing.T) {
	r := read(t, with(3, "1,IA,A,Q1,A,0.5,1,0,0,0,1,1,S"), strings.Replace(goodData, "1,0,10,", "1,0,,", 1))
	got, err := json.Marshal(r.Info())
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"revision":1999,"type":"ASCII","frequency":50,"samples":4,"rates":[[1000,4]],` +
		`"analog":[{"name":"IA","unit":"A","phase":"A","first":null,"last":21,"min":-14,"max":21},` +
		`{"name":"UA","unit":"kV","phase":"A","first":2,"last":8,"min":2,"max":8}],` +
		`"digital":[{"name":"CLOSED","changes":2}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	empty, _ := json.Marshal((&Recording{Analog: []Analog{{Values: []float64{nan}}}}).Info())
	if want := `{"revision":0,"type":"ASCII","frequency":0,"samples":0,"rates":[],"analog":[{"name":"","unit":"","phase":"","first":null,"last":null,"min":null,"max":null}],"digital":[]}`; string(empty) != want {
		t.Errorf("got  %s\nwant %s", empty, want)
	}
}

// TestBits compares the bits, and their changes, with a plain slice.
func TestBits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 200 {
		want := make([]bool, n)
		b := makeBits(2, n)[1]
		changes := 0
		for i := range want {
			if want[i] = random.IntN(3) == 0; want[i] {
				b.set(i)
			}
			if i > 0 && want[i] != want[i-1] {
				changes++
			}
		}
		if got := bools(b); !reflect.DeepEqual(got, want) {
			t.Fatalf("%d bits: %v, want %v", n, got, want)
		}
		if d := (Digital{Values: b}); d.Changes() != changes {
			t.Fatalf("%d bits: %d changes, want %d", n, d.Changes(), changes)
		}
	}
}
