package main

import (
	"testing"

	"switchroom/protection"
)

func TestMeasured(t *testing.T) {
	for _, tt := range []struct {
		f    protection.Function
		v    float64
		want string
	}{
		{protection.ShortTime, 5200.4, "5200 A"},
		{protection.Undervoltage1, 138.61, "138.6 V"},
		{protection.Underfrequency, 48.512, "48.51 Hz"},
	} {
		if got := measured(protection.Event{Function: tt.f, Value: tt.v}); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.f, got, tt.want)
		}
	}
}
