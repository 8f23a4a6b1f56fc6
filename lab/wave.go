package lab

import (
	"fmt"
	"math"
	"math/cmplx"

	"github.com/a-h/templ"

	"switchroom/study"
	"switchroom/ui"
	"switchroom/wire/comtrade"
)

// channelGroup is what one plot of a capture has.
type channelGroup struct {
	key, title, unit string
	channels         []waveChannel
}

// waveChannel is one line of it: time in ms from the trip, and values.
type waveChannel struct {
	name, colour string
	values       []float64
}

// pointsShown is how many points a plot has before somebody asks for all: two for each
// of so many stretches, the lowest and the highest. Ours.
const pointsShown = 800

// times are those of its samples, ms from the trip.
func (c *captured) times() []float64 {
	all := make([]float64, c.Samples())
	for k := range all {
		all[k] = float64(k)*float64(c.Period().Microseconds())/1000 - float64(c.Before.Microseconds())/1000
	}
	return all
}

// groups are the currents, the voltages and the status channels that it has.
func (c *captured) groups() []channelGroup {
	rec := c.Recording(c.unit)
	all := []channelGroup{{key: "currents", title: "Currents", unit: "A"}, {key: "voltages", title: "Voltages to neutral", unit: "V"}, {key: "status", title: "Status"}}
	colours := []string{"l1", "l2", "l3", "n"}
	for i, a := range rec.Analog {
		all[i/4].channels = append(all[i/4].channels, waveChannel{a.Name, colours[i%4], a.Values})
	}
	for i := range rec.Digital {
		all[2].channels = append(all[2].channels, waveChannel{rec.Digital[i].Name, string(rune('a' + i%4)), bitValues(&rec.Digital[i])})
	}
	if len(all[1].channels) == 0 {
		all = append(all[:1], all[2])
	}
	return all
}

func bitValues(d *comtrade.Digital) []float64 {
	all := make([]float64, d.Values.Len())
	for k := range all {
		if d.Values.At(k) {
			all[k] = 1
		}
	}
	return all
}

// samples is what a plot of a group draws: the times and a row for each channel, of at
// most so many points; 0: all.
func (c *captured) samples(g *channelGroup, most int) [][]float64 {
	data := [][]float64{c.times()}
	for _, ch := range g.channels {
		data = append(data, ch.values)
	}
	return thinned(data, most)
}

// thinned takes of each stretch the lowest and the highest value of each row, in the
// order in which they came: no peak is lost.
func thinned(data [][]float64, most int) [][]float64 {
	n := len(data[0])
	if most <= 0 || n <= most || most < 2 {
		return data
	}
	stretches := most / 2
	out := make([][]float64, len(data))
	for s := range stretches {
		from, to := s*n/stretches, (s+1)*n/stretches
		out[0] = append(out[0], data[0][from], data[0][(from+to)/2])
		for r := 1; r < len(data); r++ {
			low, high := from, from
			for k := from; k < to; k++ {
				if data[r][k] < data[r][low] {
					low = k
				}
				if data[r][k] > data[r][high] {
					high = k
				}
			}
			out[r] = append(out[r], data[r][min(low, high)], data[r][max(low, high)])
		}
	}
	return out
}

// plot is the plot of a group.
func (c *captured) plot(g *channelGroup, full bool) ui.Plot {
	p := ui.Plot{ID: ui.ID("wave", g.key), Title: g.title, With: "wave", X: ui.Axis{Label: "Time from the trip", Unit: "ms"}, Y: ui.Axis{Label: g.title, Unit: g.unit},
		Marks: []ui.PlotMark{{At: 0, Word: "trip"}}, Src: fmt.Sprintf("%s?of=%s&points=%d", c.api("samples"), g.key, pointsShown), Say: c.say(g)}
	if full {
		p.Src = c.api("samples") + "?of=" + g.key
	}
	for i, ch := range g.channels {
		p.Series = append(p.Series, ui.Series{Label: ch.name, Colour: ch.colour, OnOff: g.key == "status"})
		if g.key == "status" {
			p.Y.Rows, p.Y.Min, p.Y.Max, p.Height = append(p.Y.Rows, ch.name), 0, float64(i+1), 90+26*(i+1)
		}
	}
	return p
}

