package imu_test

import (
	"testing"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// TestStack: the breaker of a stacked IFM is operated while both pads are open
// (R4), and its server's while its own is.
func TestStack(t *testing.T) {
	for _, c := range []struct {
		server, own   bool // locked
		want, servers string
	}{
		{false, false, "allowed", "allowed"},
		{true, false, "remote_off", "remote_off"},
		{false, true, "remote_off", "allowed"},
		{true, true, "remote_off", "remote_off"},
	} {
		s := newStand(t)
		u, err := imu.New(stackedConfig(imu.IFM), s.w)
		if err != nil {
			t.Fatal(err)
		}
		if err := u.Stack(s.u); err != nil {
			t.Fatal(err)
		}
		s.u.Pad(s.now, c.server)
		u.Pad(s.now, c.own)
		if got := u.Do(s.now, modbus(points.BreakerOpen, "3333")).Decision.Reason.String(); got != c.want {
			t.Errorf("pads %v, %v: the stacked one says %s, want %s", c.server, c.own, got, c.want)
		}
		var snap imu.Snapshot
		u.Read(s.now, access.Actor{Path: access.Modbus}, &snap)
		if on := snap.Values[points.RemoteEnabled] == 1; on != (c.want == "allowed") {
			t.Errorf("pads %v, %v: remote control reads %v", c.server, c.own, on)
		}
		if pad := snap.Values[points.InterfacePad]; (pad == 1) != c.own {
			t.Errorf("pads %v, %v: its own pad reads %g", c.server, c.own, pad)
		}
		if got := s.do(modbus(points.BreakerOpen, "3333")).Decision.Reason.String(); got != c.servers {
			t.Errorf("pads %v, %v: the server's own says %s, want %s", c.server, c.own, got, c.servers)
		}
	}
}

func stackedConfig(i imu.Interface) imu.Config {
	c := config()
	c.Name, c.Interface = "Q2", i
	return c
}

func TestStackRefuses(t *testing.T) {
	s := newStand(t)
	for _, i := range []imu.Interface{imu.IFE, imu.EIFE, imu.NoInterface} {
		u, err := imu.New(stackedConfig(i), s.w)
		if err != nil {
			t.Fatal(err)
		}
		if u.Stack(s.u) == nil {
			t.Errorf("an %v was stacked", i)
		}
	}
	u, err := imu.New(stackedConfig(imu.IFM), s.w)
	if err != nil {
		t.Fatal(err)
	}
	if u.Stack(u) == nil {
		t.Error("an IFM was stacked on itself")
	}
}
