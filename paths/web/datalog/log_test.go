package datalog_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/imu"
	"switchroom/paths/web/datalog"
	"switchroom/points"
	"switchroom/protection"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// plant is a unit under a steady load in a world that is stepped by hand.
type plant struct {
	*testing.T
	u   *imu.Unit
	w   *imu.World
	k   *datalog.Keeper
	dir string
	log *datalog.Log
}

func newPlant(t *testing.T) *plant {
	t.Helper()
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENVT: true, Voltage: 400, Frequency: 50}
	set := protection.Defaults(r)
	w := imu.NewSteppedWorld(time.Date(2026, 11, 28, 9, 7, 0, 0, time.UTC))
	u, err := imu.New(imu.Config{Name: "Q1", Rating: r, Profile: access.Faithful, Interface: imu.IFE, Mechanism: breaker.Equipped(breaker.MTZ2), Settings: &set, Closed: true, Identity: imu.VirtualIdentity(imu.IFE)}, w)
	if err != nil {
		t.Fatal(err)
	}
	u.Steady(0, [4]complex128{400, complex(-200, -346.4), complex(-200, 346.4)}, [3]complex128{230, complex(-115, -199.2), complex(-115, 199.2)}, 50)
	p := &plant{T: t, u: u, w: w, k: datalog.NewKeeper(w), dir: filepath.Join(t.TempDir(), "web", "Q1")}
	p.log = p.k.Log(p.dir, u)
	t.Cleanup(func() { p.log.Close() })
	return p
}

func (p *plant) set(s datalog.Setup) {
	p.Helper()
	if err := p.log.Set(p.w.Now(), s); err != nil {
		p.Fatal(err)
	}
}

func (p *plant) run(d time.Duration) { p.w.Step(p.w.Now() + d) }

func (p *plant) records() []datalog.Record {
	p.Helper()
	r, err := p.log.Records()
	if err != nil {
		p.Fatal(err)
	}
	return r
}

var quarter = datalog.Setup{On: true, Minutes: 15, Points: []string{"current.l1", "energy.active.delivered"}}

// Records are taken when the device's clock shows a multiple of the interval,
// also after somebody has set it; the one after that says so.
func TestCadence(t *testing.T) {
	p := newPlant(t)
	p.set(quarter) // at 9:07
	p.run(time.Hour)
	got := p.records()
	if len(got) != 4 || got[0].Date.Format("15:04:05") != "09:15:00" || got[3].Date.Format("15:04:05") != "10:00:00" {
		t.Fatalf("%d records, %v", len(got), got)
	}
	for i := range got[1:] {
		if datalog.Jumped(&got[i], &got[i+1]) {
			t.Errorf("record %d says that the clock was set", i+1)
		}
	}
	if math.Abs(got[0].Values[0]-400) > 10 {
		t.Errorf("L1 %v A, under 400 A", got[0].Values[0])
	}
	to := time.Date(2031, 1, 1, 0, 4, 0, 0, time.UTC)
	p.u.Do(p.w.Now(), imu.Request{Actor: access.Actor{Path: access.Modbus}, Op: points.ClockSet, Value: points.At(to)})
	p.run(time.Hour)
	got = p.records()[4:]
	if len(got) < 4 || !datalog.Jumped(&p.records()[3], &got[0]) || datalog.Jumped(&got[1], &got[2]) {
		t.Fatalf("after the clock was set: %v", got)
	}
	if last := got[len(got)-1].Date; last.Minute()%15 != 0 || last.Year() != 2031 {
		t.Errorf("after the clock was set records are taken at %v", last)
	}
}

// Energies are stored as counted and shown as increments; over a reset nothing
// is known.
func TestIncrements(t *testing.T) {
	p := newPlant(t)
	p.set(quarter)
	p.run(45 * time.Minute)
	all := p.records()
	inc := datalog.Increments(quarter, all)
	if len(all) != 3 || all[2].Values[1] <= all[1].Values[1] {
		t.Fatalf("not cumulative: %v", all)
	}
	if !math.IsNaN(inc[0].Values[1]) || inc[1].Values[1] != all[1].Values[1]-all[0].Values[1] || inc[1].Values[0] != all[1].Values[0] {
		t.Errorf("increments %v of %v", inc, all)
	}
	if want := 69000.0; math.Abs(inc[2].Values[1]-want) > 3000 { // Wh: 3 · 230 V · 400 A for a quarter of an hour
		t.Errorf("%v Wh in a quarter of an hour, want %v", inc[2].Values[1], want)
	}
	all[2].Values[1] = 5 // the counter was reset in between
	if inc := datalog.Increments(quarter, all); !math.IsNaN(inc[2].Values[1]) {
		t.Errorf("over a reset: %v", inc[2].Values[1])
	}
}

