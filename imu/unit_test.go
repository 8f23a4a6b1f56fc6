package imu_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
)

var epoch = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// stand is a unit in a world that is stepped by hand.
type stand struct {
	*testing.T
	u    *imu.Unit
	w    *imu.World
	now  time.Duration
	recs []imu.Record
	lost []string
}

func config() imu.Config {
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENCT: true, ENVT: true, Voltage: 400, Frequency: 50}
	s := protection.Defaults(r)
	s.LongTime.Tr = 1
	s.ShortTime = protection.ShortTimeSettings{Isd: 5, Tsd: 0.2}
	s.Instantaneous.Ii = 10
	return imu.Config{
		Name: "Q1", Rating: r, Profile: access.Faithful, Interface: imu.IFE, Mechanism: breaker.Equipped(breaker.MTZ2),
		Settings: &s, Closed: true, Identity: imu.VirtualIdentity(imu.IFE), Seed: 1,
	}
}

func newStand(t *testing.T, change ...func(*imu.Config)) *stand {
	t.Helper()
	c := config()
	for _, f := range change {
		f(&c)
	}
	w := imu.NewSteppedWorld(epoch)
	u, err := imu.New(c, w)
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{T: t, u: u, w: w, now: time.Second}
	u.Subscribe(func(r imu.Record) { s.recs = append(s.recs, r) })
	s.step(0)
	return s
}

// step lets time pass.
func (s *stand) step(d time.Duration) {
	s.now += d
	s.w.Step(s.now)
	s.u.Advance(s.now)
}

// balanced returns three phasors of x, and nothing in the neutral.
func balanced(x float64) (p [4]complex128) {
	for k := range 3 {
		a := -2 * math.Pi / 3 * float64(k)
		p[k] = complex(x*math.Cos(a), x*math.Sin(a))
	}
	return p
}

// load puts a balanced load of amps at unity power factor on the breaker.
func (s *stand) load(amps float64) {
	v := balanced(230)
	s.u.Steady(s.now, balanced(amps), [3]complex128(v[:3]), 50)
}

func pass(text string) *imu.Password {
	p, err := imu.ParsePassword(text)
	if err != nil {
		panic(err)
	}
	return &p
}

// modbus is a request over Modbus with a password.
func modbus(op points.ID, password string) imu.Request {
	r := imu.Request{Actor: access.Actor{Path: access.Modbus, Source: "192.0.2.7"}, Op: op}
	if password != "" {
		r.Password = pass(password)
	}
	return r
}

func (s *stand) do(r imu.Request) imu.Result { return s.u.Do(s.now, r) }

// must does a request that has to be admitted, and waits until it is done.
func (s *stand) must(r imu.Request) {
	s.Helper()
	res := s.do(r)
	if err := res.Err(); err != nil {
		s.Fatalf("%v: %v", r.Op, err)
	}
	if res.Order == nil {
		return
	}
	s.step(time.Second)
	if done, refusal := s.u.Outcome(s.now, res.Order); !done || refusal != imu.None {
		s.Fatalf("%v: done %v, %v", r.Op, done, refusal)
	}
}

func (s *stand) read() *imu.Snapshot {
	s.Helper()
	var snap imu.Snapshot
	if d, _ := s.u.Read(s.now, access.Actor{Path: access.Modbus}, &snap); !d.OK() {
		s.Fatalf("reading: %v", d)
	}
	return &snap
}

func (s *stand) is(id points.ID, want float64) {
	s.Helper()
	if got := s.read().Values[id]; !(math.Abs(got-want) <= 1e-6*math.Abs(want)+1e-9) {
		s.Errorf("%v = %g, want %g", id, got, want)
	}
}

// happened returns how often an event was recorded.
func (s *stand) happened(c points.Code, what imu.Transition) int {
	n := 0
	for _, r := range s.recs {
		if r.Code == c && r.What == what {
			n++
		}
	}
	return n
}

// count returns how often an event stands in a history.
func (s *stand) count(h points.History, c points.Code) int {
	recs, _, _ := s.u.Events(s.now, access.Actor{Path: access.Modbus}, h, 0, h.Depth())
	n := 0
	for _, r := range recs {
		if r.Code == c {
			n++
		}
	}
	return n
}

