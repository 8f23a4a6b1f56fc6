package ble

import (
	"crypto/sha256"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"switchroom/access"
	"switchroom/air"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/wire/ble"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/loop"
)

// Server is the radios of the units of a room. A unit whose radio is off has none in the
// air.
type Server struct {
	air     *air.Air
	modules []*module
	asking  sync.WaitGroup // sessions of phones
}

// module is the radio of one unit. What is below listened happens on the loop.
type module struct {
	loop    *loop.Loop
	unit    *imu.Unit
	world   *imu.World
	asking  *sync.WaitGroup // sessions of phones
	air     *air.Air        // of a virtual radio
	held    bool            // the radio itself holds a link to what an attribute needs
	at      air.Place
	address ble.Address
	profile profile

	listened atomic.Bool // a phone is there that may be told of events

	radio *air.Radio // nil: off
	host  *host.Host
	guard guard
	phone *phone // nil: none

	closed bool // of an adapter
}

// interval is how often a unit whose radio is on advertises. Ours.
const interval = 200 * time.Millisecond

// NewServer gives units radios in a, unit i at place(i). Nothing is in the air before
// somebody presses a button.
func NewServer(units []*imu.Unit, w *imu.World, a *air.Air, place func(i int) air.Place) *Server {
	s := &Server{air: a}
	for i, u := range units {
		m := &module{loop: a.Loop, unit: u, world: w, asking: &s.asking, air: a, at: place(i), address: addressOf(u)}
		m.profile = newProfile(m)
		s.modules = append(s.modules, m)
		u.OnRadio(func(_ time.Duration, r imu.Radio) { a.Loop.Post(func() { m.turn(r.On) }) })
		u.Subscribe(func(r imu.Record) { m.tell(r) })
	}
	return s
}

// Close takes every radio out of the air and waits for the sessions of phones. The air
// must still be there.
func (s *Server) Close() {
	s.air.Loop.Call(func() {
		for _, m := range s.modules {
			m.turn(false)
		}
	})
	s.asking.Wait()
}

// addressOf is the address of a unit: static, random, and the same each time.
func addressOf(u *imu.Unit) (a ble.Address) {
	sum := sha256.Sum256([]byte("switchroom ble " + u.Name() + "\n" + u.Config().Identity.Serial))
	a.Random = true
	copy(a.Octets[:], sum[:])
	a.Octets[0] |= 0xC0
	return a
}

// turn puts the radio into the air or takes it out.
func (m *module) turn(on bool) {
	switch {
	case on == (m.radio != nil):
	case !on:
		m.goodbye()
		m.drop()
		m.radio.Remove()
		m.radio, m.host = nil, nil
	default:
		m.guard = guard{}
		m.up()
	}
}

// goodbye ends a link before the radio goes off, so that the phone knows at once and why.
// A unit without supply cannot: its phone notices by itself.
func (m *module) goodbye() {
	if m.phone == nil {
		return
	}
	var s imu.Snapshot
	m.unit.Read(m.now(), access.Actor{Path: access.HMI, Present: true}, &s)
	if !math.IsNaN(s.Values[points.BreakerClosed]) {
		m.phone.link.disconnect()
	}
}

// up starts a host and has it advertise.
func (m *module) up() {
	var h *host.Host
	m.radio = m.air.Add(m.unit.Name(), m.at, func(p ble.Packet) { h.Receive(p) })
	h = host.New(m.loop, m.radio, host.Config{
		Address: m.address, Table: m.profile.table, SecureOnly: m.unit.Config().Profile == access.Hardened, Hooks: m.hooks(),
	})
	m.host = h
	h.Start(func(err error) {
		if err == nil && m.host == h {
			m.advertise()
		}
	})
}

func (m *module) advertise() {
	data, response := advertisement(m.unit.Name())
	m.host.Advertise(data, response, interval)
}

func (m *module) now() time.Duration { return m.world.Now() }
