package hmi

import "switchroom/points"

// Periods of what blinks, ms. Ours: the guide says slow.
const (
	slowBlink = 2000
	fastBlink = 500
)

// LEDState is what a lamp can show.
type LEDState struct {
	Value     float64 // of the point
	Color     Color
	Pattern   Pattern
	Says      string
	Source    string
	Certainty points.Certainty
}

// LEDRow is a lamp of the front.
type LEDRow struct {
	Name      string // as in LEDs
	Label     string
	Point     points.ID // 0: nothing drives it here
	States    []LEDState
	Off       string // what it says while it is off
	Source    string // that the lamp is there
	Certainty points.Certainty
	of        func(*LEDs) *LED
	value     func(*Panel) float64     // of a lamp that is no point's; nil: it is
	fitted    func(points.Rating) bool // nil: every unit has it
}

// trip is the lamp of a trip cause. That it stays until Test/Reset is of HW.
func trip(says string) []LEDState {
	return []LEDState{{1, Red, PatternSteady, says, "UG front; colour and pattern OURS", points.Inferred}}
}

// ledRows are the lamps from left to right, as we draw them.
var ledRows = []LEDRow{
	{Name: "ready", Label: "Ready", Point: points.LEDReady, Source: "UG front", Certainty: points.Confirmed, of: func(l *LEDs) *LED { return &l.Ready },
		Off: "no supply, or a major fault", States: []LEDState{
			{1, Green, PatternSlowBlink, "standard protection works", "UG front; period OURS", points.Confirmed},
			{2, Green, PatternFastBlink, "somebody looks for this unit", "MLX, MTZMB: the tool finds the device; lamp and pattern OURS", points.Ours}}},
	{Name: "service", Label: "Service", Point: points.LEDService, Source: "UG front", Certainty: points.Confirmed, of: func(l *LEDs) *LED { return &l.Service },
		Off: "no maintenance event", States: []LEDState{
			{1, Orange, PatternSteady, "a maintenance event of medium severity", "UG front; pattern OURS", points.Inferred},
			{2, Red, PatternSteady, "a maintenance event of high severity", "UG front; pattern OURS", points.Inferred}}},
	{Name: "erms", Label: "ERMS", Point: points.LEDERMS, Source: "UG front", Certainty: points.Confirmed, of: func(l *LEDs) *LED { return &l.ERMS },
		Off: "maintenance settings do not act", States: []LEDState{{1, Blue, PatternSteady, "maintenance settings act", "UG ERMS; pattern OURS", points.Inferred}}},
	{Name: "overload", Label: "Overload", Point: points.LEDOverload, Source: "UG front; CAT", Certainty: points.Confirmed, of: func(l *LEDs) *LED { return &l.Overload },
		Off: "below 90 % Ir", States: []LEDState{
			{1, Orange, PatternSteady, "above 90 % Ir", "CAT; pattern OURS", points.Inferred},
			{2, Red, PatternSteady, "above 105 % Ir", "NSX; ACT 0x6200; pattern OURS", points.Inferred}}},
	{Name: "trip_ir", Label: "Ir", Point: points.LEDTripIr, Source: "UG front", Certainty: points.Confirmed, of: func(l *LEDs) *LED { return &l.TripIr },
		Off: "no long-time trip", States: trip("tripped by long time")},
	{Name: "trip_isd", Label: "Isd/Ii", Point: points.LEDTripIsdIi, Source: "UG front", Certainty: points.Confirmed, of: func(l *LEDs) *LED { return &l.TripIsd },
		Off: "no short-time or instantaneous trip", States: trip("tripped by short time or instantaneous")},
	{Name: "trip_ig", Label: "Ig/IΔn", Point: points.LEDTripIg, Source: "UG front", Certainty: points.Confirmed, of: func(l *LEDs) *LED { return &l.TripIg },
		fitted: func(r points.Rating) bool { return r.Variant == points.X60 || r.Variant == points.X70 },
		Off:    "no ground-fault or earth-leakage trip", States: trip("tripped by ground fault or earth leakage")},
	{Name: "trip_ap", Label: "Ap", Point: points.LEDTripAp, Source: "UG front; name of the predecessor", Certainty: points.Sibling, of: func(l *LEDs) *LED { return &l.TripAp },
		Off: "no other trip", States: trip("tripped by self-protection, a self-test or an optional function")},
	{Name: "bluetooth", Label: "Bluetooth", Source: "UG front", Certainty: points.Confirmed, of: func(l *LEDs) *LED { return &l.Bluetooth },
		value: (*Panel).bluetoothLamp, Off: "Bluetooth is off", States: []LEDState{
			{1, Blue, PatternSteady, "a phone may connect", "OURS", points.Ours},
			{2, Blue, PatternFastBlink, "a phone is connected", "UG front; colour and period OURS", points.Inferred}}},
	{Name: "vps", Label: "VPS", Source: "UG front", Certainty: points.Confirmed, of: func(l *LEDs) *LED { return &l.VPS },
		fitted: func(points.Rating) bool { return false },
		Off:    "no voltage supply module is fitted", States: []LEDState{{1, Green, PatternSteady, "fed by the voltage supply module; never here", "UG front; colour and pattern OURS", points.Inferred}}},
}

