package web

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu/imutest"
	"switchroom/points"
	"switchroom/regmap"
)

// overWeb reaches a unit as somebody with a browser does: by forms, and by what the
// pages show.
type overWeb struct{ who *person }

var registerCell = regexp.MustCompile(`<td[^>]*>([0-9A-F]{4})</td>`)

// Read reads a point off the page that reads registers.
func (o overWeb) Read(id points.ID) (points.Value, error) {
	place, ok := regmap.Default().Find(id)
	if !ok {
		return points.Value{}, fmt.Errorf("%v stands nowhere", id)
	}
	a := o.who.get(fmt.Sprintf("/diagnostics/registers?first=%d&count=%d", place.Row.Register, place.Row.Count))
	if a.status != 200 {
		return points.Value{}, fmt.Errorf("status %d", a.status)
	}
	var data []byte
	for _, m := range registerCell.FindAllStringSubmatch(a.body, -1) {
		b, err := hex.DecodeString(m[1])
		if err != nil {
			return points.Value{}, err
		}
		data = append(data, b...)
	}
	if len(data) != 2*int(place.Row.Count) {
		return points.Value{}, errors.New("the page does not show the registers")
	}
	return place.Decode(data), nil
}

func (o overWeb) Write(id points.ID, v points.Value, password string) imutest.Verdict {
	info := points.Of(id)
	return o.done(o.who.post("/control/settings", url.Values{"point": {info.Name}, "value": {info.Format(v)}, "breaker_password": {password}}))
}

func (o overWeb) Do(op points.ID, password string) imutest.Verdict {
	order := strings.TrimPrefix(op.String(), "breaker.")
	return o.done(o.who.post("/control", url.Values{"order": {order}, "breaker_password": {password}}))
}

// done reads what the next page tells.
func (o overWeb) done(a answer) imutest.Verdict {
	if a.status == 303 && strings.Contains(o.who.told(), ": done") {
		return imutest.Done
	}
	return imutest.Refused
}

// TestConformance holds the web pages to their column of matrix B, over a socket and by
// what a person sees.
func TestConformance(t *testing.T) {
	imutest.Run(t, access.Web, func(t *testing.T, s *imutest.Stand) imutest.Caller {
		d, err := Open(s.Unit, s.World, Options{Address: freeAddress(t), Registers: registers(s.Unit, s.World), Map: regmap.Default()})
		if err != nil {
			t.Fatal(err)
		}
		server := NewServer()
		server.Add(d)
		if err := server.Listen(); err != nil {
			t.Fatal(err)
		}
		server.Start()
		// A person waits for the mechanism in real time; the stand's world is
		// stepped, so something must step it.
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
		t.Cleanup(func() {
			server.Shutdown(context.Background())
			stop()
			<-stepped
		})
		at := &place{t: t, d: d, unit: s.Unit, base: d.Base()}
		return overWeb{at.as(0, administrators)}
	})
}
