package study

import (
	"fmt"
	"io"
	"time"

	"switchroom/protection"
	"switchroom/report"

	"codeberg.org/go-pdf/fpdf"
)

// Plot is a time-current diagram: a band for each device, from its earliest to
// its latest, on logarithmic scales, one A4 page.
type Plot struct {
	Title    string
	Devices  []Device
	Element  Element
	Before   Load
	Band     Band      // which times are drawn
	From, To float64   // A; where they are 0, what there is to see
	Faults   []float64 // currents to mark, A
	Made     time.Time // stands in a PDF
}

// Band is which times a band goes between.
type Band uint8

const (
	Decisions       Band = iota // earliest to latest decision of the control unit
	Clearings                   // the same with the breaker's opening
	DecisionToClear             // earliest decision to latest interruption: what selectivity compares
)

var bandText = [...]string{
	Decisions:       "Bands: earliest to latest decision of the control unit; the breaker's opening is not in them.",
	Clearings:       "Bands: earliest to latest interruption; the breaker's opening is in them.",
	DecisionToClear: "Bands: earliest decision of the control unit to latest interruption by the breaker.",
}

func (b Band) early() float64 {
	if b == Clearings {
		return protection.Opening.Seconds()
	}
	return 0
}

func (b Band) late() float64 {
	if b == Decisions {
		return 0
	}
	return protection.Opening.Seconds()
}

// MaxDevices is how many bands a page takes.
const MaxDevices = 8

// SVG writes the diagram as an SVG image. It paints its own paper, light or
// dark as the reader's page asks.
func (p Plot) SVG(w io.Writer) error {
	sheet, err := p.sheet()
	if err != nil {
		return err
	}
	c := newSVG(p.Title)
	sheet.draw(c)
	return c.writeTo(w)
}

// PDF writes the diagram as a PDF page of vectors and text.
func (p Plot) PDF(w io.Writer) error {
	sheet, err := p.sheet()
	if err != nil {
		return err
	}
	c := newPDF(p.Title, p.Made)
	sheet.draw(c)
	return c.writeTo(w)
}

// Figure is the diagram for a report.
func (p Plot) Figure(caption string) report.Figure {
	return report.Figure{Caption: caption, Width: pageWidth, Height: pageHeight, SVG: p.SVG, Paper: func(doc *fpdf.Fpdf) error {
		sheet, err := p.sheet()
		if err != nil {
			return err
		}
		doc.SetLineJoinStyle("round")
		sheet.draw(&pdf{doc})
		return nil
	}}
}

// sheet traces the devices and lays out the page.
func (p Plot) sheet() (*sheet, error) {
	if n := len(p.Devices); n == 0 || n > MaxDevices {
		return nil, fmt.Errorf("%d devices: a page takes 1 to %d", n, MaxDevices)
	}
	for i := range p.Devices {
		if err := p.Devices[i].Has(p.Element); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Devices[i].Name, err)
		}
	}
	from, to, err := p.span()
	if err != nil {
		return nil, err
	}
	s := &sheet{Plot: p}
	s.bands = make([]band, len(p.Devices))
	for i, d := range p.Devices {
		var err error
		if s.bands[i], err = p.trace(d, from, to); err != nil {
			return nil, err
		}
	}
	s.layOut(from, to)
	return s, nil
}

// span is the ends of the axis of currents, A.
func (p Plot) span() (from, to float64, err error) {
	if p.From != 0 && p.To != 0 {
		return p.From, p.To, nil
	}
	low, high, err := Span(p.Devices, p.Element)
	return orElse(p.From, low), orElse(p.To, high), err
}

// Hidden returns the faults that lie outside the diagram and the currents that it
// goes between, A.
func (p Plot) Hidden() (all []float64, from, to float64, err error) {
	from, to, err = p.span()
	for _, a := range p.Faults {
		if a < from || a > to {
			all = append(all, a)
		}
	}
	return all, from, to, err
}

func orElse(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}

// band is the three curves of a device. Times are as drawn.
type band struct{ early, nominal, late []Sample }

func (p Plot) trace(d Device, from, to float64) (b band, err error) {
	middle := (p.Band.early() + p.Band.late()) / 2
	if p.Band == DecisionToClear {
		middle = 0
	}
	for _, c := range []struct {
		corner protection.Corner
		into   *[]Sample
		add    float64
	}{{protection.Early, &b.early, p.Band.early()}, {protection.Nominal, &b.nominal, middle}, {protection.Late, &b.late, p.Band.late()}} {
		if *c.into, err = Trace(d, c.corner, p.Element, from, to, p.Before); err != nil {
			return b, err
		}
		for i := range *c.into {
			(*c.into)[i].T += c.add
		}
	}
	return b, nil
}
