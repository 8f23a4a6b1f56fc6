package access

import (
	"fmt"
	"strings"

	"switchroom/points"
)

// Gate is a lock that a row consults after the proof.
type Gate uint8

const (
	_              Gate = iota
	GateRemote          // remote control enabled (B6, R4)
	GateMode            // control mode admits the path, for open and close (R5)
	GateInhibit         // closing not inhibited, for close (R10)
	GateHMILock         // protection settings not locked at the HMI (B7)
	GateRemoteLock      // protection settings not locked for remote change (B7)
	GateOwn             // the password changed is the one proved, or level 4 is
	GateFactory         // the password proved is not a factory password (hardened)
)

var gateNames = [...]string{"", "remote control enabled", "control mode", "closing not inhibited", "HMI settings lock off", "remote settings lock off", "own password or level 4", "password not the factory's"}

func (g Gate) String() string {
	if g > 0 && int(g) < len(gateNames) {
		return gateNames[g]
	}
	return fmt.Sprintf("gate(%d)", uint8(g))
}

// Row is one rule: on these paths, this class of operation needs all of this.
type Row struct {
	Rule      string
	Paths     []Path
	Class     points.Class
	Levels    Levels // a password of one of these; none: no password
	Login     bool   // a personal login
	Roles     Roles  // of one of these roles, where the profile has roles; none: of any
	Present   bool   // somebody at the unit
	Session   bool   // a session that must not have ended; without Login it holds the proof too
	Gates     []Gate // consulted in this order
	Hardened  Levels // profile hardened asks for one of these where 2017 asks for nothing
	Source    string
	Certainty points.Certainty
}

var (
	bus   = []Path{Modbus, Serial}
	phone = []Path{BLE, OTG}
)

