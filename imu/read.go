package imu

import (
	"math"
	"time"

	"switchroom/access"
	"switchroom/points"
	"switchroom/protection"
)

// refresh is how old a reading may be: the unit measures once a second (UG).
const refresh = time.Second

// Snapshot is what a unit shows at one moment. A reader keeps one and hands it
// to [Unit.Read] again and again: nothing is computed while nothing has changed
// within a second.
type Snapshot struct {
	Values  points.Values
	texts   texts
	version uint64
	at      time.Duration
	valid   bool
	powered bool
}

// Powered reports whether the control unit had a supply.
func (s *Snapshot) Powered() bool { return s.powered }

type texts struct {
	id                Identity
	name              string
	firmware          string
	interfaceFirmware string
	notReady          string
	lastTrip          string
	test              string
}

// Text returns a text point, "" where it is not programmed.
func (s *Snapshot) Text(id points.ID) string {
	t := &s.texts
	switch id {
	case points.BreakerNotReady:
		return t.notReady
	case points.BreakerLastTrip:
		return t.lastTrip
	case points.TestResult:
		return t.test
	case points.DeviceFirmware:
		return t.firmware
	case points.InterfaceFirmware:
		return t.interfaceFirmware
	case points.DeviceHardware, points.InterfaceHardware:
		return t.id.Hardware
	case points.DeviceModel, points.InterfaceModel:
		return t.id.Model
	case points.DeviceSerial:
		return t.id.Serial
	case points.InterfaceFamily:
		return t.id.Family
	case points.InterfaceName:
		return t.name
	case points.InterfaceProductCode:
		return t.id.ProductCode
	case points.InterfaceRange:
		return t.id.Range
	case points.InterfaceVendor:
		return t.id.Vendor
	}
	return ""
}

// Read lets an actor read everything: it brings s up to date, and reports
// whether s changed. A refused actor gets nothing: s is emptied.
func (u *Unit) Read(now time.Duration, a access.Actor, s *Snapshot) (d access.Decision, changed bool) {
	d = u.decideRead(a, now)
	if !d.OK() {
		*s = Snapshot{Values: s.Values}
		s.Values.Clear()
		return d, true
	}
	if s.valid && s.version == u.version.Load() && now-s.at < refresh && now >= s.at {
		return d, false
	}
	u.with(now, func() { u.snapshot(s, a.Path == access.NFC) })
	return d, true
}

// snapshot fills s. It is called with the unit locked. A unit without supply tells
// nothing; by its tag a phone still reads what it remembers (A3).
func (u *Unit) snapshot(s *Snapshot, byTag bool) {
	if s.Values == nil {
		s.Values = points.NewValues()
	}
	v := s.Values
	v.Clear()
	s.texts = texts{id: u.cfg.Identity, name: u.name, firmware: u.versionOf("control_unit"), interfaceFirmware: u.versionOf(u.cfg.Interface.String())}
	s.powered = u.powered()
	if !s.powered && byTag {
		u.fillRemembered(v)
		s.texts.lastTrip = u.lastTrip
	} else {
		u.fillInterface(v)
	}
	if s.powered {
		u.mech.Fill(v)
		u.meas.Fill(u.now, v)
		u.meas.FillDates(v, v[points.DeviceClock]-u.now.Seconds())
		u.fillRating(v)
		u.fillProtection(v)
		u.fillSettings(v)
		u.fillEvents(v)
		u.fillUpkeep(v)
		u.fillUpdate(v)
		u.fillIO(v)
		s.texts.lastTrip, s.texts.test = u.lastTrip, u.injection.result
		if r := u.mech.NotReady(); r != 0 {
			s.texts.notReady = r.String()
		}
	}
	s.version, s.at, s.valid = u.version.Load(), u.now, true
}

// fillRemembered is what the unit knows without a supply: its settings and what it
// has lived through. What it would have to look at now, it does not know.
func (u *Unit) fillRemembered(v points.Values) {
	u.fillRating(v)
	u.fillProtection(v)
	for _, id := range thermalPoints {
		v[id] = math.NaN()
	}
	u.fillSettings(v)
	u.fillTrips(v)
	v[points.EventActive] = float64(len(u.book.open))
	u.fillUpkeep(v)
}

// productIFM is what an IFM identifies itself as (NSX: sibling). What IFE and EIFE do
// is in no document that we could read.
const productIFM = 15146

