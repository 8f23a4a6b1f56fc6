package study

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"switchroom/points"
	"switchroom/protection"
)

// Device is one breaker of a study: its plugs, its settings, and what acts
// beside them (ERMS, zone selective interlocking, self-protection, the functions
// of digital modules; zero Setup and Modules are the factory's). It is
// comparable.
type Device struct {
	Name     string
	Rating   points.Rating
	Settings protection.Settings
	Setup    protection.Setup
	Modules  protection.ModuleSettings
}

// NewDevice returns a unit of rating r as it leaves the factory.
func NewDevice(name string, r points.Rating) Device {
	return Device{name, r, protection.Defaults(r), protection.Setup{Common: protection.CommonDefaults(r)}, protection.ModuleDefaults(r)}
}

// Validate returns nil or protection.Breaches: every rule that the settings
// break.
func (d *Device) Validate() error {
	var all protection.Breaches
	for _, err := range []error{d.Settings.Validate(d.Rating), d.common().Validate(d.Rating), d.modules().Validate(d.Rating)} {
		if some, ok := errors.AsType[protection.Breaches](err); ok {
			all = append(all, some...)
		} else if err != nil {
			return err
		}
	}
	if len(all) > 0 {
		return all
	}
	return nil
}

// common is what acts beside the settings.
func (d *Device) common() protection.Common {
	if d.Setup.Common == (protection.Common{}) {
		return protection.CommonDefaults(d.Rating)
	}
	return d.Setup.Common
}

// modules is the functions of digital modules.
func (d *Device) modules() protection.ModuleSettings {
	if d.Modules == (protection.ModuleSettings{}) {
		return protection.ModuleDefaults(d.Rating)
	}
	return d.Modules
}

// inverse is those of them that look at currents alone. Others need a voltage,
// which a constant current does not have.
func (d *Device) inverse() protection.ModuleSettings {
	m := protection.ModuleDefaults(d.Rating)
	m.IDMTL, m.IDMTGroundFault = d.modules().IDMTL, d.modules().IDMTGroundFault
	return m
}

// unit returns one unit of d in a corner of its tolerances, after a load of
// before, at time 0.
func (d *Device) unit(c protection.Corner, before Load) (*protection.Engine, error) {
	u, err := protection.New(d.Rating, d.Settings, c)
	if err != nil {
		return nil, err
	}
	if err := u.Preload(float64(before)); err != nil {
		return nil, err
	}
	if d.Setup == (protection.Setup{}) {
		return u, nil
	}
	if _, err := u.SetCommon(0, d.common()); err != nil {
		return nil, err
	}
	for _, f := range []protection.Function{protection.ShortTime, protection.GroundFault} {
		u.Restrain(0, f, !d.Setup.Unrestrained)
	}
	u.Engage(0, d.Setup.Engaged)
	return u, nil
}

// Element is where the current of a curve flows. A unit trips by whatever
// function is first, so an earth fault that is large enough trips by a phase
// function.
type Element uint8

const (
	Phase   Element = iota // from one phase to another: no residual current
	Ground                 // from a phase to earth
	Leakage                // through the earth-leakage sensor alone
)

var elementNames = []string{"phase", "ground", "leakage"}

func (e Element) String() string {
	if int(e) < len(elementNames) {
		return elementNames[e]
	}
	return fmt.Sprintf("unknown(%d)", e)
}

// ParseElement is the inverse of Element.String.
func ParseElement(s string) (Element, error) {
	if i := slices.Index(elementNames, s); i >= 0 {
		return Element(i), nil
	}
	return 0, fmt.Errorf("element %q is none of %s", s, strings.Join(elementNames, ", "))
}

// Has returns an error that says why a curve of element e says nothing about
// d: the variant does not have the function. Whether it is switched on is a
// setting, and shows as a curve that never trips.
func (d *Device) Has(e Element) error {
	switch v := d.Rating.Variant; {
	case e == Ground && v != points.X60 && !d.modules().IDMTGroundFault.On:
		return fmt.Errorf("%v X has no ground fault: choose 6.0, or switch protection.idmt_ground_fault on", v)
	case e == Leakage && v != points.X70:
		return fmt.Errorf("%v X has no earth leakage: choose 7.0", v)
	}
	return nil
}

// phasors is a current of amps RMS in element e, from time 0 on, in l1 where
// it has a conductor.
func (e Element) phasors(c protection.Corner, amps float64) (i [4]complex128, sensor complex128) {
	a := worst(c, amps)
	switch e {
	case Leakage:
		return i, a
	case Ground:
		return [4]complex128{a}, 0
	}
	return [4]complex128{a, -a}, 0
}

// worst gives a current the angle that is worst for a corner, as
// protection.TimeToTrip does: it begins at its crest for the early unit and at
// zero for others.
func worst(c protection.Corner, amps float64) complex128 {
	if c == protection.Early {
		return complex(amps, 0)
	}
	return complex(0, -amps)
}

// Base is what multiples of a current are multiples of.
type Base uint8

const (
	OfIr  Base = iota // the long-time setting
	OfIn              // the sensor plug
	OfA               // amperes
	OfIdn             // the earth-leakage setting
)

var baseNames = []string{"ir", "in", "a", "idn"}

// ParseBase reads ir, in, a or idn.
func ParseBase(s string) (Base, error) {
	if i := slices.Index(baseNames, s); i >= 0 {
		return Base(i), nil
	}
	return 0, fmt.Errorf("base %q is none of %s", s, strings.Join(baseNames, ", "))
}

func (b Base) String() string { return baseNames[b%4] }

// Symbol is the base as the field writes it.
func (b Base) Symbol() string { return [...]string{"Ir", "In", "A", "IΔn"}[b%4] }

// Amps returns one of base b for d, A.
func (d *Device) Amps(b Base) float64 {
	switch b {
	case OfIr:
		return d.Settings.LongTime.Ir
	case OfIn:
		return d.Rating.In
	case OfIdn:
		return d.Settings.EarthLeakage.Idn
	}
	return 1
}

// checkAmps refuses what is no current.
func checkAmps(a float64) error {
	if !(a > 0) || math.IsInf(a, 0) || a > protection.Limit {
		return fmt.Errorf("%g A: choose a current above 0 and up to %g A", a, float64(protection.Limit))
	}
	return nil
}
