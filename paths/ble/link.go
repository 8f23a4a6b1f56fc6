package ble

import (
	"switchroom/wire/ble"
	"switchroom/wire/ble/attest"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
)

// link is a connection to a phone, whatever radio carries it. Its methods are called on
// the module's loop.
type link interface {
	name() string // the phone's address
	disconnect()
	over() bool
	room() int // bytes of one notification
	subscribed(*gatt.Characteristic) bool
	notify(*gatt.Characteristic, []byte)
	// statement is what the app of the phone is to sign. false: the radio does not tell
	// what stands for the key of the link, and no app can show anything.
	statement(attest.Nonce) (attest.Statement, bool)
}

// airLink is one over a host of ours. It compares equal to itself made anew.
type airLink struct {
	l   *host.Link
	own ble.Address
}

func (a airLink) name() string                           { return a.l.Peer.String() }
func (a airLink) disconnect()                            { a.l.Disconnect() }
func (a airLink) over() bool                             { return a.l.Over() }
func (a airLink) room() int                              { return a.l.Bearer.MTU() - 3 }
func (a airLink) subscribed(c *gatt.Characteristic) bool { return a.l.Bearer.Subscribed(c) }
func (a airLink) notify(c *gatt.Characteristic, b []byte) {
	a.l.SendATT(a.l.Bearer.Notification(c, b))
}

func (a airLink) statement(n attest.Nonce) (attest.Statement, bool) {
	return attest.Statement{Nonce: n, Unit: a.own, Phone: a.l.Peer, Link: a.l.Binding()}, true
}
