package web

import (
	"context"
	"net/http"
	"time"

	"switchroom/ui"
)

// streamsMax bounds the pages of one device that are followed at once, and beat is how
// often each is looked at. Ours.
const (
	streamsMax = 32
	beat       = time.Second
)

// follow sends the parts of a page again whenever they have changed, until the browser
// is gone, the session has ended, or the right is taken away. It keeps nobody logged
// in.
func (v *visit) follow(parts func() ([]ui.Part, bool)) {
	d := v.d
	if d.streams.Add(1) > streamsMax {
		d.streams.Add(-1)
		v.refuse(http.StatusServiceUnavailable, "Too many pages of this device are open.")
		return
	}
	defer d.streams.Add(-1)
	s, err := ui.Watch(v.w)
	if err != nil {
		return
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		list, ok := parts()
		if !ok || !v.send(s, list) {
			return
		}
		select {
		case <-tick.C:
		case <-v.r.Context().Done():
			return
		case <-d.ended:
			return
		}
		if v.recognise(); v.who == nil || d.book().may(v.who, v.page) < look || v.mustChange() {
			return
		}
	}
}

func (v *visit) send(s *ui.Stream, list []ui.Part) bool {
	m, err := ui.Message(context.Background(), "", list...)
	return err == nil && s.Send(m) == nil
}
