package trace

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"switchroom/regmap"
)

// Options are how a trace is recorded.
type Options struct {
	Map       *regmap.Map  // what registers mean; nil: the built-in map
	Passwords bool         // keep passwords: else registers 8004 and 8005 are masked
	Max       int64        // bytes that one file may take on the disk with its predecessor; 0: no bound
	Tell      func(string) // is told, in a line, what goes wrong; called by one goroutine
}

// queued is how many events wait for the disk at most: some 5 MB. Ours.
const queued = 8192

// openMax is how many requests without an end are remembered. Ours.
const openMax = 1 << 16

// Recorder writes what crosses the wire into files. It never holds up whoever
// answers: a goroutine of its own writes, and what does not fit in its queue is
// left out and counted. Failures of a disk are told, and tried again.
type Recorder struct {
	passwords bool
	tell      func(string)
	queue     chan event
	missed    atomic.Uint64 // left out since the files were told
	ids       atomic.Uint64
	closed    atomic.Bool
	quit      chan struct{}
	ended     chan struct{}

	// the writing goroutine's own
	files []*file
	open  map[uint64]Exchange
	lost  uint64 // by the queue, in all
}

// event is the beginning of an exchange, or its end.
type event struct {
	exchange Exchange
	id       uint64
	over     bool
}

// NewRecorder opens the files and starts to record. The end of a name says the
// format: .pcap or .jsonl. A file that exists is replaced.
func NewRecorder(paths []string, o Options) (*Recorder, error) {
	if o.Map == nil {
		o.Map = regmap.Default()
	}
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	r := &Recorder{
		passwords: o.Passwords, tell: o.Tell, queue: make(chan event, queued),
		quit: make(chan struct{}), ended: make(chan struct{}), open: map[uint64]Exchange{},
	}
	for _, p := range paths {
		f, err := openFile(p, o)
		if err != nil {
			r.abandon()
			return nil, err
		}
		r.files = append(r.files, f)
	}
	go r.run()
	return r, nil
}

func (r *Recorder) abandon() {
	for _, f := range r.files {
		f.close()
	}
}

// encoderFor is the format of a file by its name.
func encoderFor(path string, o Options) (encoder, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".pcap":
		return &pcapEncoder{}, nil
	case ".jsonl":
		return &jsonEncoder{o.Map}, nil
	}
	return nil, fmt.Errorf("%s: the end of a trace's name says its format: .pcap for a capture, .jsonl for JSON lines", path)
}

// Close writes what waits and closes the files. It returns after the timeout at
// the latest: whoever ends the program does not wait longer for a slow disk.
func (r *Recorder) Close(timeout time.Duration) error {
	if r.closed.Swap(true) {
		return nil
	}
	close(r.quit)
	t := time.NewTimer(timeout)
	defer t.Stop()
	select {
	case <-r.ended:
		return nil
	case <-t.C:
		return fmt.Errorf("the disk did not take the trace in time before the end: %d messages are missing from it", len(r.queue))
	}
}

func (r *Recorder) run() {
	defer close(r.ended)
	defer r.abandon()
	for {
		select {
		case ev := <-r.queue:
			r.take(ev)
		case <-r.quit:
			r.finish()
			return
		}
	}
}

// take writes one event, and everything to the disk when no other waits.
func (r *Recorder) take(ev event) {
	r.leftOut(ev.exchange.Time)
	if ev.over {
		delete(r.open, ev.id)
	} else {
		r.remember(ev)
	}
	for _, f := range r.files {
		f.add(&ev.exchange, ev.over)
		if len(r.queue) == 0 || len(f.buf) >= flushAt {
			r.failed(f.flush(), f)
		}
	}
}

// remember keeps a request until it ends.
func (r *Recorder) remember(ev event) {
	if len(r.open) >= openMax {
		r.unfinished()
	}
	r.open[ev.id] = ev.exchange
}

// unfinished writes the requests that have not ended.
func (r *Recorder) unfinished() {
	for _, e := range r.open {
		for _, f := range r.files {
			f.add(&e, true)
		}
	}
	clear(r.open)
}

// leftOut tells the files what the queue did not take.
func (r *Recorder) leftOut(at time.Time) {
	n := r.missed.Swap(0)
	if n == 0 {
		return
	}
	if r.lost == 0 {
		r.tell("warning: the trace leaves out exchanges: they come faster than they can be written")
	}
	r.lost += n
	for _, f := range r.files {
		f.lost += n
		f.tellLost(at)
	}
}

// failed tells the first failure of a row, and its end.
func (r *Recorder) failed(err error, f *file) {
	switch {
	case err != nil && !f.failing:
		f.failing = true
		r.tell(fmt.Sprintf("warning: the trace %s cannot be written: %v; it is tried again", f.path, err))
	case err == nil && f.failing && len(f.buf) == 0:
		f.failing = false
		r.tell(fmt.Sprintf("the trace %s is written again", f.path))
	}
}

// finish writes the rest.
func (r *Recorder) finish() {
	for len(r.queue) > 0 {
		r.take(<-r.queue)
	}
	r.leftOut(time.Now())
	r.unfinished()
	for _, f := range r.files {
		f.finish()
		r.failed(f.flush(), f)
		if f.missing += f.lost; f.missing > 0 {
			r.tell(fmt.Sprintf("warning: %d exchanges are missing from the trace %s", f.missing, f.path))
		}
	}
}
