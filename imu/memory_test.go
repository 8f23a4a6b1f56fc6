package imu_test

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// kept is a unit with a memory in a directory.
func kept(t *testing.T, dir string, change ...func(*imu.Config)) (*stand, *imu.Memory, *imu.Stored) {
	t.Helper()
	m, stored, err := imu.OpenMemory(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	w := imu.NewSteppedWorld(epoch)
	w.Step(stored.Alive)
	c := config()
	for _, f := range change {
		f(&c)
	}
	u, lost, err := imu.Open(c, w, m, stored)
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{T: t, u: u, w: w, now: stored.Alive, lost: lost}
	u.Subscribe(func(r imu.Record) { s.recs = append(s.recs, r) })
	return s, m, stored
}

func flush(t *testing.T, m *imu.Memory, now time.Duration) {
	t.Helper()
	if err := m.Flush(now); err != nil {
		t.Fatal(err)
	}
}

func TestMemoryKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	s.step(time.Second)
	s.load(900)
	s.must(imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.ProtectionLongTimeIr, Value: points.Number(950)})
	usb := access.Actor{Path: access.USB, Present: true, Offered: true, Levels: access.Level4, Until: time.Hour}
	s.must(imu.Request{Actor: usb, Op: points.PasswordLevel3, Value: points.String("Zz09")})
	name := modbus(points.InterfaceName, "0000")
	name.Value = points.String("incomer-1")
	s.must(name)
	s.u.Pad(s.now, true)
	s.step(10 * time.Minute)
	flush(t, m, s.now)
	s.step(30 * time.Second) // nothing changes: nothing is written but that the world was alive
	flush(t, m, s.now)
	want := s.read()
	s.step(time.Hour) // never flushed: lost with the power
	m.Close()

	r, _, stored := kept(t, dir)
	if stored.Torn != 0 || stored.Damage != 0 {
		t.Errorf("torn %d, damage %d", stored.Torn, stored.Damage)
	}
	got := r.read()
	for _, p := range points.All() {
		a, b := want.Values[p.ID], got.Values[p.ID]
		if math.Abs(a-b) > 1e-4*math.Abs(a)+1e-6 || math.IsNaN(a) != math.IsNaN(b) {
			switch p.ID {
			case points.InterfaceUptime:
			default:
				t.Errorf("%s: %g came back as %g", p.Name, a, b)
			}
		}
	}
	if got.Text(points.InterfaceName) != "incomer-1" {
		t.Errorf("name %q", got.Text(points.InterfaceName))
	}
	open := modbus(points.BreakerOpen, "Zz09")
	if res := r.do(open); res.Decision.Reason != access.RemoteOff {
		t.Errorf("the pad or the password was forgotten: %v", res.Err())
	}
	if recs, _, _ := r.u.Events(r.now, access.Actor{Path: access.Modbus}, points.ConfigurationHistory, 0, 10); len(recs) < 4 {
		t.Errorf("histories: %v", recs)
	}
}

func TestTrippedStaysTripped(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	s.step(time.Second)
	s.load(20000)
	s.step(time.Second)
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir)
	r.is(points.BreakerFaultTripped, 1)
	r.is(points.BreakerClosed, 0)
	if res := r.do(modbus(points.BreakerClose, "3333")); res.Refusal != imu.MustReset {
		t.Errorf("a restart resets the lock-out: %v", res.Err())
	}
	r.must(modbus(points.BreakerReset, "3333"))
	r.step(5 * time.Second)
	r.must(modbus(points.BreakerClose, "3333"))
}

func TestThermalImageSurvives(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	s.step(time.Second)
	s.load(1100) // above Ir, below the nominal pick-up
	s.step(time.Hour)
	want := s.read().Values[points.ProtectionThermalL1]
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir)
	if got := r.read().Values[points.ProtectionThermalL1]; math.Abs(got-want) > 0.1 || want < 90 {
		t.Errorf("thermal image %g %%, was %g %%", got, want)
	}
}

