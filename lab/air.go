package lab

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/air"
	"switchroom/lab/remote"
	"switchroom/wire/ble"
)

// waves are the radios of the room, and who listens to them.
type waves struct {
	air *air.Air
	ear *air.Eavesdropper

	mu     sync.Mutex // guards jammer, and that one cracks at a time
	jammer remote.JamOrder
}

// Tune lets the laboratory see and disturb the radios of its room. Before Start.
func (s *Server) Tune(a *air.Air) { s.waves = &waves{air: a, ear: a.Eavesdrop()} }

func errNoAir() error {
	return huma.Error404NotFound("this laboratory has no radios; `switchroom up` and `demo` have")
}

// tellAir tells what radios there are.
func (s *Server) tellAir(heard bool) (*body[remote.Air], error) {
	if s.waves == nil {
		return nil, errNoAir()
	}
	t := remote.Air{Radios: []remote.Radio{}, Jammers: []remote.JamOrder{}}
	for _, r := range s.waves.air.Radios() {
		t.Radios = append(t.Radios, remote.Radio(r))
	}
	slices.SortFunc(t.Radios, func(a, b remote.Radio) int { return strings.Compare(a.Name, b.Name) })
	s.waves.mu.Lock()
	if s.waves.jammer.Metres > 0 {
		t.Jammers = append(t.Jammers, s.waves.jammer)
	}
	s.waves.mu.Unlock()
	if heard {
		for _, h := range s.waves.ear.Overheard() {
			t.Heard = append(t.Heard, tellPacket(h))
		}
	}
	return &body[remote.Air]{t}, nil
}

func tellPacket(h air.Overheard) remote.AirPacket {
	p := remote.AirPacket{At: h.At, From: h.From.String(), What: "advertising", Sealed: h.Sealed, Bytes: hex.EncodeToString(h.Payload)}
	if h.To != (ble.Address{}) {
		p.To = h.To.String()
		p.What = map[byte]string{1: "more data", 2: "data", 3: "control"}[h.Header]
	}
	return p
}

func (s *Server) showAir(_ context.Context, in *struct {
	Heard bool `query:"heard" doc:"with the last packets that were in the air"`
}) (*body[remote.Air], error) {
	return s.tellAir(in.Heard)
}

func (s *Server) moveRadio(_ context.Context, in *body[remote.MoveOrder]) (*body[remote.Air], error) {
	if s.waves == nil {
		return nil, errNoAir()
	}
	if !s.waves.air.Move(in.Body.Name, air.Place{X: in.Body.X, Y: in.Body.Y}) {
		return nil, huma.Error404NotFound(fmt.Sprintf("no radio %q is in the air; a unit has one after a press of its Bluetooth button", in.Body.Name))
	}
	return s.tellAir(false)
}

func (s *Server) jam(_ context.Context, in *body[remote.JamOrder]) (*body[remote.Air], error) {
	if s.waves == nil {
		return nil, errNoAir()
	}
	s.waves.mu.Lock()
	s.waves.jammer = in.Body
	if in.Body.Metres > 0 {
		s.waves.air.Jam(air.Jammer{Place: air.Place{X: in.Body.X, Y: in.Body.Y}, Metres: in.Body.Metres})
	} else {
		s.waves.air.Jam()
	}
	s.waves.mu.Unlock()
	return s.tellAir(false)
}

func (s *Server) crack(context.Context, *body[struct{}]) (*body[remote.Cracked], error) {
	if s.waves == nil {
		return nil, errNoAir()
	}
	s.waves.mu.Lock() // a million tries take a core a second or so: one at a time
	defer s.waves.mu.Unlock()
	begun := time.Now()
	n, tries, err := s.waves.ear.Crack()
	t := remote.Cracked{Tries: tries, Seconds: time.Since(begun).Seconds()}
	if err != nil {
		t.Why = err.Error()
	} else {
		t.Passkey = fmt.Sprintf("%06d", n)
	}
	return &body[remote.Cracked]{t}, nil
}
