package ways

import (
	"fmt"
	"slices"
	"strings"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// Guard is something that stands in a way, or should.
type Guard struct {
	Key       string
	Says      string // how it is
	Holds     bool   // it keeps somebody out, or something from being done, as it is
	Guide     string
	Certainty points.Certainty
}

// guard is a row of the table of guards.
type guard struct {
	key       string
	ways      []string // keys of the ways it stands in
	guide     string
	certainty points.Certainty
	// is says how it is, "" where there is none.
	is func(*State) (says string, holds bool)
}

var (
	here    = []string{"buttons", "coils", "hmi", "io", "nfc", "usb-pc", "usb-phone"}
	asking  = []string{"mbaps", "modbus", "serial", "usb-pc", "usb-phone", "web"}
	remote  = []string{"mbaps", "modbus", "serial", "web"}
	network = []string{"mbaps", "modbus", "snmp", "web"}
)

// guards are what may guard a way, sorted by key.
var guards = []guard{
	{"account", []string{"web"}, "A11, C11, C13", points.Inferred, accountIs}, // docs/readings.md
	{"assistant", []string{"usb-phone"}, "A10", points.Confirmed, func(s *State) (string, bool) {
		has := s.Breaker.Unit.Modules.Has(imu.ModuleOperation)
		return "digital module operation " + either(has, "installed", "not installed: the app does not open or close"), !has
	}},
	{"certificate", []string{"mbaps"}, "C13", points.Ours, func(s *State) (string, bool) {
		return "a certificate of the anchors, in its dates", true
	}},
	{"community", []string{"snmp"}, "C13", points.Ours, func(s *State) (string, bool) {
		return either(s.Clear, "a community, which crosses the network in clear", "users with passwords (version 3)"), !s.Clear
	}},
	{"filter", []string{"mbaps", "modbus"}, "C13, C14", points.Confirmed, func(s *State) (string, bool) {
		return "IP filter " + either(s.Filter, "on", "off, as delivered"), s.Filter
	}},
	{"hmi-lock", []string{"hmi"}, "B7, D7", points.Confirmed, func(s *State) (string, bool) {
		return "settings lock at the display " + s.Locks.HMIProtection.String(), s.Locks.HMIProtection != access.Off
	}},
	{"inhibition", []string{"io", "mbaps", "modbus", "serial", "usb-pc", "usb-phone", "web"}, "R10", points.Confirmed, func(s *State) (string, bool) {
		return told(s.Locks.CloseInhibited == access.On, "closing inhibited"), true
	}},
	{"mode", []string{"io", "mbaps", "modbus", "serial", "usb-pc", "usb-phone", "web"}, "R5", points.Inferred, func(s *State) (string, bool) {
		return told(s.Locks.Mode != access.ModeUnset && s.Locks.Mode != access.ModeUnknown, "control mode "+s.Locks.Mode.String()), true
	}},
	{"pad", remote, "B6, E2", points.Confirmed, padIs},
	{"password", asking, "B1, B2, C3", points.Confirmed, passwordIs},
	{"presence", here, "D1", points.Confirmed, func(*State) (string, bool) { return "somebody has to stand there", true }},
	{"reach", network, "C13, E4", points.Ours, func(s *State) (string, bool) {
		local := s.Breaker.Address.Addr().IsLoopback()
		return either(local, "loopback: nobody beyond this machine", "whoever can send packets to it"), local
	}},
	{"remote-lock", remote, "B7, E3", points.Confirmed, func(s *State) (string, bool) {
		return "settings lock for remote change " + s.Locks.RemoteProtection.String(), s.Locks.RemoteProtection != access.Off
	}},
	{"role", []string{"mbaps"}, "C13", points.Ours, func(s *State) (string, bool) {
		return "what its role may: " + s.Secured.Mbaps.Rights.String(), true
	}},
	{"room", here, "D1, D2, D3", points.Confirmed, roomIs},
	{"server-pad", remote, "R4", points.Inferred, func(s *State) (string, bool) {
		return told(s.Server != "", "pad of "+s.Server+" "+padWord(s.Behind)), s.Behind != access.On
	}},
	{"tls-mbaps", []string{"mbaps"}, "C14", points.Ours, func(*State) (string, bool) { return "inside TLS 1.2 or 1.3, the password too", true }},
	{"tls-modbus", []string{"modbus"}, "C14", points.Confirmed, func(*State) (string, bool) { return "in clear, the password too", false }},
	{"tls-web", []string{"web"}, "C14", points.Ours, func(s *State) (string, bool) {
		switch s.Profile {
		case access.Faithful:
			return "HTTP, in clear", false
		case access.RBAC:
			return "HTTPS, and HTTP in clear, as delivered", false
		}
		return "HTTPS alone, as delivered", true
	}},
}

func either(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

// told returns what is to be told if there is something to tell.
func told(b bool, what string) string { return either(b, what, "") }

func padWord(t access.Tri) string {
	return map[access.Tri]string{access.On: "open", access.Off: "closed"}[t] + told(t != access.On && t != access.Off, "unknown")
}

// padIs is the pad of an IFE or IFM, or the switch of an EIFE.
func padIs(s *State) (string, bool) {
	switch s.Breaker.Unit.Interface {
	case imu.EIFE:
		return "remote control (EIFE switch) " + s.Own.String(), s.Own != access.On
	case imu.NoInterface:
		return "", false
	}
	return "pad " + padWord(s.Own), s.Own != access.On
}

func passwordIs(s *State) (string, bool) {
	f := s.Locks.Factory
	if f == 0 {
		return "passwords of its own", true
	}
	says := "factory passwords on level " + f.String()
	if s.Profile == access.Hardened {
		return says + ", with which nothing is done", true
	}
	return says, false
}

// accountIs is who can log in to the pages as delivered (paths/web/account.go).
func accountIs(s *State) (string, bool) {
	if !s.Default {
		return "accounts with passwords of their own", true
	}
	switch s.Profile {
	case access.Faithful:
		return "accounts Administrator and Guest as delivered, unless they were changed on the pages; the change can be put off", false
	case access.RBAC:
		return "account SecurityAdmin as delivered, unless it was changed on the pages; nothing can be set before", false
	}
	return "account SecurityAdmin as delivered, unless it was changed on the pages; nothing at all before", true
}

func roomIs(s *State) (string, bool) {
	r := s.Room
	switch {
	case !r.There:
		return "no room: it stands in the open", false
	case !r.Locked:
		return "room not locked", false
	}
	var names []string
	for _, p := range s.Within {
		names = append(names, p.Name)
	}
	says := "room locked, lets in " + either(len(names) > 0, some(names), "nobody")
	if len(r.Open) > 0 {
		says += "; not protected: " + some(r.Open)
	}
	if r.Inside >= 0 {
		says += fmt.Sprintf("; inside now: %d", r.Inside)
	}
	return says, len(r.Open) == 0
}

// some names up to six.
func some(names []string) string {
	if len(names) > 6 {
		return strings.Join(names[:6], ", ") + fmt.Sprintf(" and %d more", len(names)-6)
	}
	return strings.Join(names, ", ")
}

// guarding are the guards of a way.
func guarding(w *Way, s *State) (all []Guard) {
	for i := range guards {
		g := &guards[i]
		if !slices.Contains(g.ways, w.Key) {
			continue
		}
		says, holds := g.is(s)
		if says != "" {
			all = append(all, Guard{g.key, says, holds, g.guide, g.certainty})
		}
	}
	return all
}