// TestKilledAtAnyByte cuts the log at every length that a kill can leave, and
// finds each time a whole state that is not older than the last group that was
// complete.
func TestKilledAtAnyByte(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "units.nv")
	s, m, _ := kept(t, dir)
	s.step(time.Second)
	type group struct {
		size int
		ir   float64
		at   time.Duration
	}
	var groups []group
	for i := range 6 {
		ir := float64(500 + 10*i)
		s.must(imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.ProtectionLongTimeIr, Value: points.Number(ir)})
		s.load(float64(100 * i))
		s.step(time.Second)
		flush(t, m, s.now)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		groups = append(groups, group{len(b), ir, s.now})
	}
	m.Close()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := imu.OpenMemory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	stride := 1
	if testing.Short() {
		stride = 17
	}
	for cut := 0; cut <= len(whole); cut += stride {
		stored, err := imu.ReadMemory(whole[:cut])
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if stored.Damage != 0 {
			t.Fatalf("cut at %d: a torn end is told as damage", cut)
		}
		oldest, newest := -1.0, 1000.0
		var alive time.Duration
		for i, g := range groups {
			if g.size <= cut {
				oldest, alive = g.ir, g.at
			} else if newest == 1000 {
				newest = groups[i].ir
			}
		}
		checkRestored(t, other, cut, stored, oldest, newest, alive)
	}
}

// checkRestored takes up what was stored and finds Ir between the last complete
// group's and the next.
func checkRestored(t *testing.T, m *imu.Memory, cut int, stored *imu.Stored, oldest, newest float64, alive time.Duration) {
	t.Helper()
	if stored.Alive < alive {
		t.Fatalf("cut at %d: alive until %v, was synced at %v", cut, stored.Alive, alive)
	}
	w := imu.NewSteppedWorld(epoch)
	w.Step(stored.Alive)
	u, lost, err := imu.Open(config(), w, m, stored)
	if err != nil {
		t.Fatal(err)
	}
	var snap imu.Snapshot
	u.Read(w.Now(), access.Actor{Path: access.Modbus}, &snap)
	ir := snap.Values[points.ProtectionLongTimeIr]
	if len(lost) > 0 || oldest >= 0 && (ir < oldest || ir > newest) {
		t.Fatalf("cut at %d: Ir %g, want between %g and %g; lost %v", cut, ir, oldest, newest, lost)
	}
}

func TestDamageInTheMiddle(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "units.nv")
	s, m, _ := kept(t, dir)
	s.step(time.Second)
	for i := range 3 {
		s.must(imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.ProtectionLongTimeIr, Value: points.Number(float64(600 + i))})
		flush(t, m, s.now)
	}
	m.Close()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 0x40
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, _, stored := kept(t, dir)
	if stored.Damage == 0 {
		t.Error("damage is not told")
	}
	r.is(points.ProtectionLongTimeIr, 602)
	if len(r.lost) != 1 || r.count(points.DiagnosticHistory, points.CodeStateLost) != 1 {
		t.Errorf("the unit does not say that something was lost: %v", r.lost)
	}
}

func TestMemoryCompacts(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	s.step(time.Second)
	for i := range 6000 {
		set := imu.Request{Actor: access.Actor{Path: access.Modbus}, Op: points.ClockSet, Value: points.At(epoch.Add(time.Duration(i) * time.Second))}
		s.must(set)
		if i%2 == 0 {
			flush(t, m, s.now)
		}
	}
	flush(t, m, s.now)
	if info, err := os.Stat(filepath.Join(dir, "units.nv")); err != nil || info.Size() > 10<<20 {
		t.Errorf("the log has %d bytes, %v", info.Size(), err)
	}
	m.Close()
	r, _, _ := kept(t, dir)
	if _, total, _ := r.u.Events(r.now, access.Actor{Path: access.Modbus}, points.ConfigurationHistory, 0, 1); total != 100 {
		t.Errorf("%d records, want the newest 100", total)
	}
}

