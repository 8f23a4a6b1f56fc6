package web

import (
	"net/http"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// snapshot is what the unit shows to whoever is here, or false if it shows nothing to
// them: then they have been answered.
func (v *visit) snapshot() (*imu.Snapshot, bool) {
	var s imu.Snapshot
	if dec, _ := v.d.unit.Read(v.d.world.Now(), v.actor(), &s); !dec.OK() {
		v.refuse(http.StatusForbidden, dec.Reason.Remedy())
		return nil, false
	}
	return &s, true
}

// showRealtime is the page of what is measured now.
func (d *Device) showRealtime(v *visit) {
	if s, ok := v.snapshot(); ok {
		v.showPage("", realtimeView(d.tiles(s)))
	}
}

var realtimePoints = []struct {
	id    points.ID
	label string
	phase ui.Phase
}{
	{points.CurrentL1, "Current L1", "l1"}, {points.CurrentL2, "Current L2", "l2"}, {points.CurrentL3, "Current L3", "l3"}, {points.CurrentN, "Current N", "n"},
}

func (d *Device) tiles(s *imu.Snapshot) (all []ui.Tile) {
	for _, p := range realtimePoints {
		info := points.Of(p.id)
		value := "–"
		if v := points.Number(s.Values[p.id]); v.Available() {
			value = info.Format(v)
		}
		all = append(all, ui.Tile{ID: ui.ID("tile", info.Name), Label: p.label, Value: value, Unit: info.Unit, Phase: p.phase, At: d.now()})
	}
	return all
}
