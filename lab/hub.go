package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/a-h/templ"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/site"
	"switchroom/ui"
)

// Bounds of what moves in pages, ours.
const (
	streamsMax = 256                   // browsers that watch
	queueMax   = 8                     // messages that a browser may be behind; then it is let go and comes back
	turn       = time.Second           // how often pages move
	breath     = 50 * time.Millisecond // between two moves, whatever happens
	recentMax  = 12                    // events that pages show
	toastsMax  = 3                     // at once
)

// hub makes what moves in pages: once for all who watch the same, once a second at
// most and at once after a breaker has moved. While nobody watches it does nothing.
type hub struct {
	over  <-chan struct{}
	moved chan struct{} // a breaker has moved
	came  chan struct{} // somebody watches

	log recent

	mu      sync.Mutex // guards what follows
	views   map[string]*view
	streams int
}

// view is what the browsers at one address watch.
type view struct {
	parts    func(context.Context) []ui.Part
	last     []drawn
	watchers []*watcher
}

// drawn is a part as it was sent last.
type drawn struct {
	to   string
	text []byte
}

// watcher is one browser. Its channel is closed when it is too slow.
type watcher struct{ messages chan []byte }

func newHub(over <-chan struct{}) *hub {
	return &hub{over: over, moved: make(chan struct{}, 1), came: make(chan struct{}, 1), views: map[string]*view{}}
}

// listen has the hub hear of every event of a laboratory.
func (h *hub) listen(l *site.Lab) {
	for _, u := range l.Units {
		u.Subscribe(h.heard)
	}
}

// moves are the events after which pages move at once.
func moves(c points.Code) bool {
	return c == points.CodeOpened || c == points.CodeClosed || points.EventOf(c).History == points.TripHistory
}

// heard takes an event. It is on the goroutine of whoever caused it and must not
// wait.
func (h *hub) heard(r imu.Record) {
	h.log.add(r)
	if moves(r.Code) {
		poke(h.moved)
	}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run moves the pages until the server ends.
func (h *hub) run() {
	tick := time.NewTicker(turn)
	defer tick.Stop()
	for {
		if !h.watched() {
			select {
			case <-h.came:
			case <-h.over:
				return
			}
		}
		select {
		case <-tick.C:
		case <-h.moved:
		case <-h.over:
			return
		}
		h.move()
		select { // many breakers that move are one move of the pages
		case <-time.After(breath):
		case <-h.over:
			return
		}
	}
}

func (h *hub) watched() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.streams > 0
}

// move sends everybody what has changed.
func (h *hub) move() {
	news := tell(h.log.fresh())
	h.mu.Lock()
	defer h.mu.Unlock()
	ctx := context.Background()
	for _, v := range h.views {
		changed := append(v.redraw(ctx), news...)
		if len(changed) == 0 {
			continue
		}
		if m, err := ui.Message(ctx, "", changed...); err == nil {
			h.send(v, m)
		}
	}
}

// send gives everybody a message who can take it. Who cannot is let go: the browser
// comes back and begins with all that is current.
func (h *hub) send(v *view, m []byte) {
	v.watchers = slices.DeleteFunc(v.watchers, func(w *watcher) bool {
		select {
		case w.messages <- m:
			return false
		default:
			close(w.messages)
			h.streams--
			return true
		}
	})
}

// redraw draws all parts anew and returns those that have changed.
func (v *view) redraw(ctx context.Context) (changed []ui.Part) {
	for _, p := range v.parts(ctx) {
		var b bytes.Buffer
		if p.Is.Render(ctx, &b) != nil {
			continue
		}
		i := slices.IndexFunc(v.last, func(d drawn) bool { return d.to == p.To })
		if i < 0 {
			i, v.last = len(v.last), append(v.last, drawn{to: p.To})
		} else if bytes.Equal(v.last[i].text, b.Bytes()) {
			continue
		}
		v.last[i].text = b.Bytes()
		p.Is = templ.Raw(b.String())
		changed = append(changed, p)
	}
	return changed
}

// errCrowd is returned when too many watch.
var errCrowd = errors.New("too many browsers watch this laboratory; close some")

// join has somebody watch what parts makes, which is the same for everybody with the
// same key. It returns the first message: all that is current.
func (h *hub) join(key string, parts func(context.Context) []ui.Part) (*watcher, []byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams >= streamsMax {
		return nil, nil, errCrowd
	}
	if h.streams == 0 {
		h.log.fresh() // what nobody saw is no news
	}
	v := h.views[key]
	if v == nil {
		v = &view{parts: parts}
		v.redraw(context.Background())
		h.views[key] = v
	}
	first, err := ui.Message(context.Background(), "", v.all()...)
	if err != nil {
		return nil, nil, fmt.Errorf("the page cannot be drawn: %w", err)
	}
	w := &watcher{make(chan []byte, queueMax)}
	v.watchers = append(v.watchers, w)
	h.streams++
	poke(h.came)
	return w, first, nil
}

// all is everything as it was drawn last.
func (v *view) all() (all []ui.Part) {
	for _, d := range v.last {
		all = append(all, ui.Part{To: d.to, How: ui.Morph, Is: templ.Raw(string(d.text))})
	}
	return all
}

// leave ends somebody's watching. Views that nobody watches are dropped.
func (h *hub) leave(key string, w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.views[key]
	if v == nil {
		return
	}
	if i := slices.Index(v.watchers, w); i >= 0 {
		v.watchers = slices.Delete(v.watchers, i, i+1)
		h.streams--
	}
	if len(v.watchers) == 0 {
		delete(h.views, key)
	}
}
