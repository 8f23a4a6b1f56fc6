package lab

import (
	"bytes"
	"context"
	"math"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/protection"
	"switchroom/study"
)

// curvesTold is the trip curves of breakers in series.
type curvesTold struct {
	At       string        `json:"at"`
	Element  string        `json:"element"`
	Source   string        `json:"source" doc:"from which the way comes; empty: none reaches it"`
	Open     []string      `json:"open" doc:"breakers on the way that are open"`
	LeftOut  []string      `json:"left_out" doc:"breakers that are not among these, each with the reason"`
	Breakers []breakerTold `json:"breakers" doc:"the one nearest to the source first"`
	Pairs    []pairTold    `json:"pairs"`
	Fault    *float64      `json:"largest_fault" doc:"A, by IEC 60909 with breakers as they begin; null: not known"`
	Unknowns []string      `json:"unknowns"`
	Sources  []sourceTold  `json:"sources"`
}

type breakerTold struct {
	Name     string      `json:"name"`
	Settings []string    `json:"settings"`
	Differ   []string    `json:"differ" doc:"settings that are not as the site file has them"`
	Amps     *float64    `json:"amps" doc:"what flows now, A"`
	TripsIn  *float64    `json:"trips_in" doc:"if that goes on, s; null: never, or not known"`
	Known    bool        `json:"trips_in_known"`
	TripsBy  string      `json:"trips_by,omitempty"`
	LastTrip *tripBrief  `json:"last_trip"`
	Early    [][]float64 `json:"early" doc:"pairs of A and s: the earliest decision of the control unit"`
	Nominal  [][]float64 `json:"nominal"`
	Late     [][]float64 `json:"late" doc:"the latest interruption: the breaker's opening is in it"`
}

type tripBrief struct {
	ID       string    `json:"id"`
	Time     time.Time `json:"time" doc:"by the unit's clock, which may be wrong"`
	Function string    `json:"function"`
	Phase    string    `json:"phase,omitempty"`
	Value    float64   `json:"value"`
	Unit     string    `json:"unit"`
	Took     *float64  `json:"took" doc:"from the start that the unit reported, s; null: unknown"`
}

type sourceTold struct {
	Function  string `json:"function"`
	Document  string `json:"document"`
	Certainty string `json:"certainty"`
}

// pairTold is a verdict on two breakers in series.
type pairTold struct {
	Upstream   string        `json:"upstream"`
	Downstream string        `json:"downstream"`
	Verdict    string        `json:"verdict" enum:"not_selective,selective_up_to,selective"`
	Basis      string        `json:"basis" doc:"by curves: limits by energy are the maker's, and not in it"`
	UpTo       float64       `json:"up_to" doc:"A"`
	Swept      study.Range   `json:"swept" doc:"A"`
	Lost       []study.Range `json:"lost" doc:"A: where it is not selective"`
	Margin     *float64      `json:"smallest_margin" doc:"s; null: none was found"`
	MarginAt   *float64      `json:"smallest_margin_at" doc:"A"`
	Zones      string        `json:"zones" doc:"what zone selective interlocking does between them"`
}

func (c *pairRow) told() pairTold {
	t := pairTold{Upstream: c.Upstream, Downstream: c.Downstream, Verdict: c.Verdict.String(), Basis: study.ByCurves, UpTo: c.UpTo, Swept: c.Swept, Lost: append([]study.Range{}, c.Lost...), Zones: c.zones}
	if c.Smallest.Amps > 0 {
		t.Margin, t.MarginAt = known(c.Smallest.Seconds()), known(c.Smallest.Amps)
	}
	return t
}

func (s *Server) readCurves(_ context.Context, in *struct {
	Unit    string `path:"unit"`
	Element string `query:"element" enum:"phase,ground,leakage" default:"phase"`
	Source  string `query:"source" doc:"the source to come from; else the nearest through closed breakers"`
}) (*body[curvesTold], error) {
	if s.unit(in.Unit) == nil {
		return nil, noUnit(in.Unit)
	}
	e, err := study.ParseElement(in.Element)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	p := s.curvesPage(in.Unit, e, in.Source)
	if p.err != nil {
		return nil, huma.Error422UnprocessableEntity(p.err.Error())
	}
	return &body[curvesTold]{p.told()}, nil
}

