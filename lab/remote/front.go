package remote

import (
	"context"
	"net/http"
	"net/url"
)

// Front is what somebody sees who stands before a breaker. Its mechanical indicators
// need no supply; its LEDs do.
type Front struct {
	Unit       string      `json:"unit"`
	Contacts   string      `json:"contacts"` // open, closing, closed, opening
	Spring     string      `json:"spring"`   // charged, discharged
	Ready      bool        `json:"ready_to_close"`
	NotReady   []string    `json:"not_ready"`   // why, and what to do
	ResetOut   bool        `json:"reset_out"`   // a fault trip that nobody has reset
	Position   string      `json:"position"`    // connected, test, disconnected, withdrawn; fixed
	Locks      []FrontLock `json:"locks"`       //
	Coils      []FrontCoil `json:"coils"`       // those that are fitted
	Pad        string      `json:"pad"`         // of IFE and IFM: locked, unlocked; "": it has none
	Remote     bool        `json:"remote"`      // remote control is enabled
	ERMSSwitch string      `json:"erms_switch"` // off, on, lost; "": the unit has no ERMS module
	Supply     bool        `json:"supply"`      // 24 V
	USB        bool        `json:"usb"`         // a cable is in the port
	Battery    bool        `json:"battery"`     //
	Powered    bool        `json:"powered"`     // the control unit works
	Operations int         `json:"operations"`  // closings so far
	LEDs       []FrontLED  `json:"leds"`
	IO         []IOModule  `json:"io"` // its IO modules
	Deeds      []HandDeed  `json:"deeds"`
}

// FrontLock is something that a person puts on.
type FrontLock struct {
	Lock string `json:"lock"` // padlock, key_lock, interlock, chassis_lock
	On   bool   `json:"on"`
}

// FrontCoil is a coil, or the motor of the spring, and its wiring.
type FrontCoil struct {
	Coil      string  `json:"coil"`      // mx, mx2, mn, xf, res, mch
	Fit       string  `json:"fit"`       // wired, communicating
	Volts     float64 `json:"volts"`     // at its terminals
	Energised bool    `json:"energised"` // that reaches it, and is enough
}

// FrontLED is a light of the control unit.
type FrontLED struct {
	LED       string `json:"led"`
	Colour    string `json:"colour"`    // "": off
	Blink     string `json:"blink"`     // off, on, slow blink, fast blink, pulse
	Says      string `json:"says"`      // what that means
	Certainty string `json:"certainty"` // how well it is known that it shows so
}

// HandDeed is something that hands can do at the front of a breaker.
type HandDeed struct {
	Deed  string   `json:"deed"`
	Label string   `json:"label"`
	To    []string `json:"to"`            // what it can be done to, or nothing to choose
	Is    string   `json:"is,omitempty"`  // which of those is so now
	Off   string   `json:"off,omitempty"` // why it cannot be done now, and what to do; "": it can
}

// HandsOrder says what somebody does.
type HandsOrder struct {
	Deed string `json:"deed"`
	To   string `json:"to,omitempty"`
	By   string `json:"by,omitempty" doc:"who, of those inside; left out: anybody who is"`
}

// Front tells how the front of a unit looks.
func (c *Client) Front(ctx context.Context, unit string) (f Front, err error) {
	return f, c.ask(ctx, http.MethodGet, "/api/v1/units/"+url.PathEscape(unit)+"/front", nil, &f)
}

// Hands has somebody do something at the front of a unit, and tells how it looks
// when the mechanism has come to rest.
func (c *Client) Hands(ctx context.Context, unit string, o HandsOrder) (f Front, err error) {
	return f, c.ask(ctx, http.MethodPost, "/api/v1/units/"+url.PathEscape(unit)+"/hands", o, &f)
}
