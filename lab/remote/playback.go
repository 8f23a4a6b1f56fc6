package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
)

// Playback is a recording that is played into one breaker, as a test set injects it.
type Playback struct {
	Unit     string            `json:"unit"`
	File     string            `json:"file"`
	State    string            `json:"state"`  // playing, ended, stopped
	At       float64           `json:"at"`     // s since its first sample, of the laboratory's time
	Length   float64           `json:"length"` // s
	Samples  int               `json:"samples"`
	Channels map[string]string `json:"channels"` // of the recording, by what they are: l1, l2, l3, n, leakage, v1, v2, v3
	Notes    []string          `json:"notes"`
	Happened []PlayedEvent     `json:"happened"`
	Trip     *PlayedTrip       `json:"trip"`     // null: it has not tripped
	Expected *Expected         `json:"expected"` // null: its settings cannot be read
}

// PlayedEvent is what the breaker told while it was played to.
type PlayedEvent struct {
	T      float64 `json:"t"` // s since the first sample
	Event  string  `json:"event"`
	What   string  `json:"what"` // entry, exit, pulse
	Detail string  `json:"detail,omitempty"`
}

// PlayedTrip is a trip while a recording was played.
type PlayedTrip struct {
	T        float64  `json:"t"` // s since the first sample
	Function string   `json:"function"`
	Phase    string   `json:"phase"`
	Value    float64  `json:"value"`
	Opened   *float64 `json:"opened"` // when the contacts had parted; null: not yet
}

// Expected is what the model makes of the recording by the settings of the breaker, from
// cold, as `switchroom replay` tells it.
type Expected struct {
	Verdict  string   `json:"verdict"` // must, may, must_not
	T        *float64 `json:"t"`       // s, of a nominal unit; null: it does not trip
	Function string   `json:"function,omitempty"`
	Earliest *float64 `json:"earliest"`
	Latest   *float64 `json:"latest"` // null: a late unit does not trip
}

// States of a playback.
const (
	Playing = "playing"
	Ended   = "ended"
	Stopped = "stopped"
)

// PlayOrder is a recording and how it is to be played: its two parts, or in Cfg a
// combined file (.cff) and no Dat.
type PlayOrder struct {
	File     string // its name
	Cfg, Dat []byte
	Map      string  // l1=CHANNEL,…; "": by name and phase
	Scale    float64 // multiplies every current; 0: 1
	Primary  bool    // multiply secondary values by their ratio
}

// Play plays a recording into a breaker. It returns when that has begun.
func (c *Client) Play(ctx context.Context, unit string, o PlayOrder) (p Playback, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	write := func(field, name string, data []byte) error {
		part, err := w.CreateFormFile(field, name)
		if err == nil {
			_, err = part.Write(data)
		}
		return err
	}
	if err := write("cfg", o.File, o.Cfg); err != nil {
		return p, err
	}
	if o.Dat != nil {
		if err := write("dat", o.File+" (data)", o.Dat); err != nil {
			return p, err
		}
	}
	w.WriteField("map", o.Map)
	if o.Scale != 0 {
		w.WriteField("scale", fmt.Sprint(o.Scale))
	}
	if o.Primary {
		w.WriteField("primary", "yes")
	}
	if err := w.Close(); err != nil {
		return p, err
	}
	res, err := c.post(ctx, "/api/v1/units/"+url.PathEscape(unit)+"/playback", w.FormDataContentType(), &b)
	if err != nil {
		return p, err
	}
	defer res.Body.Close()
	return p, json.NewDecoder(io.LimitReader(res.Body, answerMax)).Decode(&p)
}

// Playback tells of the last recording that was played into a breaker.
func (c *Client) Playback(ctx context.Context, unit string) (p Playback, err error) {
	return p, c.ask(ctx, http.MethodGet, "/api/v1/units/"+url.PathEscape(unit)+"/playback", nil, &p)
}

// StopPlayback stops playing into a breaker: it takes the network's currents again.
func (c *Client) StopPlayback(ctx context.Context, unit string) (p Playback, err error) {
	return p, c.ask(ctx, http.MethodDelete, "/api/v1/units/"+url.PathEscape(unit)+"/playback", nil, &p)
}