func TestOpenAndClose(t *testing.T) {
	s := newStand(t)
	s.load(500)
	s.is(points.CurrentL1, 500)
	res := s.do(modbus(points.BreakerOpen, "3333"))
	if !res.OK() || res.Order == nil {
		t.Fatalf("open: %v", res.Err())
	}
	if done, _ := s.u.Outcome(s.now, res.Order); done {
		t.Error("the contacts part at once")
	}
	s.step(time.Second)
	if done, r := s.u.Outcome(s.now, res.Order); !done || r != imu.None {
		t.Fatalf("open: done %v, %v", done, r)
	}
	s.is(points.BreakerClosed, 0)
	s.is(points.CurrentL1, 0)
	s.is(points.BreakerFaultTripped, 0)
	if s.happened(points.CodeOpened, imu.Pulse) != 1 {
		t.Errorf("events: %v", s.recs)
	}
	if r := s.do(modbus(points.BreakerOpen, "0000")); r.Refusal != imu.AlreadyOpen {
		t.Errorf("open again: %v", r.Err())
	}
	s.must(modbus(points.BreakerClose, "0000"))
	s.is(points.BreakerClosed, 1)
	s.is(points.CurrentL1, 500)
	s.is(points.OperationsTotal, 1)
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		with func(*stand)
		req  imu.Request
		want string
		code points.Code
	}{
		{"wrong password", nil, modbus(points.BreakerOpen, "9999"), "wrong_password", points.CodePasswordRefused},
		{"no password", nil, modbus(points.BreakerOpen, ""), "no_password", points.CodeRefused},
		{"wrong level", nil, modbus(points.BreakerOpen, "1111"), "wrong_level", points.CodeRefused},
		{"pad locked", func(s *stand) { s.u.Pad(s.now, true) }, modbus(points.BreakerOpen, "3333"), "remote_off", points.CodeRefused},
		{"not powered", func(s *stand) { s.u.Supply(s.now, false) }, modbus(points.BreakerOpen, "3333"), "not_powered", 0},
		{"already closed before inhibited (R10)", func(s *stand) { s.u.InhibitByIO(s.now, true) }, modbus(points.BreakerClose, "3333"), "already_closed", 0},
		{"inhibited by IO", func(s *stand) { s.must(modbus(points.BreakerOpen, "3333")); s.u.InhibitByIO(s.now, true) }, modbus(points.BreakerClose, "3333"), "inhibited", points.CodeRefused},
		{"not ready", func(s *stand) {
			s.must(modbus(points.BreakerOpen, "3333"))
			s.u.Lock(s.now, breaker.Padlock, true)
		}, modbus(points.BreakerClose, "3333"), "not_ready", 0},
		{"tripped", func(s *stand) { s.load(20000); s.step(time.Second) }, modbus(points.BreakerClose, "3333"), "must_reset", 0},
		{"nothing to reset", nil, modbus(points.BreakerReset, "3333"), "already_reset", 0},
		{"an HMI cannot open", nil, imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BreakerOpen}, "no_rule", points.CodeRefused},
		{"a password is not a Modbus point", nil, imu.Request{Actor: access.Actor{Path: access.Modbus}, Password: pass("0000"), Op: points.PasswordLevel1, Value: points.String("abcd")}, "no_rule", points.CodeRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStand(t)
			if c.with != nil {
				c.with(s)
			}
			s.recs = nil
			res := s.do(c.req)
			if err := res.Err(); err == nil || !strings.HasPrefix(err.Error(), c.want+":") {
				t.Errorf("%v, want %s", err, c.want)
			}
			if c.code != 0 && s.happened(c.code, imu.Pulse) != 1 {
				t.Errorf("no event %v among %v", c.code, s.recs)
			}
			for _, r := range s.recs {
				if strings.Contains(r.Detail, "9999") || strings.Contains(r.Detail, "3333") {
					t.Errorf("an event tells the password: %q", r.Detail)
				}
			}
		})
	}
}

