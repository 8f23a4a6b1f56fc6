//go:build linux

package serial_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"switchroom/access"
	"switchroom/client"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/bus"
	"switchroom/paths/serial"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stand is a unit with an IFM.
func stand(t *testing.T) *imutest.Stand {
	t.Helper()
	c := imutest.NewStand(t).Unit.Config()
	c.Interface = imu.IFM
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, err := imu.New(c, w)
	if err != nil {
		t.Fatal(err)
	}
	s := &imutest.Stand{Unit: u, World: w}
	s.Pass(time.Second)
	return s
}

// overLine puts units on a line behind a pseudo-terminal and returns the line and
// where masters open it.
func overLine(t *testing.T, o serial.Options, units map[byte]*imutest.Stand) (*serial.Line, string) {
	t.Helper()
	l, err := serial.NewLine("L1", o)
	if err != nil {
		t.Fatal(err)
	}
	for a, s := range units {
		if err := l.Add(a, modbus.NewBank(bus.New(s.Unit, s.World, regmap.Default(), access.Serial))); err != nil {
			t.Fatal(err)
		}
	}
	p, err := serial.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() { l.Listen(p) })
	t.Cleanup(func() { p.Close(); done.Wait() })
	return l, p.Path
}

func dial(t *testing.T, path string, r serial.Rate, unit int) *client.Client {
	t.Helper()
	c, err := client.DialSerial(t.Context(), fmt.Sprintf("rtu://%s?baud=%d&parity=%c&stop=%d/%d", path, r.Baud, r.Parity, r.Stop, unit), client.Options{Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// overSerial reaches a unit as an owner does.
type overSerial struct{ c *client.Client }

func (o overSerial) Read(id points.ID) (points.Value, error) {
	r, err := o.c.Read(context.Background(), id)
	if err != nil {
		return points.Value{}, err
	}
	return r[0].Value, nil
}

func (o overSerial) Write(id points.ID, v points.Value, password string) imutest.Verdict {
	return verdict(o.c.Write(context.Background(), password, 0, client.Setting{Point: id, Value: v}))
}

func (o overSerial) Do(op points.ID, password string) imutest.Verdict {
	_, err := o.c.Do(context.Background(), op, password)
	return verdict(err)
}

func verdict(err error) imutest.Verdict {
	if err != nil {
		return imutest.Refused
	}
	return imutest.Done
}

// TestConformance holds Modbus-SL to its column of matrix B, over a
// pseudo-terminal.
func TestConformance(t *testing.T) {
	imutest.Run(t, access.Serial, func(t *testing.T, s *imutest.Stand) imutest.Caller {
		_, path := overLine(t, serial.Options{Rate: serial.DefaultRate}, map[byte]*imutest.Stand{5: s})
		ctx, stop := context.WithCancel(context.Background())
		var stepped sync.WaitGroup
		stepped.Go(func() {
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
					s.World.Step(s.World.Now() + 5*time.Millisecond)
				}
			}
		})
		t.Cleanup(func() { stop(); stepped.Wait() })
		return overSerial{dial(t, path, serial.DefaultRate, 5)}
	})
}

// TestSeveral: two IFMs on one line answer to their own address each, others to
// nobody, a broadcast is obeyed by both, and noise in between costs nothing.
func TestSeveral(t *testing.T) {
	one, two := stand(t), stand(t)
	one.Load(0)
	two.Load(300)
	one.Pass(2 * time.Second)
	two.Pass(2 * time.Second)
	_, path := overLine(t, serial.Options{Rate: serial.DefaultRate}, map[byte]*imutest.Stand{5: one, 6: two})
	c := dial(t, path, serial.DefaultRate, 6)
	if v, err := (overSerial{c}).Read(points.CurrentL1); err != nil || v.Float() != 300 {
		t.Errorf("address 6 reads %v, %v", v.Float(), err)
	}
	c.Close()
	c = dial(t, path, serial.DefaultRate, 5)
	if v, err := (overSerial{c}).Read(points.CurrentL1); err != nil || v.Float() != 0 {
		t.Errorf("address 5 reads %v, %v", v.Float(), err)
	}
	c.Close()
	absent, err := client.DialSerial(t.Context(), "rtu://"+path+"?baud=19200&parity=E/7", client.Options{Timeout: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := absent.Read(t.Context(), points.CurrentL1); err == nil {
		t.Error("address 7 is answered, where nobody is")
	}
	absent.Close()
}

// TestPad: the IFM has a pad of its own (B6), and reads and the clock pass it (R4).
func TestPad(t *testing.T) {
	s := stand(t)
	_, path := overLine(t, serial.Options{Rate: serial.DefaultRate}, map[byte]*imutest.Stand{5: s})
	c := dial(t, path, serial.DefaultRate, 5)
	s.Unit.Pad(s.Now(), true)
	s.Pass(time.Second)
	_, err := c.Do(t.Context(), points.BreakerOpen, "0000")
	var e *client.Error
	if err == nil || !asError(err, &e) || !e.Refused {
		t.Errorf("with the pad locked open ends as %v", err)
	}
	if v, err := (overSerial{c}).Read(points.InterfacePad); err != nil || v.Float() != 1 {
		t.Errorf("the pad reads %v, %v; want 1, locked", v.Float(), err)
	}
	if _, err := c.Do(t.Context(), points.ClockSet, "", client.Argument{Name: "time", Value: points.At(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))}); err != nil && !strings.Contains(err.Error(), "argument") {
		t.Errorf("the clock does not pass the pad: %v", err)
	}
}

func asError(err error, e **client.Error) bool {
	x, ok := err.(*client.Error)
	*e = x
	return ok
}

// TestRates: a master that is set otherwise hears nothing and is counted; IFMs that
// sense take its rate over after 25 frames.
func TestRates(t *testing.T) {
	other := serial.Rate{Baud: 38400, Parity: serial.Even, Stop: 1}
	for _, auto := range []bool{false, true} {
		l, path := overLine(t, serial.Options{Rate: serial.DefaultRate, Auto: auto}, map[byte]*imutest.Stand{5: stand(t)})
		c, err := client.DialSerial(t.Context(), fmt.Sprintf("rtu://%s?baud=38400&parity=N&stop=2/5", path), client.Options{Timeout: 60 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		answered := 0
		for i := range 40 {
			if _, err := c.Read(t.Context(), points.InterfacePad); err == nil {
				answered = i + 1
				break
			}
			if !auto && i == 3 {
				break
			}
		}
		c.Close()
		switch {
		case !auto && (answered != 0 || l.Garbled() == 0 || l.Rate() != serial.DefaultRate):
			t.Errorf("at another rate request %d is answered; garbled %d, rate %v", answered, l.Garbled(), l.Rate())
		case auto && (answered < 25 || answered > 27 || // the system may give the 25th in two parts
			l.Rate() != other):
			t.Errorf("sensing: request %d is the first that is answered, want the 25th; rate %v", answered, l.Rate())
		}
	}
}

// TestMbpoll reads the line by a master that we have not made.
func TestMbpoll(t *testing.T) {
	if _, err := exec.LookPath("mbpoll"); err != nil {
		t.Skip("SKIPPED: mbpoll is not installed")
	}
	s := stand(t)
	s.Load(432)
	s.Pass(2 * time.Second)
	_, path := overLine(t, serial.Options{Rate: serial.DefaultRate, Pace: true}, map[byte]*imutest.Stand{12: s})
	out, err := exec.Command("mbpoll", "-m", "rtu", "-b", "19200", "-P", "even", "-a", "12", "-t", "4:float", "-B", "-r", "32028", "-c", "1", "-1", "-q", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "432") {
		t.Errorf("mbpoll: %v\n%s", err, out)
	}
}

// TestPace: eight IFMs are polled in the time that their line takes, within a tenth.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := serial.Rate{Baud: 38400, Parity: serial.Even, Stop: 1}
		l, err := serial.NewLine("L1", serial.Options{Rate: r, Pace: true})
		if err != nil {
			t.Fatal(err)
		}
		echo := modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte { return append(append(out, 3, 20), make([]byte, 20)...) })
		for a := byte(1); a <= 8; a++ {
			l.Add(a, echo)
		}
		a, b := net.Pipe()
		go l.Listen(b)
		m := modbus.NewMaster(a)
		defer b.Close()
		defer m.Close()
		// 8 characters of question, 25 of answer, 11 bits each, and a silence after each.
		poll := time.Duration(float64(33*11)/38400*float64(time.Second)) + 2*1750*time.Microsecond
		start := time.Now()
		const rounds = 10
		for range rounds {
			for u := byte(1); u <= 8; u++ {
				if _, err := m.Unit(u).ReadRegisters(t.Context(), 0, 10); err != nil {
					t.Fatal(err)
				}
			}
		}
		took, want := time.Since(start), 8*rounds*poll
		if diff := took - want; diff < -want/10 || diff > want/10 {
			t.Errorf("80 polls take %v, and the line needs %v", took, want)
		}
	})
}

