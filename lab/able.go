package lab

import (
	"errors"
	"fmt"

	"switchroom/imu"
)

// able says of a deed what keeps it from being done at a unit.
type able func(h *hands, u *imu.Unit, with func(string) string) error

// ables are those of the deeds that not every unit can have at any time.
var ables = map[string]able{
	"close":     (*hands).canMove,
	"load":      (*hands).canLoad,
	"open":      (*hands).canMove,
	"pad":       (*hands).canPad,
	"self-test": (*hands).canFail,
	"trip":      (*hands).canTrip,
}

// Check says why a fault cannot begin at a unit as it is now. Nothing has happened.
func (h *hands) Check(unit, kind string, with func(string) string) error {
	if can := ables[kind]; can != nil {
		return can(h, h.units[unit], with)
	}
	return nil
}

func (h *hands) canMove(_ *imu.Unit, _ func(string) string) error {
	if h.slow() {
		return errStill
	}
	return nil
}

func (h *hands) canLoad(u *imu.Unit, _ func(string) string) error {
	if !u.Closed() {
		return errors.New("it is open, and nothing flows through it; close it first")
	}
	if h.sets[u].busy() {
		return errBusy
	}
	return nil
}

func (h *hands) canTrip(u *imu.Unit, with func(string) string) error {
	c, known := causes[with("cause")]
	switch {
	case !known:
		return fmt.Errorf("a trip by %s cannot be made here", with("cause"))
	case h.sets[u].busy():
		return errBusy
	case !u.Closed():
		return errors.New("it is open, and nothing trips; close it first, or undo the trip that is injected already")
	}
	_, err := h.tripping(u, c, with("for"))
	return err
}

func (h *hands) canFail(_ *imu.Unit, with func(string) string) error {
	_, err := imu.ParseFault(with("part"))
	return err
}

func (h *hands) canPad(u *imu.Unit, _ func(string) string) error {
	if i := u.Config().Interface; i != imu.IFE && i != imu.IFM {
		return fmt.Errorf("interface %v has no pad", i)
	}
	return nil
}
