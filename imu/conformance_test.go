package imu_test

import (
	"errors"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/points"
)

// inProcess reaches a unit by calling it, as an actor of a path.
type inProcess struct {
	s    *imutest.Stand
	path access.Path
}

func (c inProcess) actor() access.Actor {
	return access.Actor{Path: c.path, Login: true, Present: true, Until: time.Hour, Source: "here"}
}

func (c inProcess) Read(id points.ID) (points.Value, error) {
	a := c.actor()
	a.Offered, a.Levels = true, access.AnyLevel
	var snap imu.Snapshot
	if d, _ := c.s.Unit.Read(c.s.Now(), a, &snap); !d.OK() {
		return points.Value{}, errors.New(d.String())
	}
	return points.Number(snap.Values[id]), nil
}

func (c inProcess) Write(id points.ID, v points.Value, password string) imutest.Verdict {
	return c.do(imu.Request{Actor: c.actor(), Op: id, Value: v}, password)
}

func (c inProcess) Do(op points.ID, password string) imutest.Verdict {
	return c.do(imu.Request{Actor: c.actor(), Op: op}, password)
}

func (c inProcess) do(r imu.Request, password string) imutest.Verdict {
	p, err := imu.ParsePassword(password)
	if err != nil {
		return imutest.Refused
	}
	r.Password = &p
	res := c.s.Unit.Do(c.s.Now(), r)
	if !res.OK() {
		return imutest.Refused
	}
	if res.Order == nil {
		return imutest.Done
	}
	c.s.Pass(time.Second)
	if done, refusal := c.s.Unit.Outcome(c.s.Now(), res.Order); !done || refusal != imu.None {
		return imutest.Refused
	}
	return imutest.Done
}

// TestConformance holds the unit itself to matrix B on every path.
func TestConformance(t *testing.T) {
	for path := range imutest.MatrixB {
		t.Run(path.String(), func(t *testing.T) {
			imutest.Run(t, path, func(_ *testing.T, s *imutest.Stand) imutest.Caller { return inProcess{s, path} })
		})
	}
}
