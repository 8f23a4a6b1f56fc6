package web

import (
	"context"
	"net/http"
	"time"

	"switchroom/imu"
	"switchroom/ui"
)

// streamsMax bounds the pages of one device that are followed at once; usualBeat is how
// often each is looked at, and gap how long a page is left alone at least. Ours.
const (
	streamsMax = 32
	usualBeat  = time.Second
	gap        = 100 * time.Millisecond
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
	for {
		turned := d.turned() // before it is looked at: nothing is missed
		list, ok := parts()
		if !ok || !v.send(s, list) || !v.pause(turned) {
			return
		}
		if v.recognise(); v.who == nil || d.book().may(v.who, v.page) < look || v.mustChange() {
			return
		}
	}
}

// pause waits for the next beat, or until something has happened at the breaker; but
// never for less than gap, so that a flood of events is no flood of pages. It reports
// false when the page is to end.
func (v *visit) pause(turned <-chan struct{}) bool {
	short, long := time.NewTimer(gap), time.NewTimer(v.d.beat)
	defer short.Stop()
	defer long.Stop()
	for waited := false; ; {
		var next <-chan struct{}
		if waited {
			next = turned
		}
		select {
		case <-short.C:
			waited = true
		case <-next:
			return true
		case <-long.C:
			return true
		case <-v.r.Context().Done():
			return false
		case <-v.d.ended:
			return false
		}
	}
}

// turned is closed when something happens at the breaker.
func (d *Device) turned() <-chan struct{} {
	d.eventMu.Lock()
	defer d.eventMu.Unlock()
	if d.event == nil {
		d.event = make(chan struct{})
	}
	return d.event
}

// happened tells those who follow. Where nobody does it costs nothing.
func (d *Device) happened(imu.Record) {
	if d.streams.Load() == 0 {
		return
	}
	d.eventMu.Lock()
	defer d.eventMu.Unlock()
	if d.event != nil {
		close(d.event)
		d.event = nil
	}
}

func (v *visit) send(s *ui.Stream, list []ui.Part) bool {
	m, err := ui.Message(context.Background(), "", list...)
	return err == nil && s.Send(m) == nil
}