// What was logged is there after a restart, also when the program was killed in
// the middle of a record, and when a byte of one is wrong; other points begin anew.
func TestKept(t *testing.T) {
	p := newPlant(t)
	p.set(quarter)
	p.run(time.Hour)
	before := p.records()
	p.log.Close()
	file := filepath.Join(p.dir, "data.log")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	size := 4 + 8 + 8 + 2*8
	b[len(b)-size-3] ^= 1        // in the last but one
	b = append(b, b[:size/2]...) // half a record
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	p.log = p.k.Log(p.dir, p.u)
	p.set(quarter)
	p.run(15 * time.Minute)
	got := p.records()
	if len(got) != len(before) || fmt.Sprint(got[0]) != fmt.Sprint(before[0]) || !got[3].Date.After(got[2].Date) {
		t.Errorf("%d records, before %d", len(got), len(before))
	}
	off := quarter
	off.On = false
	p.set(off)
	p.run(time.Hour)
	if n := len(p.records()); n != len(got) {
		t.Errorf("switched off: %d records, want the %d that were there", n, len(got))
	}
	p.set(datalog.Setup{On: true, Minutes: 15, Points: []string{"current.l2"}})
	if n := len(p.records()); n != 0 {
		t.Errorf("other points: %d records of the old ones", n)
	}
}

// The file is bounded and keeps the newest.
func TestRing(t *testing.T) {
	p := newPlant(t)
	p.set(datalog.Setup{On: true, Minutes: 1, Points: []string{"current.l1"}})
	for range 21 {
		p.run(1000 * time.Minute)
		p.records() // writes
	}
	got := p.records()
	if n := len(got); n != datalog.Kept {
		t.Errorf("%d records are kept, want %d", n, datalog.Kept)
	}
	if last := got[len(got)-1].World; last != p.w.Now() {
		t.Errorf("the newest is of %v, now is %v", last, p.w.Now())
	}
	fi, err := os.Stat(filepath.Join(p.dir, "data.log"))
	if err != nil || fi.Size() > 2*datalog.Kept*28+4096 {
		t.Errorf("%v bytes, %v", fi.Size(), err)
	}
}

// A disk that cannot be written is told, and the world goes on.
func TestDiskFails(t *testing.T) {
	p := newPlant(t)
	if err := os.MkdirAll(filepath.Dir(p.dir), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.log.Set(p.w.Now(), quarter); err == nil {
		t.Error("set up where nothing can be written")
	}
	p.run(time.Hour)
	if _, err := p.log.Trouble(); err == nil || len(p.records()) != 0 {
		t.Error("the trouble is not told")
	}
}

// The keeper writes by itself, and the last records at its end.
func TestKeeper(t *testing.T) {
	p := newPlant(t)
	p.set(quarter)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { p.k.Run(ctx); close(done) }()
	p.run(time.Hour)
	cancel()
	<-done
	again := datalog.NewKeeper(p.w).Log(p.dir, p.u)
	defer again.Close()
	off := quarter
	off.On = false
	if err := again.Set(p.w.Now(), off); err != nil {
		t.Fatal(err)
	}
	if r, err := again.Records(); len(r) != 4 || err != nil {
		t.Errorf("%d records on disk, %v", len(r), err)
	}
}

func TestSetupValidate(t *testing.T) {
	many := make([]string, 17)
	for i := range many {
		many[i] = "current.l1"
	}
	for _, c := range []struct {
		s    datalog.Setup
		want []string
	}{
		{datalog.Default(), nil},
		{datalog.Setup{On: true, Minutes: 7, Points: nil}, []string{"7 minutes", "no point is chosen"}},
		{datalog.Setup{Minutes: 15, Points: many}, []string{"leave 1 out", "chosen twice"}},
		{datalog.Setup{Minutes: 15, Points: []string{"breaker.open", "nonsense", "device.clock", "current.l1.max.at"}}, []string{"breaker.open is no measurement", `"nonsense"`, "device.clock is no measurement", "current.l1.max.at is no"}},
	} {
		err := c.s.Validate()
		if (err == nil) != (len(c.want) == 0) {
			t.Errorf("%+v: %v", c.s, err)
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("not told %q in %v", w, err)
			}
		}
	}
}

// TestCSVHarmless_CVE_2020_16214: no name makes a cell that a spreadsheet would run;
// every value comes back.
func TestCSVHarmless_CVE_2020_16214(t *testing.T) {
	for _, device := range []string{"Q1", "=cmd|'/C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "<script>alert(1)</script>", `a","=1`, "a\n=1"} {
		var b bytes.Buffer
		r := []datalog.Record{{World: time.Hour, Date: points.Epoch, Values: []float64{-12.5, math.NaN()}}, {World: 2 * time.Hour, Date: points.Epoch.Add(time.Minute), Values: []float64{0, 7}}}
		if err := datalog.WriteCSV(&b, device, quarter, r); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatalf("%q: %v %v", device, rows, err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if _, err := strconv.ParseFloat(cell, 64); err != nil && cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r|") {
					t.Errorf("device %q: cell %q runs in a spreadsheet", device, cell)
				}
			}
		}
		if got := strings.Join(rows[1][2:], ";") + strings.Join(rows[2][2:], ";"); got != ";3600.000;-12.5;set;7200.000;0;7" {
			t.Errorf("%q: %q", device, got)
		}
	}
	if n := datalog.Name(`../=cmd"`+"\r\nX: y", points.Epoch); n != "----cmd---X--y-2000-01-01.csv" {
		t.Errorf("file name %q", n)
	}
}