// Policy is the whole access policy. Each path and class has at most one row;
// what has none is denied. Sorted by rule.
var Policy = []Row{
	{Rule: "bus-acknowledge", Paths: bus, Class: points.Acknowledge, Levels: operators, Gates: []Gate{GateRemote}, Source: "DOCA0105ES-10 50056 as quoted", Certainty: points.Reported},
	{Rule: "bus-clock", Paths: bus, Class: points.Clock, Hardened: Level4, Source: "DOCA0105EN-09 T001024811; R4", Certainty: points.Confirmed},
	{Rule: "bus-configure", Paths: bus, Class: points.Configure, Levels: Level4, Gates: []Gate{GateRemote}, Source: "B, B6; DOCA0105EN-09 T001025021; R2", Certainty: points.Confirmed},
	{Rule: "bus-counters", Paths: bus, Class: points.Counters, Levels: operators, Gates: []Gate{GateRemote}, Source: "DOCA0105EN-09 T001025020", Certainty: points.Confirmed},
	{Rule: "bus-lock", Paths: bus, Class: points.Lock, Levels: Level4, Gates: []Gate{GateRemote}, Source: "B7; R7", Certainty: points.Inferred},
	{Rule: "bus-monitor", Paths: bus, Class: points.Monitor, Source: "B; R1", Certainty: points.Confirmed},
	{Rule: "bus-network", Paths: bus, Class: points.Network, Levels: Level4, Source: "R4; level OURS", Certainty: points.Ours},
	{Rule: "bus-operate", Paths: bus, Class: points.Operate, Levels: operators, Gates: []Gate{GateRemote, GateMode, GateInhibit}, Source: "B, B6; DOCA0105EN-09 T001025022; R2, R10", Certainty: points.Confirmed},
	{Rule: "bus-protect", Paths: bus, Class: points.Protect, Levels: Level4, Gates: []Gate{GateRemote, GateRemoteLock}, Source: "B, B6, B7; DOCA0105EN-09 T001025052; R2", Certainty: points.Confirmed},
	{Rule: "bus-select", Paths: bus, Class: points.Select, Levels: operators, Gates: []Gate{GateRemote}, Source: "DOCA0105EN-09 T001025054", Certainty: points.Confirmed},
	{Rule: "hmi-acknowledge", Paths: []Path{HMI}, Class: points.Acknowledge, Present: true, Source: "DOCA0101EN-09 pop-ups", Certainty: points.Confirmed},
	{Rule: "hmi-clock", Paths: []Path{HMI}, Class: points.Clock, Present: true, Source: "B: other settings", Certainty: points.Inferred},
	{Rule: "hmi-configure", Paths: []Path{HMI}, Class: points.Configure, Present: true, Source: "B, B1", Certainty: points.Confirmed},
	{Rule: "hmi-counters", Paths: []Path{HMI}, Class: points.Counters, Present: true, Source: "B: other settings", Certainty: points.Inferred},
	{Rule: "hmi-lock", Paths: []Path{HMI}, Class: points.Lock, Present: true, Source: "B7; R7", Certainty: points.Inferred},
	{Rule: "hmi-monitor", Paths: []Path{HMI}, Class: points.Monitor, Present: true, Source: "B; R1", Certainty: points.Confirmed},
	{Rule: "hmi-protect", Paths: []Path{HMI}, Class: points.Protect, Present: true, Gates: []Gate{GateHMILock}, Source: "B, B1, B7", Certainty: points.Confirmed},
	{Rule: "hmi-select", Paths: []Path{HMI}, Class: points.Select, Present: true, Gates: []Gate{GateHMILock}, Source: "DOCA0055EN-09; gate OURS", Certainty: points.Inferred},
	{Rule: "hmi-test", Paths: []Path{HMI}, Class: points.Test, Present: true, Source: "UG Test button", Certainty: points.Confirmed},
	{Rule: "io-operate", Paths: []Path{IO}, Class: points.Operate, Gates: []Gate{GateMode, GateInhibit}, Source: "A8; UG control mode", Certainty: points.Inferred},
	{Rule: "io-select", Paths: []Path{IO}, Class: points.Select, Source: "DOCA0055EN-09", Certainty: points.Confirmed},
	{Rule: "nfc-monitor", Paths: []Path{NFC}, Class: points.Monitor, Present: true, Source: "B, A3; R1", Certainty: points.Confirmed},
	{Rule: "phone-acknowledge", Paths: phone, Class: points.Acknowledge, Levels: AnyLevel, Session: true, Source: "A10; R2", Certainty: points.Inferred},
	{Rule: "phone-clock", Paths: phone, Class: points.Clock, Levels: AnyLevel, Session: true, Source: "A10; R2", Certainty: points.Inferred},
	{Rule: "phone-configure", Paths: phone, Class: points.Configure, Levels: engineers, Session: true, Source: "B; R2", Certainty: points.Inferred},
	{Rule: "phone-counters", Paths: phone, Class: points.Counters, Levels: counters, Session: true, Source: "UG rights matrix", Certainty: points.Confirmed},
	{Rule: "phone-engage", Paths: phone, Class: points.Engage, Levels: AnyLevel, Session: true, Source: "UG ERMS; rights matrix: operation; R2", Certainty: points.Confirmed},
	{Rule: "phone-monitor", Paths: phone, Class: points.Monitor, Levels: AnyLevel, Session: true, Source: "B, B5; R1", Certainty: points.Confirmed},
	{Rule: "phone-operate", Paths: phone, Class: points.Operate, Levels: AnyLevel, Session: true, Gates: []Gate{GateMode, GateInhibit}, Source: "B, B5; R2", Certainty: points.Inferred},
	{Rule: "phone-optional", Paths: phone, Class: points.Optional, Levels: engineers, Session: true, Source: "UG setting change: software and app only; R2", Certainty: points.Confirmed},
	{Rule: "phone-protect", Paths: phone, Class: points.Protect, Levels: engineers, Session: true, Source: "B; R2", Certainty: points.Inferred},
	{Rule: "phone-recover", Paths: phone, Class: points.Recover, Levels: Level4, Session: true, Source: "UG password management: recovery", Certainty: points.Confirmed},
	{Rule: "phone-select", Paths: phone, Class: points.Select, Levels: AnyLevel, Session: true, Source: "DOCA0055EN-09; R2", Certainty: points.Inferred},
	{Rule: "phone-test", Paths: phone, Class: points.Test, Levels: engineers, Session: true, Source: "UG rights matrix", Certainty: points.Inferred},
	{Rule: "usb-acknowledge", Paths: []Path{USB}, Class: points.Acknowledge, Levels: AnyLevel, Session: true, Source: "A9; R2", Certainty: points.Inferred},
	{Rule: "usb-clock", Paths: []Path{USB}, Class: points.Clock, Levels: AnyLevel, Session: true, Source: "A9; R2", Certainty: points.Inferred},
	{Rule: "usb-configure", Paths: []Path{USB}, Class: points.Configure, Levels: Level4, Session: true, Source: "B, B3", Certainty: points.Confirmed},
	{Rule: "usb-counters", Paths: []Path{USB}, Class: points.Counters, Levels: counters, Session: true, Source: "UG rights matrix", Certainty: points.Confirmed},
	{Rule: "usb-engage", Paths: []Path{USB}, Class: points.Engage, Levels: AnyLevel, Session: true, Source: "UG rights matrix: operation; that software engages is OURS", Certainty: points.Ours},
	{Rule: "usb-lock", Paths: []Path{USB}, Class: points.Lock, Levels: Level4, Session: true, Source: "B7; R7", Certainty: points.Inferred},
	{Rule: "usb-monitor", Paths: []Path{USB}, Class: points.Monitor, Levels: AnyLevel, Session: true, Source: "B, B5; R1", Certainty: points.Confirmed},
	{Rule: "usb-network", Paths: []Path{USB}, Class: points.Network, Levels: Level4, Session: true, Source: "UG rights matrix; level B3", Certainty: points.Inferred},
	{Rule: "usb-operate", Paths: []Path{USB}, Class: points.Operate, Levels: AnyLevel, Session: true, Gates: []Gate{GateMode, GateInhibit}, Source: "B, B5; R2", Certainty: points.Inferred},
	{Rule: "usb-optional", Paths: []Path{USB}, Class: points.Optional, Levels: Level4, Session: true, Source: "UG setting change: software and app only; B3", Certainty: points.Confirmed},
	{Rule: "usb-password", Paths: []Path{USB}, Class: points.Password, Levels: AnyLevel, Session: true, Gates: []Gate{GateOwn}, Source: "C3; UG password management", Certainty: points.Confirmed},
	{Rule: "usb-protect", Paths: []Path{USB}, Class: points.Protect, Levels: Level4, Session: true, Source: "B, B3", Certainty: points.Confirmed},
	{Rule: "usb-recover", Paths: []Path{USB}, Class: points.Recover, Levels: Level4, Session: true, Source: "UG password management: recovery", Certainty: points.Confirmed},
	{Rule: "usb-remote", Paths: []Path{USB}, Class: points.Remote, Levels: Level4, Session: true, Source: "B6: EIFE; level B3", Certainty: points.Inferred},
	{Rule: "usb-select", Paths: []Path{USB}, Class: points.Select, Levels: AnyLevel, Session: true, Source: "DOCA0055EN-09; R2", Certainty: points.Inferred},
	{Rule: "usb-test", Paths: []Path{USB}, Class: points.Test, Levels: engineers, Session: true, Source: "UG rights matrix", Certainty: points.Confirmed},
	{Rule: "usb-update", Paths: []Path{USB}, Class: points.Update, Levels: Level4, Session: true, Source: "A13, A15; level B3", Certainty: points.Inferred},
	{Rule: "web-acknowledge", Paths: []Path{Web}, Class: points.Acknowledge, Levels: AnyLevel, Login: true, Roles: Operator, Session: true, Gates: []Gate{GateRemote}, Source: "R2, R3; role OURS", Certainty: points.Inferred},
	{Rule: "web-clock", Paths: []Path{Web}, Class: points.Clock, Login: true, Roles: settlers, Session: true, Source: "A11; R4; roles OURS", Certainty: points.Inferred},
	{Rule: "web-configure", Paths: []Path{Web}, Class: points.Configure, Levels: Level4, Login: true, Roles: settlers, Session: true, Gates: []Gate{GateRemote}, Source: "B, B6; R2, R3; roles OURS", Certainty: points.Inferred},
	{Rule: "web-counters", Paths: []Path{Web}, Class: points.Counters, Levels: counters, Login: true, Roles: settlers, Session: true, Gates: []Gate{GateRemote}, Source: "UG rights matrix; R3; roles EIFE", Certainty: points.Inferred},
	{Rule: "web-monitor", Paths: []Path{Web}, Class: points.Monitor, Login: true, Roles: AnyRole, Session: true, Source: "B; R1; roles EIFE", Certainty: points.Confirmed},
	{Rule: "web-network", Paths: []Path{Web}, Class: points.Network, Login: true, Roles: settlers, Session: true, Source: "A11; R4; roles OURS", Certainty: points.Inferred},
	{Rule: "web-operate", Paths: []Path{Web}, Class: points.Operate, Levels: AnyLevel, Login: true, Roles: Operator, Session: true, Gates: []Gate{GateRemote, GateMode, GateInhibit}, Source: "B, B1, B6; R2, R3; role EIFE", Certainty: points.Inferred},
	{Rule: "web-protect", Paths: []Path{Web}, Class: points.Protect, Levels: Level4, Login: true, Roles: settlers, Session: true, Gates: []Gate{GateRemote, GateRemoteLock}, Source: "B, B6, B7; R2, R3; roles OURS", Certainty: points.Inferred},
	{Rule: "web-select", Paths: []Path{Web}, Class: points.Select, Levels: AnyLevel, Login: true, Roles: settlers, Session: true, Gates: []Gate{GateRemote}, Source: "R2, R3; roles OURS", Certainty: points.Inferred},
}

