package ways

import (
	"net/netip"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// Measure is a lock or a duty that closes a way, or narrows it.
type Measure struct {
	Key       string
	Do        string // what a person does
	Guide     string
	Source    string
	Certainty points.Certainty
	// put puts it on a state, and reports whether it can be done there and is not yet.
	put func(*State) bool
}

// Measures returns the measures, sorted by key.
func Measures() []Measure { return append([]Measure(nil), measures...) }

var measures = []Measure{
	{"bluetooth-off", "disable the Bluetooth function until it is needed: Configuration, Communication, Bluetooth at the display; and press the button again when the phone is done", "A4, D11", "docs/bluetooth.md", points.Confirmed, func(s *State) bool { return off(&s.Bluetooth) }},
	{"eife-switch", "switch remote control off with the software over USB, level 4: switchroom write USB-ADDRESS remote.enabled=false", "B6, E2", "docs/usb.md", points.Confirmed, func(s *State) bool {
		return s.Breaker.Unit.Interface == imu.EIFE && shut(s, &s.Own)
	}},
	{"hmi-lock", "lock the change of protection settings at the display: lock.protection.hmi, by level 4 over USB or the network, or at the display", "B7, D7", "R7", points.Confirmed, func(s *State) bool {
		return lock(&s.Locks.HMIProtection)
	}},
	{"ip-filter", "switch the IP filter on (web pages, Setup), with the few addresses that have to ask", "C13, C14", "docs/web-setup.md", points.Confirmed, func(s *State) bool {
		can := (s.HasPages() && s.Web || s.Breaker.Via != "" && s.Server != "") && !s.Filter
		s.Filter = s.Filter || can
		return can
	}},
	{"listen", "take it off the network: listen: loopback and an address 127.x.y.z in the site file; of a real one, a network of its own", "C13, C14, E4", "docs/site.md", points.Ours, func(s *State) bool {
		if !s.Breaker.Reachable() || s.Breaker.Address.Addr().IsLoopback() {
			return false
		}
		b := *s.Breaker // the site keeps its own
		b.Address = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 1, 1}), b.Address.Port())
		s.Breaker = &b
		return true
	}},
	{"modbus-off", "switch Modbus TCP off where nobody polls: web pages, Advanced services control", "C13", "docs/web-setup.md", points.Confirmed, func(s *State) bool {
		return s.HasPages() && s.Web && !s.Shared && off(&s.Modbus)
	}},
	{"pad", "close the locking pad of the interface: switchroom hands NAME pad locked", "B6, E2", "R4", points.Confirmed, func(s *State) bool {
		i := s.Breaker.Unit.Interface
		return (i == imu.IFE || i == imu.IFM) && shut(s, &s.Own)
	}},
	{"passwords", "give all four levels passwords of their own, with the software over USB, and again every so often", "C3, C4, C7", "imu.Factory: a later document's", points.Confirmed, func(s *State) bool {
		was := s.Locks.Factory
		s.Locks.Factory = 0
		return was != 0
	}},
	{"protect-openings", "protect the cable entries and the ports that lie outside the room", "D4", "docs/room.md", points.Confirmed, func(s *State) bool {
		was := len(s.Room.Open) > 0
		s.Room.Open = nil
		return was
	}},
	{"remote-lock", "lock the remote change of protection settings: lock.protection.remote, by level 4 over USB or the network", "B7, E3", "R7", points.Confirmed, func(s *State) bool {
		return lock(&s.Locks.RemoteProtection)
	}},
	{"room-lock", "put it into a locked room and keep it locked: room: in the site file; switchroom room door lock", "D1, D2, D3", "docs/room.md", points.Confirmed, func(s *State) bool {
		was := s.Room.There && s.Room.Locked
		s.Room.There, s.Room.Locked = true, true
		return !was
	}},
	{"server-pad", "close the pad of the IFE server that it is behind: it counts for everything behind it", "B6, E2", "R4", points.Inferred, func(s *State) bool {
		return s.Server != "" && shut(s, &s.Behind)
	}},
	{"snmp-off", "snmp: false at the breaker, or no snmp: in the site file", "C13", "docs/site.md", points.Ours, func(s *State) bool { return off(&s.SNMP) }},
	{"web-accounts", "log in once as each account of the factory and change its password; disable who is not needed", "A11, C11, C13", "docs/web.md", points.Confirmed, func(s *State) bool {
		return s.HasPages() && s.Web && off(&s.Default)
	}},
	{"web-off", "web: off in the site file, where nobody needs the pages", "C13", "docs/site.md", points.Ours, func(s *State) bool { return s.HasPages() && off(&s.Web) }},
}

// shut disables a remote control.
func shut(s *State, t *access.Tri) bool {
	was := *t
	*t = access.Off
	s.settle()
	return was != access.Off
}

// lock puts a lock on.
func lock(t *access.Tri) bool {
	was := *t
	*t = access.On
	return was != access.On
}

func off(b *bool) bool {
	was := *b
	*b = false
	return was
}

// Closing is what a measure does to a way.
type Closing struct {
	Measure *Measure
	Gone    bool     // nobody comes by it any more
	Takes   []string // rows of matrix B that it takes away, or part of them
	Holds   []string // guards that hold then and did not
}

// closings are the measures that close or narrow a way that is as before says, each by
// itself.
func closings(w *Way, before *Entry, s *State) (all []Closing) {
	for i := range measures {
		after := *s
		if !measures[i].put(&after) {
			continue
		}
		c := Closing{Measure: &measures[i]}
		c.compare(before, &after, w)
		if c.Gone || len(c.Takes)+len(c.Holds) > 0 {
			all = append(all, c)
		}
	}
	return all
}

// compare says what is less than before.
func (c *Closing) compare(before *Entry, s *State, w *Way) {
	now := entry(w, s)
	if c.Gone = before.There && !now.There; c.Gone || !now.There {
		return
	}
	for i := range now.Can {
		if len(now.Can[i].Ops) < len(before.Can[i].Ops) {
			c.Takes = append(c.Takes, now.Can[i].Row)
		}
	}
	held := map[string]bool{}
	for _, g := range before.Guards {
		held[g.Key] = g.Holds
	}
	for _, g := range now.Guards {
		if g.Holds && !held[g.Key] {
			c.Holds = append(c.Holds, g.Key)
		}
	}
}
