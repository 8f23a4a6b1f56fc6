package app

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"switchroom/client"
	"switchroom/points"
)

// TestTag: a tag is read only by a phone that is offline with Bluetooth off (D8), and of
// a breaker without a supply too.
func TestTag(t *testing.T) {
	p := newPlace(t)
	p.badge()
	for _, c := range []struct {
		name               string
		say                bool
		offline, bluetooth bool
		want               error
	}{
		{"nothing said", false, false, false, ErrOnline},
		{"online", true, false, false, ErrOnline},
		{"Bluetooth on", true, true, true, ErrOnline},
		{"offline", true, true, false, nil},
	} {
		if c.say {
			p.phone.Choose(c.offline, c.bluetooth)
		}
		if _, err := p.phone.Hold(t.Context(), "Q1"); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	p.dead()
	tag, err := p.phone.Hold(t.Context(), "Q1")
	if err != nil || tag.Label.Powered {
		t.Fatal(tag, err)
	}
	rows := map[string]string{}
	for _, r := range tag.told().Rows {
		rows[r.Point] = r.Value
	}
	if rows["protection.long_time.ir"] != "1000" || rows["current.l1"] != "" {
		t.Error(rows)
	}
	if _, err := p.phone.Hold(t.Context(), "Q9"); err == nil {
		t.Error("a breaker that is not there was read")
	}
}

// TestLosesLink: the link drops when the phone is carried away, when the button is pressed
// again and when the timer runs out, and each is said for what it is.
func TestLosesLink(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*place)
		says string
	}{
		{"carried away", func(p *place) { p.walk(40) }, "out of range"},
		{"second press", func(p *place) { p.press() }, "pressed its button again"},
		{"timer", (*place).passes, "timer has run out"},
		{"Bluetooth switched off", func(p *place) { p.phone.Choose(true, false) }, "switched Bluetooth off"},
		{"ended", func(p *place) { p.phone.Leave() }, "You have ended"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlace(t)
			p.paired("3333")
			c.do(p)
			s := p.within(func(s State) bool { return !s.Connected() })
			if !strings.Contains(s.Ended, c.says) {
				t.Errorf("%q does not say %q", s.Ended, c.says)
			}
			if _, err := p.phone.Health(t.Context()); !errors.Is(err, ErrNoLink) {
				t.Errorf("reading: %v", err)
			}
		})
	}
}

// TestComesBack: a phone that was paired connects without a code while the breaker is
// open to phones, and one that the breaker has forgotten is not paired unasked (D11).
func TestComesBack(t *testing.T) {
	p := newPlace(t)
	if err := p.phone.Connect(t.Context(), "Q1", Bluetooth); !errors.Is(err, ErrRadioOff) {
		t.Errorf("with Bluetooth off: %v", err)
	}
	p.paired("3333")
	if err := p.phone.Connect(t.Context(), "Q1", Cable); err == nil || !strings.Contains(err.Error(), "end that link first") {
		t.Errorf("a second link: %v", err)
	}
	p.phone.Leave()
	if err := p.phone.Connect(t.Context(), "Q1", Bluetooth); err != nil {
		t.Fatal(err)
	}
	if s := p.phone.State(); !s.Connected() || s.Proved() {
		t.Errorf("%+v: it must ask for a password again", s)
	}
	if _, err := p.phone.Login(t.Context(), "2222"); err != nil {
		t.Fatal(err)
	}
	p.forget()
	p.within(func(s State) bool { return !s.Connected() })
	p.press()
	if err := p.phone.Connect(t.Context(), "Q1", Bluetooth); !errors.Is(err, ErrUnasked) {
		t.Errorf("a phone that was forgotten: %v", err)
	}
	if s := p.phone.State(); s.Connected() || s.Pairing.Asks {
		t.Errorf("%+v: it must not pair", s)
	}
}

// TestPairingRefused: a code that is none is not sent, a wrong one fails, one that nobody
// asked for goes nowhere, and a pairing that was stopped asks no more.
func TestPairingRefused(t *testing.T) {
	p := newPlace(t)
	if err := p.phone.Code(t.Context(), "123456"); !errors.Is(err, errNotAsked) {
		t.Errorf("a code that nobody asked for: %v", err)
	}
	p.enable()
	p.press()
	p.phone.Choose(true, true)
	if err := p.phone.Connect(t.Context(), "Q1", Bluetooth); !errors.Is(err, client.ErrNotPaired) {
		t.Errorf("not paired: %v", err)
	}
	if err := p.phone.Pair(t.Context(), "Q1"); err != nil {
		t.Fatal(err)
	}
	if err := p.phone.Pair(t.Context(), "Q1"); err == nil {
		t.Error("paired twice at once")
	}
	for _, wrong := range []string{"", "12345", "1234567", "12a456", "１２３４５６"} {
		if err := p.phone.Code(t.Context(), wrong); err == nil || !strings.Contains(err.Error(), "six digits") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	wrong := "000000"
	if p.shows() == wrong {
		wrong = "000001"
	}
	if err := p.phone.Code(t.Context(), wrong); err == nil {
		t.Fatal("a wrong code was taken")
	}
	if s := p.phone.State(); s.Connected() || s.Pairing.Breaker != "" || s.Pairing.Failed == "" {
		t.Errorf("%+v", s)
	}
	if _, err := p.phone.ask(t.Context(), &pairing{}); !errors.Is(err, ErrUnasked) {
		t.Errorf("a prompt that nobody asked for: %v", err)
	}
	p.phone.Stop() // none is under way: it must not hang
}

// TestChanges: a setting is changed from the phone with a password that may, is read back,
// and stands on Modbus; what may not is refused, and so is what was decided on an old
// value.
func TestChanges(t *testing.T) {
	p := newPlace(t)
	p.paired("3333")
	const ir = "protection.long_time.ir"
	for _, c := range []struct {
		name, password string
		change         Change
		fails          string
	}{
		{"operator", "3333", Change{ir, "1000", "800"}, "wrong_level"},
		{"not a password", "9999", Change{ir, "1000", "800"}, "wrong_password"},
		{"decided on another value", "2222", Change{ir, "900", "800"}, "is 1000 by now"},
		{"no number", "2222", Change{ir, "1000", "much"}, "not a number"},
		{"out of range", "2222", Change{ir, "1000", "5000"}, "out_of_range"},
		{"no setting", "2222", Change{"current.l1", "0", "1"}, "does not change it"},
		{"a password", "0000", Change{"password.level1", "", "1234"}, "does not change it"},
		{"remote control", "0000", Change{"remote.enabled", "true", "false"}, "does not change it"},
		{"no point", "2222", Change{"nothing", "", "1"}, "no point"},
		{"engineer", "2222", Change{ir, "1000", "800"}, ""},
		{"reverse", "1111", Change{ir, "800", "900"}, ""},
	} {
		_, err := p.phone.Change(t.Context(), c.password, c.change)
		if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s: %v, want %q", c.name, err, c.fails)
		}
	}
	if got := p.onBus(points.ProtectionLongTimeIr); got != "900" {
		t.Errorf("Modbus shows %s", got)
	}
	all, err := p.phone.Settings(t.Context())
	if err != nil || len(all) < 20 {
		t.Fatal(len(all), err)
	}
}

