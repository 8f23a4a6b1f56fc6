package hmi

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/points"
)

// TestScreens goes into every menu of every variant by keys: each fits the display,
// each line can be reached, and the way back is as long as the way there.
func TestScreens(t *testing.T) {
	for _, r := range ratings() {
		x := front(t, standOf(t, r))
		seen := map[string]bool{}
		x.press(Home)
		x.walk(seen, 0)
		for i := range screens {
			s := &screens[i]
			if has := x.p.has(s); !s.hidden && s.ID != "quick" && has != seen[s.ID] {
				t.Errorf("%v: screen %s has lines: %v, and is reached: %v", r.Variant, s.ID, has, seen[s.ID])
			}
		}
		wants := map[string]bool{"protection/short_time": r.Variant != points.X30, "protection/ground_fault": r.Variant == points.X60, "protection/earth_leakage": r.Variant == points.X70}
		for id, want := range wants {
			if seen[id] != want {
				t.Errorf("%v: %s is there: %v", r.Variant, id, seen[id])
			}
		}
	}
}

// walk goes into every line that opens a menu or an event, and back.
func (x *person) walk(seen map[string]bool, depth int) {
	x.Helper()
	f := x.frame()
	seen[f.Screen] = true
	x.fits(f)
	if depth > 5 || f.Screen == "alarms/event" {
		return
	}
	for n := 0; ; n++ {
		f = x.frame()
		before := strings.Join(f.Text, "\n")
		if f.Context[2] == "OK" && x.opens() {
			x.press(Context3)
			if into := x.frame(); into.Screen == f.Screen {
				x.Fatalf("%s: %v opens nothing", f.Screen, x.line())
			}
			if !strings.HasPrefix(x.frame().Screen, "quick") {
				x.walk(seen, depth+1)
			}
			x.press(Esc)
			if got := strings.Join(x.frame().Text, "\n"); got != before {
				x.Fatalf("back from a line of %s:\n%s\nwas\n%s", f.Screen, got, before)
			}
		}
		x.press(Context2)
		if strings.Join(x.frame().Text, "\n") == before || n > 12 && strings.HasPrefix(f.Screen, "alarms") {
			return
		}
		x.fits(x.frame())
	}
}

// opens reports whether the selected line leads elsewhere, and changes nothing.
func (x *person) opens() bool {
	rows := x.p.rows()
	return rows[x.p.top().selected].screen != nil
}

// fits sees that the display has the size that it says.
func (x *person) fits(f Frame) {
	x.Helper()
	if len(f.Text) != Rows {
		x.Errorf("%s has %d rows", f.Screen, len(f.Text))
	}
	for _, l := range f.Text {
		if utf8.RuneCountInString(l) != Columns && f.On {
			x.Errorf("%s: %q has %d characters", f.Screen, l, utf8.RuneCountInString(l))
		}
	}
	if len(f.Lines) > visible || f.On && (f.Title == "" || f.Certainty == 0) {
		x.Errorf("%+v", f)
	}
}

