package lab

import (
	"context"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/inject"
	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/site"
	"switchroom/wire/modbus"
)

// slit is a gate that tells when it is wide again.
type slit struct{ wide chan struct{} }

func (s *slit) Narrow(conns int) {
	if conns < 0 {
		select {
		case s.wide <- struct{}{}:
		default:
		}
	}
}
func (s *slit) Hangup() {}

// lone is a laboratory of one closed breaker without a network, in a world that runs
// so many times faster.
type lone struct {
	*testing.T
	*Server
	unit *imu.Unit
	gate *slit
}

func newRoom(t *testing.T, speed float64) *lone {
	t.Helper()
	s, err := site.Parse("one.yaml", []byte("site: One\nbreakers:\n  - {name: Q1, in: 1000, variant: \"6.0\", system_type: 41, closed: true}\n"))
	if err != nil {
		t.Fatal(err)
	}
	w := imu.NewWorld(0, time.Now())
	w.SetSpeed(speed)
	l, err := s.Build(w, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	turned := make(chan struct{})
	go func() { defer close(turned); w.Run(ctx) }()
	g := &slit{make(chan struct{}, 1)}
	line := inject.NewLine(regmap.Default(), g)
	line.Wrap(modbus.HandlerFunc(func(_ *modbus.Query, out []byte) []byte { return out }))
	r := &lone{t, New(l, []remote.Unit{{Name: "Q1"}}, map[string]*inject.Line{"Q1": line}), l.Units[0], g}
	t.Cleanup(func() { r.desk.Close(); stop(); <-turned })
	return r
}

func (r *lone) inject(fault string, lasts float64, with map[string]string) int {
	r.Helper()
	in, err := r.desk.Inject(remote.Order{Fault: fault, Unit: "Q1", For: lasts, With: with})
	if err != nil {
		r.Fatalf("%s: %v", fault, err)
	}
	return in.ID
}

func (r *lone) undo(id int) {
	r.Helper()
	if _, err := r.desk.Undo(id); err != nil {
		r.Fatal(err)
	}
}

// until waits until something is so.
func (r *lone) until(what string, so func() bool) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 30*time.Second) // a bound for what hangs, no measure
	defer cancel()
	for !so() {
		if ctx.Err() != nil {
			r.Fatalf("never %s", what)
		}
	}
}

func (r *lone) untilClosed(want bool) {
	r.Helper()
	r.until(map[bool]string{true: "closed", false: "open"}[want], func() bool { return r.unit.Closed() == want })
}

func (r *lone) untilShows(id points.ID, want float64) {
	r.Helper()
	h := newHands(r.lab)
	r.until(id.String(), func() bool { return h.read(r.unit, id) == want })
}
