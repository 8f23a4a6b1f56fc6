package imu_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchroom/imu"
	"switchroom/paths/iomodule"
	"switchroom/points"
)

// TestIOStory: whatever happens to a module's wires, switch, cable and supply, in any
// order and at any time: an application acts only by its test button, the breaker closes
// only by a wire that has come on, closing is inhibited as the wire last said, and one
// wire that is lost means group A.
func TestIOStory(t *testing.T) {
	wired := custom(iomodule.OpenOrder, iomodule.CloseOrder, iomodule.InhibitClose, iomodule.SettingsOneWire)
	closed := 0
	rapid.Check(t, func(r *rapid.T) {
		s := newStand(t, fitted(wired))
		s.load(500)
		s.dual()
		acts, inhibits, plugged, supplied := 9, false, true, true
		var wires [5]bool
		for range rapid.IntRange(30, 60).Draw(r, "deeds") {
			closings := s.happened(points.CodeClosed, imu.Pulse)
			switch rapid.SampledFrom([]string{"wire", "wire", "wire", "wire", "wire", "wire", "wire", "wire", "turn", "test", "cable", "supply"}).Draw(r, "deed") {
			case "wire":
				i := rapid.IntRange(1, 4).Draw(r, "input")
				wires[i] = !wires[i]
				s.hand(s.u.WireIO(s.now, 1, i, wires[i]))
			case "turn":
				s.hand(s.u.TurnIO(s.now, 1, rapid.SampledFrom([]int{2, 5, 9}).Draw(r, "to")))
			case "test":
				if s.u.TestIO(s.now, 1) == nil {
					acts = int(s.read().Values[points.IO1Switch])
				}
			case "cable":
				plugged = rapid.Bool().Draw(r, "in")
				s.hand(s.u.PlugIO(s.now, 1, plugged))
			case "supply":
				supplied = rapid.Bool().Draw(r, "supplied")
				s.u.Supply(s.now, supplied)
			}
			s.step(rapid.SampledFrom([]time.Duration{0, 15 * time.Millisecond, 30 * time.Millisecond, 6 * time.Second}).Draw(r, "later"))
			v := s.read().Values
			if energised := plugged && supplied; energised {
				if got := int(v[points.IO1Application]); got != acts {
					r.Fatalf("application %d acts, and %d was confirmed", got, acts)
				}
				inhibits = acts != 2 && v[points.IO1InputI3] == 1 || acts == 2 && v[points.IO1InputI4] == 1
			}
			if got := v[points.BreakerInhibitedIO] == 1; !s.dark() && got != inhibits {
				r.Fatalf("inhibited %v, want %v", got, inhibits)
			}
			if !s.dark() && acts != 2 && !(plugged && supplied) && v[points.ProtectionGroup] != 1 {
				r.Fatal("the one wire is lost, and group B acts")
			}
			n := s.happened(points.CodeClosed, imu.Pulse)
			closed += n - closings
			if ordered := strings.Count(strings.Join(s.said(points.CodeIOOperated), "\n"), "close_order on: ordered"); n > ordered {
				r.Fatalf("closed %d times, and wires ordered it %d times", n, ordered)
			}
		}
	})
	if closed == 0 && !testing.Short() { // which draws too few stories for that
		t.Error("nothing has closed: this proves little")
	}
}

// dark reports whether the control unit has no supply.
func (s *stand) dark() bool { return !s.read().Powered() }
