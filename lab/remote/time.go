package remote

import (
	"context"
	"net/http"
	"time"
)

// Time is the time of a laboratory: its date, and how fast it passes.
type Time struct {
	Date  time.Time `json:"date"`     // of the laboratory, which may be ahead of the computer's
	World float64   `json:"world_s"`  // s since the laboratory's world began; it goes on where it stopped
	Speed float64   `json:"speed"`    // seconds of the laboratory a second, as asked for; 0: it stands still
	Real  float64   `json:"real"`     // as it really is: less where the computer is too slow
	Next  *float64  `json:"next_due"` // s until the next thing is due that the laboratory knows of; null: nothing
	Owed  []string  `json:"owed"`     // breakers that are brought back to where they stood once time runs
}

// Bounds of what a laboratory takes.
const (
	MinSpeed = 0.001
	MaxSpeed = 3600
	MaxStep  = 3600 // s
)

// SpeedOrder is how fast time is to pass.
type SpeedOrder struct {
	Speed float64 `json:"speed" minimum:"0" maximum:"3600" doc:"seconds of the laboratory a second: 0 stops it, else 0.001 to 3600"`
}

// StepOrder takes time on by so much, or to the next thing that is due, and stops it there.
type StepOrder struct {
	By   float64 `json:"by,omitempty" minimum:"0" maximum:"3600" doc:"s; 0 with next"`
	Next bool    `json:"next,omitempty" doc:"to the next thing that is due"`
}

// Time tells the time of the laboratory.
func (c *Client) Time(ctx context.Context) (t Time, err error) {
	return t, c.ask(ctx, http.MethodGet, "/api/v1/time", nil, &t)
}

// SetSpeed says how fast time passes from now on; 0 stops it.
func (c *Client) SetSpeed(ctx context.Context, speed float64) (t Time, err error) {
	return t, c.ask(ctx, http.MethodPut, "/api/v1/time", SpeedOrder{speed}, &t)
}

// Step takes time on and stops it there.
func (c *Client) Step(ctx context.Context, o StepOrder) (t Time, err error) {
	return t, c.ask(ctx, http.MethodPost, "/api/v1/time/step", o, &t)
}