func TestMemoryRefusesAnotherFormat(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "units.nv"), []byte("switchroom units 2\nfuture"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := imu.OpenMemory(dir); err == nil {
		t.Error("a log of another format was taken, and would have been overwritten")
	}
}

func TestMemoryIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	_, m, _ := kept(t, dir)
	flush(t, m, 0)
	info, err := os.Stat(filepath.Join(dir, "units.nv"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: passwords are in it", info.Mode())
	}
}

func FuzzMemory(f *testing.F) {
	dir := f.TempDir()
	w := imu.NewSteppedWorld(epoch)
	m, stored, err := imu.OpenMemory(dir)
	if err != nil {
		f.Fatal(err)
	}
	if _, _, err := imu.Open(config(), w, m, stored); err != nil {
		f.Fatal(err)
	}
	if err := m.Flush(time.Second); err != nil {
		f.Fatal(err)
	}
	m.Close()
	seed, err := os.ReadFile(filepath.Join(dir, "units.nv"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte("switchroom units 1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "units.nv"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		m, stored, err := imu.OpenMemory(dir)
		if err != nil {
			return
		}
		defer m.Close()
		w := imu.NewSteppedWorld(epoch)
		w.Step(min(max(stored.Alive, 0), 1000*time.Hour))
		u, _, err := imu.Open(config(), w, m, stored)
		if err != nil {
			t.Fatal(err)
		}
		if r := u.Do(w.Now(), modbus(points.BreakerOpen, "3333")); fmt.Sprint(r.Decision) == "" {
			t.Fatal("no decision")
		}
	})
}

// TestFloodOfRefusalsIsBounded: refused requests fill neither the memory of the
// process nor the log, and push out no state.
func TestFloodOfRefusalsIsBounded(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	s.step(time.Second)
	usb := access.Actor{Path: access.USB, Present: true, Levels: access.Level4, Until: time.Hour}
	s.must(imu.Request{Actor: usb, Op: points.PasswordLevel4, Value: points.String("Zz09")})
	for range 100000 {
		s.do(modbus(points.BreakerOpen, "9999"))
	}
	if n := imu.Unsaved(s.u); n > 5000 {
		t.Errorf("%d records wait to be written", n)
	}
	flush(t, m, s.now)
	if info, err := os.Stat(filepath.Join(dir, "units.nv")); err != nil || info.Size() > 2<<20 {
		t.Errorf("the log has %d bytes, %v", info.Size(), err)
	}
	m.Close()
	r, _, _ := kept(t, dir)
	if res := r.do(modbus(points.BreakerOpen, "0000")); res.OK() {
		t.Error("the factory password is back")
	}
	if res := r.do(modbus(points.BreakerOpen, "Zz09")); !res.OK() {
		t.Errorf("the password that was set: %v", res.Err())
	}
}

func TestOneProcessADirectory(t *testing.T) {
	dir := t.TempDir()
	_, m, _ := kept(t, dir)
	if _, _, err := imu.OpenMemory(dir); err == nil || !strings.Contains(err.Error(), "another switchroom") {
		t.Errorf("a directory has two owners: %v", err)
	}
	m.Close()
	_, again, err := imu.OpenMemory(dir)
	if err != nil || again == nil {
		t.Errorf("after its owner has gone: %v", err)
	}
}

// TestChangedPlug: settings that do not fit a plug that was changed give back
// neither the factory's passwords nor an open pad.
func TestChangedPlug(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	s.step(time.Second)
	usb := access.Actor{Path: access.USB, Present: true, Levels: access.Level4, Until: time.Hour}
	s.must(imu.Request{Actor: usb, Op: points.PasswordLevel3, Value: points.String("Zz09")})
	s.u.Pad(s.now, true)
	s.load(500)
	s.step(time.Hour)
	flush(t, m, s.now)
	energy := s.read().Values[points.EnergyActiveDelivered]
	m.Close()
	r, _, _ := kept(t, dir, func(c *imu.Config) { c.Rating.In, c.Settings = 800, nil })
	if len(r.lost) != 1 || !strings.Contains(r.lost[0], "protection settings") || r.count(points.DiagnosticHistory, points.CodeStateLost) != 1 {
		t.Errorf("lost: %v", r.lost)
	}
	if res := r.do(modbus(points.BreakerOpen, "3333")); res.Decision.Reason != access.WrongPassword {
		t.Errorf("the factory password: %v", res.Err())
	}
	if res := r.do(modbus(points.BreakerOpen, "Zz09")); res.Decision.Reason != access.RemoteOff {
		t.Errorf("the pad: %v", res.Err())
	}
	r.is(points.ProtectionShortTimeIsd, 1.5) // the factory's
	if e := r.read().Values[points.EnergyActiveDelivered]; math.Abs(e-energy) > 1 {
		t.Errorf("energy %g Wh, was %g", e, energy)
	}
}

func TestWhatElseSurvives(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir, func(c *imu.Config) { c.Profile = access.Hardened; c.Remote = access.On })
	s.step(time.Second)
	usb := access.Actor{Path: access.USB, Present: true, Levels: access.Level4, Until: time.Hour}
	s.must(imu.Request{Actor: usb, Op: points.PasswordLevel4, Value: points.String("Zz09")})
	enct := modbus(points.MeteringENCT, "Zz09")
	enct.Value = points.Number(0)
	s.must(enct)
	s.must(modbus(points.ProtectionSessionOpen, "Zz09"))
	s.load(20000)
	s.step(time.Second)
	flush(t, m, s.now)
	m.Close()
	r, _, _ := kept(t, dir, func(c *imu.Config) { c.Profile = access.Hardened; c.Remote = access.On })
	r.is(points.RatingSystemType, 40)
	r.is(points.LEDTripIsdIi, 1)
	open, _ := r.u.Open(r.now, access.Actor{Path: access.Modbus})
	for _, o := range open {
		if o.Code == points.CodeSession {
			t.Error("an editing session outlives its unit")
		}
	}
	for i := range 30 { // strangers use up the ceiling
		q := modbus(points.BreakerOpen, "9999")
		q.Actor.Source = fmt.Sprint("stranger", i)
		r.do(q)
	}
	if res := r.do(modbus(points.BreakerReset, "Zz09")); res.Decision.Reason == access.LockedOut {
		t.Error("strangers lock out an owner who proved himself before the restart")
	}
	if n := r.count(points.OperationHistory, points.CodePowerUp); n != 2 {
		t.Errorf("%d power-ups in the history, want 2", n)
	}
	recs, _, _ := r.u.Events(r.now, access.Actor{Path: access.Modbus}, points.OperationHistory, 0, 1)
	if len(recs) == 0 || recs[0].Code != points.CodePowerUp {
		t.Errorf("the newest record is not the power-up: %v", recs)
	}
}

// TestUnknownEvent: a log of a later version may have events that this one does
// not know.
func TestUnknownEvent(t *testing.T) {
	dir := t.TempDir()
	_, m, _ := kept(t, dir)
	flush(t, m, time.Second)
	m.Close()
	file := filepath.Join(dir, "units.nv")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	payload := []byte(`{"unit":"Q1","events":[{"at":1,"date":1,"code":4095,"what":1}]}`)
	b = append(b, 0xA5, 'n', 'v', 0x0A)
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)))
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(payload, crc32.MakeTable(crc32.Castagnoli)))
	if err := os.WriteFile(file, append(b, payload...), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, stored := kept(t, dir)
	if stored.Torn+stored.Damage != 0 {
		t.Errorf("torn %d, damage %d", stored.Torn, stored.Damage)
	}
}