func TestTripAndReset(t *testing.T) {
	s := newStand(t)
	s.load(800)
	s.step(time.Minute)
	s.load(6000) // 6 × In: short time, Isd 5, tsd 0.2
	s.step(2 * time.Second)
	s.is(points.BreakerClosed, 0)
	s.is(points.BreakerFaultTripped, 1)
	s.is(points.TripShortTime, 1)
	s.is(points.LEDTripIsdIi, 1)
	if s.happened(points.CodeTripShort, imu.Entry) != 1 || s.happened(points.CodeOpened, imu.Pulse) != 1 {
		t.Errorf("events: %v", s.recs)
	}
	if got := s.read().Text(points.BreakerLastTrip); !strings.HasPrefix(got, "short_time l") {
		t.Errorf("last trip %q", got)
	}
	s.load(800)
	s.must(modbus(points.BreakerReset, "3333"))
	s.is(points.BreakerFaultTripped, 0)
	s.is(points.LEDTripIsdIi, 1) // held until the events are reset
	s.must(modbus(points.EventReset, "3333"))
	s.is(points.LEDTripIsdIi, 0)
	s.must(modbus(points.BreakerClose, "3333"))
	s.is(points.BreakerClosed, 1)
	s.is(points.OperationsTrips, 1)
	if w := s.read().Values[points.WearContacts]; !(w > 0) {
		t.Errorf("no wear from breaking 6 kA: %g", w)
	}
}

// TestTripAsksNobody: no lock, no password, no mode and no supply keeps a
// breaker from tripping.
func TestTripAsksNobody(t *testing.T) {
	for _, p := range []access.Profile{access.Faithful, access.Hardened} {
		s := newStand(t, func(c *imu.Config) { c.Profile = p; c.Mode = access.ModeManual })
		s.u.Pad(s.now, true)
		s.u.InhibitByIO(s.now, true)
		s.u.Supply(s.now, false)
		for range 100 {
			s.do(modbus(points.BreakerOpen, "9999"))
		}
		s.load(20000)
		s.step(100 * time.Millisecond)
		if s.u.Closed() {
			t.Errorf("%v: 20 kA for 100 ms and still closed", p)
		}
	}
}

func TestMechanicalButtonsAskNobody(t *testing.T) {
	s := newStand(t)
	s.u.Pad(s.now, true)
	s.u.Push(s.now, breaker.OpenButton, true)
	s.u.Push(s.now, breaker.OpenButton, false)
	s.step(time.Second)
	if s.u.Closed() {
		t.Error("the button does not open")
	}
	s.is(points.BreakerFaultTripped, 0)
}

func TestOneOrderAtATime(t *testing.T) {
	s := newStand(t)
	first := s.do(modbus(points.BreakerOpen, "3333"))
	other := modbus(points.BreakerReset, "3333")
	other.Actor.Source = "192.0.2.99"
	if r := s.do(other); r.Refusal != imu.Busy {
		t.Errorf("another client is not told busy: %v", r.Err())
	}
	again := s.do(modbus(points.BreakerReset, "3333"))
	if done, r := s.u.Outcome(s.now, first.Order); !done || r != imu.Aborted {
		t.Errorf("the first order: done %v, %v; want aborted (R10)", done, r)
	}
	if again.Refusal == imu.Busy {
		t.Error("the same client is told busy (R10)")
	}
	s.step(time.Second)
	if s.u.Closed() {
		t.Error("an aborted answer is no aborted opening: the coil has pulled")
	}
}

func TestSessionSettings(t *testing.T) {
	s := newStand(t)
	open := s.do(modbus(points.ProtectionSessionOpen, "0000"))
	if err := open.Err(); err != nil {
		t.Fatal(err)
	}
	key := uint32(open.Value.Float())
	submit := modbus(points.ProtectionLongTimeIr, "0000")
	submit.Session = key
	submit.Set = []imu.Setting{{Point: points.ProtectionLongTimeIr, Value: 600}, {Point: points.ProtectionLongTimeTr, Value: 2}}
	s.must(submit)
	s.is(points.ProtectionLongTimeIr, 1000) // the old values act until apply
	other := submit
	other.Actor.Source = "192.0.2.99"
	if r := s.do(other); r.Refusal != imu.NoSession {
		t.Errorf("another source uses the session: %v", r.Err())
	}
	if r := s.do(modbus(points.ProtectionSessionOpen, "0000")); !r.OK() {
		t.Errorf("the owner opens again: %v", r.Err())
	}
	taken := modbus(points.ProtectionSessionOpen, "0000")
	taken.Actor.Source = "192.0.2.99"
	if r := s.do(taken); r.Refusal != imu.SessionTaken {
		t.Errorf("two sessions at once: %v", r.Err())
	}
	open = s.do(modbus(points.ProtectionSessionOpen, "0000"))
	submit.Session = uint32(open.Value.Float())
	s.must(submit)
	apply := modbus(points.ProtectionSessionApply, "0000")
	apply.Session = submit.Session
	s.must(apply)
	s.is(points.ProtectionLongTimeIr, 600)
	s.is(points.ProtectionLongTimeTr, 2)
	if s.happened(points.CodeProtectionSet, imu.Pulse) != 1 {
		t.Error("no event of the change")
	}
	s.step(6 * time.Minute)
	if r := s.do(apply); r.Refusal != imu.NoSession {
		t.Errorf("the session outlives five idle minutes: %v", r.Err())
	}
}

