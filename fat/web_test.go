package fat

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchroom/lab/remote"
	"switchroom/points"
)

// labServer serves a laboratory in memory by the routes of the real one.
func labServer(t *testing.T, l *fakeLab) (url string, runs func() int) {
	t.Helper()
	answer := func(w http.ResponseWriter, v any, err error) {
		if err != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
			v = remote.Error{Status: 422, Detail: err.Error()}
		}
		json.NewEncoder(w).Encode(v)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/units", func(w http.ResponseWriter, r *http.Request) { v, err := l.Units(r.Context()); answer(w, v, err) })
	mux.HandleFunc("GET /api/v1/faults/kinds", func(w http.ResponseWriter, r *http.Request) { v, err := l.Kinds(r.Context()); answer(w, v, err) })
	mux.HandleFunc("GET /api/v1/units/{unit}/points", func(w http.ResponseWriter, r *http.Request) {
		v, err := l.Read(r.Context(), r.PathValue("unit"), r.URL.Query()["point"]...)
		answer(w, v, err)
	})
	mux.HandleFunc("GET /api/v1/time", func(w http.ResponseWriter, r *http.Request) { v, err := l.Time(r.Context()); answer(w, v, err) })
	mux.HandleFunc("GET /api/v1/faults", func(w http.ResponseWriter, r *http.Request) { v, err := l.Injections(r.Context()); answer(w, v, err) })
	mux.HandleFunc("POST /api/v1/faults", func(w http.ResponseWriter, r *http.Request) {
		var o remote.Order
		json.NewDecoder(r.Body).Decode(&o)
		v, err := l.Inject(r.Context(), o)
		answer(w, v, err)
	})
	mux.HandleFunc("DELETE /api/v1/faults/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, _ := strconv.Atoi(r.PathValue("id"))
		v, err := l.Undo(r.Context(), id)
		answer(w, v, err)
	})
	mux.HandleFunc("POST /api/v1/runs", func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		l.running++
		l.mu.Unlock()
		json.NewEncoder(w).Encode(map[string]string{"id": "7"})
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
		case <-l.over:
		}
		l.mu.Lock()
		l.running--
		l.mu.Unlock()
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL, func() int { l.mu.Lock(); defer l.mu.Unlock(); return l.running }
}

// systemServer shows all points of a system in memory on one page.
func systemServer(t *testing.T, s *fakeSystem, all []Tag) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown, _ := s.Look(r.Context(), all)
		doc := map[string]map[string]map[string]any{}
		for i, t := range all {
			if doc[t.Breaker] == nil {
				doc[t.Breaker] = map[string]map[string]any{}
			}
			quality := map[bool]string{true: "bad", false: "good"}[shown[i].Bad]
			doc[t.Breaker][t.Point] = map[string]any{"value": shown[i].Text, "quality": quality, "time": time.Now().Format(time.RFC3339)}
		}
		json.NewEncoder(w).Encode(doc)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// overHTTP is a run of current and breaker points against servers.
