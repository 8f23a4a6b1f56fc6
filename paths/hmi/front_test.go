package hmi

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/points"
)

// TestLamps: what each lamp shows, from what flows to its colour and pattern.
func TestLamps(t *testing.T) {
	lit := func(f Frame) (all []string) {
		for _, l := range f.LEDs.All() {
			if l.Lit() {
				all = append(all, l.Name+" "+string(l.Color)+" "+string(l.Pattern))
			}
		}
		return all
	}
	const ready = "ready green slow_blink"
	for _, tt := range []struct {
		why  string
		do   func(s *imutest.Stand)
		want []string
	}{
		{"at rest", func(*imutest.Stand) {}, []string{ready}},
		{"at 90 % Ir", func(s *imutest.Stand) { s.Load(900) }, []string{ready}},
		{"above 90 % Ir", func(s *imutest.Stand) { s.Load(910) }, []string{ready, "overload orange steady"}},
		{"at 105 % Ir", func(s *imutest.Stand) { s.Load(1049) }, []string{ready, "overload orange steady"}},
		{"above 105 % Ir", func(s *imutest.Stand) { s.Load(1060) }, []string{ready, "overload red steady"}},
		{"short time", func(s *imutest.Stand) { s.Load(4000); s.Pass(time.Second); s.Load(0) }, []string{ready, "trip_isd red steady"}},
		{"battery low", func(s *imutest.Stand) { s.Unit.Fail(s.Now(), imu.BatteryLow, true) }, []string{ready, "service orange steady"}},
		{"plug unreadable", func(s *imutest.Stand) { s.Unit.Fail(s.Now(), imu.PlugUnreadable, true) },
			[]string{"service red steady", "trip_ir red steady", "trip_isd red steady", "trip_ig red steady", "trip_ap red steady"}},
		{"no supply", func(s *imutest.Stand) { s.Unit.Supply(s.Now(), false) }, nil},
	} {
		s := imutest.NewStand(t)
		x := front(t, s)
		tt.do(s)
		s.Pass(2 * time.Second)
		if got := lit(x.frame()); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.why, got, tt.want)
		}
	}
}

// TestLampsFitted: 6.0 X has Ig, 7.0 X IΔn in its place, the others neither.
func TestLampsFitted(t *testing.T) {
	want := map[points.Variant]string{points.X60: "Ig", points.X70: "IΔn"}
	for _, r := range ratings() {
		l := front(t, standOf(t, r)).frame().LEDs
		if g := l.TripIg; g.Fitted != (want[r.Variant] != "") || g.Fitted && g.Label != want[r.Variant] {
			t.Errorf("%v: %+v", r.Variant, g)
		}
		if l.VPS.Fitted || l.Bluetooth.Lit() {
			t.Errorf("%v: %+v", r.Variant, l)
		}
	}
}

// TestDark: without supply the display is dark and keys say so; the battery lights
// the trip lamps while Test/Reset is held.
func TestDark(t *testing.T) {
	s := imutest.NewStand(t)
	x := front(t, s)
	s.Load(4000)
	s.Pass(time.Second)
	s.Load(0)
	s.Unit.Supply(s.Now(), false)
	f := x.frame()
	if f.On || f.Supply != SupplyNone || f.Backlight != BacklightOff || f.Popup != nil || len(f.Lines) != 0 || f.LEDs.TripIsd.Lit() || strings.TrimSpace(strings.Join(f.Text, "")) != "" {
		t.Errorf("%+v", f)
	}
	if err := x.p.Press("Olga", Home); !errors.Is(err, ErrDark) {
		t.Errorf("%v", err)
	}
	if err := x.p.Press("Olga", TestReset); err != nil || !x.frame().LEDs.TripIsd.Lit() || x.frame().LEDs.TripIr.Lit() {
		t.Errorf("%v, %+v", err, x.frame().LEDs)
	}
	s.Pass(10 * time.Second)
	if !x.frame().LEDs.TripIsd.Lit() {
		t.Error("it is held, and goes out")
	}
	x.p.Release("Olga", TestReset)
	if x.frame().LEDs.TripIsd.Lit() {
		t.Error("it is let go, and stays lit")
	}
	x.p.Hold("Olga", Test, 20*time.Second)
	if s.Pass(19 * time.Second); !x.frame().LEDs.TripIsd.Lit() {
		t.Error("held for 20 s, and dark after 19")
	}
	if s.Pass(2 * time.Second); x.frame().LEDs.TripIsd.Lit() {
		t.Error("and lit after 21")
	}
	s.Unit.Battery(s.Now(), false)
	if err := x.p.Hold("Olga", TestReset, 0); err == nil || !strings.Contains(err.Error(), "battery") || x.frame().LEDs.TripIsd.Lit() {
		t.Errorf("without a battery: %v", err)
	}
	s.Unit.Supply(s.Now(), true)
	if f := x.frame(); !f.On || f.Supply != SupplyAuxiliary || !f.LEDs.TripIsd.Lit() {
		t.Errorf("%+v", f.LEDs)
	}
}

