package lab

import (
	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/paths/hmi"
	"switchroom/points"
	"switchroom/ui"
)

// blinkings are how the patterns of lamps look here.
var blinkings = map[hmi.Pattern]ui.Blink{hmi.PatternOff: ui.Dark, hmi.PatternSteady: ui.Steady, hmi.PatternSlowBlink: ui.SlowBlink, hmi.PatternFastBlink: ui.FastBlink}

// lamps are the LEDs in the order of the front.
func lamps(l *hmi.LEDs) []hmi.LED {
	return []hmi.LED{l.Ready, l.Service, l.ERMS, l.Overload, l.TripIr, l.TripIsd, l.TripIg, l.TripAp, l.Bluetooth, l.VPS}
}

// lamp is an LED as it is drawn.
func lamp(l hmi.LED) ui.LED {
	led := ui.LED{Name: l.Label, Colour: string(l.Color), Blink: blinkings[l.Pattern]}
	if !l.Lit() {
		led.Colour, led.Blink = "", ui.Dark
	}
	return led
}

// shining are those that a unit has.
func shining(leds *hmi.LEDs) (all []ui.LED) {
	for _, l := range lamps(leds) {
		if l.Fitted {
			all = append(all, lamp(l))
		}
	}
	return all
}

// lights are the LEDs as they are told.
func (s *Server) lights(u *imu.Unit) []remote.FrontLED {
	all := []remote.FrontLED{}
	f := s.face(u)
	for _, l := range shining(&f.LEDs) {
		all = append(all, remote.FrontLED{LED: l.Name, Colour: l.Colour, Blink: l.Blink.String()})
	}
	return all
}

func (s *Server) face(u *imu.Unit) (f hmi.Frame) {
	var snap imu.Snapshot
	if d, _ := u.Read(s.lab.World.Now(), looker, &snap); !d.OK() {
		return f
	}
	led := func(label string, id points.ID, slow bool, by ...hmi.Color) hmi.LED {
		l := hmi.LED{Fitted: true, Label: label, Pattern: hmi.PatternOff}
		if v := snap.Values[id]; v >= 1 && int(v) <= len(by) {
			l.Color, l.Pattern = by[int(v)-1], hmi.PatternSteady
			if slow {
				l.Pattern = hmi.PatternSlowBlink
			}
		}
		return l
	}
	f.LEDs = hmi.LEDs{
		Ready: led("Ready", points.LEDReady, true, hmi.Green), Service: led("Service", points.LEDService, false, hmi.Orange, hmi.Red),
		ERMS: led("ERMS", points.LEDERMS, false, hmi.Blue), Overload: led("Overload", points.LEDOverload, false, hmi.Orange, hmi.Red),
		TripIr: led("Ir", points.LEDTripIr, false, hmi.Red), TripIsd: led("Isd Ii", points.LEDTripIsdIi, false, hmi.Red),
		TripIg: led("Ig", points.LEDTripIg, false, hmi.Red), TripAp: led("Ap", points.LEDTripAp, false, hmi.Red),
	}
	return f
}
