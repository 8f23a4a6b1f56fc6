package site_test

import (
	"strings"
	"testing"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// TestHands: every verb of a breaker does what it says, or says why it does not.
func TestHands(t *testing.T) {
	s := parse(t, strings.Replace(standby, "modules: [voltage, erms]}", `modules: [voltage, erms], mn: true, mode: remote, pad: unlocked}`, 1))
	for _, c := range []struct {
		why, actions string
		event        string    // that follows, "" none
		of           points.ID // a point of Q1 at the end; 0 none
		want         float64
		closed       bool
	}{
		{"emergency stop", "{at: 2, do: coil, target: Q1, coil: mn, volts: 0}", "", 0, 0, false},
		{"MN at its rated voltage", "{at: 2, do: coil, target: Q1, coil: mn, volts: 230}", "", 0, 0, true},
		{"push button on MX", "{at: 2, do: coil, target: Q1, coil: mx, volts: 230}", "", 0, 0, false},
		{"a dead push button", "{at: 2, do: coil, target: Q1, coil: mx, volts: 0}", "", 0, 0, true},
		{"opened, charged, and closed by XF", "{at: 2, do: open, target: Q1}; {at: 3, do: charge, target: Q1}; {at: 4, do: coil, target: Q1, coil: xf, volts: 230}", "", 0, 0, true},
		{"inhibited", "{at: 2, do: inhibit, target: Q1, state: \"on\"}", "Q1 breaker.inhibited", 0, 0, true},
		{"no remote control", "{at: 2, do: pad, target: Q1, pad: locked}", "Q1 remote.changed", points.RemoteEnabled, 0, true},
		{"locked open", "{at: 2, do: open, target: Q1}; {at: 3, do: lock, target: Q1, lock: padlock, state: \"on\"}; {at: 4, do: charge, target: Q1}; {at: 5, do: close, target: Q1}", "", 0, 0, false},
		{"the lock is off again", "{at: 2, do: open, target: Q1}; {at: 3, do: lock, target: Q1, lock: padlock, state: \"on\"}; {at: 4, do: charge, target: Q1}; {at: 5, do: lock, target: Q1, lock: padlock, state: \"off\"}; {at: 6, do: close, target: Q1}", "", 0, 0, true},
		{"no lock on what is closed", "{at: 2, do: lock, target: Q1, lock: key_lock, state: \"on\"}", "refused Q1, lock key_lock, state on: the breaker is not open", 0, 0, true},
		{"the module is lost", "{at: 2, do: erms, target: Q1, switch: \"off\"}; {at: 3, do: esm, target: Q1, state: \"off\"}", "Q1 erms.module_lost", 0, 0, true},
		{"a module that was never there", "{at: 3, do: esm, target: Q1, state: \"off\"}", "Q1, state off: nothing changes", 0, 0, true},
		{"heat", "{at: 2, do: ambient, target: Q1, celsius: 140}", "", points.Temperature, 26, true},
		{"no pad", "{at: 2, do: pad, target: Q2, pad: locked}", "refused Q2, pad locked: interface none has no pad", 0, 0, true},
		{"no MN", "{at: 2, do: coil, target: Q2, coil: mn, volts: 0}", "refused Q2, coil mn, volts 0: the breaker has no mn", 0, 0, true},
		{"no optional protection", "{at: 2, do: inhibit_optional, target: Q2, state: \"on\"}", "refused Q2, state on: no module", 0, 0, true},
	} {
		sc := scenario(t, s, "scenario: x\nduration: 40\nactions:\n  - "+strings.ReplaceAll(c.actions, "; ", "\n  - ")+"\n")
		r, err := s.NewRun(sc)
		if err != nil {
			t.Fatal(err)
		}
		r.Step(sc.Duration)
		var told strings.Builder
		for _, e := range r.Log {
			told.WriteString(e.Who + " " + e.Event + " " + e.What + " " + e.Detail + "\n")
		}
		if !strings.Contains(told.String(), c.event) || c.event == "" && strings.Contains(told.String(), "refused") {
			t.Errorf("%s: want %q in\n%s", c.why, c.event, &told)
		}
		u := r.Lab.Units[0]
		if u.Closed() != c.closed {
			t.Errorf("%s: closed is %v\n%s", c.why, u.Closed(), &told)
		}
		var snap imu.Snapshot
		u.Read(sc.Duration, access.Actor{Path: access.HMI, Present: true}, &snap)
		if v := snap.Values[c.of]; c.of != 0 && !(v >= c.want && v <= c.want+20) {
			t.Errorf("%s: %v is %g, want %g", c.why, c.of, v, c.want)
		}
	}
}

// TestInhibitOptional: the input of the IO module keeps an undervoltage function
// from tripping that allows it.
func TestInhibitOptional(t *testing.T) {
	s := parse(t, strings.Replace(standby, "modules: [voltage, erms]}", `modules: [voltage, erms], settings: {protection.undervoltage_1.mode: on, protection.undervoltage_1.inhibit: on}}`, 1))
	for _, state := range []string{"on", "off"} {
		sc := scenario(t, s, `scenario: x
duration: 60
actions:
  - {at: 2, do: inhibit_optional, target: Q1, state: "`+state+`"}
  - {at: 5, do: dip, target: T1, share: 0.7}
`)
		r, err := s.NewRun(sc)
		if err != nil {
			t.Fatal(err)
		}
		r.Step(sc.Duration)
		if closed := r.Lab.Units[0].Closed(); closed != (state == "on") {
			t.Errorf("inhibited %s: closed is %v: %+v", state, closed, r.Log)
		}
	}
}
