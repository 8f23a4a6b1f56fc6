package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"switchroom/points"
	"switchroom/polling"
)

// readTelegraf runs Telegraf once, with an output of its own beside the exported
// file, and reads the metrics that it prints.
func readTelegraf(t *testing.T, r *toolRun) map[string]map[string]any {
	out := r.write(t, "output.conf", "[agent]\n  omit_hostname = true\n[[outputs.file]]\n  files = [\"stdout\"]\n  data_format = \"json\"\n")
	c := exec.Command(r.program, "--quiet", "--config", r.file, "--config", out, "--once")
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("telegraf: %v\n%s", err, stderr.String())
	}
	got := map[string]map[string]any{}
	d := json.NewDecoder(&stdout)
	for {
		var metric struct {
			Fields map[string]any
			Name   string
			Tags   struct{ Breaker string }
		}
		err := d.Decode(&metric)
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatalf("telegraf printed: %v\n%s", err, stderr.String())
		}
		if got[metric.Tags.Breaker] != nil {
			t.Errorf("telegraf: breaker %q has two metrics", metric.Tags.Breaker)
		}
		got[metric.Tags.Breaker] = metric.Fields
	}
}

// readNodeRED starts Node-RED on loopback with the flow, and reads what the flow
// has kept in its context.
func readNodeRED(t *testing.T, r *toolRun) map[string]map[string]any {
	user, port := filepath.Join(r.dir, "node-red"), anyPort(t)
	os.RemoveAll(user) // of an earlier run
	if err := os.Mkdir(user, 0o700); err != nil {
		t.Fatal(err)
	}
	modules, err := filepath.Abs(filepath.Join(r.program, "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	os.Symlink(modules, filepath.Join(user, "node_modules"))
	os.WriteFile(filepath.Join(user, "package.json"), []byte(`{"name":"flows","dependencies":{"node-red-contrib-modbus":"*"}}`), 0o600)
	settings := r.write(t, "settings.js", fmt.Sprintf(`module.exports={uiHost:"127.0.0.1",uiPort:%d,debugMaxLength:1000000,flowFile:%q,logging:{console:{level:"warn"}},telemetry:{enabled:false},editorTheme:{tours:false}}`, port, r.file))
	c := exec.Command("node", filepath.Join(modules, "node-red", "red.js"), "--userDir", user, "--settings", settings)
	var log bytes.Buffer
	c.Stdout, c.Stderr = &log, &log
	end := start(t, c)
	defer end()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log.String())
		}
	})
	where := fmt.Sprintf("http://127.0.0.1:%d/context/flow/%s/breakers", port, flowTab(t, r.file))
	var got map[string]map[string]any
	waitFor(t, "Node-RED to have read every breaker", func() bool {
		var shown struct{ Msg string }
		b, err := get(where)
		if err != nil || json.Unmarshal(b, &shown) != nil {
			return false
		}
		got = nil
		return json.Unmarshal([]byte(shown.Msg), &got) == nil && len(got) == len(r.devices) && !slices.ContainsFunc(r.devices, func(d polling.Device) bool { return len(got[d.Name]) != r.points })
	})
	return got
}

// flowTab returns the id of the flow's tab.
func flowTab(t *testing.T, file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var nodes []struct{ ID, Type string }
	if err := json.Unmarshal(b, &nodes); err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if n.Type == "tab" {
			return n.ID
		}
	}
	t.Fatal("the flow has no tab")
	return ""
}

func get(where string) ([]byte, error) {
	resp, err := http.Get(where)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, b)
	}
	return b, err
}

// readExporter starts modbus_exporter and scrapes each breaker as Prometheus
// does.
func readExporter(t *testing.T, r *toolRun) map[string]map[string]any {
	listen := fmt.Sprintf("127.0.0.1:%d", anyPort(t))
	c := exec.Command(r.program, "--config.file", r.file, "--web.listen-address", listen)
	var log bytes.Buffer
	c.Stdout, c.Stderr = &log, &log
	end := start(t, c)
	defer end()
	waitFor(t, "modbus_exporter to listen", func() bool { _, err := get("http://" + listen + "/metrics"); return err == nil })
	got := map[string]map[string]any{}
	for _, d := range r.devices {
		q := neturl.Values{"module": {"switchroom"}, "target": {fmt.Sprintf("%s:%d", d.Host, d.Port)}, "sub_target": {fmt.Sprint(d.Unit)}}
		b, err := get("http://" + listen + "/modbus?" + q.Encode())
		if err != nil {
			t.Fatalf("modbus_exporter: %v\n%s", err, log.String())
		}
		got[d.Name] = metrics(t, string(b))
	}
	return got
}

var metricLine = regexp.MustCompile(`(?m)^switchroom_(\w+)\{[^}]*\} (\S+)$`)

// metrics reads the exposition format: NaN, and a bit that is not valid, is no
// value. So are the markers, which modbus_exporter shows as numbers.
func metrics(t *testing.T, text string) map[string]any {
	raw, got := map[string]float64{}, map[string]any{}
	for _, m := range metricLine.FindAllStringSubmatch(text, -1) {
		v, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		raw[m[1]] = v
	}
	for _, p := range points.All() {
		name := strings.ReplaceAll(p.Name, ".", "_")
		v, there := raw[name]
		valid, judged := raw[name+"_valid"]
		if there && !math.IsNaN(v) && (!judged || valid == 1) && !marker(t, p.ID, v) {
			got[p.Name] = v
		}
	}
	return got
}

// marker reports whether v is the marker of the layout of a point.
func marker(t *testing.T, id points.ID, v float64) bool {
	place, ok := toolMap(t).Find(id)
	if !ok {
		return false
	}
	factor := 1.0
	if place.Row.Scale != 0 {
		factor = 1 / place.Row.Scale
	}
	return slices.ContainsFunc(place.Row.Kind.None(), func(s string) bool {
		raw, err := strconv.ParseFloat(s, 64)
		return err == nil && raw*factor == v
	})
}
