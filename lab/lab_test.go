package lab

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/imu"
	"switchroom/inject"
	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/site"
)

// asClient in the environment makes the test binary a client that holds a run at
// the laboratory of that URL until it is killed.
const asClient = "SWITCHROOM_TEST_LAB"

func TestMain(m *testing.M) {
	if url := os.Getenv(asClient); url != "" {
		client(url)
		return
	}
	goleak.VerifyTestMain(m)
}

// client injects in the name of a run, says so, and hangs.
func client(url string) {
	c, err := remote.New(url)
	if err != nil {
		panic(err)
	}
	r, err := c.Begin(context.Background(), "a test that is killed")
	if err != nil {
		panic(err)
	}
	if _, err := c.Inject(context.Background(), remote.Order{Fault: "connection-limit", Unit: "Q1", Run: r.ID}); err != nil {
		panic(err)
	}
	if _, err := c.Inject(context.Background(), remote.Order{Fault: "open", Unit: "Q1", Run: r.ID}); err != nil {
		panic(err)
	}
	fmt.Println("injected")
	select {}
}

// slit is a gate that tells when it is wide again.
type slit struct{ wide chan struct{} }

func (s *slit) Narrow(conns int) {
	if conns < 0 {
		s.wide <- struct{}{}
	}
}
func (s *slit) Hangup() {}

// room is a laboratory of one closed breaker in a world that stands between steps.
type room struct {
	*testing.T
	*Server
	unit *imu.Unit
	gate *slit
}

func newRoom(t *testing.T) *room {
	t.Helper()
	s, err := site.Parse("one.yaml", []byte("site: One\nbreakers:\n  - {name: Q1, in: 1000, variant: \"6.0\", system_type: 41, closed: true}\n"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Build(imu.NewSteppedWorld(time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	g := &slit{make(chan struct{}, 100)}
	r := &room{t, New(l, []remote.Unit{{Name: "Q1"}}, map[string]*inject.Line{"Q1": inject.NewLine(regmap.Default(), g)}), l.Units[0], g}
	t.Cleanup(r.desk.Close)
	return r
}

// serve has the laboratory answer over loopback.
func (r *room) serve() string {
	r.Helper()
	if err := r.Listen("127.0.0.1:0"); err != nil {
		r.Fatal(err)
	}
	r.Start()
	r.Cleanup(func() { http.DefaultTransport.(*http.Transport).CloseIdleConnections() })
	return r.URL()
}

func (r *room) pass(d time.Duration) { r.lab.World.Step(r.lab.World.Now() + d) }

func (r *room) inject(fault string, with map[string]string) int {
	r.Helper()
	in, err := r.desk.Inject(remote.Order{Fault: fault, Unit: "Q1", For: 600, With: with})
	if err != nil {
		r.Fatalf("%s: %v", fault, err)
	}
	return in.ID
}

func (r *room) undo(id int) {
	r.Helper()
	if _, err := r.desk.Undo(id); err != nil {
		r.Fatal(err)
	}
}

// shows checks what the unit shows of a point.
func (r *room) shows(id points.ID, want float64) {
	r.Helper()
	if got := newHands(r.lab).read(r.unit, id); got != want {
		r.Errorf("%v is %v, want %v", id, got, want)
	}
}

func (r *room) closed(want bool) {
	r.Helper()
	if r.unit.Closed() != want {
		r.Errorf("closed: %v, want %v", !want, want)
	}
}
