package app

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/air"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/ble"
	"switchroom/points"
)

// byApp reaches a unit as a person with the app does.
type byApp struct {
	t *testing.T
	p *Phone
}

func (b byApp) Read(id points.ID) (points.Value, error) {
	if _, err := b.p.Login(b.t.Context(), "3333"); err != nil {
		return points.Value{}, err
	}
	v, _, err := b.p.values(b.t.Context(), []points.ID{id})
	return v[id], err
}

func (b byApp) Write(id points.ID, v points.Value, password string) imutest.Verdict {
	was, err := b.Read(id)
	info := points.Of(id)
	if err == nil {
		_, err = b.p.Change(b.t.Context(), password, Change{info.Name, info.Format(was), info.Format(v)})
	}
	return verdict(err)
}

func (b byApp) Do(op points.ID, password string) imutest.Verdict {
	for _, d := range Deeds() {
		if d.op == op {
			return verdict(b.p.Do(b.t.Context(), password, d.Name))
		}
	}
	return imutest.Refused
}

func verdict(err error) imutest.Verdict {
	if err != nil {
		return imutest.Refused
	}
	return imutest.Done
}

// TestMatrix holds the app to the column of Bluetooth in matrix B.
func TestMatrix(t *testing.T) {
	imutest.Run(t, access.BLE, func(t *testing.T, s *imutest.Stand) imutest.Caller {
		dir, err := os.MkdirTemp("", "app") // t.TempDir may be too long for a socket
		if err != nil {
			t.Fatal(err)
		}
		a := air.New(1)
		radios := ble.NewServer([]*imu.Unit{s.Unit}, s.World, a, func(int) air.Place { return air.Place{} })
		socket, err := a.ServeSocket(filepath.Join(dir, "ble.sock"), air.Place{Y: 2})
		if err != nil {
			t.Fatal(err)
		}
		p := NewPhone([]Breaker{{Name: s.Unit.Name(), BLE: "ble://" + filepath.Join(dir, "ble.sock") + "?unit=" + s.Unit.Name()}}, 0)
		t.Cleanup(func() { p.Close(); socket.Close(); radios.Close(); a.Close(); os.RemoveAll(dir) })
		s.Unit.Do(s.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothEnabled, Value: points.Number(1)})
		s.Unit.PressBluetooth(s.Now(), "Olga")
		p.Choose(true, true)
		if err := p.Pair(t.Context(), s.Unit.Name()); err != nil {
			t.Fatal(err)
		}
		if err := p.Code(t.Context(), s.Unit.RadioOf(s.Now()).Passkey); err != nil {
			t.Fatal(err)
		}
		flow(t, s)
		return byApp{t, p}
	})
}

// flow lets time pass while somebody waits for the mechanism.
func flow(t *testing.T, s *imutest.Stand) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
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
	}()
	t.Cleanup(func() { stop(); <-done })
}
