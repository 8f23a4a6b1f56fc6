package study

import (
	"fmt"
	"math"
	"unicode/utf8"

	"switchroom/points"
	"switchroom/protection"
)

// A page of A4 upright, in points. Time-current paper stands upright: times
// span six decades, currents three.
const (
	pageWidth, pageHeight = 595, 842

	left, right, top = 58, 571, 62
	footerLine       = 9.5
	legendLine       = 11.5
	legendGap        = 10
	bottomMargin     = 26

	earliest, latest = 0.01, 1e4 // s, the ends of the time axis
)

// role is what a colour is for. Devices have the roles from device on.
type role int

const (
	paper role = iota
	ink
	quiet  // second text
	frame  // the border of the diagram
	strong // lines of the grid at whole decades
	faint  // lines of the grid between
	device // and MaxDevices-1 more
)

// pen is how a line is drawn. A zero width draws none.
type pen struct {
	role  role
	width float64
	dash  []float64
}

type xy struct{ x, y float64 }

// anchor is which end of a text stands at its place.
type anchor int

const (
	start anchor = iota
	middle
	end
)

// lettering is how a text is written.
type lettering struct {
	role   role
	size   float64
	anchor anchor
	bold   bool
	turned bool // upwards
}

// canvas is what a sheet is drawn on. Coordinates are points from the upper
// left corner.
type canvas interface {
	stroke(p []xy, with pen)
	fill(p []xy, with role, opacity float64)
	text(at xy, s string, l lettering)
	clip(from, to xy) // until unclip
	unclip()
}

// sheet is a plot with its curves traced and its page laid out.
type sheet struct {
	Plot
	bands  []band
	x, y   axis
	legend float64 // where it begins
}

// axis is a logarithmic scale from low at a to high at b.
type axis struct{ low, high, a, b float64 }

// at is the place of v; what is beyond the ends lies a little outside.
func (s axis) at(v float64) float64 {
	if !(v > 0) {
		v = s.low / 10
	}
	u := math.Log(v/s.low) / math.Log(s.high/s.low)
	return s.a + max(-0.05, min(u, 1.05))*(s.b-s.a)
}

// layOut divides the page: the legend takes what it needs, the diagram the
// rest.
func (s *sheet) layOut(from, to float64) {
	height := 0.0
	for i := 0; i < len(s.Devices); i += 2 {
		height += s.rowHeight(i) + legendGap
	}
	foot := float64(pageHeight-bottomMargin) - footerLine*float64(len(s.footer()))
	s.legend = foot - height - 4
	s.x = axis{from, to, left, right}
	s.y = axis{earliest, latest, s.legend - 44, top}
}

// rowHeight is how high the legends of devices i and i+1 are, side by side.
func (s *sheet) rowHeight(i int) float64 {
	lines := 0
	for k := i; k < min(i+2, len(s.Devices)); k++ {
		lines = max(lines, 1+len(Legend(s.Devices[k])))
	}
	return float64(lines) * legendLine
}

func (s *sheet) draw(c canvas) {
	c.fill(box(0, 0, pageWidth, pageHeight), paper, 1)
	c.text(xy{left, 34}, s.Title, lettering{role: ink, size: titleSize(s.Title), bold: true})
	c.text(xy{left, 50}, s.subtitle(), lettering{role: quiet, size: 9})
	s.drawGrid(c)
	c.clip(xy{s.x.a, s.y.b}, xy{s.x.b, s.y.a})
	for i := range s.bands {
		s.drawBand(c, i)
	}
	c.unclip()
	for i := range s.Devices {
		s.drawPickups(c, i)
	}
	s.drawFaults(c)
	c.stroke(box(s.x.a, s.y.b, s.x.b, s.y.a), pen{role: frame, width: 1})
	s.drawLegend(c)
	s.drawFooter(c)
}

// titleSize is a size at which a title fits across the page: a bold letter is
// about 0.58 of its height wide.
func titleSize(title string) float64 {
	n := max(1, utf8.RuneCountInString(title))
	return min(15, math.Floor(10*(right-left)/(0.58*float64(n)))/10)
}