// fillInterface is what the interface knows by itself: it has its own supply.
func (u *Unit) fillInterface(v points.Values) {
	clock := float64(u.clock.date(u.world, u.now)) / 1000
	v[points.InterfaceClock], v[points.DeviceClock] = clock, clock
	v.SetFlag(points.DeviceClockSynchronised, u.clock.synchronised)
	for n := 1; n <= points.IOModules; n++ {
		v.SetFlag(points.OfIO(points.IO1Absent, n), true) // until somebody knows better
	}
	v[points.InterfaceUptime] = math.Floor((u.now - u.started).Seconds())
	v.SetFlag(points.RemoteEnabled, u.remote())
	if u.cfg.Interface == IFM {
		v[points.InterfaceProductID] = productIFM
	}
	if u.cfg.Interface.pad() {
		v[points.InterfacePad] = 1
		if u.set.Remote {
			v[points.InterfacePad] = 3
		}
	}
}

func (u *Unit) fillRating(v points.Values) {
	r := u.cfg.Rating
	v[points.RatingIn], v[points.RatingVoltage] = r.In, r.Voltage
	v.SetFlag(points.RatingFrequency, r.Frequency == 60)
	v.SetFlag(points.RatingPoles, r.Poles == 4)
	v[points.RatingSystemType] = float64(r.SystemType())
	v[points.RatingVariant] = float64(r.Variant)
	v.SetFlag(points.MeteringENCT, r.ENCT)
	v.SetFlag(points.MeteringENVT, r.ENVT)
}

func (u *Unit) fillProtection(v points.Values) {
	s, r := u.prot.Settings(), u.cfg.Rating
	fill(v, r, protection.IDs(), s.Get)
	v.SetFlag(points.ProtectionNeutralOn, s.Neutral != protection.NeutralOff)
	v.SetFlag(points.ProtectionShortTimeOn, r.Variant != points.X30)
	v.SetFlag(points.ProtectionInstantaneousOn, s.Instantaneous.Mode != protection.InstantaneousOff)
	v.SetFlag(points.ProtectionInstantaneousFast, s.Instantaneous.Mode == protection.InstantaneousFast)
	v.SetFlag(points.ProtectionEarthLeakageOn, r.Variant == points.X70)
	v[points.ProtectionGroup] = float64(u.group + 1)
	v.SetFlag(points.ProtectionDual, u.set.Dual)
	fill(v, r, protection.CommonIDs(), u.set.Common.Get)
	if u.cfg.Modules != 0 {
		u.fillOptional(v)
	}
	v.SetFlag(points.ProtectionERMSEngaged, u.prot.Engaged())
	for i, id := range thermalPoints {
		v[id] = u.prot.Thermal(u.now, protection.L1+protection.Phase(i))
	}
}

// fill shows the settings that exist on a unit of rating r.
func fill(v points.Values, r points.Rating, ids []points.ID, get func(points.ID) (float64, bool)) {
	for _, id := range ids {
		if _, has := points.Of(id).For(r); has {
			v[id], _ = get(id)
		}
	}
}

var thermalPoints = [4]points.ID{points.ProtectionThermalL1, points.ProtectionThermalL2, points.ProtectionThermalL3, points.ProtectionThermalN}

func (u *Unit) fillSettings(v points.Values) {
	v[points.MeteringPowerSign] = float64(u.set.PowerSign)
	v[points.MeteringPFConvention] = float64(u.set.PFConvention)
	v[points.MeteringEnergyMode] = float64(u.set.EnergyMode)
	for i, id := range [2][2]points.ID{
		{points.MeteringCurrentDemandWindow, points.MeteringCurrentDemandInterval}, {points.MeteringPowerDemandWindow, points.MeteringPowerDemandInterval},
	} {
		d := u.set.Demand[i].metering()
		v[id[0]], v[id[1]] = float64(d.Window), d.Interval().Minutes()
	}
	v.SetFlag(points.LockProtectionHMI, u.set.LockHMI)
	v.SetFlag(points.LockProtectionRemote, u.set.LockRemote)
	v[points.BreakerMode] = float64(u.mode() - access.ModeUnset)
	u.fillRadio(v)
	v.SetFlag(points.DiagnosticDisplaySettingsEnabled, !u.set.LockHMI)
	v.SetFlag(points.DiagnosticDisplaySettingsChanged, u.set.ByDisplay)
	v.SetFlag(points.DiagnosticRemoteSettingsChanged, u.set.ByRemote)
	v.SetFlag(points.DiagnosticInterfaceLost, false)
	spent := u.load.at(u.now)
	for i, id := range [4]points.ID{points.LoadProfileA, points.LoadProfileB, points.LoadProfileC, points.LoadProfileD} {
		v[id] = math.Floor(spent[i].Seconds())
	}
}