// TestTables: the menus are a tree whose parents come first, and every row is whole.
func TestTables(t *testing.T) {
	known := map[string]bool{"": true}
	for i := range screens {
		s := &screens[i]
		if !known[s.parent()] || known[s.ID] || s.Title == "" || s.Source == "" || s.Certainty == 0 || s.Holds == 0 {
			t.Errorf("%+v", s)
		}
		if s.Source == ours && s.Certainty != points.Ours || s.Certainty == points.Ours && s.Source != ours {
			t.Errorf("%s: source %s is %v", s.ID, s.Source, s.Certainty)
		}
		known[s.ID] = true
	}
	used := map[string]bool{}
	for i := range items {
		it := &items[i]
		if !known[it.Screen] || it.Label == "" || points.Of(it.Point).Name == "" {
			t.Errorf("%+v", it)
		}
		if k := it.Screen + it.Label; used[k] {
			t.Errorf("%s has two lines %q", it.Screen, it.Label)
		} else {
			used[k] = true
		}
		if w := points.Of(it.Point).Writable(); it.Kind != Reading && !w {
			t.Errorf("%s %q cannot be written", it.Screen, it.Label)
		}
	}
	for _, r := range ledRows {
		if r.Source == "" || r.Certainty == 0 || r.Off == "" || len(r.States) == 0 {
			t.Errorf("%+v", r)
		}
		for _, s := range r.States {
			if s.Certainty == 0 || s.Source == "" || s.Says == "" || s.Color == NoColor || s.Pattern == PatternOff {
				t.Errorf("%s: %+v", r.Name, s)
			}
		}
	}
	if !slices.IsSortedFunc(Choices(), func(a, b Choice) int { // by what they are about
		about := func(c Choice) string {
			w, _, _ := strings.Cut(c.What, ":")
			return strings.ToLower(strings.Fields(w)[0])
		}
		return strings.Compare(about(a), about(b))
	}) {
		t.Error("the choices are not sorted")
	}
	for _, c := range Choices() {
		if c.Source == "" || c.Certainty == 0 || c.Certainty == points.Confirmed && strings.Contains(c.Source, "OURS") {
			t.Errorf("%+v", c)
		}
	}
	for _, k := range Keys() {
		if r := k.Row(); r.Does == "" || r.Source == "" || r.Certainty == 0 {
			t.Errorf("%+v", r)
		}
		if got, err := ParseKey(k.String()); err != nil || got != k {
			t.Errorf("%v: %v, %v", k, got, err)
		}
	}
	if _, err := ParseKey("open"); err == nil {
		t.Error("there is a key open")
	}
}

// TestSettings sets every setting of every variant to its next value by keys, and
// reads on the unit that it acts, and only it.
func TestSettings(t *testing.T) {
	for _, r := range ratings() {
		for i := range items {
			it := &items[i]
			if it.Kind != Setting || !it.exists(r) || it.part != whole {
				continue
			}
			s := standOf(t, r)
			x := front(t, s)
			x.p.Cover("", true)
			x.goes(screenOf(it.Screen).Titles()[1:]...)
			if !x.selects(it.Label) {
				t.Fatalf("%v: no line %s %s", r.Variant, it.Screen, it.Label)
			}
			x.change(it, r)
		}
	}
}

// change steps a value up or down and applies it.
func (x *person) change(it *Item, r points.Rating) {
	x.Helper()
	was := x.line().Value
	x.press(Context3, Context1)
	if x.line().Value == was {
		x.press(Context2)
	}
	want := x.line().Value
	if want == was {
		info := points.Of(it.Point)
		if l, _ := info.For(r); l.Min != l.Max {
			x.Errorf("%v: %s does not step from %s", r.Variant, info.Name, was)
		}
		return
	}
	num := x.p.edit.value
	x.press(Context3)
	if f := x.frame(); f.Context != [3]string{"", "", "Apply"} {
		x.Errorf("%s asks nothing: %v", it.Label, f.Text)
	}
	x.press(Context3)
	f := x.frame()
	refusedWell := it.Point == points.ProtectionGroup || it.Point == points.ProtectionShortTimeI2t // dual off; tsd is 0
	if f.Popup != nil {
		if !refusedWell || f.Popup.Severity != SeverityRefused {
			x.Errorf("%v: %s to %s: %+v", r.Variant, it.Label, want, f.Popup)
		}
		return
	}
	if refusedWell && it.Point == points.ProtectionGroup {
		x.Errorf("group B acts without dual settings")
	}
	if got := x.truth(it.Point); math.Abs(got-num) > 1e-6 {
		x.Errorf("%v: %s is %g, want %g", r.Variant, it.Label, got, num)
	}
}

func (x *person) truth(id points.ID) float64 {
	var snap imu.Snapshot
	x.u.Read(x.w.Now(), looker, &snap)
	return snap.Values[id]
}

// settings are all values of the unit that only a person changes.
func (x *person) settings() map[points.ID]float64 {
	var snap imu.Snapshot
	x.u.Read(x.w.Now(), looker, &snap)
	all := map[points.ID]float64{}
	for _, info := range points.All() {
		if c := info.Class; c != points.Monitor && c != points.Clock && info.Type != points.Action && !math.IsNaN(snap.Values[info.ID]) {
			all[info.ID] = snap.Values[info.ID]
		}
	}
	return all
}

