package access_test

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "switchroom/access"
	"switchroom/points"
)

// TestMatrixB reads the guide's access matrix row by row and asks the monitor
// for every cell, on every path of the column.
func TestMatrixB(t *testing.T) {
	f, err := os.Open("testdata/matrix_b.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	row := 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "|")
		if len(cells) != 1+len(Columns) || row >= len(MatrixRows) {
			t.Fatalf("golden line %q does not fit", line)
		}
		r := MatrixRows[row]
		if got := strings.TrimSpace(cells[0]); got != r.Name {
			t.Fatalf("row %q, want %q", got, r.Name)
		}
		for i, col := range Columns {
			want := strings.TrimSpace(cells[1+i])
			for _, p := range []Profile{Faithful, RBAC, Hardened} {
				if got := Cell(p, r, col); got != want {
					t.Errorf("%s over %s under %v: %s, want %s", r.Name, col.Name, p, got, want)
				}
			}
		}
		row++
	}
	if row != len(MatrixRows) {
		t.Errorf("golden file has %d rows, want %d", row, len(MatrixRows))
	}
}

func TestPolicyTable(t *testing.T) {
	if !slices.IsSortedFunc(Policy, func(a, b Row) int { return strings.Compare(a.Rule, b.Rule) }) {
		t.Error("not sorted by rule")
	}
	seen := map[string]string{}
	for _, r := range Policy {
		if r.Rule == "" || r.Class == 0 || len(r.Paths) == 0 || r.Source == "" || r.Certainty == 0 {
			t.Errorf("incomplete row %+v", r)
		}
		for _, p := range r.Paths {
			key := fmt.Sprint(p, r.Class)
			if seen[key] != "" {
				t.Errorf("%v %v: rows %s and %s", p, r.Class, seen[key], r.Rule)
			}
			seen[key] = r.Rule
			// B1: what changes the behaviour of the breaker needs a password,
			// except at the HMI. Wired inputs and an open clock are the
			// documented exceptions.
			free := p == HMI || p == IO || r.Class == points.Monitor || r.Class == points.Clock || r.Class == points.Network
			if r.Levels == 0 && !free {
				t.Errorf("%s: no password (B1)", r.Rule)
			}
			if p == HMI && r.Levels != 0 {
				t.Errorf("%s: the HMI has no password (B1)", r.Rule)
			}
			remote := p == Modbus || p == Serial || p == Web
			gated := slices.Contains(r.Gates, GateRemote)
			if remote && r.Levels != 0 && r.Class != points.Network && !gated {
				t.Errorf("%s: a password-bearing remote command passes a closed pad (R4)", r.Rule)
			}
			if !remote && gated {
				t.Errorf("%s: remote control is not about %v (B6)", r.Rule, p)
			}
		}
	}
}

// levels is the level × path table of R2: for each path, who may do what with
// every gate open. '4' in a cell means that level 4 may.
func TestLevelsByPath(t *testing.T) {
	for _, c := range []struct {
		path    Path
		op      points.ID
		allowed string
		why     string
	}{
		{Modbus, points.BreakerOpen, "34", "DOCA0105: Administrator or Operator"},
		{Modbus, points.BreakerClose, "34", ""},
		{Modbus, points.BreakerReset, "34", "matrix B"},
		{Modbus, points.BreakerInhibitClose, "34", ""},
		{Modbus, points.MeasureReset, "34", ""},
		{Modbus, points.ProtectionGroup, "34", ""},
		{Modbus, points.ProtectionLongTimeIr, "4", "R2"},
		{Modbus, points.MeteringPowerSign, "4", ""},
		{Serial, points.BreakerOpen, "34", ""},
		{Serial, points.ProtectionLongTimeIr, "4", ""},
		{Modbus, points.PasswordLevel1, "", "no command changes a password over Modbus"},
		{Modbus, points.TestGroundFault, "", ""},
		{Modbus, points.RemoteEnabled, "", "pad or USB, never the network itself (B6)"},
		{Web, points.BreakerOpen, "1234", "R2: any of the four operates"},
		{Web, points.ProtectionLongTimeIr, "4", "R2"},
		{USB, points.BreakerOpen, "1234", ""},
		{USB, points.ProtectionLongTimeIr, "4", "B3"},
		{USB, points.MeteringPowerSign, "4", "B3"},
		{USB, points.RemoteEnabled, "4", ""},
		{USB, points.PasswordLevel2, "24", "its own level or the administrator"},
		{USB, points.PasswordLevel4, "4", ""},
		{USB, points.CurrentL1, "", "reading is asked as reading"},
		{OTG, points.ProtectionLongTimeIr, "124", "R2: any but the operator's"},
		{BLE, points.ProtectionLongTimeIr, "124", ""},
		{BLE, points.BreakerOpen, "1234", ""},
		{BLE, points.PasswordLevel1, "", "only with the commissioning software (C3)"},
		{NFC, points.BreakerOpen, "", "read only"},
		{NFC, points.ProtectionLongTimeIr, "", "read only"},
		{HMI, points.BreakerOpen, "", "matrix B"},
		{HMI, points.ProtectionLongTimeIr, "-1234", "no password at the HMI"},
	} {
		for lvl := 0; lvl <= 4; lvl++ {
			q := open(c.path, c.op)
			q.Actor.Levels, q.Actor.Offered = Level(lvl), q.Actor.Offered && lvl > 0
			mark := fmt.Sprint(lvl)
			if lvl == 0 {
				mark = "-"
			}
			want := strings.Contains(c.allowed, mark)
			if e := New(Faithful).Explain(q); e.OK() != want {
				t.Errorf("%v %v level %d: %v, want allowed %v; %s", c.path, c.op, lvl, e.Decision, want, c.why)
			}
		}
	}
}

