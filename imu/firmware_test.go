package imu_test

import (
	"crypto/sha256"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/trust"
	"switchroom/trust/issue"
)

const signers = "a passphrase of a test"

// pki is one set of certificates, made once: its keys take long to encrypt. Its first
// signing certificate of branch micrologic can be revoked in a copy.
var pki = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "trust")
	if err != nil {
		return "", err
	}
	_, err = issue.Init(dir, signers, epoch.AddDate(-1, 0, 0))
	return dir, err
})

func TestMain(m *testing.M) {
	status := m.Run()
	if !testing.Short() {
		if dir, err := pki(); err == nil {
			os.RemoveAll(dir)
		}
	}
	os.Exit(status)
}

// forge is a copy of the set, for one test.
func forge(t testing.TB) *issue.Set {
	t.Helper()
	if testing.Short() {
		t.Skip("not in -short: signing takes long under the race detector; what is judged is judged without the unit's lock by one goroutine")
	}
	from, err := pki()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	s, err := issue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CRL(signers, epoch); err != nil { // lists of the week
		t.Fatal(err)
	}
	return s
}

func anchors(t testing.TB, s *issue.Set) map[string]*trust.Branch {
	t.Helper()
	side, err := s.Side()
	if err != nil {
		t.Fatal(err)
	}
	return side.Branches
}

// order is firmware for a control unit.
func order(component, version string, sequence uint64) issue.Order {
	signer := trust.Components[component] + "-signing-1"
	return issue.Order{
		Manifest: trust.Manifest{Vendor: "Switchroom", Class: trust.Firmware, Component: component, Version: version, Sequence: sequence,
			BuildDate: epoch.AddDate(0, -1, 0).Format(time.RFC3339), Images: []trust.Image{{Name: "application"}}},
		Images: [][]byte{[]byte("application " + version)},
		Signer: signer, Stamper: "timestamp-signing-1", Stamp: epoch.AddDate(0, 0, -20),
	}
}

func built(t testing.TB, s *issue.Set, o issue.Order) []byte {
	t.Helper()
	b, err := s.Build(o, signers)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var software = access.Actor{Path: access.USB, Present: true, Offered: true, Levels: access.Level4, Until: 1e6 * time.Hour, Source: "pc"}

// send sends a package whole and has it installed.
func (s *stand) send(pkg []byte, lists ...[]byte) imu.Result {
	up := imu.Upload{Size: int64(len(pkg)), SHA256: sha256.Sum256(pkg), Data: pkg}
	if r := s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateStage, Upload: &up}); !r.OK() {
		return r
	}
	up.Data, up.Lists = nil, lists
	return s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateInstall, Upload: &up})
}

func (s *stand) firmware() imu.FirmwareStatus {
	s.Helper()
	f, d := s.u.Firmware(s.now, software)
	if !d.OK() {
		s.Fatal(d.Reason)
	}
	return f
}

func (s *stand) runs(member string) string {
	for _, m := range s.firmware().Members {
		if m.Name == member {
			return m.Running.Version
		}
	}
	return ""
}

func trusting(branches map[string]*trust.Branch) func(*imu.Config) {
	return func(c *imu.Config) { c.Anchors, c.Identity.Serial = branches, "CU-1" }
}

// TestUpdate: firmware of each member goes into the slot that does not run, and runs
// after it has started; what it shows follows.
func TestUpdate(t *testing.T) {
	p := forge(t)
	s := newStand(t, trusting(anchors(t, p)))
	for _, c := range []struct{ component, member string }{{"control_unit", "control_unit"}, {"ife", "ife"}} {
		if r := s.send(built(t, p, order(c.component, "002.000.009", 9))); !r.OK() {
			t.Fatalf("%s: %v %s", c.component, r.Refusal, r.Detail)
		}
		if got := s.runs(c.member); got == "002.000.009" {
			t.Error("it runs before it is written")
		}
		s.step(20 * time.Second)
		if got := s.runs(c.member); got != "002.000.009" {
			t.Errorf("%s runs %s", c.member, got)
		}
	}
	var snap imu.Snapshot
	s.u.Read(s.now, software, &snap)
	if got := snap.Text(points.DeviceFirmware) + " " + snap.Text(points.InterfaceFirmware); got != "002.000.009 002.000.009" {
		t.Error(got)
	}
	if n := s.happened(points.CodeUpdated, imu.Pulse); n != 2 {
		t.Errorf("%d events that it was updated", n)
	}
}

