package study

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchroom/points"
	"switchroom/protection"
)

func twoCurves(t *testing.T) Plot {
	t.Helper()
	a, b := unit(t), unit(t)
	a.Name, b.Name = `Q1 <"incomer">`, "Q2 & more"
	set(t, &b, "protection.short_time.isd", "5")
	return Plot{Title: "Isd 8 > 5", Devices: []Device{a, b}, Faults: []float64{15000}, Made: time.Unix(0, 0).UTC()}
}

// texts returns the text elements of an SVG, and fails if it is no XML.
func texts(t *testing.T, svg []byte) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	dec := xml.NewDecoder(bytes.NewReader(svg))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := tok.(xml.CharData); ok {
			all[string(c)] = true
		}
	}
}

func TestSVG(t *testing.T) {
	p := twoCurves(t)
	var b bytes.Buffer
	if err := p.SVG(&b); err != nil {
		t.Fatal(err)
	}
	found := texts(t, b.Bytes())
	for _, want := range []string{
		`Q1 <"incomer">`, "Q2 & more", "Isd 8 > 5", "Ir", "Isd", "Ii", "1k", "10k", "0.01", "10000", "15 kA",
		"Ir 800 A (0.8 In) · tr 8 s", "Isd 8 Ir = 6.4 kA · tsd 0.2 s · I²t off", "Isd 5 Ir = 4 kA · tsd 0.2 s · I²t off", "Ii 12 In = 12 kA · standard", "Ig off",
		"current (A, true RMS)", "time (s)",
	} {
		if !found[want] {
			t.Errorf("no %q in the diagram", want)
		}
	}
	if s := b.String(); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
		t.Error("a place that is no number")
	}
}

// recorder is a canvas that remembers the curves, turned back into A and s.
type recorder struct {
	s     *sheet
	lines map[role][][]xy
}

func (r *recorder) stroke(p []xy, with pen) { r.lines[with.role] = append(r.lines[with.role], p) }
func (r *recorder) fill([]xy, role, float64) {
}
func (r *recorder) text(xy, string, lettering) {}
func (r *recorder) clip(xy, xy)                {}
func (r *recorder) unclip()                    {}

// TestPlotShowsTheTimes reads times off the diagram and compares them with the
// engine's.
func TestPlotShowsTheTimes(t *testing.T) {
	for _, band := range []Band{Decisions, Clearings, DecisionToClear} {
		p := twoCurves(t)
		p.Band = band
		s, err := p.sheet()
		if err != nil {
			t.Fatal(err)
		}
		r := &recorder{s, map[role][][]xy{}}
		s.draw(r)
		for i, d := range p.Devices {
			curves := r.lines[device+role(i)]
			for _, amps := range []float64{1200, 3000, 9000} {
				all, err := Curve(d, Phase, OfA, []float64{amps}, 0)
				if err != nil {
					t.Fatal(err)
				}
				for k, want := range []float64{all[0].Times.Min.T + band.early(), all[0].Times.Max.T + band.late()} {
					if got := s.read(curves[k], amps); math.Abs(got/want-1) > 0.02 {
						t.Errorf("band %d, device %d at %g A: the diagram shows %.4g s, the engine says %.4g", band, i, amps, got, want)
					}
				}
			}
		}
	}
}

// read returns the time that a line shows at a current.
func (s *sheet) read(line []xy, amps float64) float64 {
	x := s.x.at(amps)
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		if a.x <= x && x <= b.x && b.x > a.x {
			y := a.y + (x-a.x)/(b.x-a.x)*(b.y-a.y)
			return s.y.low * math.Pow(s.y.high/s.y.low, (y-s.y.a)/(s.y.b-s.y.a))
		}
	}
	return math.NaN()
}

func TestPDF(t *testing.T) {
	p := twoCurves(t)
	var a, b bytes.Buffer
	if err := errors.Join(p.PDF(&a), p.PDF(&b)); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(a.Bytes(), []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(a.Bytes()), []byte("%%EOF")) {
		t.Error("not a PDF")
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same plot twice is two files")
	}
	if bytes.Contains(a.Bytes(), []byte("/Subtype /Image")) {
		t.Error("a picture in it: curves are vectors")
	}
}

func TestSpan(t *testing.T) {
	d := unit(t)
	from, to, err := Span([]Device{d}, Phase)
	if err != nil || from != 500 || to != 50e3 {
		t.Errorf("%g to %g A, %v; want 500 A (long time from 840 A) to 50 kA (instantaneous to 13.2 kA)", from, to, err)
	}
	off := Device{Rating: rating(points.X60), Settings: d.Settings} // ground fault off: the phase functions see it
	if from, to, err = Span([]Device{off}, Ground); err != nil || !(from > 0 && to >= 10*from) {
		t.Errorf("%g to %g, %v", from, to, err)
	}
	v := Device{Rating: rating(points.X70), Settings: protection.Defaults(rating(points.X70))}
	if from, to, err = Span([]Device{v}, Leakage); err != nil || from != 0.2 || to != 2 {
		t.Errorf("leakage %g to %g, %v", from, to, err)
	}
}

func TestPlotRefuses(t *testing.T) {
	p := twoCurves(t)
	for why, bad := range map[string]Plot{
		"no device":       {},
		"too many":        {Devices: make([]Device, MaxDevices+1)},
		"backwards":       {Devices: p.Devices, From: 1000, To: 10},
		"not a number":    {Devices: p.Devices, From: math.NaN(), To: 10},
		"no such element": {Devices: p.Devices, Element: Leakage},
		"no such unit":    {Devices: []Device{{Name: strconv.Quote("x")}}},
	} {
		var b bytes.Buffer
		if err := bad.SVG(&b); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", why, err, b.Len())
		}
	}
}
