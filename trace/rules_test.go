package trace

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/regmap"
)

// TestRules breaks every rule once, and keeps it once.
func TestRules(t *testing.T) {
	with := func(e Exchange, change func(*Exchange)) Exchange { change(&e); return e }
	lost := func(e *Exchange) { e.Ended, e.Reply = Dropped, nil }
	status := func(at time.Duration, id, word uint16) Exchange {
		return read(at, id, 8020, 3, 0x88, byte(word>>8), byte(word))
	}
	other := func(e *Exchange) { e.Client = netip.MustParseAddrPort("127.0.0.1:40001") }
	for _, c := range []struct {
		rule   string
		trace  []Exchange
		broken []int // exchanges, from 1
	}{
		{"answered within=10ms", []Exchange{read(0, 1, 32028, 1, 2), with(read(1, 2, 32028, 1, 2), func(e *Exchange) { e.Took = time.Second }), with(read(2, 3, 32028, 1, 2), lost)}, []int{2, 3}},
		{"answered", []Exchange{read(0, 1, 32028, 1, 2), with(read(1, 2, 32028, 1, 2), func(e *Exchange) { e.Took = time.Second })}, nil},
		{"exceptions allow=6", []Exchange{with(read(0, 1, 9000, 1, 2), func(e *Exchange) { e.Reply = []byte{0x83, 2} }), with(read(1, 2, 32028, 1, 2), func(e *Exchange) { e.Reply = []byte{0x83, 6} })}, []int{1}},
		{"mapped", []Exchange{read(0, 1, 32028, 1, 2), read(1, 2, 9000, 1, 2), read(2, 3, 32435, 1, 2, 3, 4)}, []int{2, 3}},
		{"period of=current.l1 min=900ms max=1100ms", []Exchange{read(0, 1, 32028, 1, 2), read(time.Second, 2, 32028, 1, 2), read(1500*time.Millisecond, 3, 32028, 1, 2), read(3*time.Second, 4, 32028, 1, 2)}, []int{3, 4}},
		{"period of=32030 max=1s", []Exchange{read(0, 1, 32028, 1, 2)}, []int{0}},
		{"reads most=2", []Exchange{read(0, 1, 32028, 1, 2, 3, 4), read(1, 2, 32028, 1, 2, 3, 4, 5, 6)}, []int{2}},
		{"reads", []Exchange{{Time: start, Request: []byte{3, 0, 0, 0, 200}}}, []int{1}},
		{"whole", []Exchange{read(0, 1, 32028, 1, 2, 3, 4), read(1, 2, 32029, 1, 2), read(2, 3, 32028, 1, 2, 3, 4, 5, 6)}, []int{2, 3}},
		{"transactions", []Exchange{read(0, 65535, 32028, 1, 2), read(1, 0, 32028, 1, 2), read(2, 0, 32028, 1, 2)}, []int{3}},
		{"requests most=2", []Exchange{read(0, 1, 32028, 1, 2), read(1, 2, 32028, 1, 2), read(2, 3, 32028, 1, 2), read(2*time.Second, 4, 32028, 1, 2)}, []int{3}},
		{"connections most=1", []Exchange{read(0, 1, 32028, 1, 2), read(1, 2, 32028, 1, 2), with(read(2, 3, 32028, 1, 2), other)}, []int{3}},
		{"writes only=904", []Exchange{read(0, 1, 32028, 1, 2), order(1, 2, 904, "****"), order(2, 3, 905, "****"), {Time: start.Add(3), Request: []byte{6, 0, 0, 0, 0}}}, []int{3, 4}},
		{"writes", []Exchange{order(1, 2, 904, "****")}, []int{1}},
		{"repeats", []Exchange{with(order(0, 1, 904, "****"), lost), order(1, 2, 904, "****")}, []int{2}},
		{"repeats", []Exchange{with(order(0, 1, 904, "****"), lost), read(1, 2, 32001, 0, 1), order(2, 3, 904, "****")}, nil},
		{"confirmed", []Exchange{order(0, 1, 904, "****"), status(1, 2, 3), status(2, 3, 0), read(3, 4, 32001, 0, 0)}, nil},
		{"confirmed", []Exchange{order(0, 1, 904, "****"), status(1, 2, 3), read(2, 3, 32001, 0, 0), order(3, 4, 904, "****"), status(4, 5, 0)}, []int{1, 4}},
		{"confirmed", []Exchange{order(0, 1, 46728, "****"), read(1, 2, 8020, 0xB6, 0x88, 0, 0)}, nil},
	} {
		x, err := ParseExpectation(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		v := Check(&Trace{Exchanges: c.trace}, regmap.Default(), []Expectation{x})[0]
		var got []int
		for _, b := range v.First {
			got = append(got, b.Exchange)
		}
		if !slices.Equal(got, c.broken) || v.Broken != len(c.broken) {
			t.Errorf("%s: %v break it, want %v: %+v", c.rule, got, c.broken, v.First)
		}
	}
}

func TestRuleTable(t *testing.T) {
	if !slices.IsSortedFunc(Rules, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the table is not sorted")
	}
	for _, r := range Rules {
		for _, p := range r.Params {
			if p.Default != "" && p.parse(p.Default) != nil {
				t.Errorf("%s: default of %s", r.Name, p.Name)
			}
		}
	}
}

func TestRuleErrors(t *testing.T) {
	_, err := ParseExpectations([]byte("rules:\n  - answered within=5\n  - fast\n  - period max=1s\n  - mapped x=1\n  - reads most=2 most=3\n  - {a: b}\n  - period of=current.l9\n"))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"line 2: answered: within=5: write a time", "line 3: \"fast\" is no rule; the rules are answered", "line 4: period: of= is missing", "line 5: mapped: \"x=1\": this rule has no parameter", "line 6: reads: most= stands twice", "line 7: a rule is a line of text", "line 8: period: of=current.l9"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	for _, text := range []string{"", "rules: 5", "rules: [", "rule: [mapped]"} {
		if _, err := ParseExpectations([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func FuzzExpectations(f *testing.F) {
	f.Add([]byte("rules:\n  - answered within=200ms\n  - period of=current.l1 max=1s\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rules, err := ParseExpectations(b)
		if err == nil {
			Check(&Trace{Exchanges: []Exchange{read(0, 1, 32028, 1, 2)}}, regmap.Default(), rules)
		}
	})
}