// TestThreatsAtTheUnit: the rows of facts 7.2 where the control unit is the one who
// refuses. It judges by itself, whatever software sends it.
func TestThreatsAtTheUnit(t *testing.T) {
	p, others := forge(t), func() *issue.Set {
		s, err := issue.Init(t.TempDir(), signers, epoch.AddDate(-1, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}()
	good := func() issue.Order { return order("control_unit", "002.000.009", 9) }
	for _, c := range []struct {
		threat string
		pkg    func(*stand) []byte
		want   string
	}{
		{"IMG.EXPIRED: a lower sequence", func(s *stand) []byte {
			s.must1(s.send(built(t, p, good())))
			s.step(time.Minute)
			return built(t, p, order("control_unit", "002.000.008", 8))
		}, trust.Outdated},
		{"IMG.EXPIRED: the same again", func(s *stand) []byte {
			s.must1(s.send(built(t, p, good())))
			s.step(time.Minute)
			return built(t, p, good())
		}, trust.Outdated},
		{"IMG.INCOMPATIBLE: of another member", func(*stand) []byte { return built(t, p, order("eife", "002.000.009", 9)) }, trust.WrongComponent},
		{"IMG.FORMAT: another type", func(*stand) []byte {
			return []byte(strings.Replace(string(built(t, p, good())), `"class":"firmware"`, `"class":"firmwarf"`, 1))
		}, trust.BadFormat},
		{"IMG.REPLACE: another image", func(*stand) []byte {
			return []byte(strings.Replace(string(built(t, p, good())), "application 002", "application 666", 1))
		}, trust.BadDigest},
		{"IMG.NON_AUTH: another authority", func(*stand) []byte { o := good(); o.Stamp = time.Time{}; return built(t, others, o) }, trust.Untrusted},
		{"IMG.NON_AUTH: another branch", func(*stand) []byte { o := good(); o.Signer = "communication-signing-1"; return built(t, p, o) }, trust.OtherBranch},
		{"IMG.NON_AUTH: unsigned", func(*stand) []byte {
			b, err := trust.Split(built(t, p, good()))
			if err != nil {
				t.Fatal(err)
			}
			b.Signature, b.Timestamp = nil, nil
			return b.Join()
		}, trust.BadSignature},
		{"UPD.WRONG_PRECURSOR", func(*stand) []byte { o := good(); o.Manifest.Precursor = "001.000.000"; return built(t, p, o) }, trust.WrongPrecursor},
		{"IMG.EXTRA: bytes follow", func(*stand) []byte { return append(built(t, p, good()), "PK\x03\x04"...) }, trust.BadFormat},
		{"cut short", func(*stand) []byte { b := built(t, p, good()); return b[:len(b)-1] }, trust.BadFormat},
	} {
		t.Run(c.threat, func(t *testing.T) {
			s := newStand(t, trusting(anchors(t, p)))
			pkg := c.pkg(s)
			before := s.runs("control_unit")
			r := s.send(pkg)
			if r.Refusal != imu.PackageRefused || !strings.HasPrefix(r.Detail, c.want) {
				t.Fatalf("%v: %s, want %s", r.Refusal, r.Detail, c.want)
			}
			s.step(time.Hour)
			if s.runs("control_unit") != before || s.happened(points.CodeUpdateRefused, imu.Pulse) != 1 {
				t.Errorf("runs %s, events %v", s.runs("control_unit"), s.recs)
			}
		})
	}
}

func (s *stand) must1(r imu.Result) {
	s.Helper()
	if !r.OK() {
		s.Fatalf("%v %v %s", r.Decision.Reason, r.Refusal, r.Detail)
	}
}

// TestRollback: an old image runs again by a new manifest with a higher sequence.
func TestRollback(t *testing.T) {
	p := forge(t)
	s := newStand(t, trusting(anchors(t, p)))
	s.must1(s.send(built(t, p, order("control_unit", "002.000.009", 9))))
	s.step(time.Minute)
	s.must1(s.send(built(t, p, order("control_unit", "002.000.003", 10))))
	s.step(time.Minute)
	if got := s.runs("control_unit"); got != "002.000.003" {
		t.Error(got)
	}
}

// TestWhoMayUpdate: UPD.UNAPPROVED. A valid package is nothing without an
// administrator at the front.
func TestWhoMayUpdate(t *testing.T) {
	p := forge(t)
	pkg := built(t, p, order("control_unit", "002.000.009", 9))
	s := newStand(t, trusting(anchors(t, p)))
	up := imu.Upload{Size: int64(len(pkg)), SHA256: sha256.Sum256(pkg), Data: pkg}
	for path := access.Path(1); path.String() != "unknown" && path < 32; path++ {
		for level := 1; level <= 4; level++ {
			a := access.Actor{Path: path, Present: true, Offered: true, Levels: access.Level(level), Until: time.Hour}
			r := s.u.Do(s.now, imu.Request{Actor: a, Op: points.UpdateStage, Upload: &up})
			if want := path == access.USB && level == 4; r.OK() != want {
				t.Errorf("%v, level %d: %v", path, level, r.OK())
			}
		}
	}
	if r := s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateInstall}); r.Refusal != imu.OutOfRange {
		t.Error("an action without a package:", r.Refusal)
	}
}

