package fat

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	mqttserver "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"go.uber.org/goleak"

	"switchroom/points"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tags of one breaker: right, bad, not there.
var tags = []Tag{
	{Breaker: "Q1", Point: "current.l1", Name: "Q1_I1", Register: 32028, Unit: 255, Host: "127.0.1.1"},
	{Breaker: "Q1", Point: "current.l2", Name: "Q1_I2", Register: 32030, Unit: 255, Host: "127.0.1.1"},
	{Breaker: "Q1", Point: "current.l3", Name: "Q1_I3", Register: 32032, Unit: 255, Host: "127.0.1.1"},
}

// page serves one page and counts how often it is asked for.
func page(t *testing.T, text string) (string, *atomic.Int64) {
	t.Helper()
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { n.Add(1); fmt.Fprint(w, text) }))
	t.Cleanup(s.Close)
	return s.URL, &n
}

// look opens a binding and looks once, or until something is found.
func lookAt(t *testing.T, b Binding) []Shown {
	t.Helper()
	v, err := b.Open(Terminal{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for range 500 {
		shown, err := v.Look(context.Background(), tags)
		if err != nil {
			t.Fatal(err)
		}
		if shown[0].Found && (shown[1].Found || b.Kind != "mqtt") {
			return shown
		}
		time.Sleep(10 * time.Millisecond) // a broker needs a moment
	}
	t.Fatal("nothing is shown")
	return nil
}

// expect123 wants 123.5 good, 7 bad, and nothing of the third.
func expect123(t *testing.T, shown []Shown) {
	t.Helper()
	a, b, c := shown[0], shown[1], shown[2]
	if !a.Found || a.Bad || a.Number != 123.5 || a.Raw == "" {
		t.Errorf("first: %+v", a)
	}
	if !b.Found || !b.Bad {
		t.Errorf("second: %+v", b)
	}
	if c.Found {
		t.Errorf("third: %+v", c)
	}
}

func TestHTTPBinding(t *testing.T) {
	url, n := page(t, `{"Q1":{"current.l1":{"value":123.5,"quality":"good","time":"2026-01-02T03:04:05Z"},"current.l2":{"value":7,"quality":"bad"}}}`)
	shown := lookAt(t, Binding{Kind: "http", URL: url + "/{breaker}", Value: "/{breaker}/{point}/value", Quality: "/{breaker}/{point}/quality", Time: "/{breaker}/{point}/time"})
	expect123(t, shown)
	if n.Load() != 1 {
		t.Errorf("the page was fetched %d times for one look", n.Load())
	}
	if !shown[0].At.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("time %v", shown[0].At)
	}
	url, _ = page(t, `{"tags":[{"id":"Q1_I1","v":"123,5","q":192},{"id":"Q1_I2","v":7,"q":0}]}`)
	expect123(t, lookAt(t, Binding{Kind: "http", URL: url, Value: "/tags/[id={name}]/v", Quality: "/tags/[id={name}]/q"}))
}

func TestCSVBinding(t *testing.T) {
	text := "\ufeffTag;Value;Quality;Timestamp\nQ1_I1;1;Good;2026-01-02 03:04:05\nQ1_I1;123,5;Good;2026-01-02 03:04:06\nQ1_I2;7;Bad - no communication;2026-01-02 03:04:05\n"
	b := Binding{Kind: "csv", Key: "tag", Row: "{name}", Value: "value", Quality: "quality", Time: "timestamp"}
	b.File = filepath.Join(t.TempDir(), "export.csv")
	if err := os.WriteFile(b.File, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	expect123(t, lookAt(t, b))
	url, _ := page(t, text)
	b.File, b.URL = "", url
	expect123(t, lookAt(t, b))
}

// TestCSVChanges: an export is read again once it has changed, and one that is half
// written changes nothing.
func TestCSVChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "export.csv")
	put := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("n,v\nQ1_I1,1\n")
	v, err := (&Binding{Kind: "csv", File: file, Key: "n", Row: "{name}", Value: "v"}).Open(Terminal{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for _, c := range []struct{ text, want string }{{"n,v\nQ1_I1,1\n", "1"}, {"n,v\nQ1_I1,22\n", "22"}, {"", "22"}, {"n,v\nQ1_I1,333\n", "333"}} {
		put(c.text)
		shown, err := v.Look(context.Background(), tags[:1])
		if err != nil || shown[0].Text != c.want {
			t.Errorf("%q: shown %v, %v", c.text, shown, err)
		}
	}
}

func TestPrometheusBinding(t *testing.T) {
	url, _ := page(t, "# HELP v x\n# TYPE v gauge\nv{breaker=\"Q1\",point=\"current.l1\"} 123.5 1767323045000\nv{point=\"current.l2\",breaker=\"Q1\"} 7\n"+
		"q{breaker=\"Q1\",point=\"current.l1\"} 1\nq{breaker=\"Q1\",point=\"current.l2\"} 0\nup 1\n")
	expect123(t, lookAt(t, Binding{Kind: "prometheus", URL: url, Value: "v", Quality: "q", Labels: map[string]string{"breaker": "{breaker}", "point": "{point}"}}))
	url, _ = page(t, "sr_Q1_current_l1 123.5\nsr_Q1_current_l2 NaN\n")
	expect123(t, lookAt(t, Binding{Kind: "prometheus", URL: url, Value: "sr_{breaker}_{point_}"}))
}

// allowAll lets every client in.
type allowAll struct{ mqttserver.HookBase }

func (*allowAll) ID() string { return "allow" }

func (*allowAll) Provides(b byte) bool {
	return b == mqttserver.OnConnectAuthenticate || b == mqttserver.OnACLCheck
}

func (*allowAll) OnConnectAuthenticate(*mqttserver.Client, packets.Packet) bool { return true }

func (*allowAll) OnACLCheck(*mqttserver.Client, string, bool) bool { return true }

func TestMQTTBinding(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := mqttserver.New(&mqttserver.Options{InlineClient: true})
	s.AddHook(new(allowAll), nil)
	if err := s.AddListener(listeners.NewNet("tcp", l)); err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Publish("site/Q1/current.l1", []byte(`{"value":123.5,"quality":"good"}`), true, 0)
	s.Publish("site/Q1/current.l2", []byte(`{"value":7,"quality":"uncertain"}`), true, 0)
	s.Publish("plain/Q1_I1", []byte("123.5"), true, 0)
	s.Publish("plain/Q1_I2", []byte("NaN"), true, 0)
	url := "tcp://" + l.Addr().String()
	expect123(t, lookAt(t, Binding{Kind: "mqtt", URL: url, Topic: "site/{breaker}/{point}", Value: "/value", Quality: "/quality"}))
	expect123(t, lookAt(t, Binding{Kind: "mqtt", URL: url, Topic: "plain/{name}"}))
	if _, err := (&Binding{Kind: "mqtt", URL: "tcp://127.0.0.1:1", Topic: "x"}).Open(Terminal{}); err == nil || !strings.Contains(err.Error(), "no MQTT broker") {
		t.Errorf("no broker: %v", err)
	}
}

func TestPersonBinding(t *testing.T) {
	var out strings.Builder
	v, err := (&Binding{Kind: "person", Words: map[string]string{"Zu": "true"}}).Open(Terminal{In: strings.NewReader("123,5 # on page 3\n? 7\n\n"), Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := v.Look(context.Background(), tags)
	if err != nil {
		t.Fatal(err)
	}
	expect123(t, shown)
	if !strings.Contains(out.String(), "current.l3") {
		t.Error("not asked for every point:", out.String())
	}
	if _, err := v.Look(context.Background(), tags[:1]); err == nil {
		t.Error("the end of the input is no answer")
	}
}

func TestBindingTellsWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		b    Binding
		want string
	}{
		{Binding{Kind: "http"}, "url, value"}, {Binding{Kind: "csv", Value: "v"}, "url or file, key, row"}, {Binding{Kind: "mqtt"}, "url, topic"},
		{Binding{Kind: "http", URL: "http://me:secret@x/", Value: "/v"}, "authorization_file"}, {Binding{Kind: "smoke"}, "none of"},
		{Binding{Kind: "http", URL: "http://x/{braker}", Value: "/v"}, "url: nothing is known as {braker}; write {breaker} {breaker_} {point} {point_} {name} {register}"},
		{Binding{Kind: "prometheus", URL: "http://x/", Value: "v", Labels: map[string]string{"b": "{Breaker}"}}, "labels: b: nothing is known as {Breaker}"},
		{Binding{Kind: "mqtt", URL: "tcp://x:1", Topic: "{tag}"}, "topic: nothing is known as {tag}"},
		{Binding{Kind: "csv", URL: "http://x/{breaker}", Key: "k", Value: "{v}", Row: "{row}"}, "row: nothing is known as {row}"},
		{Binding{Kind: "csv", URL: "http://x/{breaker}", Key: "k", Value: "{v}", Row: "{name}"}, "url: nothing is known as {breaker}; this text takes no placeholders"},
		{Binding{Command: &CommandBinding{URL: "http://x/{breaker}", Body: `{"do":"{do}","tag":"{point}"}`}}, "command: body: nothing is known as {point}; write {breaker} {breaker_} {do}"},
	} {
		_, err := c.b.Open(Terminal{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", c.b, err)
		}
	}
}

// TestEvidenceIsBounded: whatever a system says, what goes into a result is short.
func TestEvidenceIsBounded(t *testing.T) {
	url, _ := page(t, `{"Q1":{"current.l1":{"value":"`+strings.Repeat("ä", 1<<20)+`"},"current.l2":1}}`)
	shown := lookAt(t, Binding{Kind: "http", URL: url, Value: "/{breaker}/{point}/value"})
	if n := len(shown[0].Raw); n > rawMax+8 {
		t.Errorf("evidence of %d bytes", n)
	}
	if n := len(shown[0].value()); n > rawMax+8 {
		t.Errorf("shown value of %d bytes", n)
	}
}

func TestShownIsUnderstood(t *testing.T) {
	info := func(name string) *points.Info {
		id, err := points.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		return points.Of(id)
	}
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for _, c := range []struct {
		point string
		want  points.Value
		text  string
		same  bool
	}{
		{"breaker.closed", points.Flag(true), "true", true}, {"breaker.closed", points.Flag(true), "1", true}, {"breaker.closed", points.Flag(true), "closed", true},
		{"breaker.closed", points.Flag(true), "0", false}, {"breaker.closed", points.Flag(true), "maybe", false},
		{"breaker.position", points.Number(2), "test", true}, {"breaker.position", points.Number(2), "2", true}, {"breaker.position", points.Number(2), "connected", false},
		{"current.l1", points.Number(100), "100.05", true}, {"current.l1", points.Number(100), "100,05", true}, {"current.l1", points.Number(100), "1e2", true},
		{"current.l1", points.Number(100), "101", false}, {"current.l1", points.Number(100), "", false},
		{"device.clock", points.At(at), "2024-05-06T07:08:09Z", true}, {"device.clock", points.At(at), "1714979289", true}, {"device.clock", points.At(at), "1714979289000", true},
		{"device.clock", points.At(at), "2024-05-06 09:08:09+02:00", true}, {"device.clock", points.At(at), "2024-05-06 08:08:09", false},
		{"interface.name", points.String("FAT-1"), "FAT-1", true}, {"interface.name", points.String("FAT-1"), "AF-T1", false},
	} {
		s := parseShown(c.text, map[string]string{"closed": "true"})
		if s.Same(info(c.point), c.want, Tolerance{Relative: 0.001}) != c.same {
			t.Errorf("%s: %v shown as %q: want %v", c.point, c.want, c.text, c.same)
		}
	}
}

func FuzzParseMetrics(f *testing.F) {
	f.Add("a{b=\"c\"} 1 2\n")
	f.Add("a{b=\"\\\"")
	f.Fuzz(func(t *testing.T, s string) { parseMetrics(s) })
}

func FuzzFollow(f *testing.F) {
	f.Add([]byte(`{"a":[{"b":1}]}`), "/a/[b=1]/b")
	f.Fuzz(func(t *testing.T, doc []byte, pointer string) {
		if v, err := decodeJSON(doc); err == nil {
			follow(v, pointer)
		}
	})
}

func FuzzReadNames(f *testing.F) {
	f.Add("breaker;point;name\nQ1;current.l1;x\n")
	f.Fuzz(func(t *testing.T, s string) { ReadNames(strings.NewReader(s)) })
}

func FuzzReadResult(f *testing.F) {
	f.Add([]byte(`{"format":"switchroom-fat-result/1","steps":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) { Verify(data, nil, nil) })
}

func FuzzParseShown(f *testing.F) {
	f.Add("12,5")
	f.Fuzz(func(t *testing.T, s string) {
		sh := parseShown(s, nil)
		parseTime(s)
		lastDigit(s)
		if len(excerpt(s)) > 3*rawMax+8 || len(sh.value()) > 3*rawMax+8 {
			t.Error("not bounded")
		}
	})
}

// A series is found by the labels that are given, whatever others it has, unless
// several have them.
func TestPrometheusLabels(t *testing.T) {
	m := parseMetrics(`v{breaker="Q1",host="a"} 1
v{breaker="Q2",host="a"} 2
v{breaker="Q2",host="b"} 3
v{breaker="Q3"} 4
v{breaker="Q3",host="b"} 5
`)
	for _, tt := range []struct{ breaker, want, line string }{
		{"Q1", "1", "host"}, {"Q2", "", "2 series"}, {"Q3", "4", "Q3"}, {"Q4", "", ""},
	} {
		if s := m.find("v", map[string]string{"breaker": tt.breaker}); s.value != tt.want || !strings.Contains(s.line, tt.line) {
			t.Errorf("%s: %+v, want %q", tt.breaker, s, tt.want)
		}
	}
}
