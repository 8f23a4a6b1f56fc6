package main

import (
	"bytes"
	"context"
	"io"
	"math"
	"math/cmplx"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/bus"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/survey"
	"switchroom/wire/modbus"
)

// virtualCapture reads the registers of a virtual unit that is made for it: of
// this rating, with the factory's settings, closed under a light load.
func virtualCapture(ctx context.Context, r points.Rating, p survey.Plan, m *regmap.Map) (*survey.Capture, error) {
	bank, err := virtualUnit(r, m)
	if err != nil {
		return nil, err
	}
	p.Twice, p.Identify = false, true
	h := survey.Head{Unit: 255, Started: time.Now().UTC(), Plan: p}
	w, err := survey.NewWriter(io.Discard, h)
	if err != nil {
		return nil, err
	}
	o := survey.Options{
		Map: m, Budget: survey.Budget{Rate: math.Inf(1), Requests: 1 << 20},
		Dial: func(context.Context) (survey.Conn, error) { return inProcess{bank}, nil },
	}
	return survey.Run(ctx, h, o, w)
}

// virtualUnit makes a unit in a world of its own, in which a minute has passed.
func virtualUnit(r points.Rating, m *regmap.Map) (*modbus.Bank, error) {
	w := imu.NewSteppedWorld(time.Now())
	frame := imu.MTZ1
	switch {
	case r.In > 4000:
		frame = imu.MTZ3
	case r.In > 1600:
		frame = imu.MTZ2
	}
	u, err := imu.New(imu.Config{
		Name: "virtual", Rating: r, Profile: access.Faithful, Interface: imu.IFE,
		Mechanism: imu.Equipped(frame), Closed: true, Identity: imu.VirtualIdentity(imu.IFE),
		InterfaceFirmware: "003.010.005", // as a site has it that says nothing
	}, w)
	if err != nil {
		return nil, err
	}
	var i [4]complex128
	var v [3]complex128
	for k := range 3 {
		turn := cmplx.Rect(1, -2*math.Pi/3*float64(k))
		i[k], v[k] = turn*complex(r.In/4, 0), turn*complex(r.Voltage/math.Sqrt(3), 0)
	}
	w.Step(time.Second)
	u.Steady(time.Second, i, v, r.Frequency)
	w.Step(time.Minute)
	u.Advance(time.Minute)
	return modbus.NewBank(bus.New(u, w, m, access.Modbus)), nil
}

// inProcess is a connection to a unit in this process.
type inProcess struct{ bank *modbus.Bank }

func (inProcess) Close() error { return nil }

func (p inProcess) Do(_ context.Context, unit byte, pdu []byte) ([]byte, error) {
	reply := p.bank.Serve(&modbus.Query{Now: time.Now(), Unit: unit, PDU: bytes.Clone(pdu)}, nil)
	if x, ok := modbus.ParseException(reply); ok {
		return nil, x
	}
	return reply, nil
}