// TestResume: whoever was interrupted asks how much is there and goes on; a piece that
// does not follow changes nothing.
func TestResume(t *testing.T) {
	p := forge(t)
	pkg := built(t, p, order("control_unit", "002.000.009", 9))
	s := newStand(t, trusting(anchors(t, p)))
	piece := func(offset, end int) float64 {
		up := imu.Upload{Size: int64(len(pkg)), SHA256: sha256.Sum256(pkg), Offset: int64(offset), Data: pkg[offset:end]}
		r := s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateStage, Upload: &up})
		s.must1(r)
		return r.Value.Float()
	}
	half := len(pkg) / 2
	if got := piece(0, half); got != float64(half) {
		t.Error(got)
	}
	if got := piece(half+1, len(pkg)); got != float64(half) {
		t.Errorf("a piece that does not follow: %v", got)
	}
	up := imu.Upload{Size: int64(len(pkg)), SHA256: sha256.Sum256(pkg)}
	if r := s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateInstall, Upload: &up}); r.Refusal != imu.NotStaged {
		t.Error("half a package:", r.Refusal)
	}
	s.u.Supply(s.now, false) // the flash keeps it
	s.step(time.Minute)
	s.u.Supply(s.now, true)
	if got := piece(half, half); got != float64(half) {
		t.Errorf("after the supply was lost: %v", got)
	}
	piece(half, len(pkg))
	s.must1(s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateInstall, Upload: &up}))
	piece(0, 100)
	s.step(2 * time.Hour)
	if f := s.firmware(); f.Size != 0 {
		t.Error("what nobody goes on sending stays")
	}
}

// TestFlashIsBounded: what is being sent to all units of a world is bounded, and given
// back.
func TestFlashIsBounded(t *testing.T) {
	w := imu.NewSteppedWorld(epoch)
	var units []*imu.Unit
	for range 9 {
		u, err := imu.New(config(), w)
		if err != nil {
			t.Fatal(err)
		}
		units = append(units, u)
	}
	stage := func(u *imu.Unit, size int64) imu.Refusal {
		return u.Do(time.Second, imu.Request{Actor: software, Op: points.UpdateStage, Upload: &imu.Upload{Size: size}}).Refusal
	}
	if r := stage(units[0], 66<<20); r != imu.OutOfRange {
		t.Error("any size:", r)
	}
	for i, u := range units {
		want := imu.None
		if i == 8 {
			want = imu.Busy
		}
		if r := stage(u, 65<<20); r != want {
			t.Errorf("unit %d: %v", i, r)
		}
	}
	stage(units[0], 1)
	if r := stage(units[8], 60<<20); r != imu.None {
		t.Error("it was not given back:", r)
	}
}

// TestPowerLost: the supply goes at any point of an update; the version before runs, or
// the new one, and never anything else. The same package goes in afterwards.
func TestPowerLost(t *testing.T) {
	p := forge(t)
	pkg := built(t, p, order("control_unit", "002.000.009", 9))
	for _, after := range []time.Duration{0, time.Millisecond, 5 * time.Second, 10*time.Second - 1, 10 * time.Second, 12 * time.Second, 15*time.Second - 1, 15 * time.Second, 16 * time.Second} {
		s := newStand(t, trusting(anchors(t, p)))
		s.must1(s.send(pkg))
		s.step(after)
		before := s.runs("control_unit")
		s.u.Supply(s.now, false)
		s.step(time.Hour)
		s.u.Supply(s.now, true)
		s.step(time.Hour)
		if got := s.runs("control_unit"); got != before || got != "002.000.003" && got != "002.000.009" {
			t.Errorf("after %v it runs %s, before it was %s", after, got, before)
		}
		if before == "002.000.003" {
			if s.happened(points.CodeUpdateFailed, imu.Pulse) != 1 {
				t.Errorf("after %v: no event says that it failed: %v", after, s.recs)
			}
			s.must1(s.send(pkg))
			s.step(time.Minute)
		}
		if got := s.runs("control_unit"); got != "002.000.009" {
			t.Errorf("after %v and once more: %s", after, got)
		}
	}
}

