package air_test

import (
	"bufio"
	"bytes"
	"testing"
	"time"

	"switchroom/air"
	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/loop"
)

// FuzzRadio throws packets of a host at a controller that has a link: none panics, each
// command is answered once, and what is answered can be read.
func FuzzRadio(f *testing.F) {
	for _, c := range []ble.Packet{
		ble.Command{Op: ble.LECreateConnection, Params: make([]byte, 25)}, ble.Command{Op: ble.LEEnableEncryption, Params: append([]byte{0x40, 0}, make([]byte, 26)...)},
		ble.Command{Op: ble.Disconnect, Params: []byte{0x40, 0, 0x13}}, ble.ACL{Handle: 0x40, First: true, Data: []byte{1, 0, 4, 0, 10}},
		ble.Command{Op: ble.LELongTermKey, Params: append([]byte{0x40, 0}, make([]byte, 16)...)}, ble.Command{Op: ble.Reset},
		ble.Command{Op: ble.LESetAdvData, Params: append([]byte{40}, make([]byte, 31)...)}, ble.Command{Op: ble.VendorPlace, Params: make([]byte, 8)},
	} {
		f.Add(c.Bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a := air.New(1)
		defer a.Close()
		commands, answers := 0, 0
		r := a.Add("r", air.Place{}, func(p ble.Packet) {
			if _, err := ble.ParsePacket(p.Bytes()); err != nil {
				t.Errorf("%x: %v", p.Bytes(), err)
			}
			if e, ok := p.(ble.Event); ok && (e.Code == ble.EventComplete || e.Code == ble.EventStatus) {
				answers++
			}
		})
		in := bufio.NewReader(bytes.NewReader(b))
		for {
			p, err := ble.ReadPacket(in)
			if err != nil {
				break
			}
			if _, ok := p.(ble.Command); ok {
				commands++
			}
			r.Send(p)
		}
		a.Loop.Call(func() {})
		a.Loop.Call(func() {}) // what came of it is posted
		a.Loop.Call(func() {
			if answers != commands {
				t.Errorf("%d commands, %d answers", commands, answers)
			}
		})
	})
}

// yes is a controller that says yes to every command, and nothing else.
type yes struct{ host *host.Host }

func (y *yes) Send(p ble.Packet) {
	if c, ok := p.(ble.Command); ok {
		y.host.Receive(ble.Complete(c.Op, 0, 251, 0, 8))
	}
}

// FuzzHost throws packets of a controller at a host, as peripheral and as central: none
// panics, and none makes a link that may read what needs a pairing.
func FuzzHost(f *testing.F) {
	link := ble.Connection{Handle: 0x40, Peer: phoneAddress, Interval: 24, Timeout: 400}.Event().Bytes()
	data := func(channel uint16, payload []byte) []byte {
		return ble.ACL{Handle: 0x40, First: true, Heard: true, Data: ble.L2CAP{Channel: channel, Payload: payload}.Bytes()}.Bytes()
	}
	f.Add(append(link, data(ble.ChannelATT, []byte{ble.ATTRead, 3, 0})...))
	f.Add(append(link, data(ble.ChannelSMP, []byte{1, 4, 0, 0x0D, 16, 1, 1})...))
	f.Add(append(link, ble.Event{Code: ble.EventEncrypted, Params: []byte{0, 0x40, 0, 1}}.Bytes()...))
	f.Add(append(link, ble.Event{Code: ble.EventPacketsSent, Params: []byte{1, 0x40, 0, 0xFF, 0xFF}}.Bytes()...))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := loop.New()
		defer l.Close()
		value := &gatt.Characteristic{UUID: ble.Short(0x2A19), Props: gatt.Read, Need: gatt.Authenticated, OnRead: func(*gatt.Bearer) ([]byte, ble.Fault) {
			t.Error("it is read")
			return nil, 0
		}}
		y := &yes{}
		y.host = host.New(l, y, host.Config{Address: unitAddress, Table: gatt.NewTable(&gatt.Service{UUID: ble.Short(0x180F), Characteristics: []*gatt.Characteristic{value}}),
			Hooks: host.Hooks{MayPair: func(*host.Link) ble.Reason { return 0 }}})
		l.Call(func() {
			y.host.Start(func(error) {})
			in := bufio.NewReader(bytes.NewReader(b))
			for {
				p, err := ble.ReadPacket(in)
				if err != nil {
					return
				}
				y.host.Receive(p)
			}
		})
	})
}

// BenchmarkRoom is a second of a phone that scans in a room of 200 units that advertise
// five times a second each: how much of a core that is.
func BenchmarkRoom(b *testing.B) {
	a := air.New(1)
	defer a.Close()
	for range 200 {
		r := a.Add("unit", air.Place{X: 5}, func(ble.Packet) {})
		r.Send(ble.Command{Op: ble.LESetAdvParameters, Params: []byte{0x40, 1, 0x40, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0}})
		r.Send(ble.Command{Op: ble.LESetAdvEnable, Params: []byte{1}})
	}
	heard := 0
	phone := a.Add("phone", air.Place{}, func(p ble.Packet) {
		if e, ok := p.(ble.Event); ok && e.Code == ble.EventLE {
			heard++
		}
	})
	phone.Send(ble.Command{Op: ble.LESetScanParameters, Params: []byte{1, 0x60, 0, 0x60, 0, 0, 0}})
	phone.Send(ble.Command{Op: ble.LESetScanEnable, Params: []byte{1, 0}})
	a.Loop.Call(func() {})
	for n := time.Duration(0); b.Loop(); n++ {
		a.Second(n * time.Second)
	}
	a.Loop.Call(func() { b.ReportMetric(float64(heard)/float64(b.N), "reports/op") })
}