// say tells a plot in words.
func (c *captured) say(g *channelGroup) string {
	said := fmt.Sprintf("%s from %.0f ms before the trip to %.0f ms after it.", g.title, c.Before.Seconds()*1000, (c.length()-c.Before).Seconds()*1000)
	if g.key == "status" {
		for _, ch := range g.channels {
			said += " " + ch.name + ": " + c.turns(ch.values) + "."
		}
		return said
	}
	return said + " The table below has their values before and at the trip."
}

// turns are the instants at which a status channel turns.
func (c *captured) turns(v []float64) string {
	word := map[float64]string{0: "off", 1: "on"}
	said := "begins " + word[v[0]]
	t := c.times()
	for k := 1; k < len(v); k++ {
		if v[k] != v[k-1] {
			said += fmt.Sprintf(", %s at %.1f ms", word[v[k]], t[k])
		}
	}
	return said
}

// cycleOf is what a channel is over one rated cycle.
type cycleOf struct {
	RMS     float64
	Phasor  complex128 // RMS, of the fundamental
	Highest float64    // of the values, without sign
}

// window is a cycle of a capture, by its first sample.
type window struct {
	word string
	from int
}

// windows are the cycles that tell most: the first, the last before the trip, the last.
func (c *captured) windows() []window {
	n := c.perCycle()
	trip := int(c.Before / c.Period())
	last := int(math.Ceil(n)) + 1
	return []window{{"first cycle", 0}, {"before the trip", max(0, trip-int(math.Ceil(n)))}, {"last cycle", max(0, c.Samples()-last)}}
}

// perCycle is how many samples a rated cycle has; seldom a whole number.
func (c *captured) perCycle() float64 { return 1 / c.Hz / c.Period().Seconds() }

// over measures a channel over the cycle that begins at a sample. Between samples it is
// taken as straight.
func (c *captured) over(v []float64, from int) (m cycleOf) {
	n := c.perCycle()
	whole := int(n)
	var square float64
	x0, part := v[from], 0.0
	for k := 1; part < n; k++ {
		next, x1 := float64(k), v[min(from+k, len(v)-1)]
		if k > whole {
			next, x1 = n, x0+(n-part)*(x1-x0)
		}
		w := (next - part) / n / 2
		square += w * (x0*x0 + x1*x1)
		m.Phasor += complex(w, 0) * (cmplx.Rect(x0, -2*math.Pi*part/n) + cmplx.Rect(x1, -2*math.Pi*next/n))
		m.Highest = max(m.Highest, math.Abs(x0))
		x0, part = x1, next
	}
	m.RMS, m.Phasor = math.Sqrt(square), m.Phasor*math.Sqrt2
	return m
}

// cycleTable is RMS and fundamental of every channel around the trip. Angles are
// against the first voltage, or else the first current.
func (c *captured) cycleTable(w window) ui.Table {
	t := ui.Table{ID: ui.ID("cycle", w.word), Caption: sentenceOf(w.word), Columns: []ui.Column{{Title: "Channel"}, {Title: "RMS", Number: true}, {Title: "Fundamental", Number: true}, {Title: "Angle", Number: true}, {Title: "Highest value", Number: true}}}
	rec := c.Recording(c.unit)
	ref := 0
	if len(rec.Analog) > 4 {
		ref = 4
	}
	against := cmplx.Phase(c.over(rec.Analog[ref].Values, w.from).Phasor)
	for _, a := range rec.Analog {
		m := c.over(a.Values, w.from)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(a.Name), ui.Text(physical(m.RMS, a.Unit)), ui.Text(physical(cmplx.Abs(m.Phasor), a.Unit)), ui.Text(degrees(m.Phasor, against, m.RMS)), ui.Text(physical(m.Highest, a.Unit))}})
	}
	return t
}

func sentenceOf(s string) string { return sentence(s)[:len(sentence(s))-1] }

func physical(v float64, unit string) string {
	if unit == "A" {
		return study.Amperes(math.Round(v*10) / 10)
	}
	return withUnit(spaced(v, 1), unit)
}

// degrees is the angle of a phasor; one that is next to nothing has none.
func degrees(z complex128, against, rms float64) string {
	if cmplx.Abs(z) < 0.5 || cmplx.Abs(z) < 0.05*rms {
		return "–"
	}
	d := math.Mod((cmplx.Phase(z)-against)*180/math.Pi+540, 360) - 180
	return spaced(d, 0) + "°"
}
