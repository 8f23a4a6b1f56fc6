package lab

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// captureTold is a capture in the words of the API.
type captureTold struct {
	Unit    string    `json:"unit"`
	ID      string    `json:"id"`
	Kind    string    `json:"kind"` // short, long
	Time    time.Time `json:"time" doc:"of the trip, by the unit's clock, which may be wrong"`
	Trip    string    `json:"trip" doc:"id of the trip"`
	Cause   string    `json:"cause"`
	Before  float64   `json:"before" doc:"from the first sample to the trip, s"`
	Period  float64   `json:"period" doc:"between samples, s"`
	Samples int       `json:"samples"`
}

func (c *captured) told() captureTold {
	t := trip{}
	t.At = c.At
	return captureTold{c.unit, c.id(), c.Kind.String(), c.date(), t.id(), c.Cause, c.Before.Seconds(), c.Period().Seconds(), c.Samples()}
}

func (s *Server) listCaptures(context.Context, *struct{}) (*body[[]captureTold], error) {
	list := []captureTold{}
	all := s.allCaptures()
	for i := range all {
		list = append(list, all[i].told())
	}
	return &body[[]captureTold]{list}, nil
}

// samplesTold is what plots take: the times in ms from the trip, and a row for each
// channel.
type samplesTold struct {
	Channels []string    `json:"channels"`
	Unit     string      `json:"unit"`
	Data     [][]float64 `json:"data"`
}

func noCapture(unit, id string) error {
	return huma.Error404NotFound(fmt.Sprintf("unit %q keeps no capture %q; GET /api/v1/captures lists them", unit, id))
}

func (s *Server) readSamples(_ context.Context, in *struct {
	Unit    string `path:"unit"`
	Capture string `path:"capture"`
	Of      string `query:"of" enum:"currents,voltages,status" default:"currents"`
	Points  int    `query:"points" minimum:"0" maximum:"100000" doc:"at most so many, the lowest and the highest of each stretch; 0: every sample"`
}) (*body[samplesTold], error) {
	c := s.capture(in.Unit, in.Capture)
	if c == nil {
		return nil, noCapture(in.Unit, in.Capture)
	}
	for _, g := range c.groups() {
		if g.key != in.Of {
			continue
		}
		t := samplesTold{Channels: []string{"ms"}, Unit: g.unit, Data: c.samples(&g, in.Points)}
		for _, ch := range g.channels {
			t.Channels = append(t.Channels, ch.name)
		}
		return &body[samplesTold]{t}, nil
	}
	return nil, huma.Error404NotFound("a " + c.Kind.String() + " capture has no " + in.Of)
}

// file is an answer that a browser saves.
type file struct {
	Kind string `header:"Content-Type"`
	Name string `header:"Content-Disposition"`
	Body []byte
}

func fileNamed(kind, name string, body []byte) *file {
	return &file{kind, fmt.Sprintf("attachment; filename=%q", name), body}
}

func (s *Server) readComtrade(_ context.Context, in *struct {
	Unit    string `path:"unit"`
	Capture string `path:"capture"`
	Part    string `path:"part" enum:"comtrade.zip,comtrade.cfg,comtrade.dat,comtrade.cff"`
}) (*file, error) {
	c := s.capture(in.Unit, in.Capture)
	if c == nil {
		return nil, noCapture(in.Unit, in.Capture)
	}
	ext := in.Part[len("comtrade"):]
	kind, text, err := c.comtrade(ext)
	if err != nil {
		return nil, huma.Error500InternalServerError(err.Error())
	}
	return fileNamed(kind, c.Name(c.unit)+ext, text), nil
}

// comtrade is the capture as one of the files of the standard, or those together.
func (c *captured) comtrade(ext string) (kind string, text []byte, err error) {
	rec := c.Recording(c.unit)
	cfg, dat, err := rec.Files()
	if err != nil {
		return "", nil, err
	}
	switch ext {
	case ".cfg":
		return "text/plain; charset=utf-8", cfg, nil
	case ".dat":
		return "application/octet-stream", dat, nil
	case ".cff":
		text, err = rec.AppendCombined(nil)
		return "application/octet-stream", text, err
	}
	text, err = c.zipped([]zipPart{{".cfg", cfg}, {".dat", dat}, {".hdr", []byte(rec.Header)}})
	return "application/zip", text, err
}

type zipPart struct {
	ext  string
	text []byte
}

func (c *captured) zipped(parts []zipPart) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: c.Name(c.unit) + p.ext, Method: zip.Deflate, Modified: c.date()})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(p.text); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}
