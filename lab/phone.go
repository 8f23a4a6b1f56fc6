package lab

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"switchroom/paths/nfc"
	"switchroom/points"
	"switchroom/ui"
	"switchroom/wire/ndef"
)

// held is what a phone has read that was held to the front of a breaker.
type held struct {
	name, by string
	message  []byte
	sentence string
	label    *ndef.Label
}

// tagTold is a tag as it was read.
type tagTold struct {
	Unit     string      `json:"unit"`
	Sentence string      `json:"sentence" doc:"what any phone shows"`
	Message  string      `json:"message" doc:"the NDEF message, hexadecimal"`
	Label    *ndef.Label `json:"label" doc:"ours: what a real tag holds is in no document that we could read"`
}

func phoneURL(name, by string) string {
	if by == "" {
		return unitURL(name) + "/phone"
	}
	return unitURL(name) + "/phone?by=" + url.QueryEscape(by)
}

// hold holds a phone to the NFC zone of a unit, and reads it as any phone does: command
// by command, off the tag.
func (s *Server) hold(i int, by string) (*held, error) {
	if err := s.attends(by); err != nil {
		return nil, err
	}
	u := s.lab.Units[i]
	tag := nfc.New(u, s.lab.World).Tag()
	m, err := ndef.ReadTag(func(apdu []byte) ([]byte, error) { return tag.Command(apdu), nil })
	if err != nil {
		return nil, err
	}
	h := &held{name: u.Name(), by: by}
	if h.message, err = m.Bytes(); err != nil {
		return nil, err
	}
	if h.label, err = ndef.ReadLabel(m); err != nil {
		return nil, err
	}
	for _, r := range m {
		if _, text, err := r.AsText(); err == nil {
			h.sentence = text
		}
	}
	return h, nil
}

func (s *Server) showPhone(w http.ResponseWriter, r *http.Request) {
	i, ok := s.index(w, r)
	if !ok {
		return
	}
	name, by := s.lab.Units[i].Name(), r.URL.Query().Get("by")
	f := s.frame("A phone at "+name, "")
	f.Lead = "What the NFC zone on the front tells whoever holds a phone to it, supplied or not."
	f.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: name, URL: unitURL(name)}, {Text: "Front", URL: frontBy(name, by)}, {Text: "Phone"}}
	h, err := s.hold(i, by)
	if err != nil {
		s.show(w, r, http.StatusForbidden, phoneAway(f, frontBy(name, by), err.Error()))
		return
	}
	s.show(w, r, http.StatusOK, phoneView(f, h))
}

func (s *Server) readPhone(_ context.Context, in *struct {
	Unit string `path:"unit"`
	By   string `query:"by" doc:"who holds the phone; nobody in particular"`
}) (*body[tagTold], error) {
	for i, u := range s.lab.Units {
		if u.Name() != in.Unit {
			continue
		}
		h, err := s.hold(i, in.By)
		if err != nil {
			return nil, notDone(err)
		}
		return &body[tagTold]{tagTold{h.name, h.sentence, hex.EncodeToString(h.message), h.label}}, nil
	}
	return nil, noUnit(in.Unit)
}

// phoneCards are what the label tells, by the beginning of the names of its points.
var phoneCards = []struct {
	title  string
	begins []string
	now    bool // is looked at, and known with a supply only
}{
	{"Who it is", []string{"rating.", "device.", "interface."}, false},
	{"Now", []string{"breaker.", "current.l", "current.n", "voltage.l", "power.active"}, true},
	{"Settings", []string{"protection.", "lock.", "metering."}, false},
	{"Health", []string{"health", "life.", "wear.", "maintenance.", "trip.", "temperature"}, false},
}

// rows are the values of a card.
func (h *held) rows(begins []string) (rows []ui.KV) {
	for _, info := range points.All() {
		v := points.Value{}
		if n, ok := h.label.Values[info.Name]; ok && info.Type != points.Text {
			v = points.Number(n)
		} else if text := h.label.Texts[info.Name]; text != "" {
			v = points.String(text)
		}
		if !v.Available() || !beginsSo(info.Name, begins) {
			continue
		}
		rows = append(rows, ui.KV{Name: strings.ToUpper(info.Title[:1]) + info.Title[1:], Value: ui.Text(strings.TrimSpace(info.Format(v) + " " + info.Unit))})
	}
	return rows
}

func beginsSo(name string, begins []string) bool {
	for _, b := range begins {
		if strings.HasPrefix(name, b) {
			return true
		}
	}
	return false
}

// lastTrip is the last trip in words.
func (h *held) lastTrip() string {
	t := h.label.Trip
	if t == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s, %s. L1 %.0f A, L2 %.0f A, L3 %.0f A, N %.0f A just before; settings group %s.", t.Date, t.Event, t.Detail, t.Currents[0], t.Currents[1], t.Currents[2], t.Currents[3], t.Group)
}
