package lab

import (
	"bytes"
	"math"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"switchroom/lab/remote"
)

// feeder has the settings with which the example is replayed in the documentation.
const feeder = `
site: feeder
breakers:
  - {name: Q1, in: 630, variant: "6.0", poles: 4, closed: true, from: T1, to: A,
     settings: {protection.short_time.isd: 6, protection.short_time.tsd: 0.2, protection.instantaneous.ii: 12, protection.ground_fault.ig: 630, protection.ground_fault.tg: 0.4}}
  - {name: Q2, in: 630, variant: "6.0", from: A, to: B}
network:
  sources: [{name: T1, node: T1, kva: 630}]
  loads: [{name: hall, node: A, kw: 200, profile: constant, off: true}]
`

func example(t *testing.T) remote.PlayOrder {
	t.Helper()
	o := remote.PlayOrder{File: "feeder-fault.cfg"}
	var err error
	if o.Cfg, err = os.ReadFile("../examples/feeder-fault.cfg"); err == nil {
		o.Dat, err = os.ReadFile("../examples/feeder-fault.dat")
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// A recording trips a breaker by its own protection when the model says, and by what it
// says; then nothing flows, and at its end the network's currents do again.
func TestPlayback(t *testing.T) {
	p := newPlaceOf(t, feeder)
	p.until("Q1", "breaker.closed", "true")
	p.speed(0)
	p.step(1)
	played, err := p.client.Play(t.Context(), "Q1", example(t))
	if err != nil || played.State != remote.Playing || played.Expected == nil || played.Expected.Verdict != "must" {
		t.Fatalf("%+v %v", played, err)
	}
	if _, err := p.client.Play(t.Context(), "Q1", example(t)); err == nil || !strings.Contains(err.Error(), "stop that first") {
		t.Errorf("two at once: %v", err)
	}
	if _, err := p.client.Inject(t.Context(), remote.Order{Fault: "load", Unit: "Q1", With: map[string]string{"l1": "100"}}); err == nil || !strings.Contains(err.Error(), "recording") {
		t.Errorf("a load meanwhile: %v", err)
	}
	p.step(played.Length + 0.5)
	if played, err = p.client.Playback(t.Context(), "Q1"); err != nil || played.State != remote.Ended || played.Trip == nil {
		t.Fatalf("%+v %v", played, err)
	}
	have, want := played.Trip, played.Expected
	if have.Function != want.Function || math.Abs(have.T-*want.T) > 1e-9 || have.T < *want.Earliest || have.T > *want.Latest {
		t.Errorf("tripped by %s at %v s, the model by %s at %v s", have.Function, have.T, want.Function, *want.T)
	}
	if have.Opened == nil || *have.Opened < have.T || *have.Opened > have.T+0.1 {
		t.Errorf("%+v", have)
	}
	if a := p.shows("Q1", "current.l1"); a != "0" {
		t.Errorf("%s A through open contacts", a)
	}
	if _, err := p.client.Play(t.Context(), "Q1", example(t)); err == nil || !strings.Contains(err.Error(), "it is open") {
		t.Errorf("into an open breaker: %v", err)
	}
}

// Stopped, the unit takes the network's currents again; and so it does at the end of
// one that does not trip.
func TestPlaybackStops(t *testing.T) {
	p := newPlaceOf(t, strings.Replace(feeder, ", off: true", "", 1))
	p.until("Q1", "breaker.closed", "true")
	p.speed(0)
	p.step(2)
	before := p.shows("Q1", "current.l1")
	o := example(t)
	o.Scale = 0.01
	played, err := p.client.Play(t.Context(), "Q1", o)
	if err != nil || played.Expected.Verdict != "must_not" {
		t.Fatalf("%+v %v", played, err)
	}
	p.step(0.1)
	if a := p.shows("Q1", "current.l1"); a == before {
		t.Errorf("%s A, as before", a)
	}
	if played, err = p.client.StopPlayback(t.Context(), "Q1"); err != nil || played.State != remote.Stopped || math.Abs(played.At-0.1) > 1e-6 {
		t.Errorf("%+v %v", played, err)
	}
	same := func(why string) {
		t.Helper()
		p.step(2)
		if a := p.shows("Q1", "current.l1"); a != before {
			t.Errorf("%s A %s, want %s", a, why, before)
		}
	}
	same("after it was stopped")
	if played, err = p.client.Play(t.Context(), "Q1", o); err != nil {
		t.Fatal(err)
	}
	p.step(played.Length + 0.1)
	if played, err = p.client.Playback(t.Context(), "Q1"); err != nil || played.State != remote.Ended || played.Trip != nil {
		t.Errorf("%+v %v", played, err)
	}
	same("after its end")
}

// What cannot be played is refused with the reason, in the API and on the page.
func TestPlaybackRefused(t *testing.T) {
	p := newPlaceOf(t, feeder)
	p.until("Q1", "breaker.closed", "true")
	good := example(t)
	for _, tt := range []struct {
		unit string
		with func(o *remote.PlayOrder)
		want string
	}{
		{"Q9", func(*remote.PlayOrder) {}, "Q9"},
		{"Q2", func(*remote.PlayOrder) {}, "it is open"},
		{"Q1", func(o *remote.PlayOrder) { o.Dat = nil }, ".dat is missing"},
		{"Q1", func(o *remote.PlayOrder) { o.Cfg = []byte("<script>") }, "cfg"},
		{"Q1", func(o *remote.PlayOrder) { o.Map = "l1=XX" }, "XX"},
		{"Q1", func(o *remote.PlayOrder) { o.Map = "l7=I1" }, "l1=CHANNEL"},
		{"Q1", func(o *remote.PlayOrder) { o.Scale = -1 }, "above 0"},
		{"Q1", func(o *remote.PlayOrder) { o.Cfg = bytes.Repeat([]byte("x"), uploadMax) }, "larger than 16 MiB"},
	} {
		o := good
		tt.with(&o)
		if _, err := p.client.Play(t.Context(), tt.unit, o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q in it", tt.unit, err, tt.want)
		}
	}
	if _, err := p.client.Playback(t.Context(), "Q1"); err == nil {
		t.Error("something was played")
	}
}

// The page uploads, plays, tells and stops.
func TestPlaybackPage(t *testing.T) {
	p := newPlaceOf(t, feeder)
	p.until("Q1", "breaker.closed", "true")
	p.speed(0)
	send := func(unit, channels string) (*http.Response, string) {
		t.Helper()
		o := example(t)
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for name, data := range map[string][]byte{"cfg": o.Cfg, "dat": o.Dat} {
			part, err := w.CreateFormFile(name, "<b>."+name)
			if err != nil {
				t.Fatal(err)
			}
			part.Write(data)
		}
		w.WriteField("unit", unit)
		w.WriteField("map", channels)
		w.Close()
		c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		return p.text(c.Post(p.server.URL()+"/playback", w.FormDataContentType(), &b))
	}
	if res, body := send("Q1", "l1=<i>"); res.StatusCode != 422 || !strings.Contains(body, "Nothing was played") || !strings.Contains(body, "l1=&lt;i&gt;") {
		t.Errorf("%d %.300s", res.StatusCode, body)
	}
	if res, _ := send("Q1", ""); res.StatusCode != 303 {
		t.Errorf("%d", res.StatusCode)
	}
	_, body := p.get("/playback")
	for _, want := range []string{"has not tripped so far", "it must trip by", "&lt;b&gt;.cfg", "Stop playing into Q1"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	harmless(t, "/playback", body)
	res, err := http.Get(p.server.URL() + "/playback/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	p.speed(1)
	messages(t, res.Body, "It tripped by")
	if res, _ := p.post("/playback/stop", map[string][]string{"unit": {"Q1"}}); res.StatusCode != 303 {
		t.Errorf("%d", res.StatusCode)
	}
	if res, _ := p.post("/playback/stop", map[string][]string{"unit": {"Q2"}}); res.StatusCode != 404 {
		t.Errorf("%d", res.StatusCode)
	}
}

// The end of the laboratory ends what is played.
func TestPlaybackEndsWithLaboratory(t *testing.T) {
	p := newPlaceOf(t, feeder)
	p.until("Q1", "breaker.closed", "true")
	p.speed(0)
	if _, err := p.client.Play(t.Context(), "Q1", example(t)); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	p.end()
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("the end takes %v", took)
	}
	if s, _ := p.server.decks.of["Q1"].Load().standing(); s != stopped {
		t.Errorf("it is %s", s)
	}
}
