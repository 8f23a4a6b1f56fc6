package imu

import (
	"time"

	"switchroom/access"
)

// FirmwareStatus is what a unit tells of its firmware and its digital modules.
type FirmwareStatus struct {
	Serial  string         `json:"serial"` // of the control unit; "": not programmed
	Members []MemberStatus `json:"members"`
	Modules []ModuleState  `json:"modules"`
	Staged  int64          `json:"staged"` // bytes of a package that is being sent
	Size    int64          `json:"size"`   // of that package; 0: none is
}

// MemberStatus is the firmware of one member.
type MemberStatus struct {
	Name      string  `json:"name"` // control_unit, ife, eife, ifm, io1, io2
	Component string  `json:"component"`
	Running   Slot    `json:"running"`
	Other     Slot    `json:"other"` // version "": empty
	Floor     uint64  `json:"floor"` // sequence below which nothing is installed
	Phase     string  `json:"phase"`
	Progress  float64 `json:"progress"` // %, of an update that is under way
	Last      string  `json:"last"`     // what came of the last update; "": there was none
}

// Firmware tells the firmware of the members and the digital modules. It is part of
// reading.
func (u *Unit) Firmware(now time.Duration, a access.Actor) (s FirmwareStatus, d access.Decision) {
	d = u.decideRead(a, now)
	if !d.OK() {
		return s, d
	}
	u.with(now, func() {
		s.Serial = u.cfg.Identity.Serial
		names, components := u.memberNames()
		for i, name := range names {
			m := u.memberOf(name)
			x := MemberStatus{Name: name, Component: components[i], Running: *m.running(), Other: *m.other(), Floor: m.Floor, Phase: m.Phase.String(), Last: m.Last}
			if m.Phase != Idle {
				x.Progress = m.progress(u.now)
			}
			s.Members = append(s.Members, x)
		}
		s.Modules = u.moduleStates()
		if u.stage != nil {
			s.Staged, s.Size = int64(len(u.stage.data)), u.stage.size
		}
	})
	return s, d
}

// Modules returns the digital modules that are installed. It is part of reading.
func (u *Unit) Modules(now time.Duration, a access.Actor) (all []ModuleState, d access.Decision) {
	d = u.decideRead(a, now)
	if d.OK() {
		u.with(now, func() { all = u.moduleStates() })
	}
	return all, d
}
