package rehearsal

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"switchroom/points"
)

// hit returns the device that a mistake was made at and its system; with no mistake
// the first.
func (b *bench) hit(t *testing.T, mistake string) (*System, *device, int) {
	s, made := b.start(t, mistake, 1)
	at := 0
	if made.Device == b.names[1] {
		at = 1
	}
	return s, b.devices[at], at
}

// settle waits until everything is shown right.
func (b *bench) settle(t *testing.T, s *System, pass int) {
	t.Helper()
	b.pass(pass)
	b.until(t, "all is shown right", func() bool { return len(b.wrong(t, s, pass)) == 0 })
}

// count counts the tags of a device that are shown with a quality.
func (b *bench) count(t *testing.T, s *System, device int, quality string) (n int) {
	for k, e := range fetch(t, s) {
		if strings.HasPrefix(k, b.names[device]+".") && e.Quality == quality {
			n++
		}
	}
	return n
}

// talks are the mistakes that are seen when something happens to a device. right
// does it and reports whether the system does as it should.
var talks = []struct {
	mistake string
	right   func(t *testing.T, b *bench, s *System, d *device, at int) bool
	why     string
}{
	{"answers-in-order", func(t *testing.T, b *bench, s *System, d *device, at int) bool {
		d.have(stimulus(at, 1))
		d.set("wrong-transaction")
		b.wait(t, s, d)
		return b.count(t, s, at, good) == 0
	}, "an answer to another question is not believed"},
	{"connection-per-tag", func(t *testing.T, b *bench, s *System, d *device, at int) bool {
		b.wait(t, s, d)
		return d.count(func(d *device) int { return d.most }) == 1
	}, "a device takes few connections"},
	{"gives-up", func(t *testing.T, b *bench, s *System, d *device, at int) bool {
		d.set("exceptions")
		b.until(t, "the exception is told", func() bool { return b.count(t, s, at, bad) > 0 })
		d.set("")
		return b.recovers(t, s, at)
	}, "an exception does not end the polling"},
	{"half-answer", func(t *testing.T, b *bench, s *System, d *device, at int) bool {
		d.set("half")
		b.wait(t, s, d)
		return b.count(t, s, at, good) == 0
	}, "half an answer is none"},
	{"keeps-last", func(t *testing.T, b *bench, s *System, d *device, at int) bool {
		d.set("silent")
		b.wait(t, s, d)
		return b.count(t, s, at, good) == 0
	}, "what nobody answers for is not shown as good"},
	{"no-reconnect", func(t *testing.T, b *bench, s *System, d *device, at int) bool {
		d.set("silent") // so that the loss is seen
		d.cut()
		b.until(t, "the loss is told", func() bool { return b.count(t, s, at, stale) > 0 })
		d.set("")
		d.cut() // a question that was asked in the silence would be waited for
		return b.recovers(t, s, at)
	}, "a connection that is lost is made again"},
	{"poll-slow", func(t *testing.T, b *bench, s *System, d *device, at int) bool {
		return b.recovers(t, s, at)
	}, "a change is shown soon"},
	{"command-destination", func(t *testing.T, b *bench, s *System, d *device, at int) bool {
		return order(t, s, b.names[at], "open") == 200 && d.count(orderCount) == 1
	}, "orders go to the control unit"},
	{"command-repeated", func(t *testing.T, b *bench, s *System, d *device, at int) bool {
		d.set("half")
		status := order(t, s, b.names[at], "close")
		return status == http.StatusBadGateway && d.count(orderCount) == 1
	}, "an order that may have been carried out is not repeated"},
}

func orderCount(d *device) int { return d.orders }

// wait waits until a device that gives no right answer has been asked some times
// more: each time one that is not believed ends a round.
func (b *bench) wait(t *testing.T, s *System, d *device) {
	t.Helper()
	upTo := d.count(requests) + 3
	b.until(t, "the device is asked", func() bool { return d.count(requests) > upTo })
}

