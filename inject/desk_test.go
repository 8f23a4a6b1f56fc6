package inject

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/lab/remote"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// crew notes what is done and undone at breakers.
type crew struct {
	mu  sync.Mutex
	did []string
	no  string // unit at which nothing can be done
}

func (c *crew) Begin(unit, kind string, with func(string) string) (func(), error) {
	if unit == c.no {
		return nil, errors.New("it is fixed")
	}
	c.note(kind + " " + unit)
	return func() { c.note("undo " + kind + " " + unit) }, nil
}

func (c *crew) note(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.did = append(c.did, what)
}

func newDesk(c *crew, names ...string) *Desk {
	lines := map[string]*Line{}
	for _, n := range names {
		lines[n] = NewLine(regmap.Default(), nil)
		lines[n].Wrap(modbus.NewBank(newUnit()))
	}
	return NewDesk(lines, c)
}

func inject(t *testing.T, d *Desk, o remote.Order) remote.Injection {
	t.Helper()
	in, err := d.Inject(o)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// An injection ends by its time, a minute if nothing is said.
func TestEndsByTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(&crew{}, "Q1")
		defer d.Close()
		inject(t, d, remote.Order{Fault: "silent", Unit: "Q1"})
		inject(t, d, remote.Order{Fault: "busy", Unit: "Q1", For: 90})
		time.Sleep(59 * time.Second)
		synctest.Wait()
		if l := d.List(); l[0].State != remote.Active || l[1].State != remote.Active {
			t.Errorf("after 59 s %+v", l)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if l := d.List(); l[0].Ended != remote.ByTime || l[1].State != remote.Active {
			t.Errorf("after 61 s %+v", l)
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if l := d.List(); l[1].Ended != remote.ByTime {
			t.Errorf("after 91 s %+v", l)
		}
	})
}

// What belongs to a run ends with it, whatever its time, and can no longer be begun.
func TestRun(t *testing.T) {
	c := &crew{}
	d := newDesk(c, "Q1", "Q2")
	defer d.Close()
	run, err := d.Begin("acceptance")
	if err != nil {
		t.Fatal(err)
	}
	inject(t, d, remote.Order{Fault: "open", Unit: "*", Run: run})
	inject(t, d, remote.Order{Fault: "silent", Unit: "Q1", Run: run})
	inject(t, d, remote.Order{Fault: "silent", Unit: "Q2"})
	d.End(run)
	if want := []string{"open Q1", "open Q2", "undo open Q1", "undo open Q2"}; !slices.Equal(sort(c.did), want) {
		t.Errorf("done %v, want %v", c.did, want)
	}
	l := d.List()
	if l[0].Ended != remote.ByRun || l[1].Ended != remote.ByRun || l[2].State != remote.Active {
		t.Errorf("%+v", l)
	}
	if _, err := d.Inject(remote.Order{Fault: "silent", Unit: "Q1", Run: run}); err == nil {
		t.Error("a run that has ended injects")
	}
}

// A newer one of a kind takes the place of the older at the same unit.
func TestReplaces(t *testing.T) {
	c := &crew{}
	d := newDesk(c, "Q1", "Q2")
	defer d.Close()
	inject(t, d, remote.Order{Fault: "silent", Unit: "*"})
	inject(t, d, remote.Order{Fault: "silent", Unit: "Q1"})
	inject(t, d, remote.Order{Fault: "rack", Unit: "Q1"})
	inject(t, d, remote.Order{Fault: "rack", Unit: "Q1", With: map[string]string{"to": "disconnected"}})
	l := d.List()
	if l[0].Ended != remote.ByNewer || l[1].State != remote.Active || l[2].Ended != remote.ByNewer || l[3].State != remote.Active {
		t.Errorf("%+v", l)
	}
	if want := []string{"rack Q1", "undo rack Q1", "rack Q1"}; !slices.Equal(c.did, want) {
		t.Errorf("done %v, want %v", c.did, want)
	}
}

// What cannot be done at one unit is done at none.
func TestAllOrNone(t *testing.T) {
	c := &crew{no: "Q2"}
	d := newDesk(c, "Q1", "Q2")
	defer d.Close()
	if _, err := d.Inject(remote.Order{Fault: "rack", Unit: "*"}); err == nil || !strings.Contains(err.Error(), "Q2: it is fixed") {
		t.Errorf("error %v", err)
	}
	if want := []string{"rack Q1", "undo rack Q1"}; !slices.Equal(c.did, want) {
		t.Errorf("done %v, want %v", c.did, want)
	}
}

