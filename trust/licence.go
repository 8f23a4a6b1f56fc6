package trust

import (
	"fmt"
	"regexp"
	"time"
)

// The classes of packages.
const (
	Firmware = "firmware"
	Module   = "module" // a digital module with its licence
)

// Licence binds a digital module to one control unit.
type Licence struct {
	Module  string `json:"module"`  // name, like erms
	Unit    string `json:"unit"`    // serial number of the control unit
	Expires string `json:"expires"` // 2027-05-04T12:00:00Z; "" for never
}

var (
	moduleForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)
	serialForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,31}$`)
)

// Until returns when the licence ends; the zero time if it never does.
func (l *Licence) Until() time.Time {
	t, _ := time.Parse(dateForm, l.Expires)
	return t
}

// checkLicence: a module has a licence and is one of the control unit, which runs
// it; firmware has none.
func (m *Manifest) checkLicence() error {
	l := m.Licence
	switch {
	case m.Class == Firmware && l == nil:
		return nil
	case m.Class == Firmware:
		return fmt.Errorf("licence: firmware has none")
	case l == nil:
		return fmt.Errorf("licence: a digital module needs one")
	case m.Component != "control_unit" || m.Precursor != "":
		return fmt.Errorf("a digital module is for a control_unit, and upgrades nothing")
	case !moduleForm.MatchString(l.Module):
		return fmt.Errorf("licence: module %q: give its name, like erms", l.Module)
	case !serialForm.MatchString(l.Unit):
		return fmt.Errorf("licence: unit %q: give the serial number of a control unit: 1 to 32 letters, digits and -", l.Unit)
	}
	if t, err := time.Parse(dateForm, l.Expires); l.Expires != "" && (err != nil || t.Format(dateForm) != l.Expires) {
		return fmt.Errorf("licence: expires %q: give it as 2027-05-04T12:00:00Z, or nothing", l.Expires)
	}
	return nil
}

// licensed asks whether the device may have a digital module. A renewed licence has
// a higher sequence than the one before.
func (s *Side) licensed(m *Manifest, v *Verdict) bool {
	l, d := m.Licence, s.Device
	switch until := l.Until(); {
	case d.Serial == "" || d.Serial != l.Unit:
		return v.refuse(OtherUnit, fmt.Errorf("this is unit %q, the licence is for %q", d.Serial, l.Unit))
	case m.Sequence <= d.Modules[l.Module]:
		return v.refuse(Outdated, fmt.Errorf("sequence %d of %s is installed, the package has %d", d.Modules[l.Module], l.Module, m.Sequence))
	case !until.IsZero() && !s.now().Before(until):
		return v.refuse(LicenceExpired, fmt.Errorf("it ended at %s", l.Expires))
	}
	return true
}