// TestRandomKeys presses anything at any time: nothing panics, the display always
// fits, and no setting changes but by Apply, which only a question offers.
func TestRandomKeys(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rapid.SampledFrom(ratings()).Draw(rt, "unit")
		s := standOf(t, r)
		x := front(t, s)
		x.p.Cover("", rapid.Bool().Draw(rt, "cover"))
		keys := []Key{Home, Esc, Context1, Context2, Context3, Context3, Context2, TestReset, Bluetooth}
		for range rapid.IntRange(1, 150).Draw(rt, "keys") {
			k := rapid.SampledFrom(keys).Draw(rt, "key")
			before, shown := x.settings(), x.frame()
			hold := time.Duration(rapid.IntRange(0, 4).Draw(rt, "seconds")) * time.Second
			if err := x.p.Hold("Olga", k, hold); err != nil {
				rt.Fatalf("%v: %v", k, err)
			}
			after := x.settings()
			for id, v := range before {
				if applies := k == Context3 && shown.Context[2] == "Apply"; after[id] != v && !applies {
					rt.Fatalf("%v went from %g to %g by %v on\n%s", id, v, after[id], k, strings.Join(shown.Text, "\n"))
				}
			}
			x.fits(x.frame())
			if x.truth(points.BreakerClosed) != 1 {
				rt.Fatalf("%v opened the breaker", k)
			}
			if rapid.IntRange(0, 9).Draw(rt, "time") == 0 {
				s.Pass(time.Duration(rapid.IntRange(1, 400).Draw(rt, "passes")) * time.Second)
			}
		}
	})
}

// TestLock: B7 and D7. Who locks needs no password; then no protection setting changes
// at this display, and other settings do.
func TestLock(t *testing.T) {
	x := front(t, imutest.NewStand(t))
	x.p.Cover("", true)
	if !x.goes("Configuration", "General", "Lock protection") || !x.selects("Keypad locked") || !x.sets("on") {
		t.Fatal(x.frame().Text)
	}
	if !x.frame().SettingsLocked {
		t.Error("the front does not say that it is locked")
	}
	for _, it := range []struct{ menu, label string }{{"I long time", "Ir"}, {"I short time", "ZSI"}, {"Dual settings", "Dual settings"}} {
		x.goes("Protection", it.menu)
		x.selects(it.label)
		x.press(Context3)
		if f := x.frame(); f.Popup == nil || f.Popup.Severity != SeverityRefused || !strings.Contains(f.Popup.Text, "Configuration, General, Lock protection") {
			t.Errorf("%s: %+v", it.label, f.Popup)
		}
		x.ok()
	}
	if x.goes("Configuration", "Measures"); !x.selects("Power sign") || !x.sets("bottom to top") {
		t.Error("another setting is locked too")
	}
	if x.goes("Configuration", "General", "Lock protection"); !x.selects("Keypad locked") || !x.sets("off") {
		t.Error("who stands there can unlock (R7)")
	}
	if x.goes("Protection", "I long time"); !x.selects("Ir quick") || !x.sets("0.8 In") || x.truth(points.ProtectionLongTimeIr) != 800 {
		t.Error("unlocked, and it does not change")
	}
}

// TestSession: settings are one's at a time (UG).
func TestSession(t *testing.T) {
	s := imutest.NewStand(t)
	x := front(t, s)
	x.p.Cover("", true)
	admin := access.Actor{Path: access.Modbus, Source: "10.0.0.7"}
	zeros, err := imu.ParsePassword("0000")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(op points.ID, session uint32) imu.Result {
		return s.Unit.Do(s.Now(), imu.Request{Actor: admin, Password: &zeros, Op: op, Session: session})
	}
	open := ask(points.ProtectionSessionOpen, 0)
	if !open.OK() {
		t.Fatal(open.Err())
	}
	x.goes("Protection", "I long time")
	x.press(Context3)
	if f := x.frame(); f.Popup == nil || !strings.Contains(f.Popup.Text, "edited by modbus 10.0.0.7") {
		t.Errorf("%+v", f.Popup)
	}
	x.ok()
	ask(points.ProtectionSessionClose, uint32(open.Value.Float()))
	x.press(Context3, Context2)
	if again := ask(points.ProtectionSessionOpen, 0); again.Refusal != imu.SessionTaken {
		t.Errorf("while somebody edits at the display: %v", again.Refusal)
	}
	s.Pass(goesBack) // whoever edited has gone away
	if f := x.frame(); !strings.HasPrefix(f.Screen, "quick/") {
		t.Errorf("%s after five minutes", f.Screen)
	}
	if again := ask(points.ProtectionSessionOpen, 0); !again.OK() {
		t.Errorf("the display keeps the settings to itself: %v", again.Err())
	}
}