func TestBounds(t *testing.T) {
	d := newDesk(&crew{}, "Q1")
	for _, o := range []remote.Order{
		{Fault: "silent", Unit: "Q9"}, {Fault: "", Unit: "Q1"}, {Fault: "silent", Unit: "Q1", For: 86401}, {Fault: "silent", Unit: "Q1", For: -1},
		{Fault: "silent", Unit: "Q1", Run: "run-9"}, {Fault: "restart", Unit: "Q1"},
	} {
		if in, err := d.Inject(o); err == nil {
			t.Errorf("%+v is taken as %+v", o, in)
		}
	}
	for range history + 50 {
		inject(t, d, remote.Order{Fault: "silent", Unit: "Q1"})
	}
	if n := len(d.List()); n != history {
		t.Errorf("%d are remembered", n)
	}
	if _, err := d.Undo(1); err == nil {
		t.Error("one that is forgotten is undone")
	}
	d.Close()
	if _, err := d.Inject(remote.Order{Fault: "silent", Unit: "Q1"}); !errors.Is(err, ErrOver) {
		t.Errorf("after the end: %v", err)
	}
	if l := d.List(); l[len(l)-1].Ended != remote.ByClosed {
		t.Errorf("after the end %+v", l[len(l)-1])
	}
}

// Every row of the table says what it is, and can be made in one way.
func TestTable(t *testing.T) {
	for _, k := range Kinds() {
		ways := 0
		for _, has := range []bool{k.wire != nil, k.gate != nil, k.view != nil, k.Layer == remote.Process} {
			if has {
				ways++
			}
		}
		if ways != 1 || k.Title == "" || k.Proves == "" || k.Undo == "" {
			t.Errorf("%s: %d ways, %q proves %q, undo %q", k.Name, ways, k.Title, k.Proves, k.Undo)
		}
	}
}

func sort(s []string) []string { slices.Sort(s); return s }

// Of what sets the contacts the newest is in force. It begins before the older one is
// undone: nothing moves back in between.
func TestSlot(t *testing.T) {
	c := &crew{}
	d := newDesk(c, "Q1", "Q2")
	defer d.Close()
	run, _ := d.Begin("acceptance")
	for _, fault := range []string{"close", "open", "close", "close"} {
		inject(t, d, remote.Order{Fault: fault, Unit: "Q1", Run: run})
	}
	d.End(run)
	want := []string{"close Q1", "open Q1", "undo close Q1", "close Q1", "undo open Q1", "close Q1", "undo close Q1", "undo close Q1"}
	if !slices.Equal(c.did, want) {
		t.Errorf("done %v, want %v", c.did, want)
	}
	if l := d.List(); l[0].Ended != remote.ByNewer || l[2].Ended != remote.ByNewer || l[3].Ended != remote.ByRun {
		t.Errorf("%+v", l)
	}
}

// What was done at several breakers gives way only where something newer is done.
func TestSlotOfOne(t *testing.T) {
	c := &crew{}
	d := newDesk(c, "Q1", "Q2")
	defer d.Close()
	all := inject(t, d, remote.Order{Fault: "open", Unit: "*"})
	inject(t, d, remote.Order{Fault: "close", Unit: "Q1"})
	if want := []string{"open Q1", "open Q2", "close Q1", "undo open Q1"}; !slices.Equal(c.did, want) {
		t.Errorf("done %v, want %v", c.did, want)
	}
	inject(t, d, remote.Order{Fault: "close", Unit: "Q2"})
	if l := d.List(); l[0].ID != all.ID || l[0].Ended != remote.ByNewer {
		t.Errorf("%+v", l)
	}
}

// Where the newer cannot be done, the older is in force as before.
func TestSlotRefused(t *testing.T) {
	c := &crew{}
	d := newDesk(c, "Q1", "Q2")
	defer d.Close()
	inject(t, d, remote.Order{Fault: "open", Unit: "*"})
	c.did, c.no = nil, "Q2"
	if _, err := d.Inject(remote.Order{Fault: "close", Unit: "*"}); err == nil {
		t.Error("it is fixed and closed")
	}
	if want := []string{"close Q1", "undo close Q1"}; !slices.Equal(c.did, want) {
		t.Errorf("done %v, want %v", c.did, want)
	}
	if l := d.List(); len(l) != 1 || l[0].State != remote.Active {
		t.Errorf("%+v", l)
	}
}
