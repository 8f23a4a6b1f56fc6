package imu

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"switchroom/access"
	"switchroom/points"
	"switchroom/trust"
)

// How long an update takes, in world time. Ours.
const (
	writeRate = 1 << 20 // bytes a second into the flash
	writeTime = 10 * time.Second
	startTime = 5 * time.Second
)

// doInstall takes the package that was sent and has it judged, without the unit's
// lock: protection waits for nobody.
func (u *Unit) doInstall(r *Request) Result {
	p, s := r.Upload, u.stage
	if p == nil {
		return refuse(OutOfRange, "a package is installed by commissioning software")
	}
	if err := boundedLists(p.Lists); err != nil {
		return refuse(OutOfRange, err.Error())
	}
	switch _, busy := u.updating(); {
	case busy != nil || s != nil && s.judging:
		return refuse(Busy, "another update is under way")
	case s == nil || int64(len(s.data)) != s.size || s.size != p.Size || s.digest != p.SHA256:
		return refuse(NotStaged, "")
	}
	s.judging = true
	j := judging{unit: u, staged: s, by: r.Actor, lists: copied(p.Lists), asked: p.Member}
	j.side, j.member = u.side(s.data, j.lists, j.asked)
	return Result{then: j.judge}
}

// judging is a package being judged by the control unit, with its own anchors.
type judging struct {
	unit   *Unit
	staged *staged
	by     access.Actor
	lists  [][]byte
	asked  string
	member string
	side   *trust.Side
}

// side is what the control unit knows, and the member that the package is for. A
// package for a member that there is not is judged as one for the control unit.
func (u *Unit) side(data []byte, lists [][]byte, asked string) (*trust.Side, string) {
	s := &trust.Side{Branches: map[string]*trust.Branch{}, Clock: u.date(), Hardened: u.cfg.Profile == access.Hardened, Proven: u.cfg.TimestampException}
	if u.fw != nil {
		s.Floor = u.fw.Floor
		lists = append(copied(u.fw.Lists), lists...)
	}
	for name, b := range u.cfg.Anchors {
		s.Branches[name] = &trust.Branch{Roots: b.Roots, Lists: append(copied(b.Lists), lists...)}
	}
	name, component := "control_unit", "control_unit"
	if p, err := trust.Split(data); err == nil {
		switch m := u.find(p.Manifest.Component, asked); {
		case m != "":
			name, component = m, p.Manifest.Component
		case asked != "": // not what was asked for: nothing fits
			component = "member of another name"
		}
	}
	s.Device = u.device(name, component)
	return s, name
}

// date is the date that the unit shows.
func (u *Unit) date() time.Time {
	return points.Epoch.Add(time.Duration(u.clock.date(u.world, u.now)) * time.Millisecond)
}

// judge runs without the unit's lock, and takes it for what follows.
func (j judging) judge() (res Result) {
	kept := j.side.Kept(j.staged.data)
	if kept.Time.After(j.side.Floor) {
		j.side.Floor = kept.Time // a clock at 2000-01-01 neither bricks an update nor opens one
	}
	pkg, v := trust.Verify(j.staged.data, j.side)
	if sha256.Sum256(j.staged.data) != j.staged.digest {
		v = trust.Verdict{Reason: trust.BadFormat, Detail: "what arrived is not what was sent"}
	}
	j.unit.with(j.unit.world.Now(), func() { res = j.unit.judged(j, pkg, v, kept) })
	return res
}

