package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Target takes events away. Its methods are called by one goroutine.
type Target interface {
	// Send hands events over, the oldest first. done is how many of them are dealt
	// with, whatever err is: handed over, or with a [Refusal] given up.
	Send(ctx context.Context, events []Event) (done int, err error)

	// Close ends what Send has opened.
	Close() error
}

// Refusal is the error of a target that will not take events however often they are
// offered.
type Refusal struct{ Err error }

func (r Refusal) Error() string { return r.Err.Error() }
func (r Refusal) Unwrap() error { return r.Err }

// Part is the error of a target that dealt with events, while some of those behind it
// will not take them however often they are offered.
type Part struct{ Err error }

func (p Part) Error() string { return p.Err.Error() }
func (p Part) Unwrap() error { return p.Err }

// Bounds of a queue, ours.
const (
	sizeMax   = 1000             // events that wait
	batchMax  = 50               // offered at once
	firstWait = time.Second      // after the first failure; it doubles
	longWait  = 2 * time.Minute  // and no longer
	patience  = 4 * time.Hour    // that an event may wait
	again     = 10 * time.Minute // how often a failure that goes on is told
	grace     = 300 * time.Millisecond
)

// Counts is how a queue fares.
type Counts struct {
	Sent    uint64 `json:"sent"`
	Lost    uint64 `json:"lost"` // it was full, they were too old, or they were refused
	Waiting int    `json:"waiting"`
	Failing string `json:"failing,omitempty"` // why the last attempt failed
}

// Fare is how the events for one target fare.
type Fare struct {
	Target string `json:"target"`
	Counts
}

// Queue holds the events for one target.
type Queue struct {
	name   string
	target Target
	filter Filter
	tell   func(string)
	came   chan struct{}

	mu      sync.Mutex // guards what follows
	waiting []held
	counts  Counts
	unsaid  uint64 // lost, and not told yet

	failures int    // in a row; Run's alone, as what follows
	down     bool   // a failure was told, and not its end
	told     string // the failure that was told last
	toldAt   time.Time
}

type held struct {
	Event
	since time.Time
}

// NewQueue returns a queue. name says in what is told which target it is; tell is
// called with each failure and with its end, on the goroutine of Run.
func NewQueue(name string, t Target, f Filter, tell func(string)) *Queue {
	return &Queue{name: name, target: t, filter: f, tell: tell, came: make(chan struct{}, 1)}
}

// Name is the name of the target.
func (q *Queue) Name() string { return q.name }

// Counts says how the queue fares.
func (q *Queue) Counts() Counts {
	q.mu.Lock()
	defer q.mu.Unlock()
	c := q.counts
	c.Waiting = len(q.waiting)
	return c
}

// Put takes an event if the target wants it. It never waits: when the queue is full
// the event is lost and counted. What came first stays: it is nearer to the cause.
func (q *Queue) Put(e Event) {
	if !q.filter.Wants(&e) {
		return
	}
	q.mu.Lock()
	if len(q.waiting) >= sizeMax {
		q.lose(1)
	} else {
		q.waiting = append(q.waiting, held{e, time.Now()})
	}
	q.mu.Unlock()
	select {
	case q.came <- struct{}{}:
	default:
	}
}

// lose counts what is lost. It is called with the queue locked.
func (q *Queue) lose(n int) {
	q.counts.Lost += uint64(n)
	q.unsaid += uint64(n)
}

// Run sends what comes until ctx ends, and then what is left, if that goes at once.
func (q *Queue) Run(ctx context.Context) {
	defer q.target.Close()
	for ctx.Err() == nil {
		batch := q.head()
		if len(batch) == 0 {
			select {
			case <-q.came:
			case <-ctx.Done():
			}
			continue
		}
		q.offer(ctx, batch)
	}
	q.last()
}

// offer offers a batch once, and waits after a failure.
func (q *Queue) offer(ctx context.Context, batch []Event) {
	done, err := q.target.Send(ctx, batch)
	refused := errors.As(err, new(Refusal))
	q.settle(done, refused)
	switch {
	case ctx.Err() != nil:
	case err == nil && done > 0:
		q.restored()
	case err == nil: // it is not time yet
	case errors.As(err, new(Part)):
		q.failures = 0
		q.fail(err, "the others have got these events")
	case refused:
		q.fail(err, "these events are given up")
	default:
		q.failures++
		q.fail(err, "it is tried again")
		Pause(ctx, min(firstWait<<min(q.failures-1, 10), longWait))
	}
}

// Pause waits, or until ctx ends.
func Pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// head returns the events that are offered next. Those that have waited too long are
// lost.
func (q *Queue) head() (batch []Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	old := 0
	for old < len(q.waiting) && time.Since(q.waiting[old].since) > patience {
		old++
	}
	q.drop(old)
	q.lose(old)
	for i := 0; i < len(q.waiting) && i < batchMax; i++ {
		batch = append(batch, q.waiting[i].Event)
	}
	return batch
}

func (q *Queue) drop(n int) { q.waiting = slices.Delete(q.waiting, 0, n) }

// settle takes away what was dealt with.
func (q *Queue) settle(done int, refused bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.drop(done)
	if refused {
		q.lose(done)
	} else {
		q.counts.Sent += uint64(done)
	}
}

// fail tells a failure, if that is news: a collector over UDP seems to come and go with
// each event while nobody is there.
func (q *Queue) fail(err error, then string) {
	why := Line(err.Error())
	q.mu.Lock()
	q.counts.Failing = why
	q.mu.Unlock()
	if why == q.told && time.Since(q.toldAt) < again {
		return
	}
	q.told, q.toldAt, q.down = why, time.Now(), true
	q.tell(fmt.Sprintf("%s: %s (%s%s)", q.name, why, then, q.losses()))
}

// restored tells the end of a failure.
func (q *Queue) restored() {
	q.failures = 0
	q.mu.Lock()
	q.counts.Failing = ""
	q.mu.Unlock()
	lost := q.losses()
	if q.down || lost != "" {
		q.down = false
		q.tell(q.name + ": events go out again" + lost)
	}
}

// losses says how many events were lost since it was said last.
func (q *Queue) losses() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := q.unsaid
	q.unsaid = 0
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %d events were lost", n)
}

// last offers what is left once more, and says what could not be sent.
func (q *Queue) last() {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	for q.failures == 0 && ctx.Err() == nil {
		batch := q.head()
		if len(batch) == 0 {
			return
		}
		done, err := q.target.Send(ctx, batch)
		q.settle(done, errors.As(err, new(Refusal)))
		if err != nil {
			break
		}
	}
	if n := q.Counts().Waiting; n > 0 {
		q.tell(fmt.Sprintf("%s: %d events were not sent before the end", q.name, n))
	}
}