// LEDRows returns the lamps. The rows are shared: do not change them.
func LEDRows() []LEDRow { return ledRows }

// Named is a lamp and its name.
type Named struct {
	Name string
	LED
}

// All returns the lamps from left to right.
func (l *LEDs) All() (all []Named) {
	for i := range ledRows {
		all = append(all, Named{ledRows[i].Name, *ledRows[i].of(l)})
	}
	return all
}

// leds are the lamps now.
func (p *Panel) leds() (all LEDs) {
	for i := range ledRows {
		r := &ledRows[i]
		l := LED{Fitted: r.fitted == nil || r.fitted(p.rating), Label: r.label(p.rating), Pattern: PatternOff, Says: r.Off, Certainty: r.Certainty}
		for _, s := range r.States {
			if l.Fitted && p.shows(r) == s.Value {
				l.Color, l.Pattern, l.Says, l.Certainty = s.Color, s.Pattern, s.Says, s.Certainty
				l.Period = map[Pattern]int{PatternSlowBlink: slowBlink, PatternFastBlink: fastBlink}[s.Pattern]
			}
		}
		*r.of(&all) = l
	}
	return all
}

// label is what stands beside the lamp: 7.0 X has IΔn where 6.0 X has Ig.
func (r *LEDRow) label(rating points.Rating) string {
	switch {
	case r.Name != "trip_ig":
		return r.Label
	case rating.Variant == points.X70:
		return "IΔn"
	}
	return "Ig"
}

// shows is what the lamp shows; 0 is off.
func (p *Panel) shows(r *LEDRow) float64 {
	switch {
	case r.value != nil && p.front.Powered:
		return r.value(p)
	case r.Point != 0:
		return p.lamp(r.Point)
	}
	return 0
}

// lamp is the value of a lamp: by the unit, or without its supply by the battery.
func (p *Panel) lamp(id points.ID) float64 {
	if p.front.Powered {
		return p.snap.Values[id]
	}
	for i, trip := range tripLamps {
		if trip == id && p.byBattery() && p.front.Trips[i] {
			return 1
		}
	}
	return 0
}

var tripLamps = [...]points.ID{points.LEDTripIr, points.LEDTripIsdIi, points.LEDTripIg, points.LEDTripAp}

// byBattery reports whether the battery lights the trip lamps: while somebody holds
// one of the test keys (CAT: the battery keeps them readable; by which key is ours).
func (p *Panel) byBattery() bool {
	return p.front.Battery && (p.at < p.lamps || p.holds(Test) || p.holds(TestReset))
}

// holds reports whether somebody holds the key. One that nobody lets go of counts for
// a while only: whoever held it may be gone.
func (p *Panel) holds(k Key) bool { return p.down[k] != 0 && p.at-p.down[k] < holdMax }