// TestTrunk: requests for a line behind an IFE server wait their turn; an address
// where nobody is, is told so, and so is whoever comes when too many wait.
func TestTrunk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, err := serial.NewLine("L1", serial.Options{Rate: serial.DefaultRate, Pace: true})
		if err != nil {
			t.Fatal(err)
		}
		l.Add(5, modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte { return append(out, 3, 2, 0, 7) }))
		trunk := serial.NewTrunk(l)
		trunk.Start()
		ask := func(unit byte) []byte {
			r, err := modbus.Ask(t.Context(), trunk, modbus.Query{Unit: unit, PDU: []byte{3, 0, 0, 0, 1}})
			if err != nil {
				t.Error(err)
			}
			return r.Bytes
		}
		if got := fmt.Sprintf("% x", ask(5)); got != "03 02 00 07" {
			t.Errorf("address 5 answers %s", got)
		}
		if got := fmt.Sprintf("% x", ask(9)); got != "83 0b" {
			t.Errorf("an absent address: %s, want exception 0x0B", got)
		}
		var done sync.WaitGroup
		var mu sync.Mutex
		full, served := 0, 0
		for range 60 {
			done.Go(func() {
				got := ask(5)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case len(got) == 2 && got[1] == byte(modbus.GatewayPath):
					full++
				case len(got) == 4:
					served++
				}
			})
		}
		done.Wait()
		if full == 0 || served < 32 || full+served != 60 {
			t.Errorf("of 60 at once %d are served and %d told that the path is not available", served, full)
		}
		trunk.Close()
	})
}