func overHTTP(t *testing.T, s *fakeSystem) (*Run, func() int) {
	t.Helper()
	url, runs := labServer(t, s.lab)
	client, err := remote.New(url)
	if err != nil {
		t.Fatal(err)
	}
	units, err := client.Units(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var bs []Breaker
	for _, u := range units {
		bs = append(bs, BreakerOf(u))
	}
	p, err := Generate(bs, Options{Points: []string{"current", "breaker.closed", "breaker.tripped"}, Only: []Phase{PointToPoint, Functional, Alarms}, Within: 0.3})
	if err != nil {
		t.Fatal(err)
	}
	var all []Tag
	for i, st := range p.Steps {
		p.Steps[i].Within = 0.3
		if st.Do == Substitute {
			all = append(all, Tag{Breaker: st.Breaker, Point: st.Point, Register: st.Register})
		}
	}
	p.Binding = Example()
	p.Binding.URL = systemServer(t, s, all)
	v, err := p.Binding.Open(Terminal{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return &Run{Plan: p, Lab: Lab{client}, View: v, Command: s, Seed: 3, Product: "test"}, runs
}

// TestOverHTTP is a run as it is in life: a laboratory and a system that are asked by
// HTTP.
func TestOverHTTP(t *testing.T) {
	r, _ := overHTTP(t, &fakeSystem{lab: newFakeLab("Q1", "Q2"), mistake: number1("current.l2", times1(1e-3))})
	res, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Findings) != 1 || res.Findings[0].Mistake != "scale" {
		t.Errorf("found %v", res.Findings)
	}
	for _, s := range res.Steps {
		if s.Do == "open" && s.Verdict != Pass {
			t.Errorf("%s: %s %s", s.ID, s.Verdict, s.Note)
		}
		if s.Verdict == Fail && s.Passes[0].Evidence == "" {
			t.Errorf("%s fails without evidence", s.ID)
		}
	}
}

// TestInterrupted: Ctrl-C ends the run of the laboratory, and what was found until
// then is in the result.
func TestInterrupted(t *testing.T) {
	s := &fakeSystem{lab: newFakeLab("Q1", "Q2"), mistake: number1("current.l2", times1(1e-3))}
	r, runs := overHTTP(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r.Progress = func(text string) {
		if strings.HasPrefix(text, "pass 3") {
			cancel()
		}
	}
	res, err := r.Do(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if res.State != "interrupted" || res.Summary.Fail != 1 || res.Summary.NotRun == 0 || len(res.Findings) != 1 || res.Findings[0].Mistake != "scale" {
		t.Errorf("state %s, %+v, %v", res.State, res.Summary, res.Findings)
	}
	for range 500 {
		if runs() == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if runs() != 0 {
		t.Error("the run of the laboratory goes on")
	}
}

func TestStrictRun(t *testing.T) {
	r, _ := overHTTP(t, &fakeSystem{lab: newFakeLab("Q1")})
	r.Strict = true
	_, err := r.Do(context.Background())
	if err == nil || !strings.Contains(err.Error(), "Q1 current.ground: register 32038 is inferred") {
		t.Errorf("strict: %v", err)
	}
}

func TestWrongSiteIsToldBeforeAnythingIsTouched(t *testing.T) {
	s := &fakeSystem{lab: newFakeLab("Q1")}
	r, _ := overHTTP(t, s)
	for i := range r.Plan.Steps {
		r.Plan.Steps[i].Breaker = "Q9"
	}
	if _, err := r.Do(context.Background()); err == nil || !strings.Contains(err.Error(), `no breaker "Q9"`) || s.lab.next != 0 {
		t.Errorf("%v, %d injections", err, s.lab.next)
	}
}

// TestWrongLaboratory: where the breakers of the laboratory are asked elsewhere than the
// plan says, the system under test asks others.
func TestWrongLaboratory(t *testing.T) {
	for _, c := range []struct {
		change func(q1 *Breaker)
		want   string
	}{
		{func(b *Breaker) { b.Modbus = "127.0.1.1:6020" }, "the plan has Q1 at 127.0.1.1:6020 unit 255, the laboratory at 127.0.1.1:5020 unit 255; is it the right one? give it by --lab, or plan anew"},
		{func(b *Breaker) { b.Unit = 7 }, "the plan has Q1 at 127.0.1.1:5020 unit 7"},
		{func(b *Breaker) { b.Modbus, b.Unit = "", 0 }, ""},
		{func(b *Breaker) { b.Modbus = "breaker1.example:502" }, ""},
	} {
		s := &fakeSystem{lab: newFakeLab("Q1", "Q2")}
		r, _ := overHTTP(t, s)
		c.change(&r.Plan.Breakers[0])
		_, err := r.Do(context.Background())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || s.lab.next != 0) {
			t.Errorf("%v, %d injections", err, s.lab.next)
		}
	}
}

func TestBreakerWithoutModbus(t *testing.T) {
	s := &fakeSystem{lab: newFakeLab("Q1", "Q2")}
	r, _ := overHTTP(t, s)
	s.lab.deaf = "Q2"
	if _, err := r.Do(context.Background()); err == nil || !strings.Contains(err.Error(), "the laboratory has Q2 without Modbus") || s.lab.next != 0 {
		t.Errorf("%v, %d injections", err, s.lab.next)
	}
}

// TestLaboratoryEnds: a laboratory that ends is no mistake of the system: the run ends
// at once, and not when the time of every point is over.
func TestLaboratoryEnds(t *testing.T) {
	s := &fakeSystem{lab: newFakeLab("Q1", "Q2"), mistake: number1("current.l2", times1(1e-3))}
	s.lab.over = make(chan struct{})
	r, _ := overHTTP(t, s)
	for i := range r.Plan.Steps {
		r.Plan.Steps[i].Within = 60
	}
	began := time.Now()
	r.Progress = func(text string) {
		if strings.HasPrefix(text, "pass 1") {
			close(s.lab.over)
		}
	}
	res, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if res.State != "ended: the laboratory has ended" || res.Summary.Fail != 0 || time.Since(began) > 20*time.Second {
		t.Errorf("state %s after %v, %+v", res.State, time.Since(began), res.Summary)
	}
}

// TestFaultInForce: what somebody else has injected would be told as mistakes of the
// system.
func TestFaultInForce(t *testing.T) {
	s := &fakeSystem{lab: newFakeLab("Q1", "Q2")}
	r, runs := overHTTP(t, s)
	in, _ := s.lab.Inject(context.Background(), remote.Order{Fault: "silent", Unit: "Q2"})
	_, err := r.Do(context.Background())
	if err == nil || !strings.Contains(err.Error(), "injection 1, silent Q2, is in force at the laboratory; `switchroom inject undo all`") || runs() != 0 || s.lab.next != 1 {
		t.Errorf("%v, %d injections", err, s.lab.next)
	}
	s.lab.Undo(context.Background(), in.ID)
	if res, err := r.Do(context.Background()); err != nil || res.Summary.Fail != 0 {
		t.Errorf("%v, %+v", err, res)
	}
}

// TestOtherTime: under a laboratory whose time passes otherwise values move, or stand.
func TestOtherTime(t *testing.T) {
	for speed, want := range map[float64]string{60: "time runs ×60", 0: "time stands still"} {
		s := &fakeSystem{lab: newFakeLab("Q1")}
		s.lab.speed = &speed
		r, runs := overHTTP(t, s)
		if _, err := r.Do(context.Background()); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "switchroom time run") || runs() != 0 {
			t.Errorf("×%v: %v", speed, err)
		}
	}
}

// TestReliance: what is not confirmed is listed with what to do, and what is
// confirmed is not.
func TestReliance(t *testing.T) {
	r, _ := overHTTP(t, &fakeSystem{lab: newFakeLab("Q1")})
	res, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]Reliance{}
	for _, x := range res.Reliance {
		all[x.What] = x
		if x.Certainty < points.Reported || x.Why == "" || x.Check == "" || x.Source == "" || x.Steps == 0 {
			t.Errorf("%+v", x)
		}
	}
	for _, want := range []string{"register 32028 (current.l1)", "register 32034 (current.n)"} {
		if _, ok := all[want]; !ok {
			t.Errorf("%s is not listed", want)
		}
	}
	if res.Reliance[0].Certainty < res.Reliance[len(res.Reliance)-1].Certainty {
		t.Error("the least certain is not first")
	}
}

// TestSignature: a signature holds for the bytes of the file and the key, and
// openssl agrees.
func TestSignature(t *testing.T) {
	r, _ := overHTTP(t, &fakeSystem{lab: newFakeLab("Q1")})
	res, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := res.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	pub, priv, _ := ed25519.GenerateKey(rand.Reader)
	p8, _ := x509.MarshalPKCS8PrivateKey(priv)
	pk, _ := x509.MarshalPKIXPublicKey(pub)
	key, public := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: p8}), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pk})
	sig, err := Sign(b.Bytes(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(b.Bytes(), sig, public); err != nil {
		t.Error(err)
	}
	changed := append(bytes.Clone(b.Bytes()), ' ')
	if err := Verify(changed, sig, public); err == nil {
		t.Error("a changed text has a right signature")
	}
	for name, c := range map[string][2][]byte{"no key": {sig, nil}, "no signature": {nil, public}, "wrong key": {sig, key}, "cut": {sig[:10], public}} {
		if err := Verify(b.Bytes(), c[0], c[1]); err == nil {
			t.Error(name, "is accepted")
		}
	}
	opensslAgrees(t, b.Bytes(), sig, public)
}

func opensslAgrees(t *testing.T, text, sig, public []byte) {
	t.Helper()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Log("SKIPPED: openssl is absent, so that no other program checks the signature")
		return
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{"text": text, "sig": sig, "pub.pem": public} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin", "-in", "text", "-sigfile", "sig")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("openssl: %v, %s", err, out)
	}
}
