package imu

import (
	"slices"
	"time"

	"switchroom/points"
	"switchroom/trust"
)

// Each member of a unit (GUIDE A13) has two slots for firmware: one runs, and an
// update goes into the other. What is in them survives; the bytes themselves do not
// matter to a virtual unit, so a slot keeps what they hash to.

// Slot is a place for the firmware of a member.
type Slot struct {
	Version  string `json:"version"`  // "": empty
	Sequence uint64 `json:"sequence"` // of the package; 0: as it left the factory
	Built    string `json:"built"`    // RFC 3339; "": not known
	SHA256   string `json:"sha256"`   // that was signed, of all images; "": as it left the factory
	Held     string `json:"held"`     // that the flash holds
	Signer   string `json:"signer"`   // name and serial number of the certificate
}

// whole reports whether a slot holds what was signed.
func (s *Slot) whole() bool { return s.Version != "" && s.SHA256 == s.Held }

// Phase is how far an update of a member is.
type Phase uint8

const (
	Idle     Phase = iota
	Writing        // into the slot that does not run
	Starting       // and looks whether it works
)

func (p Phase) String() string {
	if p > Starting {
		return "unknown"
	}
	return [...]string{"idle", "writing", "starting"}[p]
}

// member is the firmware of one member.
type member struct {
	Slots  [2]Slot
	Active int
	Floor  uint64 // highest sequence that ever ran: nothing lower is installed
	Phase  Phase
	Since  time.Duration
	Until  time.Duration // of the phase
	Halts  bool          // what is in the other slot will not start
	Spoilt bool          // the flash of the other slot does not keep what is written
	Last   string        // what came of the last update
}

func (m *member) running() *Slot { return &m.Slots[m.Active&1] }
func (m *member) other() *Slot   { return &m.Slots[1-m.Active&1] }

// firmware is all that a unit has of firmware, licences and trust. A unit that is as
// it left the factory has none of it.
type firmware struct {
	Members  map[string]*member  `json:",omitempty"`
	Floor    time.Time           // latest time that somebody signed: whatever the clock says, it is not earlier
	Lists    [][]byte            `json:",omitempty"` // revocation lists that it was given, newest of each issuer
	Licences map[string]*licence `json:",omitempty"` // by name of the module
}

// memberNames are what members of a unit are called, and the component each is.
func (u *Unit) memberNames() (names, components []string) {
	names, components = []string{"control_unit"}, []string{"control_unit"}
	if u.cfg.Interface != NoInterface {
		names, components = append(names, u.cfg.Interface.String()), append(components, u.cfg.Interface.String())
	}
	for n := range u.io {
		names, components = append(names, [...]string{"io1", "io2"}[n]), append(components, "io")
	}
	return names, components
}

// factory is the firmware that a member left the factory with.
func (u *Unit) factory(name string) Slot {
	version := u.cfg.Identity.Firmware
	if name == u.cfg.Interface.String() && u.cfg.InterfaceFirmware != "" {
		version = u.cfg.InterfaceFirmware
	}
	return Slot{Version: version}
}

// memberOf returns the firmware of a member, to be changed only if it is kept.
func (u *Unit) memberOf(name string) *member {
	if u.fw != nil {
		if m := u.fw.Members[name]; m != nil {
			return m
		}
	}
	return &member{Slots: [2]Slot{u.factory(name), {}}}
}

// keepMember makes the unit remember a member.
func (u *Unit) keepMember(name string, m *member) {
	fw := u.keepFirmware()
	if fw.Members == nil {
		fw.Members = map[string]*member{}
	}
	fw.Members[name] = m
	u.dirty = true
}

func (u *Unit) keepFirmware() *firmware {
	if u.fw == nil {
		u.fw = &firmware{}
	}
	return u.fw
}

// find returns the member that a package of a component is for: the one that was
// asked for, or the first. "": there is none.
func (u *Unit) find(component, asked string) string {
	names, components := u.memberNames()
	for i, c := range components {
		if c == component && (asked == "" || asked == names[i]) {
			return names[i]
		}
	}
	return ""
}

// versionOf is the version that a member runs.
func (u *Unit) versionOf(name string) string {
	if u.fw != nil && u.fw.Members[name] != nil {
		return u.fw.Members[name].running().Version
	}
	return u.factory(name).Version
}

// device is what a package would be installed on, as trust sees it. Of several
// IO modules the oldest counts.
func (u *Unit) device(name, component string) *trust.Device {
	m := u.memberOf(name)
	d := &trust.Device{Component: component, Version: m.running().Version, Sequence: max(m.Floor, m.running().Sequence),
		Others: map[string]string{}, Serial: u.cfg.Identity.Serial, Modules: map[string]uint64{}}
	names, components := u.memberNames()
	for i, c := range components {
		if v := u.versionOf(names[i]); d.Others[c] == "" || v < d.Others[c] {
			d.Others[c] = v
		}
	}
	if u.fw != nil {
		for module, l := range u.fw.Licences {
			d.Modules[module] = l.Sequence
		}
	}
	return d
}

// updating returns the member that is being updated; nil: none.
func (u *Unit) updating() (string, *member) {
	if u.fw == nil {
		return "", nil
	}
	for name, m := range u.fw.Members {
		if m.Phase != Idle {
			return name, m
		}
	}
	return "", nil
}

// unguarded reports whether digital modules do not protect: while the control unit
// is being updated (facts 7.1; standard protection goes on).
func (u *Unit) unguarded() bool {
	name, _ := u.updating()
	return name == "control_unit"
}

// updateEnds returns when the phase of an update ends.
func (u *Unit) updateEnds() (time.Duration, bool) {
	_, m := u.updating()
	if m == nil {
		return 0, false
	}
	return m.Until, true
}

// fillUpdate shows what is under way.
func (u *Unit) fillUpdate(v points.Values) {
	v.SetFlag(points.UpdateMode, u.unguarded())
	if _, m := u.updating(); m != nil {
		v[points.UpdateProgress] = m.progress(u.now)
	}
	expiring, expired := u.book.active(points.CodeLicenceExpiring), u.book.active(points.CodeLicenceExpired)
	v.SetFlag(points.ModuleLicenceExpiring, expiring)
	v.SetFlag(points.ModuleLicenceExpired, expired)
}

// progress is how much of an update is done, %: writing counts for nine tenths.
func (m *member) progress(now time.Duration) float64 {
	part := 1.0
	if m.Until > m.Since {
		part = min(1, max(0, float64(now-m.Since)/float64(m.Until-m.Since)))
	}
	switch m.Phase {
	case Writing:
		return 90 * part
	case Starting:
		return 90 + 10*part
	}
	return 100
}

// recallFirmware takes up what was remembered, of the members that there still are.
func (u *Unit) recallFirmware(s *state) error {
	if s.Firmware == nil {
		return nil
	}
	u.fw = s.Firmware
	names, _ := u.memberNames()
	for name, m := range u.fw.Members {
		if m == nil || m.Phase > Starting || !slices.Contains(names, name) {
			delete(u.fw.Members, name)
		}
	}
	for name, l := range u.fw.Licences {
		m, err := ParseModule(name)
		if l == nil || err != nil {
			delete(u.fw.Licences, name)
			continue
		}
		u.cfg.Modules = u.cfg.Modules.With(m)
	}
	return u.remeter()
}