// open returns a query with everything given and every gate open.
func open(p Path, op points.ID) Query {
	return Query{
		Actor: Actor{Path: p, Offered: p == Modbus || p == Serial || p == Web, Levels: AnyLevel, Login: true, Roles: AnyRole, Present: true, Genuine: true, Until: time.Hour, Source: "192.0.2.1"},
		Op:    op,
		Locks: Locks{AsOf: time.Minute, RemoteControl: On, HMIProtection: Off, RemoteProtection: Off, CloseInhibited: Off, Closed: Off, Mode: ModeUnset},
		Now:   time.Minute,
	}
}

func TestReasons(t *testing.T) {
	for _, c := range []struct {
		name string
		path Path
		op   points.ID
		with func(*Query)
		want Reason
	}{
		{"all open", Modbus, points.BreakerClose, func(*Query) {}, Allowed},
		{"pad closed", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.RemoteControl = Off }, RemoteOff},
		{"pad closed, but rights come first (R10)", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.RemoteControl = Off; q.Actor.Levels = 0 }, WrongPassword},
		{"pad closed: the clock passes (R4)", Modbus, points.ClockSet, func(q *Query) { q.Locks.RemoteControl = Off; q.Actor = Actor{Path: Modbus} }, Allowed},
		{"pad closed: reading passes (R4)", Modbus, points.CurrentL1, func(q *Query) { q.Locks = Locks{}; q.Read = true; q.Actor = Actor{Path: Modbus} }, Allowed},
		{"pad closed: the interface's own set-up passes (R4)", Modbus, points.InterfaceName, func(q *Query) { q.Locks.RemoteControl = Off }, Allowed},
		{"pad closed does not touch USB (B6)", USB, points.BreakerOpen, func(q *Query) { q.Locks.RemoteControl = Off }, Allowed},
		{"pad closed does not touch BLE (B6)", BLE, points.BreakerOpen, func(q *Query) { q.Locks.RemoteControl = Off }, Allowed},
		{"pad state unknown", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.RemoteControl = Unknown }, LockUnknown},
		{"pad state invalid", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.RemoteControl = 7 }, LockUnknown},
		{"locks stale", Modbus, points.BreakerOpen, func(q *Query) { q.Now += MaxLockAge + 1 }, Stale},
		{"locks from the future", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.AsOf = q.Now + 1 }, Stale},
		{"inhibited", Modbus, points.BreakerClose, func(q *Query) { q.Locks.CloseInhibited = On }, Inhibited},
		{"inhibition does not touch open", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.CloseInhibited = On }, Allowed},
		{"inhibited and closed: the mechanism answers (R10)", Modbus, points.BreakerClose, func(q *Query) { q.Locks.CloseInhibited, q.Locks.Closed = On, On }, Allowed},
		{"inhibition unknown", Modbus, points.BreakerClose, func(q *Query) { q.Locks.CloseInhibited = Unknown }, LockUnknown},
		{"remote mode admits the network", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.Mode = ModeRemote }, Allowed},
		{"local mode refuses the network", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.Mode = ModeLocal }, ModeRefuses},
		{"local mode admits USB", USB, points.BreakerOpen, func(q *Query) { q.Locks.Mode = ModeLocal }, Allowed},
		{"remote mode refuses USB", USB, points.BreakerOpen, func(q *Query) { q.Locks.Mode = ModeRemote }, ModeRefuses},
		{"manual mode refuses the network", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.Mode = ModeManual }, ModeRefuses},
		{"mode unknown", Modbus, points.BreakerOpen, func(q *Query) { q.Locks.Mode = ModeUnknown }, LockUnknown},
		{"mode does not gate reset (R5)", Modbus, points.BreakerReset, func(q *Query) { q.Locks.Mode = ModeManual }, Allowed},
		{"HMI settings locked (B7)", HMI, points.ProtectionLongTimeIr, func(q *Query) { q.Locks.HMIProtection = On }, HMILocked},
		{"HMI other settings are not (B7)", HMI, points.MeteringPowerSign, func(q *Query) { q.Locks.HMIProtection = On }, Allowed},
		{"HMI lock does not touch Modbus (B7)", Modbus, points.ProtectionLongTimeIr, func(q *Query) { q.Locks.HMIProtection = On }, Allowed},
		{"remote settings locked (B7)", Modbus, points.ProtectionLongTimeIr, func(q *Query) { q.Locks.RemoteProtection = On }, RemoteLocked},
		{"remote settings lock does not touch USB (B7)", USB, points.ProtectionLongTimeIr, func(q *Query) { q.Locks.RemoteProtection = On }, Allowed},
		{"nobody there", HMI, points.ProtectionLongTimeIr, func(q *Query) { q.Actor.Present = false }, NotPresent},
		{"nobody there to hold a phone", NFC, points.CurrentL1, func(q *Query) { q.Read = true; q.Actor.Present = false }, NotPresent},
		{"session over", USB, points.BreakerOpen, func(q *Query) { q.Actor.Until = q.Now }, Stale},
		{"no session", BLE, points.CurrentL1, func(q *Query) { q.Read = true; q.Actor.Until = 0 }, Stale},
		{"no login", Web, points.CurrentL1, func(q *Query) { q.Read = true; q.Actor.Login = false }, NotLoggedIn},
		{"login, but no breaker password (R3)", Web, points.BreakerOpen, func(q *Query) { q.Actor.Offered, q.Actor.Levels = false, 0 }, NoPassword},
		{"wrong password", Modbus, points.BreakerOpen, func(q *Query) { q.Actor.Levels = 0 }, WrongPassword},
		{"wrong level", Modbus, points.BreakerOpen, func(q *Query) { q.Actor.Levels = Level1 | Level2 }, WrongLevel},
		{"zero path", NoPath, points.CurrentL1, func(q *Query) { q.Read = true }, NoRule},
		{"path off the table", 200, points.CurrentL1, func(q *Query) { q.Read = true }, NoRule},
		{"zero operation", Modbus, 0, func(*Query) {}, NoSuchPoint},
		{"operation off the table", Modbus, 60000, func(*Query) {}, NoSuchPoint},
		{"a secret is not read", USB, points.PasswordLevel4, func(q *Query) { q.Read = true }, NoSuchPoint},
	} {
		q := open(c.path, c.op)
		c.with(&q)
		e := New(Faithful).Explain(q)
		if e.Reason != c.want {
			t.Errorf("%s: %v, want %v\n%s", c.name, e.Reason, c.want, e.String())
		}
		if d := New(Faithful).Decide(q); d != e.Decision {
			t.Errorf("%s: Decide %v differs from Explain %v", c.name, d, e.Decision)
		}
	}
}

