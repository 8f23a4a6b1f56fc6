package rehearsal

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/points"
	"switchroom/regmap"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// listed are the points of the tests: a few hundred of all kinds.
func listed() (ids []points.ID) {
	for _, info := range points.All() {
		group, _, _ := strings.Cut(info.Name, ".")
		if slices.Contains([]string{"current", "voltage", "power", "energy", "frequency", "breaker", "interface", "device", "trip"}, group) && info.Type != points.Text {
			ids = append(ids, info.ID)
		}
	}
	return ids
}

// bench is two devices, and what a system shows of them.
type bench struct {
	devices [2]*device
	names   [2]string
}

func newBench(t *testing.T) *bench {
	b := &bench{devices: [2]*device{newDevice(t), newDevice(t)}, names: [2]string{"Q1", "Q2"}}
	b.pass(0)
	return b
}

// pass gives both devices the values of a pass.
func (b *bench) pass(n int) {
	for i, d := range b.devices {
		d.have(stimulus(i, n))
	}
}

func (b *bench) config() Config {
	var all []Device
	for i, d := range b.devices {
		all = append(all, Device{Name: b.names[i], Address: d.l.Addr().String(), Unit: unitID, Period: 10 * time.Millisecond, Timeout: 500 * time.Millisecond})
	}
	c := Default(all, listed())
	c.Password = "1111"
	return c
}

// start starts a system with a mistake; "" is none.
func (b *bench) start(t *testing.T, mistake string, seed uint64) (*System, Made) {
	t.Helper()
	c := b.config()
	var made Made
	if mistake != "" {
		var err error
		if made, err = c.Make(mistake, seed); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	return s, made
}

// entry is a value as the page tells it.
type entry struct {
	Value   json.RawMessage
	Quality string
	Time    string
}

func fetch(t *testing.T, s *System) map[string]entry {
	t.Helper()
	var page map[string]map[string]entry
	if err := json.Unmarshal([]byte(get(t, s.URL()+"/values")), &page); err != nil {
		t.Fatal(err)
	}
	all := map[string]entry{}
	for breaker, tags := range page {
		for point, e := range tags {
			all[breaker+"."+point] = e
		}
	}
	return all
}

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("%s: %v %v", url, res.Status, err)
	}
	return string(body)
}

// truths are what a right system shows in each pass: value and quality. They are made
// from the registers by the code of package regmap, not by that of the system, and are
// the same for every bench.
var truths [lastPass + 1]struct {
	once sync.Once
	all  map[string]string
}

func (b *bench) truth(pass int) map[string]string {
	t := &truths[pass]
	t.once.Do(func() { t.all = b.work(pass) })
	return t.all
}

func (b *bench) work(pass int) map[string]string {
	m, all := registers(), map[string]string{}
	for i, name := range b.names {
		v := stimulus(i, pass)
		im := m.NewImage()
		im.Fill(regmap.Source{Values: v})
		for _, id := range listed() {
			p, ok := m.Find(id)
			if !ok {
				continue
			}
			d, _ := im.Append(nil, p.Row.Register.Address(), p.Row.Count)
			value := p.Decode(d)
			_, judged := m.QualityOf(p.Row.Register)
			if p.Bit >= 0 && judged && v[id] != v[id] {
				value = points.Value{}
			}
			all[name+"."+id.String()] = told(string(points.Of(id).JSON(value)), value.Available())
		}
	}
	return all
}

func told(value string, available bool) string {
	if !available {
		return "bad"
	}
	return "good " + value
}

// shows is what a system shows, in the words of truth.
func shows(t *testing.T, s *System) map[string]string {
	all := map[string]string{}
	for k, e := range fetch(t, s) {
		all[k] = told(string(e.Value), e.Quality == good)
		if e.Quality == stale {
			all[k] = stale
		}
	}
	return all
}

// wrong are the tags that differ from the truth.
func (b *bench) wrong(t *testing.T, s *System, pass int) (tags []string) {
	got := shows(t, s)
	for k, want := range b.truth(pass) {
		if got[k] != want {
			tags = append(tags, k)
		}
	}
	slices.Sort(tags)
	return tags
}

// until asks again and again, a round of the devices later, until it is so.
func (b *bench) until(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	for !so() {
		if wait(ctx, 2*time.Millisecond) != nil {
			t.Fatalf("never: %s", what)
		}
	}
}