// TestBroadcast: an order to all is obeyed by each and answered by none.
func TestBroadcast(t *testing.T) {
	a, b := net.Pipe()
	l, err := serial.NewLine("L1", serial.Options{Rate: serial.DefaultRate})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	obeyed := map[byte]uint16{}
	for _, u := range []byte{5, 6, 99} {
		l.Add(u, modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte {
			mu.Lock()
			defer mu.Unlock()
			obeyed[u] = binary.BigEndian.Uint16(q.PDU[3:])
			return append(out, q.PDU...)
		}))
	}
	var done sync.WaitGroup
	done.Go(func() { l.Listen(b) })
	m := modbus.NewMaster(a)
	if got, err := m.Do(t.Context(), modbus.Broadcast, []byte{6, 0, 1, 0, 42}); err != nil || len(got) != 0 {
		t.Errorf("% x, %v", got, err)
	}
	m.Close()
	b.Close()
	done.Wait()
	if fmt.Sprint(obeyed) != "map[5:42 6:42 99:42]" {
		t.Errorf("obeyed by %v", obeyed)
	}
}

func TestAddresses(t *testing.T) {
	l, _ := serial.NewLine("L1", serial.Options{Rate: serial.DefaultRate})
	for a, ok := range map[byte]bool{0: false, 1: true, 99: true, 100: false} {
		if err := l.Add(a, modbus.HandlerFunc(nil)); (err == nil) != ok {
			t.Errorf("address %d: %v", a, err)
		}
	}
	if l.Add(1, modbus.HandlerFunc(nil)) == nil {
		t.Error("an address is given twice")
	}
	for _, r := range []serial.Rate{{9600, serial.None, 1}, {4800, serial.None, 2}, {38400, serial.Odd, 1}} {
		if err := r.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, r := range []serial.Rate{{115200, serial.Even, 1}, {9600, serial.Even, 2}, {9600, 'X', 1}, {9600, serial.None, 0}} {
		if r.Check() == nil {
			t.Errorf("%v is taken", r)
		}
	}
}
