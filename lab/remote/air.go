package remote

import (
	"context"
	"net/http"
	"time"
)

// Air is the radios of a room.
type Air struct {
	Radios  []Radio     `json:"radios"`
	Jammers []JamOrder  `json:"jammers"`
	Heard   []AirPacket `json:"heard,omitempty"` // where it was asked for, the oldest first
}

// Radio is a unit whose Bluetooth is on, or a phone.
type Radio struct {
	Name        string  `json:"name"`
	Address     string  `json:"address"`
	X           float64 `json:"x" doc:"metres along the board"`
	Y           float64 `json:"y" doc:"metres before it"`
	Advertising bool    `json:"advertising" doc:"it can be found"`
	Links       int     `json:"links"`
}

// AirPacket is a packet as an eavesdropper hears it.
type AirPacket struct {
	At     time.Time `json:"at"`
	From   string    `json:"from"`
	To     string    `json:"to,omitempty"` // none: advertising
	What   string    `json:"what" doc:"advertising, data, more data, control"`
	Sealed bool      `json:"sealed" doc:"encrypted: the bytes tell nothing"`
	Bytes  string    `json:"bytes" doc:"hexadecimal, as they were in the air"`
}

// MoveOrder carries a radio.
type MoveOrder struct {
	Name string  `json:"name"`
	X    float64 `json:"x" minimum:"-1000" maximum:"1000"`
	Y    float64 `json:"y" minimum:"-1000" maximum:"1000"`
}

// JamOrder is a jammer; 0 metres is none.
type JamOrder struct {
	X      float64 `json:"x,omitempty" minimum:"-1000" maximum:"1000"`
	Y      float64 `json:"y,omitempty" minimum:"-1000" maximum:"1000"`
	Metres float64 `json:"metres" minimum:"0" maximum:"1000"`
}

// Cracked is what an eavesdropper has made of the last pairing.
type Cracked struct {
	Passkey string  `json:"passkey,omitempty"` // that was on the display; none: it is not to be found
	Tries   int     `json:"tries"`
	Seconds float64 `json:"seconds"`
	Why     string  `json:"why,omitempty"` // there is none to find
}

// Air returns what radios there are.
func (c *Client) Air(ctx context.Context) (a Air, err error) {
	return a, c.ask(ctx, http.MethodGet, "/api/v1/air", nil, &a)
}

// Overheard returns the same with the last packets.
func (c *Client) Overheard(ctx context.Context) (a Air, err error) {
	return a, c.ask(ctx, http.MethodGet, "/api/v1/air?heard=true", nil, &a)
}

// MoveRadio carries a radio to a place.
func (c *Client) MoveRadio(ctx context.Context, o MoveOrder) (a Air, err error) {
	return a, c.ask(ctx, http.MethodPost, "/api/v1/air/move", o, &a)
}

// Jam puts a jammer into the room in place of the one before.
func (c *Client) Jam(ctx context.Context, o JamOrder) (a Air, err error) {
	return a, c.ask(ctx, http.MethodPost, "/api/v1/air/jam", o, &a)
}

// Crack has the eavesdropper try every passkey on the last pairing.
func (c *Client) Crack(ctx context.Context) (r Cracked, err error) {
	return r, c.ask(ctx, http.MethodPost, "/api/v1/air/crack", struct{}{}, &r)
}