// TestBootFails: firmware that does not start, or whose flash is damaged, is left, and
// the version before goes on.
func TestBootFails(t *testing.T) {
	p := forge(t)
	pkg := built(t, p, order("control_unit", "002.000.009", 9))
	for _, f := range []imu.FlashFault{imu.FlashDamage, imu.FlashHalts} {
		s := newStand(t, trusting(anchors(t, p)))
		s.must1(s.send(pkg))
		s.step(time.Second)
		if err := s.u.SpoilFlash(s.now, "control_unit", f); err != nil {
			t.Fatal(err)
		}
		s.step(time.Minute)
		if got := s.runs("control_unit"); got != "002.000.003" || s.happened(points.CodeUpdateFailed, imu.Pulse) != 1 {
			t.Errorf("fault %d: it runs %s: %v", f, got, s.recs)
		}
		s.must1(s.send(pkg)) // nothing that did not run counts as installed
		s.step(time.Minute)
		if got := s.runs("control_unit"); got != "002.000.009" {
			t.Errorf("fault %d, once more: %s", f, got)
		}
	}
	if err := newStand(t).u.SpoilFlash(0, "eife", imu.FlashHalts); err == nil {
		t.Error("a member that is not there")
	}
}

// TestProtectionDuringUpdate: standard protection trips during an update of the control
// unit; digital modules do not, and do again after it.
func TestProtectionDuringUpdate(t *testing.T) {
	p := forge(t)
	pkg := built(t, p, order("control_unit", "002.000.009", 9))
	optional := func() *stand {
		s := newStand(t, trusting(anchors(t, p)), withAll)
		s.volts(230, 50, 300)
		s.must(setting(t, "undervoltage_1.mode=on", "undervoltage_1.action=trip", "undervoltage_1.delay=0.5"))
		s.step(time.Minute)
		s.must1(s.send(pkg))
		s.is(points.UpdateMode, 1)
		s.volts(100, 50, 300)
		return s
	}
	s := optional()
	s.step(12 * time.Second)
	if !s.u.Closed() {
		t.Error("a digital module trips during an update")
	}
	s.step(10 * time.Second)
	if s.u.Closed() {
		t.Error("it does not trip after the update")
	}
	s = newStand(t, trusting(anchors(t, p)))
	s.load(900)
	s.must1(s.send(pkg))
	s.step(time.Second)
	s.load(8000)
	s.step(time.Second)
	if s.u.Closed() {
		t.Error("standard protection does not trip during an update")
	}
}

// TestRevocationReachesTheUnit: a unit keeps a newer list that it was given, though the
// package that came with it was refused, and whoever sends what the revoked certificate
// signed without a list is refused. A list that nobody it trusts signed changes nothing.
func TestRevocationReachesTheUnit(t *testing.T) {
	p := forge(t)
	before := anchors(t, p)
	pkg, again := built(t, p, order("control_unit", "002.000.009", 9)), built(t, p, order("control_unit", "002.000.010", 10))
	s := newStand(t, trusting(before))
	serial := ""
	for _, c := range p.Index.Certificates {
		if c.Name == "micrologic-signing-1" {
			serial = c.Serial
		}
	}
	if _, err := p.Revoke(serial, issue.Revocation{Reason: "keyCompromise", At: epoch.AddDate(0, 0, -1)}, signers, epoch); err != nil {
		t.Fatal(err)
	}
	lists := anchors(t, p)[trust.Micrologic].Lists
	if r := s.send(pkg, lists...); !strings.HasPrefix(r.Detail, trust.RevokedSigner) {
		t.Fatalf("%v %s", r.Refusal, r.Detail)
	}
	if r := s.send(again); !strings.HasPrefix(r.Detail, trust.RevokedSigner) {
		t.Errorf("without a list: %v %s", r.Refusal, r.Detail)
	}
	old := before[trust.Micrologic].Lists
	if r := s.send(again, old...); !strings.HasPrefix(r.Detail, trust.RevokedSigner) {
		t.Errorf("with an old list: %v %s", r.Refusal, r.Detail)
	}
	fresh := newStand(t, trusting(before))
	if r := fresh.send(again, []byte("no list"), make([]byte, 1000)); !r.OK() {
		t.Errorf("with noise: %v %s", r.Refusal, r.Detail)
	}
	if r := fresh.send(again, make([]byte, 33<<10)); r.Refusal != imu.OutOfRange && r.Refusal != imu.Busy {
		t.Errorf("with a long list: %v", r.Refusal)
	}
}

