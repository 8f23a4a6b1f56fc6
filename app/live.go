package app

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"switchroom/ui"
)

// Bounds of what moves in pages, ours.
const (
	streamsMax = 16 // browsers and tabs that watch
	heartbeat  = 15 * time.Second
	toastsMax  = 3 // at once
)

// live answers with what changes, until the browser leaves, is too slow, or the app ends.
func (v *visit) live() {
	if !v.s.admit() {
		v.w.Header().Set("Retry-After", "30")
		http.Error(v.w, "too many pages watch this phone; close some", http.StatusServiceUnavailable)
		return
	}
	defer v.s.release()
	if v.r.Method == http.MethodHead {
		return
	}
	changes, end := v.phone.Watch()
	defer end()
	http.NewResponseController(v.w).SetReadDeadline(time.Time{}) // nothing more is read
	stream, err := ui.Watch(v.w)
	if err != nil {
		return
	}
	l := &listener{stream: stream, pairs: v.r.URL.Query().Get("page") == "pair", state: v.phone.State}
	l.run(v.r.Context(), changes, v.s.over)
}

func (s *Server) admit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watching >= streamsMax {
		return false
	}
	s.watching++
	return true
}

func (s *Server) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watching--
}

// listener is one page that watches. What it has shown last it does not show again.
type listener struct {
	stream *ui.Stream
	pairs  bool // the page is that of pairing
	state  func() State
	shown  [2][]byte
	last   State
}

func (l *listener) run(ctx context.Context, changes <-chan struct{}, over <-chan struct{}) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	l.last = l.state()
	for err := l.show(l.last, nil); err == nil; {
		select {
		case <-changes:
			now := l.state()
			err = l.show(now, news(l.last, now))
			l.last = now
		case <-beat.C:
			err = l.stream.Beat()
		case <-ctx.Done():
			return
		case <-over:
			return
		}
	}
}

// show sends the parts that have changed, and what is new.
func (l *listener) show(s State, parts []ui.Part) error {
	drawn := []ui.Part{{To: "phone", How: ui.Morph, Is: status(s)}}
	if l.pairs {
		drawn = append(drawn, ui.Part{To: "pairing", How: ui.Morph, Is: pairingNow(s)})
	}
	for i, p := range drawn {
		var b bytes.Buffer
		if err := p.Is.Render(context.Background(), &b); err != nil {
			return err
		}
		if !bytes.Equal(l.shown[i], b.Bytes()) {
			l.shown[i] = b.Bytes()
			p.Is = templ.Raw(b.String())
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	m, err := ui.Message(context.Background(), "", parts...)
	if err != nil {
		return err
	}
	return l.stream.Send(m)
}

// news is what a person has to be told at once: a link that has ended, an event.
func news(was, now State) (parts []ui.Part) {
	if was.Connected() && !now.Connected() && now.Ended != "" {
		parts = append(parts, ui.Toast(ui.Notice{Severity: ui.High, Title: was.Breaker + ": not connected any more", Text: now.Ended}), ui.Announce(was.Breaker+": "+now.Ended))
	}
	fresh := min(now.told-was.told, len(now.News), toastsMax)
	for i := fresh - 1; i >= 0; i-- {
		n := now.News[i]
		parts = append(parts, ui.Toast(ui.Notice{Severity: severity(n.Severity), Title: n.Title, Text: n.What + " " + n.Detail}), ui.Announce(n.Title))
	}
	return parts
}

func severity(word string) ui.Severity {
	switch word {
	case "high":
		return ui.High
	case "medium":
		return ui.Medium
	}
	return ui.Low
}
