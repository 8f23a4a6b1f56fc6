package ble_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/access"
	"switchroom/air"
	"switchroom/client"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/ble"
	"switchroom/points"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// room is a unit with a radio, in air that a socket reaches.
type room struct {
	*imutest.Stand
	air     *air.Air
	address string
}

func newRoom(t *testing.T, s *imutest.Stand) *room {
	t.Helper()
	dir, err := os.MkdirTemp("", "ble") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ble.sock")
	r := &room{Stand: s, air: air.New(1)}
	server := ble.NewServer([]*imu.Unit{s.Unit}, s.World, r.air, func(int) air.Place { return air.Place{} })
	socket, err := r.air.ServeSocket(path, air.Place{Y: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close(); server.Close(); r.air.Close(); os.RemoveAll(dir) })
	r.address = (&url.URL{Scheme: "ble", Path: path, RawQuery: url.Values{"unit": {s.Unit.Name()}}.Encode()}).String()
	return r
}

// on enables the function, as somebody at the display does, and presses the button.
func (r *room) on(t *testing.T) {
	t.Helper()
	res := r.Unit.Do(r.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothEnabled, Value: points.Number(1)})
	if !res.OK() {
		t.Fatal(res.Err())
	}
	if !r.Unit.PressBluetooth(r.Now(), "Olga").On {
		t.Fatal("the button does nothing")
	}
}

// reads is whoever reads the code on the display.
func (r *room) reads(ctx context.Context, _ string) (string, error) {
	for {
		if n := r.Unit.RadioOf(r.Now()).Passkey; n != "" {
			return n, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

func (r *room) pair(t *testing.T) *client.Cable {
	t.Helper()
	c, err := client.DialBLE(context.Background(), r.address, client.Options{Passkey: r.reads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
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

// byPhone reaches a unit as the app does.
type byPhone struct{ c *client.Cable }

func (b byPhone) Read(id points.ID) (points.Value, error) {
	if err := b.c.Login(context.Background(), "0000"); err != nil {
		return points.Value{}, err
	}
	r, err := b.c.Read(context.Background(), id)
	if err != nil {
		return points.Value{}, err
	}
	return r[0].Value, nil
}

func (b byPhone) Write(id points.ID, v points.Value, password string) imutest.Verdict {
	return verdict(b.c.Write(context.Background(), password, 0, client.Setting{Point: id, Value: v}))
}

func (b byPhone) Do(op points.ID, password string) imutest.Verdict {
	_, err := b.c.Do(context.Background(), op, password)
	return verdict(err)
}

func verdict(err error) imutest.Verdict {
	if err != nil {
		return imutest.Refused
	}
	return imutest.Done
}

// TestConformance holds Bluetooth to its column of matrix B: found, paired by the code
// on the display, and everything over the encrypted link.
func TestConformance(t *testing.T) {
	imutest.Run(t, access.BLE, func(t *testing.T, s *imutest.Stand) imutest.Caller {
		flow(t, s)
		r := newRoom(t, s)
		r.on(t)
		return byPhone{r.pair(t)}
	})
}

var _ = strings.Contains
var _ atomic.Bool
