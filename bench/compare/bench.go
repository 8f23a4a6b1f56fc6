package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"
)

// load is how the client asks.
type load struct {
	conns, inFlight int
	rounds          int
}

func (l load) String() string { return fmt.Sprintf("%d×%d", l.conns, l.inFlight) }

// figure is what one window gave.
type figure struct {
	Requests   int     `json:"requests"`
	Rate       float64 `json:"rate"`   // requests a second
	CPU        float64 `json:"cpu_us"` // server, µs a request
	P50        float64 `json:"p50_us"`
	P99        float64 `json:"p99_us"`
	Unanswered int     `json:"unanswered"` // connections
	Error      string  `json:"error"`
}

// bench is one run of everything.
type bench struct {
	*options
	client     string
	contenders []*contender
	loads      []load
	figures    map[load]map[string][]figure // by contender, one a round; a failed window has only its error
	quietFor   int                          // rounds that began on a quiet machine
	noisy      int                          // rounds that did not
}

func (b *bench) all() {
	b.figures = map[load]map[string][]figure{}
	b.loads = []load{{1, 1, b.roundsOne}, {50, 1, b.rounds}, {16, 4, b.rounds}, {1, 8, b.rounds}}
	if b.many > 0 {
		b.loads = append(b.loads, load{b.many, 1, min(b.rounds, 5)})
	}
	for _, l := range b.loads {
		b.figures[l] = map[string][]figure{}
		for round := range l.rounds {
			b.settle()
			b.round(l, round)
		}
		fmt.Fprintf(os.Stderr, "bench: %v done\n", l)
	}
}

// round measures every contender once, beginning with another one each time.
func (b *bench) round(l load, round int) {
	for i := range b.contenders {
		c := b.contenders[(i+round)%len(b.contenders)]
		b.figures[l][c.name] = append(b.figures[l][c.name], b.window(c, l))
	}
}

func (b *bench) window(c *contender, l load) (f figure) {
	addr, err := c.address()
	if err != nil {
		return figure{Error: err.Error()}
	}
	host, port, _ := net.SplitHostPort(addr)
	warm := b.warm
	if l.conns >= 1000 { // some will have to knock twice: the queue of those not yet accepted is shorter
		warm = max(warm, 1500*time.Millisecond)
	}
	ms := func(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }
	cmd := exec.Command("taskset", "-c", b.clientCore, b.client, host, port, fmt.Sprint(c.process.Process.Pid),
		fmt.Sprint(l.conns), fmt.Sprint(l.inFlight), ms(warm), ms(b.options.window), first, registers, c.unit)
	out, err := cmd.Output()
	if jsonErr := json.Unmarshal(out, &f); jsonErr != nil {
		return figure{Error: strings.TrimSpace(fmt.Sprint(err, " ", string(out)))}
	}
	if f.Error == "" && f.Requests == 0 {
		f.Error = "no request was answered"
	}
	return f
}

// settle waits, as long as patience allows, until nothing else runs.
func (b *bench) settle() {
	for end := time.Now().Add(b.patience); ; {
		if busy() < 0.10 {
			b.quietFor++
			return
		}
		if time.Now().After(end) {
			b.noisy++
			return
		}
		time.Sleep(time.Second)
	}
}
