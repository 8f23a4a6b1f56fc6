package inject

import (
	"strings"
	"testing"

	"switchroom/lab/remote"
	"switchroom/regmap"
)

// slit is a gate that tells how narrow it is.
type slit struct{ conns int }

func (s *slit) Narrow(conns int) { s.conns = conns }
func (s *slit) Hangup()          {}

// Two kinds that narrow one gate do not take back what the other does, in whichever
// order they end, and neither do two units behind it.
func TestDoor(t *testing.T) {
	for _, first := range []int{0, 1} {
		g := &slit{-1}
		d := NewDesk(map[string]*Line{"Q1": NewLine(regmap.Default(), g), "Q2": NewLine(regmap.Default(), g)}, nil)
		var ids [2]int
		for i, o := range []remote.Order{
			{Fault: "connection-limit", Unit: "Q1", With: map[string]string{"connections": "3"}},
			{Fault: "restart", Unit: "Q2", For: 600, With: map[string]string{"seconds": "600"}},
		} {
			in, err := d.Inject(o)
			if err != nil {
				t.Fatal(err)
			}
			ids[i] = in.ID
		}
		if g.conns != 0 {
			t.Errorf("both: %d admitted, want none", g.conns)
		}
		d.Undo(ids[first])
		if want := []int{0, 3}[first]; g.conns != want {
			t.Errorf("after %d ended: %d admitted, want %d", ids[first], g.conns, want)
		}
		d.Close()
		if g.conns != -1 {
			t.Errorf("at the end: %d admitted, want the interface's own", g.conns)
		}
	}
}

// A restart that would be ended before it is over is refused, with the time it takes.
func TestRestartNeedsItsTime(t *testing.T) {
	d := NewDesk(map[string]*Line{"Q1": NewLine(regmap.Default(), &slit{})}, nil)
	defer d.Close()
	_, err := d.Inject(remote.Order{Fault: "restart", Unit: "Q1", For: 30, With: map[string]string{"seconds": "90"}})
	if err == nil || !strings.Contains(err.Error(), "--for 90s") {
		t.Errorf("error %v", err)
	}
}

// crossed are hands that tell beforehand that they could not.
type crossed struct{ done int }

func (c *crossed) Check(_, _ string, with func(string) string) error {
	if with("part") == "none" {
		return ErrOver
	}
	return nil
}

func (c *crossed) Begin(_, _ string, _ func(string) string) (func(), error) {
	c.done++
	return func() { c.done-- }, nil
}

// An order that is refused ends nothing.
func TestRefusedKeepsOlder(t *testing.T) {
	c := &crossed{}
	d := NewDesk(map[string]*Line{"Q1": NewLine(regmap.Default(), nil)}, c)
	defer d.Close()
	for _, part := range []string{"mx", "none"} {
		d.Inject(remote.Order{Fault: "self-test", Unit: "Q1", With: map[string]string{"part": part}})
	}
	if l := d.List(); len(l) != 1 || l[0].State != remote.Active || c.done != 1 {
		t.Errorf("%+v, %d done", l, c.done)
	}
}
