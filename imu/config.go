package imu

import (
	"errors"
	"fmt"
	"time"

	"switchroom/access"
	"switchroom/paths/iomodule"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/trust"
)

// Interface is the module by which the network reaches the unit.
type Interface uint8

const (
	NoInterface Interface = iota // remote control is off
	IFE                          // Ethernet, with a locking pad
	EIFE                         // Ethernet, embedded; remote control is switched over USB
	IFM                          // Modbus-SL, with a locking pad
)

var interfaces = [...]string{"none", "ife", "eife", "ifm"}

func (i Interface) String() string {
	if int(i) < len(interfaces) {
		return interfaces[i]
	}
	return fmt.Sprintf("interface(%d)", uint8(i))
}

// ParseInterface is the inverse of Interface.String.
func ParseInterface(s string) (Interface, error) {
	for i, n := range interfaces {
		if n == s {
			return Interface(i), nil
		}
	}
	return 0, fmt.Errorf("interface %q is none of none, ife, eife, ifm", s)
}

// pad reports whether the interface has a locking pad.
func (i Interface) pad() bool { return i == IFE || i == IFM }

// Identity is what a unit says of itself. Empty fields read as not programmed.
type Identity struct {
	Vendor      string // interface.vendor; ours unless the site says otherwise
	Family      string
	Range       string
	Model       string
	ProductCode string
	Firmware    string // XXX.YYY.ZZZ, of interface and control unit
	Hardware    string
	Serial      string // of the control unit
}

// VirtualIdentity is what a virtual unit says of itself unless the site file
// gives it another: it does not claim to be a vendor's product.
func VirtualIdentity(i Interface) Identity {
	return Identity{
		Vendor: "Switchroom", Family: "virtual breaker", Range: "MTZ-compatible", Model: i.String(),
		ProductCode: "SWR-" + i.String(), Firmware: "002.000.003", Hardware: "001.000.000",
	}
}

// Config is what a unit is made of.
type Config struct {
	Name               string        // of the breaker, as on the single-line diagram
	Rating             points.Rating //
	Profile            access.Profile
	Interface          Interface
	Mechanism          Fittings
	Settings           *protection.Settings       // group A and B; nil: the factory's
	Common             *protection.Common         // settings of no group; nil: the factory's
	Optional           *protection.ModuleSettings // of digital modules; nil: as delivered, all off
	Passwords          *[4]Password               // by level; nil: the factory's
	Mode               access.Mode                // ModeUnknown: unset, gates nothing (R5)
	Remote             access.Tri                 // remote control at first power-up; Unknown: as the profile has it
	Closed             bool                       // begins closed
	Identity           Identity
	Modules            Modules                  // digital modules that are installed
	IO                 []iomodule.Config        // IO modules, up to two
	Seed               uint64                   // of the session keys
	Manufactured       time.Time                // of the control unit; zero: not known, and its life is not counted
	Commissioned       time.Time                // zero: not declared
	InterfaceFirmware  string                   // of the interface when it was made; "": as Identity says
	Anchors            map[string]*trust.Branch // by which the control unit judges packages; nil: it installs none
	TimestampException bool                     // the control unit spares what a timestamp proves older than a harmless revocation (R8)
	Errors             uint64                   // seed of the errors of measurement, within the accuracy class; 0: it measures exactly
}

// Validate returns everything that is wrong with c.
func (c *Config) Validate() error {
	var bad []error
	if c.Name == "" {
		bad = append(bad, errors.New("a unit needs a name"))
	}
	if c.Profile != access.Faithful && c.Profile != access.RBAC && c.Profile != access.Hardened {
		bad = append(bad, fmt.Errorf("profile %v is none of 2017, rbac, hardened", c.Profile))
	}
	bad = append(bad, c.Rating.Validate(), c.Mechanism.Validate())
	if c.Settings != nil && c.Rating.Validate() == nil {
		bad = append(bad, c.Settings.Validate(c.Rating))
	}
	if c.Optional != nil && c.Rating.Validate() == nil {
		bad = append(bad, c.Optional.Validate(c.Rating))
	}
	if c.Common != nil && c.Rating.Validate() == nil {
		bad = append(bad, c.Common.Validate(c.Rating))
	}
	if c.Passwords != nil {
		for i, p := range c.Passwords {
			if !p.valid() {
				bad = append(bad, fmt.Errorf("password of level %d: %w", i+1, ErrPassword))
			}
		}
	}
	iomodule.CheckPair(c.IO, func(path, what string) { bad = append(bad, fmt.Errorf("%s: %s", path, what)) })
	return errors.Join(bad...)
}

// common returns the settings of no group at first power-up.
func (c *Config) common() protection.Common {
	if c.Common != nil {
		return *c.Common
	}
	return protection.CommonDefaults(c.Rating)
}

// remote returns whether remote control is enabled at first power-up: by
// default in 2017 and rbac (B6), not in hardened.
func (c *Config) remote() bool {
	if c.Remote != access.Unknown {
		return c.Remote == access.On
	}
	return c.Profile != access.Hardened
}
