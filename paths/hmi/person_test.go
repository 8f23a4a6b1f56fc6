package hmi

import (
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/points"
	"switchroom/protection"
)

// person is somebody who does everything by keys, as one does who sees the display
// and knows nothing else.
type person struct {
	testing.TB
	p *Panel
	w *imu.World
	u *imu.Unit
}

// front returns a person at the unit of a stand.
func front(t testing.TB, s *imutest.Stand) *person {
	return &person{t, New(s.Unit, s.World, func(string) error { return nil }), s.World, s.Unit}
}

// standOf returns a stand of a unit of some rating, with every module.
func standOf(t testing.TB, r points.Rating) *imutest.Stand {
	t.Helper()
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	set := protection.Defaults(r)
	u, err := imu.New(imu.Config{
		Name: "Q1", Rating: r, Profile: access.Faithful, Interface: imu.IFE, Mechanism: imu.Equipped(imu.MTZ2),
		Settings: &set, Closed: true, Identity: imu.VirtualIdentity(imu.IFE), Modules: imu.AllModules,
	}, w)
	if err != nil {
		t.Fatal(err)
	}
	s := &imutest.Stand{Unit: u, World: w}
	s.Pass(time.Second)
	return s
}

// ratings are one of each variant.
func ratings() (all []points.Rating) {
	for _, v := range []points.Variant{points.X20, points.X30, points.X50, points.X60, points.X70} {
		r := points.Rating{In: 1000, Variant: v, Poles: 4, Voltage: 400, Frequency: 50}
		if v == points.X30 {
			r.Standard, r.Poles, r.ENCT = points.UL, 3, true
		}
		all = append(all, r)
	}
	return all
}

func (x *person) frame() Frame { return x.p.Frame(x.w.Now()) }

func (x *person) press(all ...Key) {
	x.Helper()
	for _, k := range all {
		if err := x.p.Press("Olga", k); err != nil {
			x.Fatalf("%v: %v", k, err)
		}
		if err := x.p.Release("Olga", k); err != nil {
			x.Fatalf("%v: %v", k, err)
		}
	}
}

// ok answers every pop-up.
func (x *person) ok() {
	x.Helper()
	for range 100 {
		if x.frame().Popup == nil {
			return
		}
		x.press(Context3)
	}
	x.Fatal("pop-ups do not end")
}

// selects goes to the line with the label, or returns false.
func (x *person) selects(label string) bool {
	x.Helper()
	for range 400 { // from the first line
		before := strings.Join(x.frame().Text, "\n")
		if x.press(Context1); strings.Join(x.frame().Text, "\n") == before {
			break
		}
	}
	for range 400 {
		f := x.frame()
		for _, l := range f.Lines {
			if l.Selected && l.Text == label {
				return true
			}
		}
		before := strings.Join(f.Text, "\n")
		x.press(Context2)
		if strings.Join(x.frame().Text, "\n") == before {
			return false
		}
	}
	return false
}

// goes goes from Home by the titles of the menus.
func (x *person) goes(titles ...string) bool {
	x.Helper()
	x.ok()
	x.press(Home)
	for _, t := range titles {
		if !x.selects(t) {
			return false
		}
		x.press(Context3)
	}
	return true
}

// line is the line that is selected.
func (x *person) line() Line {
	for _, l := range x.frame().Lines {
		if l.Selected {
			return l
		}
	}
	return Line{}
}

// sets changes the value of the selected line until it is shown as want, and applies
// it. It returns whether it acts then.
func (x *person) sets(want string) bool {
	x.Helper()
	label := x.line().Text
	x.press(Context3)
	if x.frame().Popup != nil {
		return false
	}
	key := Context1
	for range 2 {
		for before := ""; x.line().Value != before && x.line().Value != want; {
			before = x.line().Value
			x.press(key)
		}
		key = Context2
	}
	if x.line().Value != want {
		x.press(Esc)
		return false
	}
	x.press(Context3, Context3)
	return x.frame().Popup == nil && x.line() == (Line{Text: label, Value: want, Selected: true, Opens: true})
}