// TestSelfPowered: more than a fifth of In feeds the control unit.
func TestSelfPowered(t *testing.T) {
	s := imutest.NewStand(t)
	x := front(t, s)
	s.Load(300)
	s.Unit.Supply(s.Now(), false)
	if f := x.frame(); !f.On || f.Supply != SupplyCurrent {
		t.Errorf("at 300 A of 1000: %v %v", f.On, f.Supply)
	}
	s.Load(100)
	if f := x.frame(); f.On || f.Supply != SupplyNone {
		t.Errorf("at 100 A of 1000: %v %v", f.On, f.Supply)
	}
	s.Unit.Plug(s.Now(), true)
	if f := x.frame(); !f.On || f.Supply != SupplyUSB {
		t.Errorf("with a cable: %v %v", f.On, f.Supply)
	}
}

// TestPopups: red before orange, OK is about the one that is shown, and Test/Reset for
// three seconds resets what is latched.
func TestPopups(t *testing.T) {
	s := imutest.NewStand(t)
	x := front(t, s)
	s.Unit.Fail(s.Now(), imu.BatteryLow, true)
	s.Load(4000)
	s.Pass(time.Second)
	s.Load(0)
	s.Pass(time.Second)
	f := x.frame()
	if f.Popup == nil || f.Popup.Event != "trip.short_time" || f.Popup.Severity != SeverityHigh || f.Popup.Certainty != points.Inferred || f.Backlight != BacklightRed || f.Context != [3]string{"", "", "OK"} {
		t.Fatalf("%+v", f)
	}
	x.press(Home, Esc, Context1, Context2)
	if x.frame().Popup == nil {
		t.Error("another key than OK takes it away")
	}
	x.press(Context3)
	if f = x.frame(); f.Popup == nil || f.Popup.Event != "battery.low" || f.Popup.Severity != SeverityMedium || f.Backlight != BacklightOrange {
		t.Fatalf("%+v", f)
	}
	x.press(Context3)
	if f = x.frame(); f.Popup != nil || f.Backlight != BacklightWhite || !f.LEDs.TripIsd.Lit() {
		t.Fatalf("%+v", f)
	}
	x.p.Hold("Olga", TestReset, 2900*time.Millisecond)
	if f = x.frame(); f.Popup == nil || f.Popup.Severity != SeverityInfo || !strings.Contains(f.Popup.Text, "empty or missing") || !f.LEDs.TripIsd.Lit() {
		t.Errorf("held too short: %+v", f)
	}
	x.ok()
	x.p.Press("Olga", TestReset)
	s.Pass(holdReset)
	x.p.Release("Olga", TestReset)
	if f = x.frame(); !f.LEDs.TripIsd.Lit() || f.Popup == nil || !strings.Contains(f.Popup.Text, "reset button of the breaker") {
		t.Errorf("the trip stands: %+v", f)
	}
	if x.truth(points.BreakerFaultTripped) != 1 {
		t.Error("it has reset the breaker, which its own button does")
	}
	s.Unit.Push(s.Now(), imu.ResetButton, true)
	x.ok()
	x.p.Press("Olga", TestReset)
	s.Pass(holdReset)
	x.p.Release("Olga", TestReset)
	if f = x.frame(); f.LEDs.TripIsd.Lit() || f.Popup == nil {
		t.Errorf("held for three seconds: %+v", f)
	}
}

// TestNews: an event of an instant that nobody could acknowledge is shown all the same.
func TestNews(t *testing.T) {
	s := imutest.NewStand(t)
	x := front(t, s)
	wrong, _ := imu.ParsePassword("9999")
	for range 3 {
		s.Unit.Do(s.Now(), imu.Request{Actor: overModbus, Password: &wrong, Op: points.BreakerOpen})
	}
	if f := x.frame(); f.Popup == nil || f.Popup.Event != "password.refused" || f.Backlight != BacklightOrange {
		t.Fatalf("%+v", f.Popup)
	}
	x.press(Context3)
	if f := x.frame(); f.Popup != nil {
		t.Errorf("seen, and there again: %+v", f.Popup)
	}
	for c := range points.Code(100) { // of whatever there is in the vocabulary
		x.p.news.hear(imu.Record{Code: points.CodeClockLost + c, What: imu.Pulse})
	}
	if n := len(x.p.news.all()); n > newsMax {
		t.Errorf("%d wait to be seen", n)
	}
}

// TestERMS lights the blue lamp and the display.
func TestERMS(t *testing.T) {
	s := standOf(t, ratings()[3])
	x := front(t, s)
	s.Unit.ESM(s.Now(), imu.SwitchOn)
	x.ok()
	if f := x.frame(); f.Backlight != BacklightBlue || f.LEDs.ERMS.Color != Blue {
		t.Errorf("%v %+v", f.Backlight, f.LEDs.ERMS)
	}
}

// TestTestButton trips 6.0 X and 7.0 X, and nothing else; twice is one trip.
func TestTestButton(t *testing.T) {
	for _, r := range ratings() {
		s := standOf(t, r)
		x := front(t, s)
		x.press(Test)
		s.Pass(time.Second)
		has := r.Variant == points.X60 || r.Variant == points.X70
		if s.Unit.Closed() == has {
			t.Errorf("%v: closed %v", r.Variant, s.Unit.Closed())
		}
		if f := x.frame(); f.Popup == nil || (f.Popup.Severity == SeverityRefused) == has {
			t.Errorf("%v: %+v", r.Variant, f.Popup)
		}
	}
}

