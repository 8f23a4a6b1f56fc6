package lab

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"switchroom/lab/remote"
)

// What a client that is killed has injected ends, also what happened at the breaker.
func TestKilledClient(t *testing.T) {
	r := newRoom(t)
	url := r.serve()
	defer r.Close(context.Background())
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self)
	c.Env, c.Stderr = append(os.Environ(), asClient+"="+url), os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "injected\n" {
		t.Fatalf("client: %q, %v", line, err)
	}
	r.pass(time.Second)
	r.closed(false)
	c.Process.Kill()
	c.Wait()
	select {
	case <-r.gate.wide:
	case <-time.After(30 * time.Second): // a bound for what hangs, no measure
		t.Fatal("the limit outlives its run")
	}
	r.desk.UndoAll() // waits until the end of the run is done
	for _, in := range r.desk.List() {
		if in.Ended != remote.ByRun {
			t.Errorf("%s: %s %s", in.Fault, in.State, in.Ended)
		}
	}
	r.pass(2 * time.Second)
	r.closed(true)
}

// A run that is held does not keep the laboratory from ending, and ends with it.
func TestCloseEndsRuns(t *testing.T) {
	r := newRoom(t)
	c, err := remote.New(r.serve())
	if err != nil {
		t.Fatal(err)
	}
	run, err := c.Begin(context.Background(), "held")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Inject(context.Background(), remote.Order{Fault: "silent", Unit: "Q1", Run: run.ID}); err != nil {
		t.Fatal(err)
	}
	r.Close(context.Background())
	if in := r.desk.List()[0]; in.State != remote.Over {
		t.Errorf("%+v", in)
	}
	run.End()
}

// The client of lab/remote is answered in all it can ask.
func TestClient(t *testing.T) {
	r := newRoom(t)
	c, err := remote.New(r.serve())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(context.Background())
	ctx := context.Background()
	units, err := c.Units(ctx)
	if err != nil || len(units) != 1 || units[0].Name != "Q1" {
		t.Errorf("units %v, %v", units, err)
	}
	kinds, err := c.Kinds(ctx)
	if err != nil || len(kinds) < 20 {
		t.Errorf("%d kinds, %v", len(kinds), err)
	}
	readings, err := c.Read(ctx, "Q1", "rating.in", "breaker.closed")
	if err != nil || len(readings) != 2 || string(readings[0].Value) != "1000" || string(readings[1].Value) != "true" {
		t.Errorf("readings %s, %v", readings, err)
	}
	in, err := c.Inject(ctx, remote.Order{Fault: "substitute", Unit: "Q1", With: map[string]string{"rating.in": "123"}})
	if err != nil || in.Seed == 0 || in.State != remote.Active || in.Until.Sub(in.From).Round(time.Second) != time.Minute {
		t.Errorf("%+v, %v", in, err)
	}
	if readings, err = c.Read(ctx, "Q1", "rating.in"); err != nil || string(readings[0].Value) != "1000" {
		t.Errorf("a substituted value is the unit's own: %s, %v", readings, err)
	}
	if all, err := c.Injections(ctx); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
	if ended, err := c.Undo(ctx, in.ID); err != nil || ended.Ended != remote.ByUndo {
		t.Errorf("%+v, %v", ended, err)
	}
	for what, ask := range map[string]func() error{
		"no unit":      func() error { _, err := c.Read(ctx, "Q9"); return err },
		"no point":     func() error { _, err := c.Read(ctx, "Q1", "current.l9"); return err },
		"no fault":     func() error { _, err := c.Inject(ctx, remote.Order{Fault: "x", Unit: "Q1"}); return err },
		"no injection": func() error { _, err := c.Undo(ctx, 99); return err },
		"no run":       func() error { _, err := c.Inject(ctx, remote.Order{Fault: "silent", Unit: "Q1", Run: "x"}); return err },
	} {
		if err := ask(); err == nil || len(err.Error()) < 20 {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A browser is how a stranger would come in.
func TestStrangers(t *testing.T) {
	r := newRoom(t)
	url := r.serve()
	defer r.Close(context.Background())
	for _, c := range []struct {
		why, method, host, origin string
		status                    int
	}{
		{"a program", "GET", "", "", 200},
		{"by the other name of loopback", "GET", "localhost", "", 200},
		{"a name that was made to point here", "GET", "evil.example", "", 421},
		{"a change from a page of another origin", "DELETE", "", "http://evil.example", 403},
		{"a change from a program", "DELETE", "", "", 200},
	} {
		q, err := http.NewRequest(c.method, url+"/api/v1/faults", nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.host != "" {
			_, port, _ := strings.Cut(strings.TrimPrefix(url, "http://"), ":")
			q.Host = c.host + ":" + port
		}
		if c.origin != "" {
			q.Header.Set("Origin", c.origin)
		}
		res, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.why, res.StatusCode, c.status, body)
		}
		if c.status >= 400 && res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", c.why, res.Header.Get("Content-Type"))
		}
	}
	if err := New(r.lab, nil, nil).Listen("0.0.0.0:0"); err == nil || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("beyond loopback: %v", err)
	}
}

// The description has every route, the held-open one too.
func TestOpenAPI(t *testing.T) {
	r := newRoom(t)
	url := r.serve()
	defer r.Close(context.Background())
	res, err := http.Get(url + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	for _, want := range []string{`"openapi":"3.1`, "/api/v1/units/{unit}/points", "/api/v1/faults/{id}"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the description has no %s", want)
		}
	}
}