func TestZeroDenies(t *testing.T) {
	q := open(Modbus, points.BreakerOpen)
	var none *Monitor
	for name, d := range map[string]Decision{
		"zero decision": {}, "nil monitor": none.Decide(q), "zero monitor": new(Monitor).Decide(q),
		"unknown profile": New(99).Decide(q), "zero query": New(Faithful).Decide(Query{}),
	} {
		if d.OK() {
			t.Errorf("%s allows", name)
		}
	}
	if none.Wait(q) != 0 || none.Profile() != NoProfile {
		t.Error("nil monitor")
	}
}

// TestGenuine: hardened lets no app do anything by Bluetooth that has not proved that it
// is a genuine one, whatever else it has; nobody else is asked.
func TestGenuine(t *testing.T) {
	for _, path := range Paths() {
		for _, op := range []points.ID{points.CurrentL1, points.BreakerOpen, points.ProtectionLongTimeIr, points.MeteringPowerSign} {
			for _, read := range []bool{true, false} {
				for _, profile := range []Profile{Faithful, RBAC, Hardened} {
					q := open(path, op)
					q.Read = read
					with := New(profile).Explain(q)
					q.Actor.Genuine = false
					got := New(profile).Explain(q)
					if asked := path == BLE && profile == Hardened && with.Row != nil; asked != (got.Reason == NotGenuine) || !asked && got.Decision != with.Decision {
						t.Errorf("%v %v read %v under %v: %v, and %v with it", path, op, read, profile, got.Decision, with.Decision)
					}
				}
			}
		}
	}
}

