package lab

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/protection"
)

// tripTold is a trip explained.
type tripTold struct {
	tripBrief
	Unit     string        `json:"trip_of"`
	Group    string        `json:"group,omitempty" doc:"settings that acted"`
	Setting  *float64      `json:"setting" doc:"what its current is held against, A; null: no such setting"`
	Currents []float64     `json:"currents" doc:"A, RMS of the cycle before: l1, l2, l3, n"`
	Voltages []float64     `json:"voltages" doc:"V, the same: l1n, l2n, l3n"`
	Verdict  string        `json:"verdict"`
	Notes    []string      `json:"notes"`
	Others   []witnessTold `json:"others"`
	Captures []captureTold `json:"captures"`
}

type witnessTold struct {
	Unit     string   `json:"unit"`
	Series   bool     `json:"series" doc:"between the source and the one that tripped"`
	Reported []string `json:"reported"`
	Tripped  bool     `json:"tripped"`
	Earliest *float64 `json:"earliest" doc:"its earliest decision on this current, s; null: never, or no curve"`
	Function string   `json:"function,omitempty"`
	Verdict  string   `json:"verdict,omitempty"`
}

func (s *Server) explainTrip(_ context.Context, in *struct {
	Unit string `path:"unit"`
	Trip string `path:"trip"`
}) (*body[tripTold], error) {
	u := s.unit(in.Unit)
	if u == nil {
		return nil, noUnit(in.Unit)
	}
	t := s.story(u, in.Trip)
	if t == nil {
		return nil, huma.Error404NotFound(fmt.Sprintf("unit %q remembers no trip %q; GET /api/v1/events?history=trip lists them", in.Unit, in.Trip))
	}
	return &body[tripTold]{t.told()}, nil
}

func (t *tripStory) told() tripTold {
	_, verdict := t.verdict()
	told := tripTold{tripBrief: t.brief(), Unit: t.unit.Name(), Verdict: verdict, Notes: append([]string{}, t.notes...), Others: []witnessTold{}, Captures: []captureTold{}, Currents: []float64{}, Voltages: []float64{}}
	if t.setting > 0 {
		told.Setting = &t.setting
	}
	if c := t.Trip; c != nil {
		told.Group, told.Currents, told.Voltages = c.Group, c.Currents[:], c.Voltages[:]
	}
	for _, w := range t.witnesses {
		o := witnessTold{Unit: w.name, Series: w.series, Reported: append([]string{}, w.reported...), Tripped: w.tripped, Earliest: known(w.would.Min.T), Verdict: w.verdict}
		if w.would.Min.Function != protection.None {
			o.Function = w.would.Min.Function.String()
		}
		told.Others = append(told.Others, o)
	}
	for i := range t.captures {
		told.Captures = append(told.Captures, t.captures[i].told())
	}
	return told
}