func (s *sheet) subtitle() string {
	what := map[Element]string{
		Phase:   "Time-current curves of phase currents",
		Ground:  "Time-current curves of a current from a phase to earth",
		Leakage: "Time-current curves of a current through the leakage sensor",
	}[s.Element]
	if s.Before > 0 {
		return fmt.Sprintf("%s, after a long load of %g Ir", what, float64(s.Before))
	}
	return what + ", from cold"
}

func box(x1, y1, x2, y2 float64) []xy {
	return []xy{{x1, y1}, {x2, y1}, {x2, y2}, {x1, y2}, {x1, y1}}
}

// dashes tell devices apart in black and white.
var dashes = [...][]float64{nil, {7, 3}, {2, 2}, {8, 2, 2, 2}}

// drawBand draws a band and, in it, the nominal unit.
func (s *sheet) drawBand(c canvas, i int) {
	b, r := s.bands[i], device+role(i)
	early, late := s.line(b.early), s.line(b.late)
	outline := append([]xy(nil), early...)
	for k := len(late) - 1; k >= 0; k-- {
		outline = append(outline, late[k])
	}
	if len(early) > 0 && len(late) == 0 {
		outline = append(outline, xy{s.x.b, s.y.at(latest)})
	}
	if len(outline) == 0 {
		return
	}
	c.fill(outline, r, 0.22)
	c.stroke(early, pen{role: r, width: 0.8})
	c.stroke(late, pen{role: r, width: 0.8})
	c.stroke(s.line(b.nominal), pen{role: r, width: 1.8, dash: dashes[i%len(dashes)]})
}

// line is the places of a curve, coming down from the top where it begins.
func (s *sheet) line(all []Sample) []xy {
	var p []xy
	for _, v := range all {
		if math.IsNaN(v.T) {
			continue
		}
		if len(p) == 0 {
			p = append(p, xy{s.x.at(v.Amps), s.y.b - 20})
		}
		p = append(p, xy{s.x.at(v.Amps), s.y.at(v.T)})
	}
	return p
}

// pickup is a setting that stands on the axis of currents.
type pickup struct {
	symbol string
	amps   float64
}

// pickups are those of the functions that see the element.
func pickups(d Device, e Element) []pickup {
	s, in := d.Settings, d.Rating.In
	if e == Leakage {
		return []pickup{{"IΔn", s.EarthLeakage.Idn}}
	}
	var all []pickup
	if e == Ground && s.GroundFault.On {
		all = append(all, pickup{"Ig", s.GroundFault.Ig})
	}
	all = append(all, pickup{"Ir", s.LongTime.Ir})
	if s.ShortTime.Isd > 0 {
		all = append(all, pickup{"Isd", s.ShortTime.Isd * s.LongTime.Ir})
	}
	if s.Instantaneous.Mode != protection.InstantaneousOff && d.Rating.Variant != points.X20 {
		all = append(all, pickup{"Ii", s.Instantaneous.Ii * in})
	}
	return all
}

// drawPickups marks the settings of device i along the upper edge.
func (s *sheet) drawPickups(c canvas, i int) {
	y := s.y.b + 11 + 10*float64(i)
	for _, p := range pickups(s.Devices[i], s.Element) {
		if p.amps < s.x.low || p.amps > s.x.high {
			continue
		}
		x := s.x.at(p.amps)
		c.stroke([]xy{{x, s.y.b}, {x, y + 1}}, pen{role: device + role(i), width: 0.8})
		l, place := lettering{role: device + role(i), size: 8, bold: true}, xy{x + 3, y}
		if p.symbol == "Ir" { // on the side where no curve is
			l.anchor, place.x = end, x-3
		}
		c.text(place, p.symbol, l)
	}
}

func (s *sheet) drawFaults(c canvas) {
	for _, a := range s.Faults {
		if a < s.x.low || a > s.x.high {
			continue
		}
		x := s.x.at(a)
		c.stroke([]xy{{x, s.y.b}, {x, s.y.a}}, pen{role: ink, width: 0.8, dash: []float64{4, 3}})
		c.text(xy{x - 3, s.y.a - 6}, Amperes(a), lettering{role: ink, size: 8, turned: true})
	}
}
