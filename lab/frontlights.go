package lab

import (
	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/paths/hmi"
	"switchroom/ui"
)

// blinkings are how the patterns of lamps look here.
var blinkings = map[hmi.Pattern]ui.Blink{hmi.PatternOff: ui.Dark, hmi.PatternSteady: ui.Steady, hmi.PatternSlowBlink: ui.SlowBlink, hmi.PatternFastBlink: ui.FastBlink}

// lamp is an LED as it is drawn.
func lamp(l hmi.LED) ui.LED {
	led := ui.LED{Name: l.Label, Colour: string(l.Color), Blink: blinkings[l.Pattern]}
	if !l.Lit() {
		led.Colour, led.Blink = "", ui.Dark
	}
	return led
}

// frontLight is an LED and what it means as it is.
type frontLight struct {
	ui.LED
	says, certainty string
}

// shining are those that a unit has.
func shining(leds *hmi.LEDs) (all []frontLight) {
	for _, l := range leds.All() {
		if l.Fitted {
			all = append(all, frontLight{lamp(l.LED), l.Says, l.Certainty.String()})
		}
	}
	return all
}

// lights are the LEDs as they are told.
func (s *Server) lights(u *imu.Unit) []remote.FrontLED {
	all := []remote.FrontLED{}
	f := s.face(u)
	for _, l := range shining(&f.LEDs) {
		all = append(all, remote.FrontLED{LED: l.Name, Colour: l.Colour, Blink: l.Blink.String(), Says: l.says, Certainty: l.certainty})
	}
	return all
}

// face is what can be seen of the control unit.
func (s *Server) face(u *imu.Unit) hmi.Frame {
	return s.panel(u.Name()).Frame(s.lab.World.Now())
}
