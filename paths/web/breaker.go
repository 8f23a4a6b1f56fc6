package web

import (
	"math"
	"strings"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// value is a point as a page shows it: a dash where it has no value.
func value(s *imu.Snapshot, id points.ID) string {
	info := points.Of(id)
	v := points.Number(s.Values[id])
	if info.Type == points.Text {
		v = points.String(s.Text(id))
	}
	if !v.Available() || info.Type == points.Text && v.Text() == "" {
		return "–"
	}
	switch info.Type {
	case points.Bool:
		return map[bool]string{true: "yes", false: "no"}[v.Bool()]
	case points.Float:
		v = points.Number(math.Round(v.Float()*1000)/1000 + 0) // a thousandth is more than it measures; no -0
	}
	return strings.TrimSpace(info.Format(v) + " " + info.Unit)
}

// rows are points with their values and how well it is known that the device has them.
func rows(s *imu.Snapshot, ids ...points.ID) (all []ui.KV) {
	for _, id := range ids {
		info := points.Of(id)
		kv := ui.KV{Name: capital(info.Title), Value: ui.Text(value(s, id))}
		if info.Certainty != points.Confirmed {
			kv.Certainty = info.Certainty.String()
		}
		all = append(all, kv)
	}
	return all
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// position is the state of the main contacts. What the two do not agree on is unknown
// (EIFE: unknown on discrepancy).
func position(s *imu.Snapshot) ui.State {
	closed, tripped := s.Values[points.BreakerClosed], s.Values[points.BreakerFaultTripped]
	switch {
	case tripped == 1 && closed == 0:
		return ui.Tripped
	case closed == 1:
		return ui.Closed
	case closed == 0:
		return ui.Open
	}
	return ui.Unknown
}

var breakerPoints = []points.ID{
	points.RatingIn, points.RatingVariant, points.RatingPoles, points.BreakerReadyToClose, points.BreakerSpringCharged, points.BreakerPosition,
	points.BreakerLastTrip, points.BreakerNotReady, points.BreakerMode, points.RemoteEnabled, points.InterfacePad,
}

// showBreaker is the page of the circuit breaker. Every role may see it (EIFE).
func (d *Device) showBreaker(v *visit) {
	if s, ok := v.snapshot(); ok {
		v.showLive("/monitoring/breaker/live", "", breakerView(s))
	}
}

func (d *Device) followBreaker(v *visit) {
	v.followSnapshot(func(s *imu.Snapshot) []ui.Part {
		return []ui.Part{{To: "breaker", How: ui.Morph, Is: breakerBox(s)}}
	})
}
