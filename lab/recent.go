package lab

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// recent keeps the newest events of all units.
type recent struct {
	mu   sync.Mutex
	list []happened // the oldest first
	last uint64
	told uint64 // the number of the last that fresh has returned
}

// happened is an event with its number.
type happened struct {
	imu.Record
	n uint64
}

// keptMax is more than pages show: a burst is told in whole.
const keptMax = 200

func (r *recent) add(rec imu.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	r.list = append(r.list, happened{rec, r.last})
	if len(r.list) > keptMax {
		r.list = slices.Delete(r.list, 0, len(r.list)-keptMax)
	}
}

// fresh returns what has come since it was called last.
func (r *recent) fresh() []happened {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.list, func(h happened) bool { return h.n > r.told })
	r.told = r.last
	if i < 0 {
		return nil
	}
	return slices.Clone(r.list[i:])
}

// newest returns up to n of what came about, the newest first; not what only ended.
func (r *recent) newest(n int) (all []happened) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range slices.Backward(r.list) {
		if h.What == imu.Exit {
			continue
		}
		if all = append(all, h); len(all) == n {
			break
		}
	}
	return all
}

// everything is all that is kept, the newest first.
func (r *recent) everything() []happened {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := slices.Clone(r.list)
	slices.Reverse(all)
	return all
}

// number is that of the newest.
func (r *recent) number() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

var severities = map[points.Severity]ui.Severity{points.Low: ui.Low, points.Medium: ui.Medium, points.High: ui.High}

// eventRow is an event of a history as pages show it.
func eventRow(r imu.Record, id string) ui.Event {
	e := points.EventOf(r.Code)
	text := e.Title
	if text == "" {
		text = r.Code.String()
	}
	if r.What == imu.Exit {
		text += ": ended"
	}
	if r.Detail != "" {
		text += " (" + r.Detail + ")"
	}
	return ui.Event{ID: id, At: r.Time(), Severity: severities[e.Severity], Text: text, Certainty: e.Certainty.String()}
}

// rows are events of several units as pages show them.
func rows(all []happened) (list []ui.Event) {
	for _, h := range all {
		e := eventRow(h.Record, fmt.Sprintf("event-%d", h.n))
		e.Where, e.URL = h.Unit, unitURL(h.Unit)
		if why := explained(h.Unit, &h.Record); why != "" {
			e.URL = why
		}
		e.Certainty = ""
		list = append(list, e)
	}
	return list
}

// tell says aloud what matters: what is urgent, and breakers that have moved.
func tell(all []happened) (news []ui.Part) {
	said, toasts := "", 0
	for _, h := range all {
		e := eventRow(h.Record, "")
		if urgent := e.Severity == ui.High && h.What != imu.Exit; !urgent && !moves(h.Code) {
			continue
		} else if urgent && toasts < toastsMax {
			toasts++
			news = append(news, ui.Toast(ui.Notice{Severity: ui.High, Title: h.Unit, Text: e.Text}))
		}
		if len(said) < 300 {
			said += h.Unit + ": " + e.Text + ". "
		}
	}
	if said != "" {
		news = append(news, ui.Announce(said))
	}
	return news
}

// date is when pages say that something is.
func (s *Server) date() time.Time { return s.lab.World.Date(s.lab.World.Now()) }
