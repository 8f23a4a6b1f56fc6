package trace

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"switchroom/regmap"
)

// Verdict is what became of one rule.
type Verdict struct {
	Rule    string   `json:"rule"`
	Checked int      `json:"checked"` // exchanges, or what else the rule is about; 0: the trace has nothing to check
	Broken  int      `json:"broken"`
	First   []Breach `json:"first"` // that break it, up to a hundred
}

// Breach is one exchange that breaks a rule.
type Breach struct {
	Exchange int       `json:"exchange"` // by the time of their requests, from 1; 0: none, something is absent
	Time     time.Time `json:"t"`
	Client   string    `json:"client,omitempty"`
	Server   string    `json:"server,omitempty"`
	What     string    `json:"what"`
}

// maxBreaches is how many exchanges of a rule are named.
const maxBreaches = 100

// Check holds rules against a trace.
func Check(t *Trace, m *regmap.Map, rules []Expectation) []Verdict {
	var all []Verdict
	for i := range rules {
		j := &judge{Trace: t, m: m, x: &rules[i], v: Verdict{Rule: rules[i].Text, First: []Breach{}}}
		rules[i].rule.check(j)
		slices.SortStableFunc(j.v.First, func(a, b Breach) int { return cmp.Compare(a.Exchange, b.Exchange) })
		all = append(all, j.v)
	}
	return all
}

// judge holds one rule against a trace.
type judge struct {
	*Trace
	m *regmap.Map
	x *Expectation
	v Verdict
}

// broken says that exchange i breaks the rule; -1 is that something is absent.
func (j *judge) broken(i int, format string, args ...any) {
	j.v.Broken++
	if len(j.v.First) >= maxBreaches {
		return
	}
	b := Breach{What: fmt.Sprintf(format, args...)}
	if i >= 0 {
		e := &j.Exchanges[i]
		b.Exchange, b.Time, b.Client, b.Server = i+1, e.Time, e.Client.String(), e.Server.String()
	}
	j.v.First = append(j.v.First, b)
}

// requests calls do with every request.
func (j *judge) requests(do func(i int, e *Exchange)) {
	for i := range j.Exchanges {
		if e := &j.Exchanges[i]; len(e.Request) > 0 {
			do(i, e)
		}
	}
}

// asker is a client of a unit, whatever connections it has.
type asker struct {
	client netip.Addr
	server netip.AddrPort
	unit   byte
}

func (e *Exchange) asker() asker { return asker{e.Client.Addr(), e.Server, e.Unit} }

// party is a client of an address.
type party struct {
	client netip.Addr
	server netip.AddrPort
}

// crowd counts what falls into any second.
type crowd map[party][]time.Time

// add counts one and returns how many the last second has.
func (c crowd) add(p party, at time.Time) int {
	all := append(c[p], at)
	for at.Sub(all[0]) >= time.Second {
		all = all[1:]
	}
	c[p] = all
	return len(all)
}

// covers reports whether a request reads register r.
func covers(e *Exchange, r regmap.Register) bool {
	for _, b := range asked(e) {
		if a := int(r.Address()); a >= int(b.addr) && a < int(b.addr)+b.count {
			return true
		}
	}
	return false
}

// commanded is the command that a request starts.
func commanded(e *Exchange) (Command, bool) {
	if b, ok := write(e.Request); ok {
		return command(b)
	}
	return Command{}, false
}

// told is the answer of a command in what was read.
func told(e *Exchange) (echo, status uint16, ok bool) {
	for _, b := range asked(e) {
		if echo, status, ok = commandAnswer(b); ok {
			return echo, status, ok
		}
	}
	return 0, 0, false
}
