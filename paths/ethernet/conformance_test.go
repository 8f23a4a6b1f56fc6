package ethernet_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/client"
	"switchroom/imu/imutest"
	"switchroom/paths/ethernet"
	"switchroom/paths/ethernet/roles"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/mbaps/mbapstest"
)

// overModbus reaches a unit as an owner does: by the client, over a socket.
type overModbus struct {
	c client.Breaker
}

func (o overModbus) Read(id points.ID) (points.Value, error) {
	r, err := o.c.Read(context.Background(), id)
	if err != nil {
		return points.Value{}, err
	}
	return r[0].Value, nil
}

func (o overModbus) Write(id points.ID, v points.Value, password string) imutest.Verdict {
	return verdict(o.c.Write(context.Background(), password, 0, client.Setting{Point: id, Value: v}))
}

func (o overModbus) Do(op points.ID, password string) imutest.Verdict {
	_, err := o.c.Do(context.Background(), op, password)
	return verdict(err)
}

func verdict(err error) imutest.Verdict {
	if err != nil {
		return imutest.Refused
	}
	return imutest.Done
}

// TestConformance holds Modbus TCP to its column of matrix B, over a socket and
// by the client that owners use.
func TestConformance(t *testing.T) { conform(t, false) }

// TestConformanceSecured holds the secured door to the same column, by a role that
// takes nothing away: inside TLS the decision is the same one.
func TestConformanceSecured(t *testing.T) { conform(t, true) }

func conform(t *testing.T, secured bool) {
	imutest.Run(t, access.Modbus, func(t *testing.T, s *imutest.Stand) imutest.Caller {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := netip.MustParseAddrPort(l.Addr().String())
		l.Close()
		server := ethernet.NewServer()
		o, address, options := ethernet.Options{Address: addr, Map: regmap.Default()}, "modbus://"+addr.String()+"/255", client.Options{}
		if secured {
			a := mbapstest.New(t, "lab")
			o.Secure = &ethernet.Secure{Address: netip.AddrPortFrom(addr.Addr(), freePort(t)), Config: load(t, a.Device(t, addr.Addr().String())).Server(), Rights: roles.Default(), Only: true}
			address, options.Secure = "mbaps://"+o.Secure.Address.String()+"/255", a.Client(t, "Engineer")
		}
		if _, err := server.Add(s.Unit, s.World, o); err != nil {
			t.Fatal(err)
		}
		if err := server.Listen(); err != nil {
			t.Fatal(err)
		}
		server.Start()
		// The client waits for the mechanism in real time; the stand's world
		// is stepped, so something must step it.
		ctx, stop := context.WithCancel(context.Background())
		stepped := make(chan struct{})
		go func() {
			defer close(stepped)
			for tick := time.NewTicker(time.Millisecond); ; {
				select {
				case <-ctx.Done():
					tick.Stop()
					return
				case <-tick.C:
					s.World.Step(s.World.Now() + 5*time.Millisecond)
				}
			}
		}()
		c, err := client.Connect(ctx, address, options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			c.Close()
			stop()
			<-stepped
			server.Shutdown(context.Background())
		})
		return overModbus{c}
	})
}
