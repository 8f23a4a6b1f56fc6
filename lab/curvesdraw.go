package lab

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"switchroom/protection"
	"switchroom/study"
)

// Sizes of the diagram of curves, in pixels, and the ends of its axis of times.
const (
	paperWide, paperHigh  = 736, 612
	paperLeft, paperRight = 84, 704
	paperTop, paperBottom = 46, 556
	timeLow, timeHigh     = 0.005, 10000.0
	labelHigh             = 22
	wordHigh, wordWide    = 20, 170 // of a word beside a mark, at most
	beside                = 9.0     // from a mark to its word
)

// paper is the log-log paper that curves are drawn on.
type paper struct{ from, to float64 }

func (p *curvesPage) paper() paper { return paper{p.from, p.to} }

// x is where a current stands, at an edge if it is beyond.
func (p paper) x(amps float64) float64 {
	u := math.Log(max(amps, 1e-9)/p.from) / math.Log(p.to/p.from)
	return paperLeft + min(max(u, 0), 1)*(paperRight-paperLeft)
}

// y is where a time stands, at an edge if it is beyond.
func (p paper) y(t float64) float64 {
	u := math.Log(max(t, 1e-9)/timeLow) / math.Log(timeHigh/timeLow)
	return paperBottom - min(max(u, 0), 1)*(paperBottom-paperTop)
}

// has reports whether a current is on the paper.
func (p paper) has(amps float64) bool { return amps >= p.from && amps <= p.to }

// rule is a line of the grid, with what stands at its end.
type rule struct {
	at    string
	word  string
	whole bool // at a power of ten
}

// across are the lines of the currents.
func (p paper) across() []rule { return rules(p.from, p.to, p.x, ampsWord) }

// down are the lines of the times.
func (p paper) down() []rule { return rules(timeLow, timeHigh, p.y, secondsWord) }

func rules(from, to float64, at func(float64) float64, word func(float64) string) (all []rule) {
	for unit := math.Pow(10, math.Floor(math.Log10(from))); unit <= to; unit *= 10 {
		for m := 1.0; m < 10; m++ {
			if v := m * unit; v >= from*0.999 && v <= to*1.001 {
				r := rule{at: px(at(v)), whole: m == 1}
				if m == 1 || (m == 2 || m == 5) && to/from < 2000 {
					r.word = word(v)
				}
				all = append(all, r)
			}
		}
	}
	return all
}

func ampsWord(a float64) string {
	if a >= 1000 {
		return fmt.Sprintf("%g k", math.Round(a)/1000)
	}
	return fmt.Sprintf("%.3g", a)
}

func secondsWord(t float64) string { return fmt.Sprintf("%g", math.Round(t*1e4)/1e4) }

func px(v float64) string { return fmt.Sprintf("%.1f", v) }

// line is a curve, coming down from the top where it begins.
func (p paper) line(all []study.Sample) string {
	var b strings.Builder
	for _, v := range all {
		if math.IsNaN(v.T) {
			continue
		}
		if b.Len() == 0 {
			fmt.Fprintf(&b, "M%s %d", px(p.x(v.Amps)), paperTop)
		}
		fmt.Fprintf(&b, "L%s %s", px(p.x(v.Amps)), px(p.y(v.T)))
	}
	return b.String()
}

// band is what lies between the earliest and the latest.
func (p paper) band(c *study.Curves) string {
	early := p.line(c.Early)
	if early == "" {
		return ""
	}
	var late []string
	for _, v := range c.Late {
		if math.IsNaN(v.T) {
			continue
		}
		if len(late) == 0 {
			late = append(late, fmt.Sprintf("L%s %d", px(p.x(v.Amps)), paperTop))
		}
		late = append(late, fmt.Sprintf("L%s %s", px(p.x(v.Amps)), px(p.y(v.T))))
	}
	if len(late) == 0 {
		return early + fmt.Sprintf("L%d %dZ", paperRight, paperTop)
	}
	for i := len(late) - 1; i >= 0; i-- {
		early += late[i]
	}
	return early + "Z"
}

// begins is where the curve of a breaker comes down from the top; false: nowhere.
func (r *curveRow) begins(p paper) (x float64, ok bool) {
	for _, v := range r.curves.Early {
		if !math.IsNaN(v.T) {
			return p.x(v.Amps), true
		}
	}
	return 0, false
}

// mark is something that is drawn over the curves.
type mark struct {
	class  string // of the breaker's colour
	shape  markShape
	x, y   float64
	until  float64 // of a trip: how far up the current may have begun
	word   string
	row    int // of its word, from the bottom
	tx, ty float64
	anchor string
	off    bool // beyond the edge of the paper
}

type markShape uint8

const (
	flowMark markShape = iota // what flows now
	dueMark                   // when it trips if that goes on
	tripMark                  // a trip
)

// rowClass is the colour and the dash of the i-th breaker.
func rowClass(i int) string { return fmt.Sprintf("cv-%d", i) }