func TestSettingsTogether(t *testing.T) {
	s := newStand(t)
	bad := imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.ProtectionShortTimeI2t, Set: []imu.Setting{
		{Point: points.ProtectionShortTimeI2t, Value: 1}, {Point: points.ProtectionShortTimeTsd, Value: 0},
	}}
	if r := s.do(bad); r.Refusal != imu.SettingsRefused || !strings.Contains(r.Detail, "protection.short_time.tsd") {
		t.Errorf("I²t with no delay: %v", r.Err())
	}
	bad.Set = []imu.Setting{{Point: points.ProtectionLongTimeIr, Value: 5000}}
	if r := s.do(bad); r.Refusal != imu.OutOfRange {
		t.Errorf("Ir above In: %v", r.Err())
	}
	bad.Set = []imu.Setting{{Point: points.ProtectionEarthLeakageIdn, Value: 1}}
	if r := s.do(bad); r.Refusal != imu.NotSupported {
		t.Errorf("earth leakage on a 6.0 X: %v", r.Err())
	}
	s.is(points.ProtectionShortTimeI2t, 0)
}

func TestLocks(t *testing.T) {
	s := newStand(t)
	lock := modbus(points.LockProtectionHMI, "0000")
	lock.Value = points.Flag(true)
	s.must(lock)
	hmi := imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.ProtectionLongTimeIr, Value: points.Number(700)}
	if r := s.do(hmi); r.Decision.Reason != access.HMILocked {
		t.Errorf("locked HMI: %v", r.Err())
	}
	unlock := imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.LockProtectionHMI, Value: points.Flag(false)}
	s.must(unlock) // R7
	s.must(hmi)
	s.is(points.ProtectionLongTimeIr, 700)
	s.is(points.DiagnosticDisplaySettingsChanged, 1)
}

func TestPasswords(t *testing.T) {
	s := newStand(t)
	usb := access.Actor{Path: access.USB, Present: true, Source: "usb", Until: time.Hour}
	levels, d := s.u.Prove(s.now, usb, *pass("2222"))
	if !d.OK() || levels != access.Level2 {
		t.Fatalf("level 2: %v, %v", levels, d)
	}
	usb.Offered, usb.Levels = true, levels
	change := imu.Request{Actor: usb, Op: points.PasswordLevel2, Value: points.String("Ab1z")}
	s.must(change)
	if l, _ := s.u.Prove(s.now, access.Actor{Path: access.USB, Until: time.Hour}, *pass("2222")); l != 0 {
		t.Error("the old password still proves")
	}
	change.Op, change.Value = points.PasswordLevel4, points.String("Ab1z")
	if r := s.do(change); r.Decision.Reason != access.WrongLevel {
		t.Errorf("level 2 changes level 4: %v", r.Err())
	}
	for _, bad := range []string{"", "abc", "abcde", "ab d", "abcé", "ab-d"} {
		change.Op, change.Value = points.PasswordLevel2, points.String(bad)
		if r := s.do(change); r.Refusal != imu.OutOfRange {
			t.Errorf("password %q: %v", bad, r.Err())
		}
	}
}

func TestClock(t *testing.T) {
	s := newStand(t)
	set := imu.Request{Actor: access.Actor{Path: access.Modbus, Source: "192.0.2.7"}, Op: points.ClockSet, Value: points.At(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC))}
	s.must(set)
	s.step(10 * time.Second)
	if got := points.Number(s.read().Values[points.DeviceClock]).Time(); got != time.Date(2030, 1, 2, 3, 4, 15, 0, time.UTC) {
		t.Errorf("clock %v", got)
	}
	if s.happened(points.CodeClockSet, imu.Pulse) != 1 {
		t.Error("setting the clock leaves no event")
	}
	s.u.Battery(s.now, false)
	s.u.Supply(s.now, false)
	s.step(time.Second)
	s.u.Supply(s.now, true)
	if got := points.Number(s.read().Values[points.DeviceClock]).Time(); got.Year() != 2000 {
		t.Errorf("clock after the loss of battery and supply: %v", got)
	}
	s.is(points.DeviceClockSynchronised, 0)
}

