package remote

import (
	"context"
	"net/http"
	"net/url"
)

// IOModule is an IO module of a breaker.
type IOModule struct {
	Module      int         `json:"module"`
	Switch      int         `json:"switch"`      // where it stands, 1 to 9
	Application int         `json:"application"` // which acts
	Title       string      `json:"title"`       // of that
	Certainty   string      `json:"certainty"`   // how well the application is known
	Confirm     bool        `json:"confirm"`     // the test button would make another application act
	Pad         string      `json:"pad"`         // setting-locking pad: locked, unlocked
	Cable       bool        `json:"cable"`       // it is in
	Energised   bool        `json:"energised"`   //
	Simple      bool        `json:"simple"`      // simple commands enabled
	Celsius     *float64    `json:"celsius"`     // of its Pt100 sensor; null: none, or out of range
	Bounces     int         `json:"bounces"`     //
	Inputs      []IOPin     `json:"inputs"`      //
	Outputs     []IOPin     `json:"outputs"`     //
	Cradle      []IOPassage `json:"cradle"`      // of applications that watch it
}

// IOPin is an input or an output.
type IOPin struct {
	Pin    string   `json:"pin"`  // I1 to I6, O1 to O3
	Does   string   `json:"does"` // what it is for
	Wire   bool     `json:"wire"` // of an input: there is voltage on it
	On     bool     `json:"on"`   // it counts as on
	Count  int      `json:"count"`
	Events []string `json:"events"` // that an output shows
}

// IOPassage is how often the cradle came into a position.
type IOPassage struct {
	Position string `json:"position"`
	Count    int    `json:"count"`
}

// IOOrder is something that somebody does at an IO module.
type IOOrder struct {
	Do       string  `json:"do" enum:"input,switch,test,pad,cable,pt100" doc:"a wire of an input, the rotary switch, the test button, the setting-locking pad, the cable, the temperature at the sensor"`
	Module   int     `json:"module,omitempty" minimum:"0" maximum:"2" doc:"1 or 2; left out: the first"`
	Input    int     `json:"input,omitempty" minimum:"0" maximum:"6" doc:"of input: 1 to 6"`
	Position int     `json:"position,omitempty" minimum:"0" maximum:"9" doc:"of switch: 1 to 9"`
	State    string  `json:"state,omitempty" enum:"on,off,locked,unlocked" doc:"of input and cable on or off, of pad locked or unlocked"`
	Celsius  float64 `json:"celsius,omitempty" minimum:"-273" maximum:"1000" doc:"of pt100, °C"`
	By       string  `json:"by,omitempty" doc:"who, of those inside; left out: anybody who is"`
}

// IO tells of the IO modules of a unit.
func (c *Client) IO(ctx context.Context, unit string) (all []IOModule, err error) {
	return all, c.ask(ctx, http.MethodGet, "/api/v1/units/"+url.PathEscape(unit)+"/io", nil, &all)
}

// OrderIO does something at an IO module of a unit, and tells how they are then. An
// input counts once it stood still.
func (c *Client) OrderIO(ctx context.Context, unit string, o IOOrder) (all []IOModule, err error) {
	return all, c.ask(ctx, http.MethodPost, "/api/v1/units/"+url.PathEscape(unit)+"/io", o, &all)
}