// TestNothingMoreWithLess: taking anything away from an actor, or making any
// lock unknown, never turns a refusal into an admission.
func TestNothingMoreWithLess(t *testing.T) {
	all := points.All()
	rapid.Check(t, func(t *rapid.T) {
		op := all[rapid.IntRange(0, len(all)-1).Draw(t, "op")].ID
		q := open(Path(rapid.IntRange(0, 10).Draw(t, "path")), op)
		q.Read = rapid.Bool().Draw(t, "read")
		q.Actor.Levels = Levels(rapid.IntRange(0, 15).Draw(t, "levels"))
		q.Locks.RemoteControl = Tri(rapid.IntRange(0, 2).Draw(t, "remote"))
		q.Locks.CloseInhibited = Tri(rapid.IntRange(0, 2).Draw(t, "inhibit"))
		q.Locks.Mode = Mode(rapid.IntRange(0, 4).Draw(t, "mode"))
		p := Profile(rapid.IntRange(0, 4).Draw(t, "profile"))
		less := q
		switch rapid.IntRange(0, 9).Draw(t, "less") {
		case 9:
			less.Actor.Genuine = false
		case 8:
			less.Actor.Roles &= Roles(rapid.IntRange(0, 31).Draw(t, "roles"))
		case 0:
			less.Actor.Levels &= Levels(rapid.IntRange(0, 15).Draw(t, "mask"))
		case 1:
			less.Actor.Login = false
		case 2:
			less.Actor.Present = false
		case 3:
			less.Actor.Until = 0
		case 4:
			less.Actor.Offered = false
		case 5:
			less.Locks.RemoteControl = Unknown
		case 6:
			less.Locks.Mode = ModeUnknown
		case 7:
			less.Locks.CloseInhibited = Unknown
		}
		if m := New(p); m.Decide(less).OK() && !m.Decide(q).OK() {
			t.Fatalf("less is more: %+v allowed, %+v not", less, q)
		}
		for _, strict := range []Profile{RBAC, Hardened} {
			if New(strict).Decide(q).OK() && !New(Faithful).Decide(q).OK() {
				t.Fatalf("%v admits what 2017 refuses", strict)
			}
		}
	})
}

func TestReasonTable(t *testing.T) {
	names := map[string]bool{}
	for _, r := range Reasons() {
		if r.String() == "" || r.Remedy() == "" || names[r.String()] {
			t.Errorf("reason %d has no name or remedy of its own", r)
		}
		names[r.String()] = true
	}
}

func TestDecideAllocatesNothing(t *testing.T) {
	m := New(Faithful)
	read := Query{Actor: Actor{Path: Modbus}, Read: true}
	if n := testing.AllocsPerRun(100, func() { m.Decide(read) }); n != 0 {
		t.Errorf("%v allocations for a read", n)
	}
}

func BenchmarkDecideRead(b *testing.B) {
	m := New(Faithful)
	q := Query{Actor: Actor{Path: Modbus}, Read: true}
	for b.Loop() {
		if !m.Decide(q).OK() {
			b.Fatal("denied")
		}
	}
}

// TestRoles: on the web pages the role decides, where there are roles; the password
// of the breaker is asked for all the same (R3). On other paths a role is nothing.
func TestRoles(t *testing.T) {
	for _, c := range []struct {
		op    points.ID
		roles Roles
		why   string
	}{
		{points.BreakerOpen, Operator, "EIFE: the Operator opens, closes and resets"},
		{points.BreakerReset, Operator, ""},
		{points.MeasureReset, Engineer | Installer, "EIFE: Installer and Engineer reset demand and energy"},
		{points.ProtectionLongTimeIr, Engineer | Installer, "ours: settings are two of their four groups"},
		{points.InterfaceName, Engineer | Installer, ""},
	} {
		for _, r := range AnyRole.List() {
			q := open(Web, c.op)
			q.Actor.Roles = r
			for _, p := range []Profile{RBAC, Hardened} {
				e := New(p).Explain(q)
				if want := c.roles&r != 0; e.OK() != want || !want && e.Reason != WrongRole {
					t.Errorf("%v, %v as %v: %v, want allowed %v; %s", p, c.op, r, e.Decision, want, c.why)
				}
			}
			if e := New(Faithful).Explain(q); !e.OK() {
				t.Errorf("2017, %v: %v; it has no roles", c.op, e.Decision)
			}
		}
		q := open(Web, c.op)
		if q.Actor.Offered, q.Actor.Levels = false, 0; points.Of(c.op).Class != points.Network && New(RBAC).Decide(q).OK() {
			t.Errorf("%v without the breaker's password", c.op)
		}
	}
	q := open(Modbus, points.BreakerOpen)
	if q.Actor.Roles = 0; !New(RBAC).Decide(q).OK() {
		t.Error("Modbus asks for a role")
	}
}

func TestRoleNames(t *testing.T) {
	for _, r := range AnyRole.List() {
		if back, err := ParseRole(r.String()); err != nil || back != r {
			t.Errorf("%v: %v %v", r, back, err)
		}
	}
	if _, err := ParseRole("root"); err == nil {
		t.Error("a role of no table")
	}
}