func TestUnpoweredReadsNothing(t *testing.T) {
	s := newStand(t)
	s.load(500)
	s.u.Supply(s.now, false)
	s.is(points.CurrentL1, 500) // half of In powers the unit itself
	s.load(100)
	if v := s.read().Values[points.CurrentL1]; !math.IsNaN(v) {
		t.Errorf("a dead control unit measures %g A", v)
	}
	s.is(points.InterfacePad, 3) // the interface has its own supply
}

func TestEventHistories(t *testing.T) {
	s := newStand(t)
	for i := range 150 {
		set := imu.Request{Actor: access.Actor{Path: access.Modbus}, Op: points.ClockSet, Value: points.At(epoch.Add(time.Duration(i) * time.Second))}
		s.must(set)
	}
	recs, total, d := s.u.Events(s.now, access.Actor{Path: access.Modbus}, points.ConfigurationHistory, 0, 1000)
	if !d.OK() || total != 100 || len(recs) != 100 {
		t.Fatalf("%d of %d records, %v; the history holds 100", len(recs), total, d)
	}
	if !strings.Contains(recs[0].Detail, "08:02:29") {
		t.Errorf("the newest is not first: %q", recs[0].Detail)
	}
	more, _, _ := s.u.Events(s.now, access.Actor{Path: access.Modbus}, points.ConfigurationHistory, 98, 10)
	if len(more) != 2 {
		t.Errorf("%d records from the 98th on, want 2", len(more))
	}
}

func TestReadIsCached(t *testing.T) {
	s := newStand(t)
	s.load(500)
	var snap imu.Snapshot
	a := access.Actor{Path: access.Modbus}
	if _, changed := s.u.Read(s.now, a, &snap); !changed {
		t.Error("the first read brings nothing")
	}
	if _, changed := s.u.Read(s.now+999*time.Millisecond, a, &snap); changed {
		t.Error("a second has not passed")
	}
	if _, changed := s.u.Read(s.now+time.Second, a, &snap); !changed {
		t.Error("a second has passed")
	}
	s.step(2 * time.Second)
	s.u.Read(s.now, a, &snap)
	s.load(600)
	if _, changed := s.u.Read(s.now, a, &snap); !changed || snap.Values[points.CurrentL1] != 600 {
		t.Error("a change is not seen at once")
	}
	if n := testing.AllocsPerRun(100, func() { s.u.Read(s.now, a, &snap) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestEnergyIsAFunctionOfTime(t *testing.T) {
	s := newStand(t)
	s.load(1000 / 3 * math.Sqrt(3))
	s.step(3600 * time.Second)
	p := s.read().Values[points.PowerActiveTotal]
	if e := s.read().Values[points.EnergyActiveDelivered]; math.Abs(e-p) > 1 {
		t.Errorf("an hour at %g W is %g Wh", p, e)
	}
	reset := modbus(points.MeasureReset, "3333")
	reset.Value = points.Number(1 << 9)
	s.must(reset)
	s.is(points.EnergyActiveDelivered, 0)
	if l := s.read().Values[points.EnergyLifetimeActiveDelivered]; math.Abs(l-p) > 1 {
		t.Errorf("the lifetime counter was reset: %g", l)
	}
}

func TestGroups(t *testing.T) {
	s := newStand(t)
	sel := modbus(points.ProtectionGroup, "3333")
	sel.Value = points.Number(2)
	if r := s.do(sel); r.Refusal != imu.NotSupported {
		t.Errorf("group B without dual settings: %v", r.Err())
	}
	hmi := access.Actor{Path: access.HMI, Present: true}
	s.must(imu.Request{Actor: hmi, Op: points.ProtectionDual, Value: points.Number(1)})
	s.must(imu.Request{Actor: hmi, Op: points.ProtectionLongTimeIr, Value: points.Number(500), Group: 2})
	s.is(points.ProtectionLongTimeIr, 1000)
	s.must(sel)
	s.is(points.ProtectionLongTimeIr, 500)
	s.is(points.ProtectionGroup, 2)
	s.must(imu.Request{Actor: hmi, Op: points.ProtectionDual, Value: points.Number(0)})
	s.is(points.ProtectionGroup, 1) // off: group A acts
}