// marks are what moves over the curves.
func (p *curvesPage) marks() (all []mark) {
	at := p.paper()
	if p.through > 0 {
		all = append(all, p.crossing(at)...)
	}
	for i := range p.rows {
		r := &p.rows[i]
		if r.amps > 0 {
			m := mark{class: rowClass(i), shape: flowMark, x: at.x(r.amps), y: paperBottom, word: r.device.Name + " " + withUnit(spaced(r.amps, digits(r.amps)), "A"), row: i, off: !at.has(r.amps)}
			all = append(all, m.beside())
			if e, _ := elementOf(r.trips.Function); r.told && !math.IsNaN(r.trips.T) && e == p.element {
				d := mark{class: rowClass(i), shape: dueMark, x: m.x, y: at.y(r.trips.T), word: r.device.Name + " in " + seconds(r.trips.T), row: -1}
				all = append(all, d.beside())
			}
		}
		if m, ok := r.tripMark(at, i, p.element); ok {
			all = append(all, m)
		}
	}
	return spread(all)
}

// spread moves words up that would stand on each other: what trips together is drawn
// in one place. The marks stay where they are.
func spread(all []mark) []mark {
	order := make([]int, len(all))
	for i := range all {
		order[i], all[i].ty = i, all[i].y
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(all[b].y, all[a].y) })
	for k, i := range order {
		for _, j := range order[:k] {
			if m, under := &all[i], &all[j]; math.Abs(m.tx-under.tx) < wordWide && under.ty-m.ty < wordHigh {
				m.ty = under.ty - wordHigh
			}
		}
	}
	return all
}

// crossing is a current through all, and when each would trip on it at the earliest.
func (p *curvesPage) crossing(at paper) []mark {
	all := []mark{mark{class: "cv-all", shape: flowMark, x: at.x(p.through), word: study.Amperes(p.through), row: 0, off: !at.has(p.through)}.beside()}
	for i := range p.rows {
		r := &p.rows[i]
		if r.last != nil {
			continue // it did trip
		}
		if c, err := study.Curve(r.device, p.element, study.OfA, []float64{p.through}, 0); err == nil && !math.IsNaN(c[0].Times.Min.T) {
			t := c[0].Times.Min.T
			all = append(all, mark{class: rowClass(i), shape: dueMark, x: at.x(p.through), y: at.y(t), word: r.device.Name + " not before " + seconds(t), row: -1}.beside())
		}
	}
	return all
}

// tripMark is the last trip of a breaker, if it was in the element and its time is
// known.
func (r *curveRow) tripMark(at paper, i int, e study.Element) (m mark, ok bool) {
	if r.last == nil || r.last.Trip == nil || !r.last.known {
		return m, false
	}
	if of, has := elementOf(r.last.Trip.Function); !has || of != e {
		return m, false
	}
	t := r.last.took.Seconds()
	m = mark{class: rowClass(i), shape: tripMark, x: at.x(r.last.Trip.Value), y: at.y(t), until: at.y(t + cycle(r.unit).Seconds()),
		word: r.device.Name + " tripped", row: -1, off: !at.has(r.last.Trip.Value)}
	return m.beside(), true
}

// beside puts the word of a mark where there is room for it.
func (m mark) beside() mark {
	m.tx, m.anchor = m.x+beside, "start"
	if m.x > paperRight-170 {
		m.tx, m.anchor = m.x-beside, "end"
	}
	if m.row >= 0 {
		m.y = paperBottom - 8 - float64(m.row)*labelHigh
	}
	return m
}

// digits are as many as a current needs.
func digits(a float64) int {
	if a > 0 && a < 10 {
		return 1
	}
	return 0
}

// seconds is a time to the digits that mean anything.
func seconds(t float64) string {
	switch {
	case math.IsNaN(t):
		return "never"
	case t < 1:
		return fmt.Sprintf("%.0f ms", t*1000)
	case t < 100:
		return fmt.Sprintf("%.1f s", t)
	case t < 3600:
		return fmt.Sprintf("%d min %02d s", int(t)/60, int(t)%60)
	}
	return fmt.Sprintf("%d h %02d min", int(t)/3600, int(t)%3600/60)
}

// between is a band of times.
func between(t protection.Times) string {
	early, late := seconds(t.Min.T), seconds(t.Max.T)
	switch {
	case early == late:
		return early
	case math.IsNaN(t.Min.T):
		return late
	case math.IsNaN(t.Max.T):
		return early + ", or never"
	}
	return early + " to " + late
}

// say tells the diagram in words, for those who do not see it.
func (p *curvesPage) say() string {
	var all []string
	for i := range p.rows {
		all = append(all, p.rows[i].device.Name)
	}
	return "Time-current diagram of " + strings.Join(all, ", ") + ", from the source down. The tables tell the same."
}

// verdict is a verdict in a word.
func verdict(v study.Selectivity) string {
	return map[study.Selectivity]string{study.Selective: "Total", study.Partly: "Partial", study.NotSelective: "None"}[v]
}