// TestDual: with dual settings on each group has its line, and one is chosen.
func TestDual(t *testing.T) {
	x := front(t, imutest.NewStand(t))
	x.p.Cover("", true)
	if x.goes("Protection", "Dual settings"); !x.selects("Dual settings") || !x.sets("on") {
		t.Fatal(x.frame().Text)
	}
	if x.goes("Protection", "I short time"); !x.selects("Isd B") || !x.sets("6 Ir") {
		t.Fatal(x.frame().Text)
	}
	if got := x.truth(points.ProtectionShortTimeIsd); got != 1.5 {
		t.Errorf("group A acts, and Isd is %g", got)
	}
	if x.goes("Protection", "Dual settings"); !x.selects("Acting group") || !x.sets("B") {
		t.Fatal(x.frame().Text)
	}
	if got := x.truth(points.ProtectionShortTimeIsd); got != 6 {
		t.Errorf("group B acts, and Isd is %g", got)
	}
}

// TestClock sets the date by its parts, and refuses one that is none.
func TestClock(t *testing.T) {
	x := front(t, imutest.NewStand(t)) // 2026-11-23 08:00:01
	x.goes("Configuration", "General", "Date & Time")
	if !x.selects("Hour") || !x.sets("09") || !x.selects("Day") {
		t.Fatal(x.frame().Text)
	}
	x.press(Context3)
	for range 8 {
		x.press(Context1)
	}
	x.press(Context3, Context3)
	if f := x.frame(); f.Popup == nil || !strings.Contains(f.Popup.Text, "no such date") {
		t.Errorf("31 November: %+v", f.Popup)
	}
	x.ok()
	if got := points.Number(x.truth(points.DeviceClock)).Time().Format(time.DateTime); got != "2026-11-23 09:00:01" {
		t.Errorf("the clock is %s", got)
	}
	if x.goes("Configuration", "General", "Date & Time"); !x.selects("Minute") || !x.sets("30") {
		t.Error(x.frame().Text)
	}
	if got := points.Number(x.truth(points.DeviceClock)).Time().Format(time.DateTime); got != "2026-11-23 09:30:00" {
		t.Errorf("the clock is %s", got)
	}
}

// TestPresence: who is not there presses nothing, and is told why.
func TestPresence(t *testing.T) {
	s := imutest.NewStand(t)
	away := errors.New("badge in first")
	p := New(s.Unit, s.World, func(who string) error {
		if who != "Olga" {
			return away
		}
		return nil
	})
	for _, err := range []error{p.Press("Cleo", Home), p.Release("Cleo", Home), p.Hold("", Test, 0), p.Cover("Cleo", true)} {
		if !errors.Is(err, away) {
			t.Errorf("%v", err)
		}
	}
	if f := p.Frame(s.Now()); !strings.HasPrefix(f.Screen, "quick/") || f.CoverOpen || s.Unit.Closed() == false {
		t.Errorf("%+v", f)
	}
	if err := p.Press("Olga", 99); err == nil {
		t.Error("key 99 exists")
	}
	if err := p.Press("Olga", Home); err != nil || p.Frame(s.Now()).Screen != "home" {
		t.Error(err)
	}
}

// TestText: what does not fit is cut, and says so.
func TestText(t *testing.T) {
	f := Frame{On: true, Title: strings.Repeat("é", 99), Popup: &Popup{Title: "Not done", Text: strings.Repeat("reason ", 99)}, Context: [3]string{"", "", "OK"}}
	f.Text = f.text()
	(&person{TB: t}).fits(Frame{On: true, Title: "x", Certainty: points.Ours, Text: f.Text})
	if !strings.Contains(f.Text[visible], "…") || !strings.HasSuffix(f.Text[Rows-1], "OK") {
		t.Errorf("%s", strings.Join(f.Text, "\n"))
	}
	for in, want := range map[string][]string{"": nil, "a b": {"a b"}, "ab cd ef": {"ab cd", "ef"}, "abcdefgh": {"abcd…"}} {
		if got := wrap(in, 5); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
