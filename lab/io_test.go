package lab

import (
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
