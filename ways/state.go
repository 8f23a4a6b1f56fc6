package ways

import (
	"fmt"
	"math"
	"net/netip"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/room"
	"switchroom/site"
)

// State is a breaker and what is around it, as far as its ways depend on it.
type State struct {
	Breaker   *site.Breaker
	Profile   access.Profile
	Line      *site.Line    // nil: it is on none
	Server    string        // the breaker whose IFE server it is behind; "": none
	Own       access.Tri    // remote control by its own pad or switch
	Behind    access.Tri    // and by that of the server; On without one (R4)
	Locks     access.Locks  //
	Powered   bool          // the control unit works
	Bluetooth bool          // the function is enabled
	Modbus    bool          // Modbus TCP is on in the interface
	Filter    bool          // and admits only addresses that are listed
	Secured   *site.Breaker // at whose secured door it is asked; nil: there is none
	Shared    bool          // other breakers are at the same address
	Web       bool          // the pages are on
	Default   bool          // with the accounts of the factory
	SNMP      bool          //
	Agent     uint16        // its UDP port
	Clear     bool          // by a community, in clear
	Stop      room.Coil     // by which the emergency stop opens it; NoCoil: it does not
	Room      Surroundings  //
	Within    []room.Person // who has a badge that opens the door
}

// Surroundings are the room that the breaker stands in.
type Surroundings struct {
	There, Locked bool
	Open          []string // cable entries and outside ports that are not protected (D4)
	Inside        int      // people in it now; -1: nobody has looked
}

// Now is how a breaker is at the moment.
type Now struct {
	Remote  access.Tri // remote control by its own pad or switch alone
	Powered bool
	Value   func(points.ID) (float64, bool) // of points that tell a lock
}

// Begin returns how the breakers of a site are when it begins, in their order: it
// builds the site, without a memory, and looks.
func Begin(s *site.Site) ([]Now, error) {
	w := imu.NewSteppedWorld(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	lab, err := s.Build(w, nil, nil)
	if err != nil {
		return nil, err
	}
	return Look(lab), nil
}

// Look returns how the breakers of a laboratory are now, in their order.
func Look(l *site.Lab) []Now {
	all := make([]Now, len(l.Units))
	for i, u := range l.Units {
		all[i] = look(u, l.World.Now())
	}
	return all
}

func look(u *imu.Unit, now time.Duration) Now {
	var s imu.Snapshot
	u.Read(now, access.Actor{Path: access.HMI, Present: true}, &s)
	f, c := u.Indicators(now), u.Config()
	remote := access.TriOf(f.Remote) // an EIFE is behind nothing
	if c.Interface == imu.IFE || c.Interface == imu.IFM {
		remote = access.TriOf(!f.Locked)
	}
	return Now{Remote: remote, Powered: f.Powered, Value: func(id points.ID) (float64, bool) {
		v := s.Values[id]
		return v, !math.IsNaN(v)
	}}
}

// states puts together what the ways of each breaker depend on. now has an entry for
// each breaker of the site, in their order.
func states(s *site.Site, now []Now, r Surroundings) ([]State, error) {
	if len(now) != len(s.Breakers) {
		return nil, fmt.Errorf("%d breakers in the site file and %d that were looked at; give the site file that runs", len(s.Breakers), len(now))
	}
	all := make([]State, len(now))
	at, there := map[string]int{}, map[netip.AddrPort]int{}
	for i := range now {
		all[i] = stateOf(s, &s.Breakers[i], &now[i], r)
		at[s.Breakers[i].Unit.Name] = i
		if s.Breakers[i].Reachable() {
			there[s.Breakers[i].Address]++
		}
	}
	for i := range all {
		st := &all[i]
		st.Shared = there[st.Breaker.Address] > 1
		if st.Server = serverOf(st, at); st.Server != "" {
			st.Behind = all[at[st.Server]].Own
		}
		st.settle()
	}
	return all, nil
}

func stateOf(s *site.Site, b *site.Breaker, n *Now, r Surroundings) State {
	st := State{Breaker: b, Profile: s.Profile, Line: s.LineOf(b), Secured: s.MbapsOf(b), Own: n.Remote, Behind: access.On, Powered: n.Powered, Modbus: true, Web: !s.Web.Off, Default: true, SNMP: b.SNMP, Room: r}
	st.Locks = locks(n)
	v, known := n.Value(points.BluetoothEnabled)
	st.Bluetooth = known && v != 0
	st.Locks.Factory = factoryLevels(b.Unit.Passwords)
	if s.SNMP != nil {
		st.Agent, st.Clear = s.SNMP.Port, s.SNMP.Community.Given()
	}
	if s.Room != nil {
		st.Stop, st.Within = wired(s.Room, b.Unit.Name), admitted(s.Room)
	}
	return st
}

// serverOf is the breaker whose IFE server a breaker is behind, of those that there are.
func serverOf(s *State, at map[string]int) string {
	name := s.Breaker.Via
	if s.Line != nil {
		name = s.Line.Server
	}
	if _, is := at[name]; is && name != "" {
		return name
	}
	return ""
}

// locks are those that a breaker tells. What it does not tell is unknown, and denies.
func locks(n *Now) access.Locks {
	tri := func(id points.ID) access.Tri {
		v, known := n.Value(id)
		if !known {
			return access.Unknown
		}
		return access.TriOf(v != 0)
	}
	l := access.Locks{HMIProtection: tri(points.LockProtectionHMI), RemoteProtection: tri(points.LockProtectionRemote), Closed: tri(points.BreakerClosed)}
	io, comm := tri(points.BreakerInhibitedIO), tri(points.BreakerInhibitedComm)
	switch {
	case io == access.On || comm == access.On:
		l.CloseInhibited = access.On
	case io == access.Off && comm == access.Off:
		l.CloseInhibited = access.Off
	}
	if v, known := n.Value(points.BreakerMode); known {
		l.Mode = access.ModeUnset + access.Mode(v)
	}
	return l
}

// settle puts the pads on the way together.
func (s *State) settle() {
	s.Locks.RemoteControl = access.TriOf(s.Own == access.On && s.Behind == access.On)
	if s.Own == access.Unknown || s.Behind == access.Unknown {
		s.Locks.RemoteControl = access.Unknown
	}
}

// HasPages reports whether the interface has web pages of its own.
func (s *State) HasPages() bool {
	i := s.Breaker.Unit.Interface
	return s.Breaker.Reachable() && s.Breaker.Via == "" && (i == imu.IFE || i == imu.EIFE)
}

// factoryLevels are the levels whose password everybody can read up.
func factoryLevels(p *[4]imu.Password) (l access.Levels) {
	if p == nil {
		return access.AnyLevel
	}
	for i := range p {
		if p[i] == imu.Factory[i] {
			l |= access.Level(i + 1)
		}
	}
	return l
}

func wired(r *room.Config, breaker string) room.Coil {
	for _, w := range r.Stop {
		if w.Breaker == breaker {
			return w.By
		}
	}
	return room.NoCoil
}

func admitted(r *room.Config) (all []room.Person) {
	for _, p := range r.People {
		if r.Authorised(p.Name) {
			all = append(all, p)
		}
	}
	return all
}

// Around returns the room as the site file has it; nobody has looked into it.
func Around(s *site.Site) Surroundings {
	if s.Room == nil {
		return Surroundings{Inside: -1}
	}
	r := Surroundings{There: true, Locked: s.Room.Locked, Inside: -1}
	for _, o := range append(append([]room.Opening(nil), s.Room.Entries...), s.Room.Ports...) {
		if !o.Protected {
			r.Open = append(r.Open, o.Name)
		}
	}
	return r
}
