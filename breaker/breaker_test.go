package breaker_test

import (
	"testing"

	"switchroom/breaker"
)

var (
	full   = breaker.Equipped(breaker.MTZ2)
	withMN = func() breaker.Config { c := full; c.MN = true; return c }()
	byHand = breaker.Config{Frame: breaker.MTZ2, Drawout: true}
	wired  = func() breaker.Config {
		c := full
		c.MX, c.XF, c.RES = breaker.Wired, breaker.Wired, breaker.Wired
		return c
	}()
	twoMX = func() breaker.Config {
		c := full
		c.MX, c.MX2 = breaker.Wired, breaker.Communicating
		return c
	}()
)

func TestStories(t *testing.T) {
	for _, tt := range []struct {
		c    breaker.Config
		in   string
		want string
		why  string
	}{
		// Orders of the control unit.
		{full, "0 order close; 70 ready; 5000 wait",
			"20 spring_discharged order; 70 closed order; 70 ready? closed+spring_discharged; 4020 spring_charged motor",
			"impulse 20 ms, travel 50 ms, and the motor counts from the closing order"},
		{full, "0 order close; 100 order open; 5000 wait",
			"20 spring_discharged order; 70 closed order; 145 opened order; 4020 spring_charged motor",
			"45 ms to open; the motor charges on"},
		{full, "0 order close; 5000 order open; 5100 order close; 5200 order open; 5300 order close",
			"20 spring_discharged order; 70 closed order; 4020 spring_charged motor; 5045 opened order; 5120 spring_discharged order; 5170 closed order; 5245 opened order; 5300 refused not_ready",
			"O-C-O: charged while closed, so open, close, open; then it waits for the motor"},
		{full, "0 order open", "0 refused already_open", ""},
		{full, "0 order close; 70 order close", "20 spring_discharged order; 70 closed order; 70 refused already_closed", ""},
		{full, "0 order close; 30 order close", "20 spring_discharged order; 30 refused not_ready", "closing is not closed"},
		{full, "0 order close; 10 order close; 100 wait", "20 spring_discharged order; 70 closed order", "an order repeated does not put off the first"},
		{full, "0 order reset", "0 refused already_reset", ""},
		{full, "0 order close; 5 order open; 500 wait", "", "an open order takes an accepted close order with it: nothing has moved"},
		{full, "0 order close; 5 order open; 500 order close; 1000 wait", "520 spring_discharged order; 570 closed order", "and leaves the spring charged"},
		{full, "0 order close; 21 order open; 1000 wait", "20 spring_discharged order; 41 aborted order", "caught on the way: the contacts have not touched"},
		{full, "0 order close; 60 order open; 1000 wait", "20 spring_discharged order; 70 closed order; 105 opened order", "not caught: closed, then opened"},
		{wired, "0 order close; 0 push close; 100 order open; 200 trip short_time; 300 order reset",
			"0 refused no_actuator; 0 spring_discharged button; 50 closed button; 100 refused no_actuator; 200 tripped short_time; 225 opened trip; 300 refused no_actuator",
			"only communicating coils take orders"},
		{twoMX, "0 push close; 100 order open; 200 wait", "0 spring_discharged button; 50 closed button; 145 opened order", "MX2 may be the communicating one"},
		{breaker.Config{}, "0 order close; 0 push close; 100 order open; 100 push open; 200 wait",
			"0 refused no_actuator; 0 spring_discharged button; 35 closed button; 100 refused no_actuator; 125 opened button",
			"the zero Config has buttons and no coil"},

		// The order of the refusals.
		{full, "0 inhibit comm; 0 trip short_time; 0 order close", "0 tripped short_time; 0 refused must_reset", "tripped before inhibited"},
		{full, "0 push close; 60 inhibit io; 60 order close", "0 spring_discharged button; 50 closed button; 60 refused already_closed", "already closed before inhibited"},
		{byHand, "0 inhibit io; 0 push open; 0 order close", "0 refused inhibited", "inhibited before not ready"},
		{byHand, "0 push open; 0 order close", "0 refused not_ready", "not ready before no actuator"},
		{full, "0 trip short_time; 30 order open", "0 tripped short_time; 30 refused must_reset", "151 before 153"},

		// Inhibition.
		{full, "0 inhibit io; 0 inhibit comm; 0 permit io; 0 order close; 0 permit comm; 0 order close; 100 wait",
			"0 refused inhibited; 20 spring_discharged order; 70 closed order", "both origins must be clear"},
		{full, "0 inhibit comm; 0 push close; 100 wait", "0 spring_discharged button; 50 closed button", "the mechanical button does not ask"},
		{full, "0 inhibit comm; 0 coil XF 230; 100 wait", "20 spring_discharged XF; 70 closed XF", "hard wiring does not ask"},
		{full, "0 order close; 10 inhibit io; 100 wait", "", "an inhibition takes an order that has not reached the mechanism"},
		{full, "0 order close; 100 inhibit io; 200 order open; 300 wait", "20 spring_discharged order; 70 closed order; 245 opened order", "it never stands in the way of opening"},

		// Trip, lock-out and reset.
		{full, "0 press close; 100 trip instantaneous; 124 ready; 200 ready",
			"0 spring_discharged button; 50 closed button; 100 tripped instantaneous; 124 ready? moving+spring_discharged+tripped; 125 opened trip; 200 ready? spring_discharged+tripped",
			"25 ms, and the latch leads the contacts"},
		{full, "0 press close; 5000 trip long_time; 5010 order reset; 5030 order reset; 5100 order close; 5200 wait",
			"0 spring_discharged button; 50 closed button; 4000 spring_charged motor; 5000 tripped long_time; 5010 refused reset_forbidden; 5025 opened trip; 5050 reset order; 5120 spring_discharged order; 5170 closed order",
			"no reset before the contacts have parted"},
		{full, "0 press close; 100 trip long_time; 110 press reset; 200 press reset", "0 spring_discharged button; 50 closed button; 100 tripped long_time; 125 opened trip; 200 reset button", "nor by hand"},
		{full, "0 trip ground_fault; 100 press close; 200 release close; 300 push reset; 400 press close; 500 wait",
			"0 tripped ground_fault; 300 reset button; 400 spring_discharged button; 450 closed button",
			"a trip latches while open as well, and the reset button is by hand"},
		{full, "0 push reset; 10 trip ground_fault; 50 release reset; 60 push reset", "10 tripped ground_fault; 60 reset button", "a held reset button does not hold the latch"},
		{full, "0 trip ground_fault; 100 order reset; 110 push reset; 115 trip short_time; 200 wait",
			"0 tripped ground_fault; 110 reset button; 115 tripped short_time", "a reset under way does not undo the next trip"},
		{full, "0 coil RES 230; 10 trip short_time; 100 coil RES 0; 200 coil RES 230; 300 wait",
			"10 tripped short_time; 220 reset RES", "nor does a maintained electrical reset"},
		{full, "0 trip short_time; 10 trip long_time; 20 trip short_time", "0 tripped short_time", "one latch, one trip, the first cause"},
		{full, "0 press close; 40 trip short_time; 1000 wait", "0 spring_discharged button; 40 tripped short_time; 40 aborted trip", "a trip catches the contacts before they touch"},
		{full, "0 press close; 100 coil MX 230; 110 trip short_time; 200 wait",
			"0 spring_discharged button; 50 closed button; 110 tripped short_time; 135 opened trip", "a trip does not wait for a slower opening"},
		{full, "0 press close; 100 push open; 110 trip short_time; 200 wait",
			"0 spring_discharged button; 50 closed button; 110 tripped short_time; 125 opened trip", "nor does it slow a faster one"},
		{full, "0 rack withdrawn; 0 lock padlock; 10 trip short_time",
			"0 racked test; 0 racked disconnected; 0 racked withdrawn; 10 tripped short_time", "a trip works from every state"},

		// A voluntary opening is no trip.
		{full, "0 press close; 5000 press open; 5100 ready",
			"0 spring_discharged button; 50 closed button; 4000 spring_charged motor; 5025 opened button; 5100 ready? ready", "no reset after the button"},
		{full, "0 press close; 5000 coil MX 230; 5100 coil MX 0; 5100 ready",
			"0 spring_discharged button; 50 closed button; 4000 spring_charged motor; 5045 opened MX; 5100 ready? ready", "nor after MX"},

		// MX.
		{full, "0 press close; 5000 coil MX 161; 5100 wait", "0 spring_discharged button; 50 closed button; 4000 spring_charged motor; 5045 opened MX", "0.7 Un opens"},
		{full, "0 press close; 5000 coil MX 160; 5100 wait", "0 spring_discharged button; 50 closed button; 4000 spring_charged motor", "less does not"},
		{full, "0 press close; 5000 coil MX 230; 5019 coil MX 0; 5100 wait", "0 spring_discharged button; 50 closed button; 4000 spring_charged motor", "shorter than 20 ms is no impulse"},
		{full, "0 press close; 5000 coil MX 230; 5020 coil MX 0; 5100 wait", "0 spring_discharged button; 50 closed button; 4000 spring_charged motor; 5045 opened MX", "20 ms is"},
		{full, "0 coil MX 230; 100 ready; 100 press close; 200 order close", "100 ready? mx_energised; 200 refused not_ready", "while energised it blocks closing"},

		// MN.
		{withMN, "0 press close; 5000 coil MN 114; 5100 ready", "0 spring_discharged button; 50 closed button; 4000 spring_charged motor; 5065 opened MN; 5100 ready? mn_not_energised", "below half (ours) it drops"},
		{withMN, "0 press close; 5000 coil MN 162; 6000 wait", "0 spring_discharged button; 50 closed button; 4000 spring_charged motor", "never above 0.7"},
		{withMN, "0 press close; 5000 coil MN 0; 5030 coil MN 120; 6000 wait", "0 spring_discharged button; 50 closed button; 4000 spring_charged motor", "a dip shorter than 40 ms (ours) is ridden through"},
		{withMN, "0 coil MN 195; 0 ready; 0 coil MN 195.5; 0 ready", "0 ready? mn_not_energised; 0 ready? ready", "closing from 0.85 Un on"},
		{withMN, "0 rack disconnected; 0 ready; 0 press close", "0 racked test; 0 racked disconnected; 0 ready? mn_not_energised", "unplugged, MN has no supply"},
		{full, "0 coil MN 0; 0 ready", "0 ready? ready", "MN that is not fitted says nothing"},

		// XF and anti-pumping.
		{full, "0 coil XF 195.5; 15 coil XF 0; 100 wait", "", "shorter than 20 ms is no pulse"},
		{full, "0 coil XF 195; 100 wait", "", "less than 0.85 Un (recalled) does not close"},
		{full, "0 coil XF 230; 5000 trip short_time; 5100 push reset; 9000 ready; 9000 coil XF 0; 9001 coil XF 230; 9100 wait",
			"20 spring_discharged XF; 70 closed XF; 4020 spring_charged motor; 5000 tripped short_time; 5025 opened trip; 5100 reset button; 9000 ready? close_order_held; 9021 spring_discharged XF; 9071 closed XF",
			"a maintained closing order does not pump"},
		{full, "0 push close; 5000 push open; 5100 release open; 9000 order close; 9000 release close; 9000 push close; 9100 wait",
			"0 spring_discharged button; 50 closed button; 4000 spring_charged motor; 5025 opened button; 9000 refused not_ready; 9000 spring_discharged button; 9050 closed button",
			"nor does a button that somebody leans on"},
		{full, "0 push open; 10 coil XF 230; 100 release open; 5000 ready", "5000 ready? close_order_held", "an order given too early is lost, not kept"},
		{full, "0 push open; 10 push close; 100 release open; 5000 wait", "", "opening wins over closing"},
		{full, "0 order close; 10 press open; 5000 wait", "", "an opening takes an order under way"},
		{full, "0 coil XF 230; 10 press open; 5000 ready", "5000 ready? close_order_held", "and a pulse, which must be released"},
		{full, "0 coil XF 230; 5000 press open; 6000 press close; 6000 coil XF 0; 7000 press close",
			"20 spring_discharged XF; 70 closed XF; 4020 spring_charged motor; 5025 opened button; 7000 spring_discharged button",
			"what XF holds, the button does not close either (ours)"},

		// Spring.
		{byHand, "0 press close; 100 press open; 60000 ready; 60000 charge; 60000 ready",
			"0 spring_discharged button; 50 closed button; 125 opened button; 60000 ready? spring_discharged; 60000 spring_charged hand; 60000 ready? ready", "no motor, no charge"},
		{full, "0 coil MCH 0; 0 press close; 9000 coil MCH 195; 20000 coil MCH 196; 24000 ready", "0 spring_discharged button; 50 closed button; 24000 spring_charged motor; 24000 ready? closed", "the motor wants 0.85 Un"},
		{full, "0 press close; 3000 coil MCH 0; 4000 coil MCH 230; 7999 ready; 8000 wait", "0 spring_discharged button; 50 closed button; 7999 ready? closed+spring_discharged; 8000 spring_charged motor", "it begins again (ours)"},

		// Locks.
		{full, "0 lock padlock; 0 ready; 0 press close; 0 unlock padlock; 0 ready", "0 ready? padlock; 0 ready? ready", ""},
		{full, "0 lock key; 0 lock interlock; 0 ready", "0 ready? key_lock+interlock", ""},
		{full, "0 press close; 0 lock padlock; 50 lock key; 50 lock chassis", "0 spring_discharged button; 0 error not_open; 50 closed button; 50 error not_open", "a closed breaker is not locked open; its chassis is locked anyhow"},

		// Racking.
		{full, "0 press close; 5000 rack test; 5000 ready", "0 spring_discharged button; 50 closed button; 4000 spring_charged motor; 5000 opened racking; 5000 racked test; 5000 ready? ready", "the interlock opens before the clusters part (ours)"},
		{full, "0 rack disconnected; 0 rack connected", "0 racked test; 0 racked disconnected; 0 racked test; 0 racked connected", "through every position"},
		{full, "0 rack test; 0 order close; 100 order open; 200 wait", "0 racked test; 20 spring_discharged order; 70 closed order; 145 opened order", "in test it operates"},
		{full, "0 rack disconnected; 0 order close; 0 coil XF 230; 100 press close; 200 coil MX 230; 9000 push open; 9100 wait",
			"0 racked test; 0 racked disconnected; 0 refused no_actuator; 100 spring_discharged button; 150 closed button; 9025 opened button", "disconnected: by hand only, and no motor"},
		{full, "0 rack disconnected; 0 press close; 9000 rack test; 20000 wait",
			"0 racked test; 0 racked disconnected; 0 spring_discharged button; 50 closed button; 9000 opened racking; 9000 racked test; 13000 spring_charged motor", "plugged in again, the motor runs"},
		{full, "0 rack withdrawn; 0 press close; 0 ready", "0 racked test; 0 racked disconnected; 0 racked withdrawn; 0 ready? withdrawn", ""},
		{full, "0 rack disconnected; 0 coil XF 230; 100 rack connected; 5000 ready", "0 racked test; 0 racked disconnected; 100 racked test; 100 racked connected; 5000 ready? close_order_held", "a held closing order does not close on plugging in (ours)"},
		{full, "0 lock chassis; 0 rack test", "0 error chassis_locked", "no handle goes in"},
		{breaker.Config{}, "0 rack test", "0 error fixed", ""},

		// Time.
		{full, "100 order close; 50 wait; 110 order open; 0 trip short_time; 1000 wait", "110 tripped short_time", "a clock that jumps back is the last one"},
	} {
		if got := tell(t, breaker.New(tt.c), tt.in); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s\n why %s", tt.in, got, tt.want, tt.why)
		}
	}
}

func TestNamesOfTheFrames(t *testing.T) {
	for _, tt := range []struct {
		frame breaker.Frame
		want  string
	}{
		{breaker.MTZ1, "20 spring_discharged XF; 55 closed XF; 3020 spring_charged motor"},
		{breaker.MTZ2, "20 spring_discharged XF; 70 closed XF; 4020 spring_charged motor"},
		{breaker.MTZ3, "20 spring_discharged XF; 80 closed XF; 4020 spring_charged motor"},
	} {
		if got := tell(t, breaker.New(breaker.Equipped(tt.frame)), "0 coil XF 230; 10000 wait"); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.frame, got, tt.want)
		}
	}
}