func (p *curvesPage) told() curvesTold {
	t := curvesTold{At: p.at, Element: p.element.String(), Source: p.ways[0].source, Open: append([]string{}, p.ways[0].open...), LeftOut: append([]string{}, p.left...), Pairs: []pairTold{}, Unknowns: study.Unknowns()}
	if p.fault > 0 {
		t.Fault = &p.fault
	}
	for i := range p.rows {
		t.Breakers = append(t.Breakers, p.rows[i].brief())
	}
	for _, c := range p.pairs {
		if c.err == nil {
			t.Pairs = append(t.Pairs, c.told())
		}
	}
	for _, s := range study.Sources() {
		t.Sources = append(t.Sources, sourceTold{s.Function.String(), s.Document, s.Certainty.String()})
	}
	return t
}

func (r *curveRow) brief() breakerTold {
	b := breakerTold{Name: r.device.Name, Settings: r.legend, Differ: append([]string{}, r.differ...), Amps: known(r.amps), Known: r.told, Early: pointsOfCurve(r.curves.Early), Nominal: pointsOfCurve(r.curves.Nominal), Late: pointsOfCurve(r.curves.Late)}
	if r.told {
		if b.TripsIn = known(r.trips.T); b.TripsIn != nil {
			b.TripsBy = r.trips.Function.String()
		}
	}
	if r.last != nil && r.last.Trip != nil {
		brief := r.last.brief()
		b.LastTrip = &brief
	}
	return b
}

// drawCurves is the diagram as a file, with the settings in full.
func (s *Server) drawCurves(_ context.Context, in *struct {
	Unit    string `path:"unit"`
	File    string `path:"file" enum:"curves.svg,curves.pdf"`
	Element string `query:"element" enum:"phase,ground,leakage" default:"phase"`
	Source  string `query:"source"`
}) (*file, error) {
	if s.unit(in.Unit) == nil {
		return nil, noUnit(in.Unit)
	}
	e, err := study.ParseElement(in.Element)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	p := s.curvesPage(in.Unit, e, in.Source)
	if p.err != nil {
		return nil, huma.Error422UnprocessableEntity(p.err.Error())
	}
	plot, kind, draw := p.plot(s.date()), "application/pdf", study.Plot.PDF
	if in.File == "curves.svg" {
		kind, draw = "image/svg+xml", study.Plot.SVG
	}
	var b bytes.Buffer
	if err := draw(plot, &b); err != nil {
		return nil, huma.Error500InternalServerError(err.Error())
	}
	return fileNamed(kind, in.File, b.Bytes()), nil
}

// plot is what package study draws.
func (p *curvesPage) plot(made time.Time) study.Plot {
	plot := study.Plot{Title: "Breakers in series down to " + p.at, Element: p.element, Band: study.DecisionToClear, From: p.from, To: p.to, Made: made}
	for i := range p.rows {
		plot.Devices = append(plot.Devices, p.rows[i].device)
	}
	if p.fault > 0 {
		plot.Faults = []float64{p.fault}
	}
	return plot
}

// brief is a trip in the words of the API.
func (t *trip) brief() tripBrief {
	b := tripBrief{ID: t.id(), Time: t.Time(), Function: t.Code.String()}
	if c := t.Trip; c != nil {
		b.Function, b.Phase, b.Value, b.Unit = c.Function.String(), c.Phase.String(), c.Value, c.Function.Unit()
		if c.Function == protection.None {
			b.Function = t.Code.String()
		}
	}
	if t.known {
		s := t.took.Seconds()
		b.Took = &s
	}
	return b
}

// known is a number, or nil where it is none.
func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// pointsOfCurve are those at which it trips.
func pointsOfCurve(all []study.Sample) [][]float64 {
	list := [][]float64{}
	for _, s := range all {
		if !math.IsNaN(s.T) {
			list = append(list, []float64{s.Amps, s.T})
		}
	}
	return list
}
