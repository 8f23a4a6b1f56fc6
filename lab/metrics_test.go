package lab

import (
	"bytes"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/points"
)

func (p *place) scrape() string {
	p.Helper()
	res, err := http.Get(p.server.URL() + "/metrics")
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		p.Fatal(res.Status, err)
	}
	return string(b)
}

func TestMetrics(t *testing.T) {
	p := newPlace(t)
	p.server.Tells(func() []remote.Target {
		return []remote.Target{{Target: "syslog", Sent: 3, Lost: 2, Waiting: 1, Failing: "down"}}
	})
	text := p.scrape()
	for _, want := range []string{
		`switchroom_breakers 2`, `switchroom_breaker_closed{breaker="Q1"} 1`, `switchroom_breaker_closed{breaker="Q2"} 0`,
		`switchroom_breaker_current_amperes{breaker="Q1",phase="l1"} 1`, `switchroom_alerts_sent_total{target="syslog"} 3`, `switchroom_alerts_failing{target="syslog"} 1`,
		`switchroom_injections_active{layer="process"} 0`, "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("without %s", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
	if res, err := http.Get(p.server.URL() + "/api/v1/targets"); err != nil {
		t.Error(err)
	} else if b, _ := io.ReadAll(res.Body); !strings.Contains(string(b), `"failing":"down"`) {
		t.Errorf("%s", b)
	}
}

// TestPromtool has Prometheus's own tool read the metrics.
func TestPromtool(t *testing.T) {
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("SKIPPED: no promtool; install the Debian package prometheus")
	}
	c := exec.Command(path, "check", "metrics")
	c.Stdin = strings.NewReader(newPlace(t).scrape())
	if out, err := c.CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("promtool: %v\n%s", err, out)
	}
}

// TestMetricsAreBounded holds that a breaker has so many series and no more, whatever
// happens at it.
func TestMetricsAreBounded(t *testing.T) {
	p := newPlace(t)
	for _, u := range p.lab.Units {
		for _, e := range points.Events() {
			p.server.meter.heard(imu.Record{Unit: u.Name(), Code: e.Code, What: imu.Pulse})
		}
	}
	series := 0
	for line := range strings.Lines(p.scrape()) {
		if strings.Contains(line, `breaker="Q1"`) {
			series++
		}
	}
	if most := len(metricsOf) + len(points.Histories()) + len(refusals); series > most {
		t.Errorf("%d series of a breaker, more than %d", series, most)
	}
}
