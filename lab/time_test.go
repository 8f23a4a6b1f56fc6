package lab

import (
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchroom/lab/remote"
)

func (p *place) time() remote.Time {
	p.Helper()
	t, err := p.client.Time(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	return t
}

func (p *place) speed(v float64) {
	p.Helper()
	if _, err := p.client.SetSpeed(p.Context(), v); err != nil {
		p.Fatal(err)
	}
}

func (p *place) step(by float64) remote.Time {
	p.Helper()
	t, err := p.client.Step(p.Context(), remote.StepOrder{By: by, Next: by == 0})
	if err != nil {
		p.Fatal(err)
	}
	return t
}

// Time is stopped, stepped by so much and to what is due, and let run.
func TestTime(t *testing.T) {
	p := newPlace(t)
	if at := p.time(); at.Speed != 1 || at.Next == nil || len(at.Owed) != 0 {
		t.Errorf("%+v", at)
	}
	p.speed(0)
	begin := p.time()
	if again := p.time(); begin.World != again.World || !begin.Date.Equal(again.Date) || again.Speed != 0 {
		t.Errorf("it does not stand still: %+v, then %+v", begin, again)
	}
	if at := p.step(12.5); math.Abs(at.World-begin.World-12.5) > 1e-6 || at.Date.Sub(begin.Date).Round(time.Microsecond) != 12500*time.Millisecond {
		t.Errorf("a step of 12.5 s from %+v to %+v", begin, at)
	}
	at := p.time()
	if next := p.step(0); math.Abs(next.World-at.World-*at.Next) > 1e-6 {
		t.Errorf("next due in %v s, stepped from %v to %v", *at.Next, at.World, next.World)
	}
	p.speed(1)
	if at := p.step(1); at.Speed != 0 {
		t.Errorf("it runs after a step: %+v", at)
	}
	p.speed(3600)
	for p.time().World < at.World+600 { // the test's own limit ends it
	}
	for _, o := range []remote.StepOrder{{}, {By: 1, Next: true}, {By: 3601}, {By: -1}} {
		if _, err := p.client.Step(t.Context(), o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	for _, v := range []float64{-1, 3601, 1e-9} {
		if _, err := p.client.SetSpeed(t.Context(), v); err == nil {
			t.Errorf("×%v is taken", v)
		}
	}
}

// While time stands still nobody waits for a mechanism. A trip can be seen step by
// step, and what is undone is brought back once time runs.
func TestStandsStill(t *testing.T) {
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	p.speed(0)
	for _, fault := range []string{"open", "close"} {
		if _, err := p.client.Inject(t.Context(), remote.Order{Fault: fault, Unit: "Q1"}); err == nil || !strings.Contains(err.Error(), "time stands still") {
			t.Errorf("%s: %v", fault, err)
		}
	}
	in := p.inject(remote.Order{Fault: "trip", Unit: "Q1", With: map[string]string{"cause": "instantaneous"}})
	if p.shows("Q1", "breaker.closed") != "true" {
		t.Error("it trips while time stands still")
	}
	p.step(1)
	if p.shows("Q1", "breaker.closed") != "false" {
		t.Error("it has not tripped within a second")
	}
	begin := time.Now()
	p.undo(in)
	if took := time.Since(begin); took > patience/2 {
		t.Errorf("undoing waits for %v", took)
	}
	if at := p.time(); len(at.Owed) != 1 || at.Owed[0] != "Q1" {
		t.Errorf("owed: %+v", at)
	}
	again := p.inject(remote.Order{Fault: "rack", Unit: "Q1", With: map[string]string{"to": "test"}})
	if at := p.time(); len(at.Owed) != 0 {
		t.Errorf("a newer injection does not take over what is owed: %+v", at)
	}
	p.undo(again)
	p.speed(1)
	p.until("Q1", "breaker.closed", "true")
	p.until("Q1", "breaker.fault_tripped", "false")
}

// The page does the same by forms, and the head of every page tells the time.
func TestTimePage(t *testing.T) {
	p := newPlace(t)
	for _, tt := range []struct {
		path, field, value string
		status             int
		want               string
	}{
		{"/time/speed", "speed", "60", 303, "<b>×60</b>"},
		{"/time/speed", "speed", "0", 303, "<b>paused</b>"},
		{"/time/step", "by", "0.001", 303, "<b>paused</b>"},
		{"/time/step", "by", "next", 303, "<b>paused</b>"},
		{"/time/speed", "speed", "9999", 422, "It was not done"},
		{"/time/speed", "speed", "<b>", 422, "is no speed"},
		{"/time/step", "by", "4000", 422, "is no step"},
	} {
		res, body := p.post(tt.path, url.Values{tt.field: {tt.value}})
		if res.StatusCode == http.StatusSeeOther {
			_, body = p.get(res.Header.Get("Location"))
		}
		if res.StatusCode != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s %s: %d, want %d with %q", tt.path, tt.value, res.StatusCode, tt.status, tt.want)
		}
	}
	for _, path := range []string{"/", "/unit/Q1", "/faults", "/faults/new?fault=open"} {
		if _, body := p.get(path); !strings.Contains(body, `id="clock"`) {
			t.Errorf("%s: no time in its head", path)
		}
	}
	res, err := http.Get(p.server.URL() + "/faults/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	messages(t, res.Body, "paused")
}
