package alerts

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"switchroom/notify"
)

// job is a queue and what runs it.
type job struct {
	*notify.Queue
	breaker string // whose pages set it up; "": the site file did
	running
}

// running is what was started and can be ended.
type running struct {
	stop context.CancelFunc // nil: it was not started
	done chan struct{}
}

// start runs f until end.
func (r *running) start(f func(context.Context)) {
	ctx, stop := context.WithCancel(context.Background())
	r.stop, r.done = stop, make(chan struct{})
	go func() {
		defer close(r.done)
		f(ctx)
	}()
}

// end ends what start started, and waits for it.
func (r *running) end() {
	if r.stop != nil {
		r.stop()
		<-r.done
		r.stop = nil
	}
}

// book is all that is told, and all that is read by SNMP. The zero book is empty.
type book struct {
	mu      sync.RWMutex
	jobs    []*job
	agents  []*agent
	started bool
	over    bool
}

// put adds a job, and starts it if the others run. Of several with one name the later
// ones are numbered.
func (b *book) put(name string, breaker string, t notify.Target, f notify.Filter, tell func(string)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	j := &job{notify.NewQueue(b.unique(name), t, f, tell), breaker, running{}}
	b.jobs = append(b.jobs, j)
	if b.started && !b.over {
		j.start(j.Run)
	}
}

// unique is a name that no job has. It is called with the book locked.
func (b *book) unique(name string) string {
	same := map[string]bool{}
	for _, j := range b.jobs {
		if strings.HasPrefix(j.Name(), name) {
			same[j.Name()] = true
		}
	}
	for n, all := 2, name; ; n++ {
		if !same[all] {
			return all
		}
		all = fmt.Sprintf("%s #%d", name, n)
	}
}

// withdraw takes the jobs of a breaker's pages out, and returns them to be ended.
func (b *book) withdraw(breaker string) (out []*job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var stay []*job
	for _, j := range b.jobs {
		if j.breaker == breaker {
			out = append(out, j)
		} else {
			stay = append(stay, j)
		}
	}
	b.jobs = stay
	return out
}

// wants reports whether a job is to hear of the events of a breaker.
func (j *job) wants(breaker string) bool { return j.breaker == "" || j.breaker == breaker }