// TestOperates: the phone opens and closes with any of the four passwords (R2) where the
// unit has the operation module, engages ERMS, and is told of what happens.
func TestOperates(t *testing.T) {
	p := newPlace(t)
	p.paired("3333")
	for _, d := range []string{"identify", "acknowledge", "engage-erms", "disengage-erms", "open", "clear"} {
		if err := p.phone.Do(t.Context(), "3333", d); err != nil {
			t.Errorf("%s: %v", d, err)
		}
	}
	p.within(func(s State) bool { return len(s.News) > 0 })
	if got := p.onBus(points.BreakerClosed); got != "false" {
		t.Errorf("closed: %s", got)
	}
	r, err := p.phone.Restore(t.Context())
	if err != nil || len(r.Steps) != len(questions) {
		t.Fatal(r, err)
	}
	if err := p.phone.Do(t.Context(), "9999", "close"); err == nil {
		t.Error("a wrong password closes")
	}
	if _, err := p.phone.Health(t.Context()); !errors.Is(err, errUnproved) {
		t.Errorf("after a wrong password: %v", err)
	}
	if err := p.phone.Do(t.Context(), "3333", "reset"); err == nil || !strings.Contains(err.Error(), "already_reset") {
		t.Errorf("nothing to reset: %v", err)
	}
	if err := p.phone.Do(t.Context(), "9999", "close"); err == nil {
		t.Error("a wrong password closes")
	}
	if err := p.phone.Do(t.Context(), "3333", "nothing"); err == nil {
		t.Error("a deed that there is not was done")
	}
	h, err := p.phone.History(t.Context(), points.OperationHistory)
	if err == nil {
		t.Errorf("unproved, and read %v", h)
	}
	if _, err := p.phone.Login(t.Context(), "3333"); err != nil {
		t.Fatal(err)
	}
	if h, err = p.phone.History(t.Context(), points.OperationHistory); err != nil || len(h.Records) == 0 {
		t.Fatal(h, err)
	}
}

// TestNoModules: what a breaker has no module for it refuses, and the phone tells which
// (no point says before that there is none).
func TestNoModules(t *testing.T) {
	p := newPlaceWith(t, "waveform")
	p.paired("3333")
	for deed, module := range map[string]string{"engage-erms": "ERMS module", "open": "digital module operation"} {
		if err := p.phone.Do(t.Context(), "3333", deed); err == nil || !strings.Contains(err.Error(), module) {
			t.Errorf("%s: %v", deed, err)
		}
	}
	if !slices.IsSortedFunc(deeds, func(a, b Deed) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the deeds are not sorted")
	}
}

// TestCable: by USB a phone looks and changes as by Bluetooth, and who pulls the cable is
// told.
func TestCable(t *testing.T) {
	p := newPlace(t)
	if err := p.phone.Connect(t.Context(), "Q1", Cable); err == nil {
		t.Error("nobody is in the room, and the cable is in")
	}
	p.badge()
	if err := p.phone.Connect(t.Context(), "Q1", Cable); err != nil {
		t.Fatal(err)
	}
	if _, err := p.phone.Login(t.Context(), "2222"); err != nil {
		t.Fatal(err)
	}
	if s, err := p.phone.Measurements(t.Context()); err != nil || s.Value(points.VoltageL12) == "" {
		t.Error(s, err)
	}
	if _, err := p.phone.Change(t.Context(), "2222", Change{"protection.long_time.ir", "1000", "800"}); err != nil {
		t.Error(err)
	}
	p.passes() // twice five minutes without a question: what was proved is over
	p.passes()
	if _, err := p.phone.Health(t.Context()); err == nil || p.phone.State().Proved() || !p.phone.State().Connected() {
		t.Errorf("after ten minutes: %v, %+v", err, p.phone.State())
	}
	if _, err := p.phone.Login(t.Context(), "2222"); err != nil {
		t.Error(err)
	}
	p.ports.Close() // the cable is pulled
	if _, err := p.phone.Health(t.Context()); err == nil || p.phone.State().Connected() {
		t.Errorf("without a cable: %v, %+v", err, p.phone.State())
	}
}
