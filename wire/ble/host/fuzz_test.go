package host_test

import (
	"bufio"
	"bytes"
	"testing"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
)

// FuzzReceive has a host hear a stream of a controller, at either end of a link: it does
// not panic, and without a pairing no link is more than it was.
func FuzzReceive(f *testing.F) {
	stream := func(all ...ble.Packet) (b []byte) {
		for _, p := range all {
			b = append(b, p.Bytes()...)
		}
		return b
	}
	frame := func(channel uint16, payload ...byte) ble.ACL {
		return ble.ACL{Handle: handle, First: true, Heard: true, Data: ble.L2CAP{Channel: channel, Payload: payload}.Bytes()}
	}
	f.Add(stream(frame(ble.ChannelATT, ble.ATTRead, 3, 0), encryption(0, 1), went(handle, 9), over(0)), true)
	f.Add(stream(frame(ble.ChannelSMP, ble.Features{IO: 4, Auth: 13, MaxKey: 16}.Packet(ble.SMPRequest).Bytes()...), frame(ble.ChannelSMP, make16(ble.SMPConfirm)...)), true)
	f.Add(stream(asksForKey, frame(ble.ChannelSMP, make16(ble.SMPConfirm)...), frame(ble.ChannelSignal, 0x12, 1, 0, 0)), true)
	f.Add(stream(frame(ble.ChannelATT, ble.ATTIndicate, 3, 0), ble.Report{From: unitAddress}.Event(), ble.Connection{Handle: 1}.Event()), false)
	f.Fuzz(func(t *testing.T, b []byte, peripheral bool) {
		with := "central"
		if peripheral {
			with = "peripheral"
		}
		n := newBench(t, with)
		in := bufio.NewReader(bytes.NewReader(b[:min(len(b), 4096)]))
		for {
			p, err := ble.ReadPacket(in)
			if err != nil {
				break
			}
			n.receive(p)
		}
		n.loop.Call(func() {
			if n.link.Level() != gatt.Nothing {
				t.Error("nobody has paired, and the link is more than it was")
			}
		})
	})
}
