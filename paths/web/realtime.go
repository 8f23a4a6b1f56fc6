package web

import (
	"math"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/ui"
)

// snapshot is what the unit shows to whoever is here, or false if it shows nothing to
// them: then they have been answered.
func (v *visit) snapshot() (*imu.Snapshot, bool) {
	var s imu.Snapshot
	if dec, _ := v.d.unit.Read(v.d.world.Now(), v.actor(), &s); !dec.OK() {
		v.refuse(http.StatusForbidden, capital(dec.Reason.Remedy())+".")
		return nil, false
	}
	return &s, true
}

// showLive shows the page of the route, which goes on with what moves at the address
// live.
func (v *visit) showLive(live, lead string, content templ.Component) {
	f := v.frame(v.page.title, lead)
	f.Link = "link"
	v.draw(http.StatusOK, f, liveView(live, content))
}

// followSnapshot follows what the unit shows.
func (v *visit) followSnapshot(parts func(*imu.Snapshot) []ui.Part) {
	var s imu.Snapshot
	v.follow(func() ([]ui.Part, bool) {
		dec, _ := v.d.unit.Read(v.d.world.Now(), v.actor(), &s)
		if !dec.OK() {
			return nil, false
		}
		return parts(&s), true
	})
}

// showRealtime is the page of what is measured now.
func (d *Device) showRealtime(v *visit) {
	if s, ok := v.snapshot(); ok {
		v.showLive("/monitoring/live", "", realtimeView(d, s))
	}
}

func (d *Device) followRealtime(v *visit) {
	v.followSnapshot(func(s *imu.Snapshot) (all []ui.Part) {
		for _, t := range d.tiles(s) {
			all = append(all, ui.Part{To: t.ID, How: ui.Morph, Is: ui.Measure(t)})
		}
		return append(all, ui.Part{To: "measured", How: ui.Morph, Is: measuredBox(s)})
	})
}

var tilePoints = []struct {
	id    points.ID
	label string
	phase ui.Phase
}{
	{points.CurrentL1, "Current L1", "l1"}, {points.CurrentL2, "Current L2", "l2"}, {points.CurrentL3, "Current L3", "l3"}, {points.CurrentN, "Current N", "n"},
	{points.PowerActiveTotal, "Active power", ""}, {points.VoltageL12, "Voltage L1-L2", ""},
}

func (d *Device) tiles(s *imu.Snapshot) (all []ui.Tile) {
	for _, p := range tilePoints {
		info := points.Of(p.id)
		v := points.Number(s.Values[p.id])
		if !v.Available() && p.phase == "n" {
			continue // it has no neutral to measure
		}
		t := ui.Tile{ID: ui.ID("tile", info.Name), Label: p.label, Unit: info.Unit, Phase: p.phase, At: d.now(), StaleAfter: 10 * usualBeat}
		if v.Available() {
			t.Value = rounded(v.Float())
			if t.Unit == "W" {
				t.Value, t.Unit = rounded(v.Float()/1000), "kW"
			}
		}
		all = append(all, t)
	}
	return all
}

// rounded is a number as one reads it from a distance: whole from a hundred on.
func rounded(x float64) string {
	digits := 0
	if math.Abs(x) < 100 {
		digits = 1
	}
	return strconv.FormatFloat(x, 'f', digits, 64)
}

// measuredPoints are those of the table under the tiles.
var measuredPoints = []points.ID{
	points.VoltageL1n, points.VoltageL2n, points.VoltageL3n, points.VoltageL12, points.VoltageL23, points.VoltageL31,
	points.PowerActiveTotal, points.PowerReactiveTotal, points.PowerApparentTotal, points.PowerFactorTotal, points.Frequency,
	points.EnergyActiveDelivered, points.EnergyActiveReceived,
}