// recovers gives the devices other values and reports whether those of one are
// shown, by the time that the other's are, and some rounds of that later.
func (b *bench) recovers(t *testing.T, s *System, at int) bool {
	t.Helper()
	b.pass(2)
	right := func(device int) bool {
		for _, k := range b.wrong(t, s, 2) {
			if strings.HasPrefix(k, b.names[device]+".") {
				return false
			}
		}
		return true
	}
	b.until(t, "the other device is shown right", func() bool { return right(1 - at) })
	for range 10 {
		if right(at) {
			return true
		}
		b.rounds(t, s, 1-at)
	}
	return right(at)
}

func order(t *testing.T, s *System, breaker, do string) int {
	t.Helper()
	res, err := http.Post(s.URL()+"/command", "application/json", strings.NewReader(`{"breaker":"`+breaker+`","do":"`+do+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// TestMistakesInTalk: each mistake shows, and a right system does right.
func TestMistakesInTalk(t *testing.T) {
	for _, c := range talks {
		t.Run(c.mistake, func(t *testing.T) {
			t.Parallel() // it waits for most of its time
			for _, mistake := range []string{"", c.mistake} {
				b := newBench(t)
				s, d, at := b.hit(t, mistake)
				b.settle(t, s, 0)
				if right := c.right(t, b, s, d, at); right != (mistake == "") {
					t.Errorf("with mistake %q: does right is %v (%s)", mistake, right, c.why)
				}
			}
		})
	}
}

// TestEveryMistakeIsTried: no row of the table is left out of the two tests.
func TestEveryMistakeIsTried(t *testing.T) {
	tried := map[string]bool{}
	for _, name := range values {
		tried[name] = true
	}
	for _, c := range talks {
		tried[c.mistake] = true
	}
	for _, m := range Mistakes() {
		if !tried[m.Name] {
			t.Errorf("nobody tries %s", m.Name)
		}
	}
	if len(tried) != len(table) {
		t.Errorf("%d tried, %d in the table", len(tried), len(table))
	}
}

// TestPages: the three pages show the same.
func TestPages(t *testing.T) {
	b := newBench(t)
	s, _ := b.start(t, "", 0)
	b.settle(t, s, 0)
	e := fetch(t, s)["Q1.current.l1"]
	metrics, export := get(t, s.URL()+"/metrics"), get(t, s.URL()+"/export.csv")
	_, rest, _ := strings.Cut(metrics, `switchroom_point{breaker="Q1",point="current.l1"} `)
	line, _, _ := strings.Cut(rest, "\n")
	shown, err := strconv.ParseFloat(line, 64)
	page, err2 := strconv.ParseFloat(string(e.Value), 64)
	if err != nil || err2 != nil || float32(shown) != float32(page) { // a register of 32 bits: one page shows its short form
		t.Errorf("metrics show %q, the page %s; %v %v", line, e.Value, err, err2)
	}
	id, _ := points.Lookup("breaker.closed")
	if want := "Q2.breaker.closed," + points.Of(id).Format(points.Number(stimulus(1, 0)[id])) + ",good,2"; !strings.Contains(export, want) {
		t.Errorf("the export lacks %s", want)
	}
	if !strings.HasPrefix(export, "tag,value,quality,time\n") {
		t.Error("the export has no head")
	}
	b.settle(t, s, lastPass)
	if metrics := get(t, s.URL()+"/metrics"); strings.Contains(metrics, "current.l1\"") {
		t.Error("metrics have a value that is not available")
	}
}

// TestOrders: what can't be ordered is refused before it goes out.
func TestOrders(t *testing.T) {
	b := newBench(t)
	s, d, _ := b.hit(t, "")
	for _, c := range [][2]string{{"Q9", "open"}, {"Q1", "trip"}, {"", ""}} {
		if got := order(t, s, c[0], c[1]); got != http.StatusBadRequest {
			t.Errorf("%v: status %d", c, got)
		}
	}
	if n := d.count(orderCount); n != 0 {
		t.Errorf("%d orders went out", n)
	}
}

// TestStartChecks: a configuration that can't be is told, all of it.
func TestStartChecks(t *testing.T) {
	_, err := Start(Config{Devices: []Device{{Name: "Q1"}, {Name: "Q1", Period: 1, Timeout: 1}}, Tags: []Tag{{Point: "no.such", Device: "Q7"}}})
	if err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("told: %v", err)
	}
}
