package breaker

import (
	"fmt"
	"strings"
)

// Frame is the size of the breaker. Times and endurance go by it.
type Frame uint8

const (
	MTZ1 Frame = iota // 630 to 1600 A
	MTZ2              // 800 to 4000 A
	MTZ3              // 4000 to 6300 A
	numFrames
)

var frameNames = [...]string{"MTZ1", "MTZ2", "MTZ3"}

func (f Frame) String() string { return name(frameNames[:], int(f)) }

// Fit is how a coil is there. Only communicating coils take orders of the
// control unit (UG, diagnostics and communicating coils); all of them work from
// hard wiring.
type Fit uint8

const (
	None          Fit = iota // not fitted
	Wired                    // fitted, and driven by wiring alone
	Communicating            // fitted, and the control unit can pulse it as well
	numFits
)

var fitNames = [...]string{"none", "wired", "communicating"}

func (f Fit) String() string { return name(fitNames[:], int(f)) }

// Config says what is fitted. The zero Config is a fixed MTZ1 charged by hand
// with no coil at all: its buttons and its trip work, and every order of the
// control unit finds no actuator.
type Config struct {
	Frame   Frame
	Drawout bool // in a chassis it can be racked out of
	MX      Fit  // opening release
	MX2     Fit  // second opening release; recalled: it takes the place of MN
	XF      Fit  // closing release
	RES     Fit  // electrical reset
	MN      bool // undervoltage release
	MCH     bool // motor that charges the spring

	CoilVoltage float64 // V, rated voltage Un of coils and motor; 0: see Constants
	MNDrop      float64 // of Un, where MN lets go, 0.35 to 0.7; 0: see Constants
	Breaking    float64 // A, rated breaking current, for the wear; 0: by frame
}

// Equipped returns a drawout breaker with a motor and everything the control
// unit needs to open, close and reset it, and no undervoltage release.
func Equipped(f Frame) Config {
	return Config{Frame: f, Drawout: true, MCH: true, MX: Communicating, XF: Communicating, RES: Communicating}
}

// Validate names everything about c that no breaker can have.
func (c Config) Validate() error {
	var bad []string
	if c.Frame >= numFrames {
		bad = append(bad, "frame: choose MTZ1, MTZ2 or MTZ3")
	}
	for _, f := range [...]Fit{c.MX, c.MX2, c.XF, c.RES} {
		if f >= numFits {
			bad = append(bad, "coils: choose none, wired or communicating")
			break
		}
	}
	if c.CoilVoltage != 0 && !(c.CoilVoltage >= 12 && c.CoilVoltage <= 690) {
		bad = append(bad, fmt.Sprintf("rated coil voltage %g V: choose 12 to 690 V", c.CoilVoltage))
	}
	if c.MNDrop != 0 && !inDropBand(c.MNDrop) {
		bad = append(bad, fmt.Sprintf("MN drop-out %g Un: it lies between 0.35 and 0.7 Un (%s)", c.MNDrop, constants[mnDrop].Source))
	}
	if c.Breaking != 0 && !(c.Breaking >= 1e3 && c.Breaking <= 300e3) {
		bad = append(bad, fmt.Sprintf("rated breaking current %g A: choose 1 to 300 kA", c.Breaking))
	}
	if len(bad) > 0 {
		return fmt.Errorf("breaker: %s", strings.Join(bad, "; "))
	}
	return nil
}

func inDropBand(v float64) bool { return v >= constants[mnDrop].Low && v <= constants[mnDrop].High }

// orDefaults replaces what is zero or impossible.
func (c Config) orDefaults() Config {
	if c.Frame >= numFrames {
		c.Frame = MTZ1
	}
	for _, f := range [...]*Fit{&c.MX, &c.MX2, &c.XF, &c.RES} {
		if *f >= numFits {
			*f = None
		}
	}
	if !(c.CoilVoltage >= 12 && c.CoilVoltage <= 690) {
		c.CoilVoltage = ratedVoltage.value()
	}
	if !inDropBand(c.MNDrop) {
		c.MNDrop = mnDrop.value()
	}
	if !(c.Breaking >= 1e3 && c.Breaking <= 300e3) {
		c.Breaking = c.Frame.of(breaking).value()
	}
	return c
}

// name returns names[i], or the number where there is no name.
func name(names []string, i int) string {
	if i >= 0 && i < len(names) && names[i] != "" {
		return names[i]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

// CoilVolts returns the rated voltage Un of coils and motor, V.
func (c Config) CoilVolts() float64 { return c.orDefaults().CoilVoltage }