// TestClockAt2000: a clock that restarts at 2000-01-01 neither bricks an update nor opens
// one; somebody who sets it back opens nothing either.
func TestClockAt2000(t *testing.T) {
	p := forge(t)
	s := newStand(t, trusting(anchors(t, p)))
	reset := func() {
		s.u.Battery(s.now, false)
		s.u.Supply(s.now, false)
		s.step(time.Minute)
		s.u.Supply(s.now, true)
		if s.happened(points.CodeClockLost, imu.Pulse) == 0 {
			t.Fatal("the clock was not lost")
		}
	}
	reset()
	s.must1(s.send(built(t, p, order("control_unit", "002.000.009", 9))))
	s.step(time.Minute)
	if got := s.runs("control_unit"); got != "002.000.009" {
		t.Errorf("bricked at %s", got)
	}
	// A licence that ended is not opened by a clock of 2000.
	ended, err := p.Module(issue.ModuleOrder{Module: "erms", Unit: "CU-1", Expires: epoch.AddDate(0, 0, -10), Sequence: 1}, signers, epoch.AddDate(0, 0, -20))
	if err != nil {
		t.Fatal(err)
	}
	if r := s.send(ended); !strings.HasPrefix(r.Detail, trust.LicenceExpired) {
		t.Errorf("%v %s", r.Refusal, r.Detail)
	}
}

// TestDigitalModule: one that is installed works at once, survives, warns 30 days before
// its licence ends, and takes no protection away when it does.
func TestDigitalModule(t *testing.T) {
	p := forge(t)
	dir := t.TempDir()
	change := trusting(anchors(t, p))
	s, m, _ := kept(t, dir, change)
	bought := func(module string, sequence uint64, days int) []byte {
		b, err := p.Module(issue.ModuleOrder{Module: module, Unit: "CU-1", Expires: epoch.AddDate(0, 0, days), Sequence: sequence}, signers, epoch)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	s.volts(230, 50, 300)
	if r := s.u.Do(s.now, setting(t, "undervoltage_1.mode=on")); r.Refusal != imu.NotSupported {
		t.Fatal(r.Refusal)
	}
	s.must1(s.send(bought("voltage", 1, 40)))
	s.must(setting(t, "undervoltage_1.mode=on", "undervoltage_1.action=trip"))
	if r := s.send(bought("iec61850", 1, 40)); r.Refusal != imu.NotSupported {
		t.Error("a module that a virtual unit has nothing for:", r.Refusal)
	}
	flush(t, m, s.now)
	m.Close()

	s, _, _ = kept(t, dir, change)
	if len(s.lost) > 0 {
		t.Fatal(s.lost)
	}
	state := func() string {
		all, _ := s.u.Modules(s.now, software)
		i := slices.IndexFunc(all, func(m imu.ModuleState) bool { return m.Name == "voltage" })
		return all[i].State
	}
	day := 24 * time.Hour
	for _, c := range []struct {
		after time.Duration
		state string
		flag  float64
	}{{9 * day, "valid", 0}, {2 * day, "expiring", 1}, {30 * day, "expired", 0}} {
		s.step(c.after)
		if got := state(); got != c.state {
			t.Errorf("it is %s, want %s", got, c.state)
		}
		s.is(points.ModuleLicenceExpiring, c.flag)
	}
	s.is(points.ModuleLicenceExpired, 1)
	if r := s.u.Do(s.now, setting(t, "undervoltage_1.pickup=300")); r.Refusal != imu.LicenceEnded {
		t.Error("a setting after its end:", r.Refusal)
	}
	s.volts(100, 50, 300)
	s.step(10 * time.Minute)
	if s.u.Closed() {
		t.Error("a date took protection away")
	}
}