// TestBluetooth: the button does nothing while the function is disabled; then it lets a
// phone connect, the code for one stands in front of everything, and a second press ends
// it.
func TestBluetooth(t *testing.T) {
	s := imutest.NewStand(t)
	x := front(t, s)
	says := func(text string, lamp Pattern) {
		t.Helper()
		if f := x.frame(); f.Popup == nil || f.Popup.Severity != SeverityInfo || !strings.Contains(f.Popup.Text, text) || f.LEDs.Bluetooth.Pattern != lamp {
			t.Errorf("%+v, %v; want %s, %v", f.Popup, f.LEDs.Bluetooth.Pattern, text, lamp)
		}
	}
	x.press(Bluetooth)
	says("disabled", PatternOff)
	x.press(Context3)
	if !x.goes("Configuration", "Communication", "Bluetooth") || x.frame().Lines[0].Value != "off" {
		t.Error(x.frame().Text)
	}
	if r := s.Unit.Do(s.Now(), imu.Request{Actor: actor("Olga"), Op: points.BluetoothEnabled, Value: points.Number(1)}); !r.OK() {
		t.Fatal(r.Err())
	}
	x.press(Bluetooth)
	says("15 min", PatternSteady)
	x.press(Context3)
	s.Unit.RadioLinked(s.Now(), "C0:00:00:00:00:01")
	s.Unit.RadioShow(s.Now(), "012345")
	says("012345", PatternFastBlink)
	x.press(Context3)
	says("012345", PatternFastBlink)
	open, _ := s.Unit.Open(s.Now(), looker)
	for _, e := range open {
		if e.Acked {
			t.Errorf("OK on a code acknowledges %v", e)
		}
	}
	s.Unit.RadioShow(s.Now(), "")
	x.press(Bluetooth)
	says("off", PatternOff)
}

// TestQuickView goes through its pages by itself until somebody chooses one.
func TestQuickView(t *testing.T) {
	s := imutest.NewStand(t)
	x := front(t, s)
	pages := map[string]bool{}
	for range 10 {
		pages[x.frame().Screen] = true
		s.Pass(quickEvery)
	}
	if len(pages) != len(x.p.pages()) {
		t.Errorf("%v of %d pages", pages, len(x.p.pages()))
	}
	first := x.frame().Screen
	x.press(Context2)
	chosen := x.frame().Screen
	if chosen == first {
		t.Error("the next page is the same")
	}
	if s.Pass(3 * quickEvery); x.frame().Screen != chosen {
		t.Error("a page that was chosen does not stay")
	}
	x.press(Context1)
	if x.frame().Screen != first {
		t.Error("back is another page")
	}
	x.press(Context3)
	if x.frame().Screen != "home" {
		t.Error("no way to the menus")
	}
	if s.Pass(goesBack - time.Second); x.frame().Screen != "home" {
		t.Error("it goes back too early")
	}
	if s.Pass(time.Second); !strings.HasPrefix(x.frame().Screen, "quick/") {
		t.Error("it does not go back")
	}
}

// TestHold: + and - repeat while they are held, and end at the end of the range.
func TestHold(t *testing.T) {
	x := front(t, imutest.NewStand(t))
	x.p.Cover("", true)
	x.goes("Protection", "I long time")
	x.press(Context3)
	x.p.Hold("Olga", Context2, 2*time.Second)
	if got := x.line().Value; got != "979 A" {
		t.Errorf("after two seconds %s", got)
	}
	x.p.Hold("Olga", Context2, time.Hour)
	if got := x.line().Value; got != "400 A" {
		t.Errorf("at the end %s", got)
	}
	x.press(Esc)
	if got := x.line().Value; got != "1000 A" || x.truth(points.ProtectionLongTimeIr) != 1000 {
		t.Errorf("after ESC %s", got)
	}
}

// TestTogether: two people at one panel, somebody who looks, and a unit that trips:
// one display, and no race.
func TestTogether(t *testing.T) {
	s := imutest.NewStand(t)
	x := front(t, s)
	var all sync.WaitGroup
	for _, who := range []string{"Olga", "Emil"} {
		all.Go(func() {
			for i := range 200 {
				x.p.Hold(who, Keys()[i%5], 0)
				x.p.Frame(s.Now())
			}
		})
	}
	all.Go(func() {
		for i := range 50 {
			s.Unit.Fail(s.Now(), imu.BatteryLow, i%2 == 0)
		}
	})
	all.Wait()
	x.fits(x.frame())
}

// BenchmarkFrame: what one look costs.
func BenchmarkFrame(b *testing.B) {
	s := imutest.NewStand(b)
	p := New(s.Unit, s.World, func(string) error { return nil })
	for b.Loop() {
		p.Frame(s.Now())
	}
}

var overModbus = access.Actor{Path: access.Modbus, Source: "10.0.0.7"}
