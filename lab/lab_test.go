package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/imu"
	"switchroom/inject"
	"switchroom/lab/remote"
	"switchroom/regmap"
	"switchroom/site"
	"switchroom/wire/modbus"
)

// No test may leave a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const twoBreakers = `
site: Two
breakers:
  - {name: Q1, in: 1000, variant: "6.0", closed: true, from: T1, to: B, settings: {protection.long_time.tr: "1"}}
  - {name: Q2, in: 630, variant: "7.0", poles: 4, interface: eife, from: B, to: F}
network:
  sources: [{name: T1, node: T1, kva: 630}]
  loads: [{name: L, node: B, kw: 100}]
`

// place is a laboratory that runs.
type place struct {
	testing.TB
	lab    *site.Lab
	server *Server
	client *remote.Client
	end    func()
}

// newPlace runs the site, with more in its file.
func newPlace(t testing.TB, more ...string) *place {
	t.Helper()
	return newPlaceOf(t, twoBreakers+strings.Join(more, ""))
}

// newPlaceOf runs the site of a file.
func newPlaceOf(t testing.TB, file string) *place {
	t.Helper()
	s, err := site.Parse("two.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	w := imu.NewWorld(0, time.Now())
	l, err := s.Build(w, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]*inject.Line{}
	units := []remote.Unit{}
	for _, b := range s.Breakers {
		units = append(units, remote.Unit{Name: b.Unit.Name, Title: b.Title, In: b.Unit.Rating.In})
		lines[b.Unit.Name] = inject.NewLine(regmap.Default(), nil)
		lines[b.Unit.Name].Wrap(modbus.HandlerFunc(func(_ *modbus.Query, out []byte) []byte { return out }))
	}
	p := &place{TB: t, lab: l, server: New(l, units, lines)}
	if err := p.server.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	turned := make(chan struct{})
	go func() { defer close(turned); w.Run(ctx) }()
	l.Start()
	p.server.Start()
	p.end = sync.OnceFunc(func() {
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		end, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		p.server.Close(end)
		stop()
		<-turned
	})
	t.Cleanup(p.end)
	if p.client, err = remote.New(p.server.URL()); err != nil {
		t.Fatal(err)
	}
	return p
}

// shows returns a point of a unit as the laboratory tells it.
func (p *place) shows(unit, point string) string {
	p.Helper()
	r, err := p.client.Read(p.Context(), unit, point)
	if err != nil {
		p.Fatal(err)
	}
	return string(r[0].Value)
}

// until waits until a point shows what is wanted.
func (p *place) until(unit, point, want string) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.Context(), 20*time.Second)
	defer cancel()
	for p.shows(unit, point) != want {
		if ctx.Err() != nil {
			p.Fatalf("%s of %s never shows %s, but %s", point, unit, want, p.shows(unit, point))
		}
	}
}

func (p *place) inject(o remote.Order) remote.Injection {
	p.Helper()
	in, err := p.client.Inject(p.Context(), o)
	if err != nil {
		p.Fatal(err)
	}
	return in
}

func (p *place) undo(in remote.Injection) {
	p.Helper()
	if _, err := p.client.Undo(p.Context(), in.ID); err != nil {
		p.Fatal(err)
	}
}

// What is injected into the process really happens, and undoing it brings back what
// was.
func TestProcess(t *testing.T) {
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	for _, tt := range []struct {
		fault string
		with  map[string]string
		unit  string
		point string
		was   string
		is    string
	}{
		{"open", nil, "Q1", "breaker.closed", "true", "false"},
		{"close", nil, "Q2", "breaker.closed", "false", "true"},
		{"pad", nil, "Q1", "remote.enabled", "true", "false"},
		{"rack", nil, "Q1", "breaker.position", `"connected"`, `"test"`},
		{"self-test", map[string]string{"part": "sensor_l1"}, "Q1", "breaker.closed", "true", "false"},
		{"trip", nil, "Q1", "breaker.fault_tripped", "false", "true"},
		{"trip", map[string]string{"cause": "instantaneous"}, "Q1", "trip.instantaneous", "false", "true"},
		{"load", map[string]string{"l1": "250"}, "Q1", "current.l1", "", "250"},
		{"supply-lost", nil, "Q2", "breaker.closed", "false", "null"},
		{"clock-lost", nil, "Q2", "device.clock.synchronised", "true", "false"},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			if tt.was == "" {
				tt.was = p.shows(tt.unit, tt.point)
			}
			closed := p.shows(tt.unit, "breaker.closed")
			in := p.inject(remote.Order{Fault: tt.fault, Unit: tt.unit, With: tt.with})
			p.until(tt.unit, tt.point, tt.is)
			p.undo(in)
			p.until(tt.unit, "breaker.closed", closed)
			if tt.point != "trip.instantaneous" && tt.point != "current.l1" { // the cause is kept; the load follows the day
				p.until(tt.unit, tt.point, tt.was)
			}
		})
	}
}

// What cannot happen is refused with the reason.
func TestRefusals(t *testing.T) {
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	for _, tt := range []struct {
		o    remote.Order
		want string
	}{
		{remote.Order{Fault: "trip", Unit: "Q2"}, "open"},
		{remote.Order{Fault: "trip", Unit: "Q1", With: map[string]string{"cause": "earth_leakage"}}, "no current trips it"},
		{remote.Order{Fault: "load", Unit: "Q2"}, "open"},
		{remote.Order{Fault: "pad", Unit: "Q2"}, "no pad"},
		{remote.Order{Fault: "self-test", Unit: "Q1", With: map[string]string{"part": "wing"}}, "wing"},
		{remote.Order{Fault: "restart", Unit: "Q1"}, "interface of its own"},
		{remote.Order{Fault: "silent", Unit: "Q3"}, "no unit"},
	} {
		_, err := p.client.Inject(t.Context(), tt.o)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q in it", tt.o, err, tt.want)
		}
	}
}

// A run ends with the connection of whoever began it, and everything of it.
func TestRunEndsWithItsConnection(t *testing.T) {
	p := newPlace(t)
	p.until("Q1", "breaker.closed", "true")
	run, err := p.client.Begin(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	p.inject(remote.Order{Fault: "open", Unit: "Q1", Run: run.ID})
	p.until("Q1", "breaker.closed", "false")
	run.End() // as though the process were gone: nothing else is said
	if cause := context.Cause(run.Context()); cause == nil || cause == remote.ErrEnded {
		t.Errorf("the cause is %v", cause)
	}
	p.until("Q1", "breaker.closed", "true")
	all, err := p.client.Injections(t.Context())
	if err != nil || all[0].Ended != remote.ByRun {
		t.Errorf("%+v, %v", all, err)
	}
}

// Whoever holds a run is told when the laboratory ends.
func TestRunIsToldOfTheEnd(t *testing.T) {
	p := newPlace(t)
	run, err := p.client.Begin(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer run.End()
	p.end()
	select {
	case <-run.Context().Done():
	case <-time.After(5 * time.Second):
	}
	if cause := context.Cause(run.Context()); cause != remote.ErrEnded {
		t.Errorf("the cause is %v", cause)
	}
}

// Only its own name, and no page of another origin.
func TestGuard(t *testing.T) {
	p := newPlace(t)
	for _, tt := range []struct {
		method, path string
		set          map[string]string
		host         string
		want         int
	}{
		{"GET", "/api/v1/units", nil, "", 200},
		{"GET", "/api/v1/units", nil, "evil.example", 421},
		{"GET", "/api/v1/units", nil, "127.0.0.1", 421},
		{"DELETE", "/api/v1/faults", nil, "", 200},
		{"DELETE", "/api/v1/faults", map[string]string{"Origin": "http://evil.example"}, "", 403},
		{"POST", "/api/v1/faults", map[string]string{"Sec-Fetch-Site": "cross-site"}, "", 403},
		{"POST", "/api/v1/runs", map[string]string{"Sec-Fetch-Site": "same-site"}, "", 403},
		{"GET", "/api/v1/units/Q1/points?point=nothing", nil, "", 422},
		{"GET", "/api/v1/units/Q9/points", nil, "", 404},
		{"DELETE", "/api/v1/faults/77", nil, "", 404},
		{"GET", "/", nil, "", 200},
		{"GET", "/", nil, "evil.example", 421},
		{"GET", "/nothing", nil, "", 404},
		{"GET", "/FAULTS", nil, "", 404},
		{"GET", "/faults;x=1", nil, "", 404},
		{"GET", "/unit/%2e%2e", nil, "", 404},
		{"POST", "/%66aults/undo", map[string]string{"Sec-Fetch-Site": "cross-site"}, "", 403},
		{"POST", "//faults/undo", map[string]string{"Origin": "null"}, "", 403},
		{"POST", "/room/stop", map[string]string{"Origin": "http://evil.example"}, "", 403},
		{"GET", "/faults/new", map[string]string{"Sec-Fetch-Site": "cross-site"}, "", 404},
		{"POST", "/faults/undo", map[string]string{"Origin": "http://evil.example"}, "", 403},
		{"GET", "/faults/undo", nil, "", 405},
	} {
		req, _ := http.NewRequest(tt.method, p.server.URL()+tt.path, nil)
		if tt.host != "" {
			req.Host = tt.host
		}
		for k, v := range tt.set {
			req.Header.Set(k, v)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != tt.want {
			t.Errorf("%s %s of %q with %v: %d, want %d", tt.method, tt.path, tt.host, tt.set, res.StatusCode, tt.want)
		}
	}
}

// A body that is too long, or none, is refused.
func TestBodies(t *testing.T) {
	p := newPlace(t)
	for _, body := range []string{"", "{", `{"fault": 3}`, `{"fault":"silent","unit":"Q1","nonsense":1}`, `{"fault":"` + strings.Repeat("x", bodyMax+1) + `"}`} {
		res, err := http.Post(p.server.URL()+"/api/v1/faults", "application/json", strings.NewReader(body))
		if err != nil {
			continue // cut while it was still being sent
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%.40s: %d %.200s", body, res.StatusCode, b)
		}
	}
}

// The description lists everything the client asks for.
func TestDescription(t *testing.T) {
	p := newPlace(t)
	res, err := http.Get(p.server.URL() + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	if err := json.NewDecoder(res.Body).Decode(&doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatal(doc.OpenAPI, err)
	}
	var b bytes.Buffer
	json.NewEncoder(&b).Encode(doc.Paths)
	for _, path := range []string{"/api/v1/units", "/api/v1/units/{unit}/points", "/api/v1/faults/kinds", "/api/v1/faults", "/api/v1/faults/{id}",
		"/api/v1/events", "/api/v1/events.csv", "/api/v1/curves/{unit}", "/api/v1/trips/{unit}/{trip}", "/api/v1/captures", "/api/v1/captures/{unit}/{capture}/samples", "/api/v1/captures/{unit}/{capture}/{part}",
		"/api/v1/room", "/api/v1/room/log", "/api/v1/room/badge", "/api/v1/room/door", "/api/v1/room/stop", "/api/v1/room/release"} {
		if doc.Paths[path] == nil {
			t.Errorf("%s is missing in %.300s", path, &b)
		}
	}
}

// The laboratory has no login, so it never listens where the network reaches.
func TestLoopbackOnly(t *testing.T) {
	s := New(&site.Lab{}, nil, nil)
	for _, a := range []string{"0.0.0.0:0", "192.0.2.1:80", ":5021", "localhost:1", ""} {
		if err := s.Listen(a); err == nil {
			t.Errorf("listens on %q", a)
		}
	}
}