// fillTrips sets the trip causes that show.
func (u *Unit) fillTrips(v points.Values) {
	for f := range functionRows {
		if row := &functionRows[f]; row.tripped != 0 && u.can(row) {
			v.SetFlag(row.tripped, u.book.showing(row.trip))
		}
	}
	v.SetFlag(points.TripSelfDiagnostic, u.book.showing(points.CodeTripDiagnostic))
}

// can reports whether the unit has what a function needs.
func (u *Unit) can(row *functionRow) bool {
	return row.module == 0 || u.cfg.Modules.Has(row.module)
}

// fillEvents sets pick-ups, alarms, trip causes and LEDs.
func (u *Unit) fillEvents(v points.Values) {
	picked := u.prot.Pickups()
	for f := range functionRows {
		row := &functionRows[f]
		if !u.can(row) {
			continue
		}
		if row.pickup != 0 {
			v.SetFlag(row.pickup, picked.Has(protection.Function(f)))
		}
		if row.alarmed != 0 {
			v.SetFlag(row.alarmed, u.book.active(row.alarm))
		}
	}
	u.fillTrips(v)
	v[points.EventActive] = float64(len(u.book.open))
	u.fillLEDs(v)
}

// fillLEDs sets the LEDs of the front (UG). The trip cause LEDs stay until the
// events are reset.
func (u *Unit) fillLEDs(v points.Values) {
	lit := func(id points.ID, on bool) { v.SetFlag(id, on) }
	lit(points.LEDReady, u.book.worst(points.DiagnosticHistory) < points.High)
	if u.identify != 0 {
		v[points.LEDReady] = 2
	}
	v[points.LEDService] = float64(max(0, int(u.book.worst(points.DiagnosticHistory))-int(points.Low)))
	v[points.LEDOverload] = float64(u.prot.Overload())
	all := u.broken()
	lit(points.LEDTripIr, all || u.book.showing(points.CodeTripLong))
	lit(points.LEDTripIsdIi, all || u.book.showing(points.CodeTripShort) || u.book.showing(points.CodeTripInst))
	lit(points.LEDTripIg, all || u.book.showing(points.CodeTripGround) || u.book.showing(points.CodeTripLeakage))
	lit(points.LEDTripAp, all || u.optionalTrip() || u.book.showing(points.CodeTripSelf) || u.book.showing(points.CodeTripDiagnostic) || u.book.showing(points.CodeTripSensor) || u.book.showing(points.CodeTripENCT) || u.book.showing(points.CodeTripHot))
	lit(points.LEDERMS, u.prot.Engaged())
}

// Events returns up to n records of history h from the first newest on, newest
// first, and how many there are. It is part of reading and asks the monitor.
func (u *Unit) Events(now time.Duration, a access.Actor, h points.History, first, n int) (recs []Record, total int, d access.Decision) {
	d = u.decideRead(a, now)
	if !d.OK() || h.Depth() == 0 {
		return nil, 0, d
	}
	u.with(now, func() {
		r := &u.book.histories[h]
		recs, total = r.newest(max(0, first), n), len(r.recs)
	})
	return recs, total, d
}

// Open returns the events that are active or held. It is part of reading.
func (u *Unit) Open(now time.Duration, a access.Actor) (open []Status, d access.Decision) {
	d = u.decideRead(a, now)
	if d.OK() {
		u.with(now, func() { open = append(open, u.book.open...) })
	}
	return open, d
}

// Group returns the settings of group g (0 acting, 1 A, 2 B). It is part of
// reading.
func (u *Unit) Group(now time.Duration, a access.Actor, g int) (s protection.Settings, d access.Decision) {
	d = u.decideRead(a, now)
	if !d.OK() {
		return s, d
	}
	u.with(now, func() {
		switch g {
		case 1, 2:
			s = u.groups[g-1]
		default:
			s = u.prot.Settings()
		}
	})
	return s, d
}