// index finds the row of a path and class. It is built once from Policy.
var index = func() (ix [numPaths][32]*Row) {
	for i := range Policy {
		for _, p := range Policy[i].Paths {
			ix[p][Policy[i].Class&31] = &Policy[i]
		}
	}
	return ix
}()

// rowOf returns the row for the path and class, or nil: denied.
func rowOf(p Path, c points.Class) *Row {
	if p >= numPaths || c >= 32 {
		return nil
	}
	return index[p][c]
}

// needs returns the levels that the row demands under profile p.
func (r *Row) needs(p Profile) Levels {
	if p == Hardened {
		return r.Levels | r.Hardened
	}
	return r.Levels
}

// Demands writes what the row asks for, as a person reads it.
func (r *Row) Demands(p Profile) string {
	var d []string
	if p == Hardened && len(r.Paths) > 0 && r.Paths[0].attested() {
		d = append(d, "by Bluetooth a genuine app")
	}
	if r.Present {
		d = append(d, "presence")
	}
	if r.Login {
		d = append(d, "login")
	}
	if r.Roles != 0 && p.ByRole() {
		d = append(d, "role "+r.Roles.String())
	}
	if l := r.needs(p); l != 0 {
		d = append(d, "level "+l.String())
	}
	for _, g := range r.Gates {
		d = append(d, g.String())
	}
	if p == Hardened && r.needs(p) != 0 && r.Class != points.Password && r.Class != points.Monitor {
		d = append(d, GateFactory.String())
	}
	if len(d) == 0 {
		return "nothing"
	}
	return strings.Join(d, ", ")
}
