package lab

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"switchroom/lab/remote"
)

// TestIOOrders: an order has what it needs and nothing of another, so that nobody turns
// a switch who meant a wire.
func TestIOOrders(t *testing.T) {
	for _, c := range []struct {
		o    remote.IOOrder
		want string // "": it is one
	}{
		{remote.IOOrder{Do: "input", Input: 1, State: "on"}, ""},
		{remote.IOOrder{Do: "switch", Position: 9}, ""},
		{remote.IOOrder{Do: "test"}, ""},
		{remote.IOOrder{Do: "pad", State: "locked"}, ""},
		{remote.IOOrder{Do: "cable", State: "off"}, ""},
		{remote.IOOrder{Do: "pt100", Celsius: -5}, ""},
		{remote.IOOrder{Do: "input", State: "on"}, "1 to 6"},
		{remote.IOOrder{Do: "input", Input: 1}, "on or off"},
		{remote.IOOrder{Do: "input", Input: 1, State: "locked"}, "on or off"},
		{remote.IOOrder{Do: "input", Input: 1, Position: 2, State: "on"}, "position goes with switch"},
		{remote.IOOrder{Do: "switch"}, "1 to 9"},
		{remote.IOOrder{Do: "switch", Position: 2, State: "on"}, "has no state"},
		{remote.IOOrder{Do: "test", Input: 1}, "input goes with input"},
		{remote.IOOrder{Do: "pad", State: "on"}, "locked or unlocked"},
		{remote.IOOrder{Do: "cable", State: "off", Celsius: 5}, "has no celsius"},
	} {
		err := given(&c.o)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.want)
		}
	}
}

// TestHandsAtIO: every deed at an IO module, done to all that it can be done to, shows
// at the front; and what the button confirms acts.
func TestHandsAtIO(t *testing.T) {
	p := newPlaceOf(t, fullBreakers)
	n := 0
	for _, d := range FrontDeeds() {
		if !strings.HasPrefix(d.Deed, "io") {
			continue
		}
		n++
		for _, to := range d.To {
			f, err := p.hands("Q1", d.Deed, to, "")
			if err != nil {
				t.Fatalf("%s %s: %v", d.Deed, to, err)
			}
			if i := slices.IndexFunc(f.Deeds, func(x remote.HandDeed) bool { return x.Deed == d.Deed }); f.Deeds[i].Is != to {
				t.Errorf("%s %s: it is %q", d.Deed, to, f.Deeds[i].Is)
			}
		}
	}
	if n != 20 {
		t.Errorf("%d deeds", n)
	}
	p.do("io2_cable", "on")
	p.do("io1_cable", "on")
	if _, err := p.hands("Q1", "io1_test", "", ""); err == nil || !strings.Contains(err.Error(), "acts already") {
		t.Errorf("the button with nothing to confirm: %v", err)
	}
	p.do("io1_switch", "2")
	_, page := p.get("/unit/Q1/front")
	for _, want := range []string{"IO module 1", "IO module 2", "Turn to 5, spare", "Press the test button of IO module 1", "What the switch says acts once the test button is pressed; the wiring is ours", "Its state is shown"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if f := p.do("io1_test", ""); f.IO[0].Application != 2 || f.IO[0].Inputs[1].Does != "open_order" {
		t.Errorf("after the button: %+v", f.IO[0])
	}
	if _, page := p.get("/unit/Q2/front"); strings.Contains(page, "IO module") {
		t.Error("a breaker without modules shows some")
	}
}

// do does something at Q1 that must be done.
func (p *place) do(deed, to string) remote.Front {
	p.Helper()
	f, err := p.hands("Q1", deed, to, "")
	if err != nil {
		p.Fatal(fmt.Errorf("%s %s: %w", deed, to, err))
	}
	return f
}
