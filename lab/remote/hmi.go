package remote

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// KeyOrder is what somebody does at the front of a control unit: a key, or the cover.
type KeyOrder struct {
	Key   string  `json:"key,omitempty" enum:"home,esc,ctx1,ctx2,ctx3,test,reset,bluetooth" doc:"the key to press"`
	By    string  `json:"by,omitempty" doc:"who presses it; left out: whoever is in the room"`
	Hold  float64 `json:"hold_seconds,omitempty" minimum:"0" maximum:"60" doc:"as if it were held so long: reset takes three, + and - repeat; no time passes"`
	Cover string  `json:"cover,omitempty" enum:"open,shut" doc:"what is done to the sealable cover"`
}

// HMI returns what can be seen of the front of a unit: a frame of switchroom/paths/hmi,
// as JSON.
func (c *Client) HMI(ctx context.Context, unit string) (frame json.RawMessage, err error) {
	return frame, c.ask(ctx, http.MethodGet, hmiPath(unit), nil, &frame)
}

// PressHMI does something at the front of a unit, and returns what can be seen then.
func (c *Client) PressHMI(ctx context.Context, unit string, o KeyOrder) (frame json.RawMessage, err error) {
	return frame, c.ask(ctx, http.MethodPost, hmiPath(unit), o, &frame)
}

func hmiPath(unit string) string { return "/api/v1/units/" + url.PathEscape(unit) + "/hmi" }
