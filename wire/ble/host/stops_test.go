package host_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/loop"
	"switchroom/wire/ble/pairing"
)

// TestStops: a controller that stops answering is told of once, and nothing waits for
// it for ever.
func TestStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, "central")
		b.mute = true
		b.loop.Call(func() { b.host.Scan(true); b.host.Advertise([]byte{2, 1, 6}, nil, time.Second) })
		time.Sleep(time.Minute)
		synctest.Wait()
		if log := b.said(); !slices.Equal(log, []string{"broken: the controller does not answer LE Set Scan Parameters"}) {
			t.Errorf("%q", log)
		}
		if sent := b.taken(); len(sent) != 1 {
			t.Errorf("it was told %q", sent)
		}
		b.receive(ble.Complete(ble.LESetScanParameters, 0)) // too late
		b.mute = false
		b.loop.Call(func() { b.host.Scan(true) })
		b.receive()
		if sent := b.taken(); len(sent) != 2 {
			t.Errorf("when it answers again, it was told %q", sent)
		}
	})
}

// TestNoBuffers: a controller that cannot carry what every link must is not used.
func TestNoBuffers(t *testing.T) {
	for _, c := range []struct {
		name    string
		buffers []byte
		why     string
	}{
		{"as it should be", []byte{27, 0, 1}, ""},
		{"none", []byte{0, 0, 0}, "no buffers"},
		{"none of LE", []byte{0, 0, 8}, "no buffers"},
		{"no pieces", []byte{251, 0, 0}, "no buffers"},
		{"pieces too small", []byte{26, 0, 8}, "no buffers"},
		{"cut short", []byte{251}, "no buffers"},
	} {
		b := &bench{loop: loop.New(), buffers: c.buffers}
		b.host = host.New(b.loop, b, host.Config{Address: unitAddress})
		done := make(chan error, 1)
		b.loop.Call(func() { b.host.Start(func(err error) { done <- err }) })
		err := <-done
		b.loop.Close()
		if (err == nil) != (c.why == "") || err != nil && !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestFlow: the host never has more pieces with the controller than it has room for,
// whatever the controller says of how many have gone, and a link whose other end takes
// nothing is let go.
func TestFlow(t *testing.T) {
	b := newBench(t, "peripheral")
	tell := func(n int) {
		b.loop.Call(func() {
			for range n {
				b.link.SendATT(ble.ATT{Op: ble.ATTNotify, Handle: closedHandle, Value: make([]byte, 200)}.Bytes())
			}
		})
	}
	count := func() (n int) {
		b.loop.Call(func() { n, b.sent = len(b.sent), nil })
		return n
	}
	tell(20)
	if n := count(); n != 8 {
		t.Errorf("%d pieces for 8 buffers", n)
	}
	b.receive(went(handle, 3))
	if n := count(); n != 3 {
		t.Errorf("%d pieces after 3 have gone", n)
	}
	b.receive(went(0x99, 5), went(handle, 0))
	if n := count(); n != 0 {
		t.Errorf("%d pieces after pieces of others have gone", n)
	}
	b.receive(went(handle, 0xFFFF))
	if n := count(); n != 8 {
		t.Errorf("%d pieces after more have gone than there were", n)
	}
	tell(5000)
	if sent := b.taken(); !slices.Contains(sent, "Disconnect") {
		t.Errorf("thousands wait, and it sends %q", sent)
	}
	b.receive(over(ble.RemoteEnded))
	b.receive(ble.Connection{Handle: handle, Peer: phoneAddress, Interval: 24, Timeout: 400}.Event())
	if why := b.works(); why != "" {
		t.Errorf("the next link: %s", why)
	}
}

// TestLinks: a controller that gives the same handle twice, or makes links without end,
// is not followed.
func TestLinks(t *testing.T) {
	b := newBench(t, "")
	made := map[*host.Link]bool{}
	for h := range uint16(40) {
		for range 2 {
			b.receive(ble.Connection{Handle: h, Peer: phoneAddress}.Event())
			made[b.link] = true
		}
	}
	if len(made) != 16 {
		t.Errorf("%d links", len(made))
	}
	b.receive(ble.Connection{Status: ble.LimitReached, Peer: phoneAddress}.Event())
	if log := b.said(); !slices.Equal(log, []string{"ended: " + ble.LimitReached.String()}) {
		t.Errorf("a connection that failed: %q", log)
	}
}

// TestQuestionsEnd: whoever has asked is told when the link ends, also who asks then.
func TestQuestionsEnd(t *testing.T) {
	b := newBench(t, "central")
	var why []error
	ask := func() {
		b.link.Request(ble.ATT{Op: ble.ATTRead, Handle: 3}, func(_ ble.ATT, err error) { why = append(why, err) })
	}
	b.loop.Call(func() { ask(); ask() })
	b.receive(over(ble.ConnectionTimeout))
	b.loop.Call(func() {
		ask()
		if len(why) != 3 || !b.link.Over() {
			t.Errorf("%v", why)
		}
		for _, err := range why {
			if !errors.Is(err, host.ErrEnded) {
				t.Errorf("%v", err)
			}
		}
	})
}

// begun is a bench whose phone has been through a legacy pairing up to the key.
func begun(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, "peripheral")
	m := pairing.New(pairing.Config{Initiator: true, Own: phoneAddress, Peer: unitAddress, Bent: func(f *ble.Features) { f.Auth &^= ble.AuthSecure }})
	out := m.Begin().Send
	var seen ble.Assembler
	for range 10 {
		for _, p := range out {
			b.frame(ble.ChannelSMP, p.Bytes()...)
		}
		out = nil
		b.loop.Call(func() {
			for _, p := range b.sent {
				a, is := p.(ble.ACL)
				if !is {
					continue
				}
				if f, whole, err := seen.Add(a.First, a.Data); whole && err == nil {
					s, _ := ble.ParseSMP(f.Payload)
					step := m.Handle(s)
					out = append(out, step.Send...)
					if step.Ask {
						out = append(out, m.Enter(*b.passkey).Send...)
					}
				}
			}
			b.sent = nil
		})
		b.receive(went(handle, 8))
	}
	if !m.Over() || len(b.said()) > 0 {
		t.Fatalf("%v", m)
	}
	return b
}

// asksForKey is a controller that wants the key of a pairing.
var asksForKey = ble.Event{Code: ble.EventLE, Params: append([]byte{ble.LELongTermKeyRequest, handle, 0}, make([]byte, 10)...)}

// TestFailsAtTheEnd: a phone that calls its pairing failed after the key was given out,
// and before the link is encrypted by it, has not paired.
func TestFailsAtTheEnd(t *testing.T) {
	b := begun(t)
	b.receive(asksForKey)
	b.frame(ble.ChannelSMP, ble.SMPFailed, byte(ble.Unspecified))
	b.receive(encryption(0, 1))
	b.loop.Call(func() {
		if b.link.Level() != gatt.Nothing {
			t.Errorf("level %v", b.link.Level())
		}
	})
	b = begun(t)
	b.receive(asksForKey, encryption(0, 1))
	b.loop.Call(func() {
		if b.link.Level() != gatt.Authenticated || b.link.Secure {
			t.Errorf("without that: level %v, secure %v", b.link.Level(), b.link.Secure)
		}
	})
}

// TestFailsOnce: a pairing fails once, however often a phone says so afterwards; else
// one failure would count as many.
func TestFailsOnce(t *testing.T) {
	b := newBench(t, "peripheral")
	b.frame(ble.ChannelSMP, ble.Features{IO: ble.NoInputNoOutput, MaxKey: 16}.Packet(ble.SMPRequest).Bytes()...)
	for range 5 {
		b.frame(ble.ChannelSMP, ble.SMPFailed, byte(ble.Unspecified))
		b.frame(ble.ChannelSMP, make16(ble.SMPRandom)...)
	}
	if log := b.said(); !slices.Equal(log, []string{"failed: " + ble.AuthenticationRequired.String()}) {
		t.Errorf("%q", log)
	}
}