// rounds waits until the devices have been asked two rounds more.
func (b *bench) rounds(t *testing.T, s *System, devices ...int) {
	t.Helper()
	if devices == nil {
		devices = []int{0, 1}
	}
	for _, i := range devices {
		d := b.devices[i]
		upTo := d.count(requests) + 2*len(spans(s.cfg.Tags, b.tagsOf(s, i)))
		b.until(t, "the device is asked", func() bool { return d.count(requests) > upTo })
	}
}

func (b *bench) tagsOf(s *System, device int) (tags []int) {
	for i := range s.cfg.Tags {
		if s.cfg.Tags[i].Device == b.names[device] {
			tags = append(tags, i)
		}
	}
	return tags
}

// TestRight: without a mistake every point is shown as it is, in every pass.
func TestRight(t *testing.T) {
	b := newBench(t)
	s, _ := b.start(t, "", 0)
	for pass := range lastPass + 1 {
		b.pass(pass)
		b.until(t, "all is shown right", func() bool { return len(b.wrong(t, s, pass)) == 0 })
	}
	if n := b.devices[0].count(func(d *device) int { return d.most }); n != 1 {
		t.Errorf("%d connections at once, want 1", n)
	}
}

// values are the mistakes that are seen in what is shown of devices without fault,
// in one pass at least.
var values = []string{
	"addresses-swapped", "bit-inverted", "byte-swap", "data-type", "enum-shifted", "extreme-for-value", "nan-as-zero", "no-decimals", "not-available-shown",
	"off-by-one-high", "off-by-one-low", "phases-swapped", "quality-ignored", "scale-kilo", "scale-ten", "signedness", "tag-forgotten", "time-zone", "unit-id", "width", "word-swap", "wrong-bit",
}

// TestMistakesInValues: what is shown differs where the mistake was made, and only
// there.
func TestMistakesInValues(t *testing.T) {
	for _, mistake := range values {
		t.Run(mistake, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			for seed := range uint64(1) {
				s, made := b.start(t, mistake, seed)
				seen := map[string]bool{}
				for pass := range lastPass + 1 {
					b.pass(pass)
					b.rounds(t, s)
					b.until(t, "what is not hit is right", func() bool { return len(strangers(b.wrong(t, s, pass), made)) == 0 })
					for _, k := range b.wrong(t, s, pass) {
						seen[k] = true
					}
				}
				if len(seen) == 0 {
					t.Errorf("seed %d: nothing is wrong at %v", seed, made)
				}
			}
		})
	}
}

// strangers are the wrong tags that the mistake was not made at.
func strangers(wrong []string, made Made) []string {
	return slices.DeleteFunc(wrong, func(k string) bool {
		return slices.Contains(made.Tags, k) || len(made.Tags) == 0 && strings.HasPrefix(k, made.Device+".")
	})
}

// TestMistakesAreSeeded: the same seed gives the same mistake, another one another
// place, and the table is in order.
func TestMistakesAreSeeded(t *testing.T) {
	b := newBench(t)
	var last string
	if len(Mistakes()) < 25 {
		t.Errorf("%d mistakes", len(Mistakes()))
	}
	for _, m := range Mistakes() {
		if m.Name <= last || m.What == "" {
			t.Errorf("%q is out of order, or says nothing", m.Name)
		}
		last = m.Name
		places := map[string]bool{}
		for seed := range uint64(20) {
			one, two, untouched := b.config(), b.config(), b.config()
			first, err := one.Make(m.Name, seed)
			if err != nil {
				t.Fatal(err)
			}
			second, _ := two.Make(m.Name, seed)
			if !same(one, two) || strings.Join(first.Tags, " ") != strings.Join(second.Tags, " ") {
				t.Fatalf("%s: seed %d gives two mistakes", m.Name, seed)
			}
			if same(one, untouched) {
				t.Errorf("%s: seed %d changes nothing", m.Name, seed)
			}
			places[first.Device+strings.Join(first.Tags, " ")] = true
		}
		if len(places) < 2 {
			t.Errorf("%s: twenty seeds hit one place", m.Name)
		}
	}
	c := Config{Devices: []Device{{Name: "Q1", Period: 1, Timeout: 1}}}
	for _, name := range []string{"none-such", "addresses-swapped", "width"} {
		if _, err := c.Make(name, 1); err == nil {
			t.Errorf("%s: made where it can't be", name)
		}
	}
}

func same(a, b Config) bool {
	return slices.Equal(a.Devices, b.Devices) && slices.Equal(a.Tags, b.Tags)
}