// judged takes up a verdict. What was sent is gone in any case: what is installed is
// what was judged.
func (u *Unit) judged(j judging, pkg *trust.Package, v trust.Verdict, kept trust.Kept) Result {
	u.unstage()
	u.learn(kept)
	if pkg == nil || !v.OK() {
		detail := v.Reason
		if v.Detail != "" {
			detail += ": " + v.Detail
		}
		u.note(points.CodeUpdateRefused, Pulse, fmt.Sprintf("%s by %s", v.Reason, who(j.by)))
		return refuse(PackageRefused, detail)
	}
	if !u.powered() {
		return refuse(NotPowered, "")
	}
	u.learn(trust.Kept{Time: latest(pkg.Manifest.Built(), v.Timestamp)})
	if pkg.Manifest.Class == trust.Module {
		return u.license(pkg.Manifest, j.by)
	}
	u.beginUpdate(j, pkg, v)
	return Result{Value: points.String(pkg.Manifest.Version)}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// learn keeps the newest lists, and the latest time that somebody signed: a clock
// that falls back, or that somebody sets back, opens nothing (E7).
func (u *Unit) learn(k trust.Kept) {
	fw := u.keepFirmware()
	if all := k.Over(fw.Lists); len(all) > 0 {
		fw.Lists = all[:min(len(all), listsMax)]
	}
	if k.Time.After(fw.Floor) {
		fw.Floor = k.Time
	}
	u.dirty = true
}

// beginUpdate begins to write firmware into the slot that does not run.
func (u *Unit) beginUpdate(j judging, pkg *trust.Package, v trust.Verdict) {
	was := u.memberOf(j.member)
	m := *was
	sum, size := sha256.New(), 0
	for _, image := range pkg.Images {
		sum.Write(image)
		size += len(image)
	}
	signed := hex.EncodeToString(sum.Sum(nil))
	*m.other() = Slot{Version: pkg.Manifest.Version, Sequence: pkg.Manifest.Sequence, Built: pkg.Manifest.BuildDate, SHA256: signed, Signer: v.Signer + " " + v.Serial}
	m.Phase, m.Since, m.Halts, m.Spoilt = Writing, u.now, false, false
	m.Until = u.now + writeTime + time.Duration(float64(size)/writeRate*float64(time.Second))
	m.Last = ""
	u.keepMember(j.member, &m)
	u.note(points.CodeUpdateStarted, Pulse, fmt.Sprintf("%s %s to %s by %s", j.member, m.running().Version, pkg.Manifest.Version, who(j.by)))
	u.feedOptional()
}

// tendUpdate ends a phase of an update that is due.
func (u *Unit) tendUpdate() {
	name, m := u.updating()
	if m == nil || u.now < m.Until {
		return
	}
	switch m.Phase {
	case Writing:
		if !m.Spoilt {
			m.other().Held = m.other().SHA256
		}
		m.Phase, m.Since, m.Until = Starting, u.now, u.now+startTime
	case Starting:
		u.endUpdate(name, m)
	}
	u.dirty = true
}

// endUpdate looks whether the new firmware runs, and goes back if it does not.
func (u *Unit) endUpdate(name string, m *member) {
	m.Phase = Idle
	from, to := m.running().Version, m.other()
	switch {
	case !to.whole():
		u.failUpdate(name, m, "what was written is not what was signed")
	case m.Halts:
		u.failUpdate(name, m, "it did not start")
	default:
		m.Active = 1 - m.Active&1
		m.Floor = max(m.Floor, to.Sequence)
		m.Last = "updated"
		u.note(points.CodeUpdated, Pulse, fmt.Sprintf("%s %s to %s", name, from, to.Version))
	}
	u.feedOptional()
}

func (u *Unit) failUpdate(name string, m *member, why string) {
	m.Phase, m.Last = Idle, why
	u.note(points.CodeUpdateFailed, Pulse, fmt.Sprintf("%s stays at %s: %s", name, m.running().Version, why))
}

// interruptUpdate ends an update whose member has lost its supply: the slot that was
// being written is not whole, and the other one runs when the supply is back.
func (u *Unit) interruptUpdate() {
	name, m := u.updating()
	if m == nil || u.supplied(name) {
		return
	}
	if m.Phase == Writing {
		m.other().Held = ""
	}
	u.failUpdate(name, m, "the supply was lost")
	u.feedOptional()
}

// supplied reports whether a member has a supply: interface and IO modules need 24 V.
func (u *Unit) supplied(name string) bool {
	if name == "control_unit" {
		return u.powered()
	}
	return u.aux
}

// A FlashFault is something that goes wrong with firmware, for those who try what a
// unit makes of it.
type FlashFault uint8

const (
	FlashDamage FlashFault = iota + 1 // what does not run, or is being written, loses bits
	FlashHalts                        // what does not run, or is being written, will not start
)

// SpoilFlash has something go wrong with the firmware of a member.
func (u *Unit) SpoilFlash(now time.Duration, name string, f FlashFault) (err error) {
	u.hand(now, func() {
		names, _ := u.memberNames()
		if u.find(componentOf(name), name) == "" {
			err = fmt.Errorf("%s has no member %q: give one of %q", u.cfg.Name, name, names)
			return
		}
		m := *u.memberOf(name)
		switch f {
		case FlashDamage:
			m.Spoilt, m.other().Held = true, ""
		case FlashHalts:
			m.Halts = true
		}
		u.keepMember(name, &m)
	})
	return err
}

// componentOf is the component that a member of a name is.
func componentOf(name string) string {
	if name == "io1" || name == "io2" {
		return "io"
	}
	return name
}
