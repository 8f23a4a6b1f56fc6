package commission_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	. "switchroom/commission"
)

func TestPerform(t *testing.T) {
	u, h := serve(t, 1, nil)[0], newHouse(t)
	u.plug(t)
	h.project(u.bus)
	cable := Reach{Address: u.cable, Password: key.Password}
	for _, r := range []struct {
		action, shown string
		by            Reach
	}{
		{"clock", "device.clock", Reach{}}, {"clock", "device.clock", cable},
		{"maintenance-basic", "maintenance.basic_due", cable}, {"maintenance-standard", "maintenance.standard_due", cable}, {"maintenance-manufacturer", "maintenance.manufacturer_due", cable},
	} {
		u.Pass(48 * 3600e9) // or what is due moves by nothing
		out, err := h.Perform(t.Context(), as("ada"), "P1", "Q1", r.action, r.by)
		if err != nil || out.After[r.shown] == "" || out.After[r.shown] == out.Before[r.shown] || len(out.Relied) == 0 {
			t.Errorf("%s: %+v %v", r.action, out, err)
		}
	}
	_, err := h.Perform(t.Context(), as("ada"), "P1", "Q1", "maintenance-basic", Reach{})
	if e, ok := errors.AsType[*NotPossibleError](err); !ok || !strings.Contains(e.Error(), "it is by usb") {
		t.Error(err)
	}
	if _, err = h.Perform(t.Context(), as("ada"), "P1", "Q1", "dance", Reach{}); err == nil || !strings.Contains(err.Error(), "maintenance-basic") {
		t.Error(err)
	}
	if _, err = h.Perform(t.Context(), as("val"), "P1", "Q1", "clock", Reach{}); err == nil {
		t.Error("a viewer set a clock")
	}
	if all := h.recorded(); !slices.Contains(all, "breaker.performed ada failed") || !slices.Contains(all, "breaker.performed ada done") {
		t.Error(all)
	}
}
