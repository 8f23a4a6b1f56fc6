package lab

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/displays"
	"switchroom/lab/remote"
	"switchroom/ui"
)

// wallDisplay is the display on the switchboard: one for whoever stands before it.
type wallDisplay struct {
	mu    sync.Mutex
	panel *displays.Panel // nil: none hangs there
}

// Hang hangs a display on the switchboard. Call it before Start.
func (s *Server) Hang(p *displays.Panel) { s.display.panel = p }

// takeDown ends its connections.
func (h *wallDisplay) takeDown() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.panel != nil {
		h.panel.Close()
	}
}

// displayed is what a display shows, with what can be typed.
type displayed struct {
	*displays.Frame
	secret bool
	keys   []displays.Key
}

// look reads the breakers and tells what the display shows.
func (h *wallDisplay) look(ctx context.Context) *displayed {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.panel.Look(ctx)
	return h.tell()
}

func (h *wallDisplay) tell() *displayed {
	_, secret, _ := h.panel.Asks()
	v := &displayed{Frame: h.panel.Frame(), secret: secret}
	for _, k := range displays.Keys(h.panel.Kind) {
		if k.Key != "1 … 8" {
			v.keys = append(v.keys, k)
		}
	}
	return v
}

// press presses a key, or types what the display waits for.
func (h *wallDisplay) press(ctx context.Context, o *remote.DisplayOrder) (*displayed, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o.Key != "" {
		if err := h.panel.Press(ctx, o.Key); err != nil {
			return h.tell(), err
		}
	} else {
		h.panel.Type(ctx, o.Text)
	}
	return h.tell(), nil
}

func (s *Server) showDisplay(w http.ResponseWriter, r *http.Request) {
	if s.display.panel == nil {
		refuse(w, http.StatusNotFound, "no display hangs here: it needs breakers that Modbus TCP reaches")
		return
	}
	s.displayView(w, r, http.StatusOK, s.display.look(r.Context()), "")
}

func (s *Server) displayView(w http.ResponseWriter, r *http.Request, status int, v *displayed, refusal string) {
	f := s.frame("The display on the switchboard", "")
	f.Lead = "An FDM128 for up to eight breakers. It is a client of Modbus TCP as any other, and keeps no password of a breaker."
	s.show(w, r, status, displayPage(f, v, refusal))
}

// displayAsked presses a key on the page.
func (s *Server) displayAsked(w http.ResponseWriter, r *http.Request) {
	if s.display.panel == nil {
		refuse(w, http.StatusNotFound, "no display hangs here")
		return
	}
	v, err := s.display.press(r.Context(), &remote.DisplayOrder{Key: r.PostFormValue("key"), Text: r.PostFormValue("text")})
	switch {
	case err != nil:
		s.displayView(w, r, http.StatusUnprocessableEntity, v, err.Error())
	case v.Refused:
		s.displayView(w, r, http.StatusConflict, v, "")
	default:
		http.Redirect(w, r, "/display", http.StatusSeeOther)
	}
}

// displayTold is a frame by a name of its own: the description of the API goes by the
// names of types.
type displayTold displays.Frame

var errNoDisplay = huma.Error404NotFound("no display hangs here: it needs breakers that Modbus TCP reaches")

func (s *Server) readDisplay(ctx context.Context, _ *struct{}) (*body[displayTold], error) {
	if s.display.panel == nil {
		return nil, errNoDisplay
	}
	return &body[displayTold]{displayTold(*s.display.look(ctx).Frame)}, nil
}

func (s *Server) pressDisplay(ctx context.Context, in *body[remote.DisplayOrder]) (*body[displayTold], error) {
	if s.display.panel == nil {
		return nil, errNoDisplay
	}
	v, err := s.display.press(ctx, &in.Body)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	return &body[displayTold]{displayTold(*v.Frame)}, nil
}

// typed is the field for what a display waits for. Nothing in it is ever sent back.
func typed(v *displayed) ui.Field {
	f := ui.Field{ID: "display-text", Name: "text", Label: strings.ToUpper(v.Asks[:1]) + v.Asks[1:], Type: "text", Autocomplete: "off", Required: true}
	if v.secret {
		f.Type = "password"
	}
	return f
}

func displayNumber(n int) string { return strconv.Itoa(n) }
