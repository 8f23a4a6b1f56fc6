// Package ways says by which ways somebody comes to a breaker, what each can do now,
// what guards it, and which lock or duty would close it (GUIDE E1, C13).
//
// What a way can do is asked of the reference monitor ([access.Monitor.Explain]) for
// the most that somebody who comes by it can bring, with the locks as they are; it is
// in no list of this package. What a measure closes is found the same way: it is put
// on the state, and asked again. Ways that ask nobody (buttons, coils: R9) are rows
// that say what they do.
//
// It changes nothing, reaches nothing, and knows no password.
package ways

import (
	"fmt"
	"net/netip"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// Place is where somebody has to be.
type Place string

// Places, from the nearest.
const (
	Front    Place = "in front of the breaker"
	Room     Place = "in the room"
	Outside  Place = "outside the door of the room"
	Line     Place = "on the serial line"
	Loopback Place = "this machine (loopback)"
	Network  Place = "the network (lan)"
	Nowhere  Place = "nowhere"
)

// Way is a way in: a row of the table.
type Way struct {
	Key    string
	Title  string
	Path   access.Path // NoPath: it asks nobody, or is not there at all
	Supply bool        // the control unit needs a supply for it
	Reads  bool        // without a path: it reads all the same
	Duties []string    // of the guide, that stay whatever is locked
	Guide  string      // where the guide has it
	Source string      // and what else is relied on
	// Certainty is of the way being there and behaving so.
	Certainty points.Certainty
	// spot says where the breaker is reached by it, or why it is not.
	spot func(*State) Spot
	// acts are what a way without a path does, asking nobody.
	acts func(*State) []points.ID
}

// Spot is where a way begins.
type Spot struct {
	There   bool
	From    Place
	Address string // what to connect to, or what to put a hand on
	Why     string // it is not there
}

// Table returns the ways, sorted by key.
func Table() []Way { return append([]Way(nil), table...) }

var table = []Way{
	{Key: "ble", Title: "phone by Bluetooth Low Energy", Path: access.BLE, Supply: true, Duties: []string{"D9", "D10", "D11"}, Guide: "A4, A10, B5, D11", Source: "docs/bluetooth.md", Certainty: points.Confirmed, spot: bleSpot},
	{Key: "buttons", Title: "buttons of the mechanism", Duties: []string{"D1", "D14"}, Guide: "R9", Source: "imu/hands.go", Certainty: points.Confirmed,
		spot: atFront, acts: func(*State) []points.ID {
			return []points.ID{points.BreakerOpen, points.BreakerClose, points.BreakerReset}
		}},
	{Key: "coils", Title: "supply on the terminals of MX, MN, XF and RES", Duties: []string{"D1", "D4"}, Guide: "R9, A17", Source: "imu/hands.go", Certainty: points.Confirmed, spot: coilsSpot, acts: coilsDo},
	{Key: "hmi", Title: "display and keys of the control unit", Path: access.HMI, Supply: true, Duties: []string{"D1", "D13", "D14"}, Guide: "A2, B1", Source: "docs/hmi.md", Certainty: points.Confirmed, spot: atFront},
	{Key: "io", Title: "inputs and switch of an IO module", Path: access.IO, Supply: true, Duties: []string{"D1"}, Guide: "A8", Source: "docs/iomodule.md", Certainty: points.Inferred, spot: ioSpot},
	{Key: "mbaps", Title: "Modbus/TCP Security: the same, inside TLS, by a certificate with a role", Path: access.Modbus, Supply: true, Duties: []string{"C14", "E4", "E5"}, Guide: "A6, C13", Source: "MB-TCP-Security-v36; docs/mbaps.md", Certainty: points.Ours, spot: mbapsSpot},
	{Key: "modbus", Title: "Modbus TCP: SCADA, PLC, FDM128, commissioning software", Path: access.Modbus, Supply: true, Duties: []string{"C14", "D12", "E4", "E5"}, Guide: "A6, A9, A12", Source: "DOCA0105EN-09", Certainty: points.Confirmed, spot: modbusSpot},
	{Key: "nfc", Title: "phone held to the NFC zone", Path: access.NFC, Duties: []string{"D1", "D8", "D9", "D10"}, Guide: "A3, A10", Source: "docs/nfc.md", Certainty: points.Confirmed, spot: atFront},
	{Key: "serial", Title: "Modbus-SL: whoever is master of the line", Path: access.Serial, Supply: true, Duties: []string{"D4", "E5"}, Guide: "A7", Source: "DOCA0105EN-09", Certainty: points.Confirmed, spot: serialSpot},
	{Key: "snmp", Title: "SNMP agent of the interface", Reads: true, Duties: []string{"C14", "E4"}, Guide: "C13", Source: "menu of a later edition", Certainty: points.Ours, spot: snmpSpot},
	{Key: "stop", Title: "emergency stop", Duties: []string{"D6"}, Guide: "A17, D6, R9", Source: "docs/room.md", Certainty: points.Confirmed, spot: stopSpot, acts: func(*State) []points.ID { return []points.ID{points.BreakerOpen} }},
	{Key: "usb-pc", Title: "PC in the USB port: commissioning software", Path: access.USB, Duties: []string{"D1", "D12", "D14"}, Guide: "A5, A9, B5", Source: "docs/usb.md", Certainty: points.Confirmed, spot: atFront},
	{Key: "usb-phone", Title: "phone in the USB port (OTG)", Path: access.OTG, Duties: []string{"D1", "D9", "D10", "D14"}, Guide: "A5, A10, B5", Source: "docs/usb.md", Certainty: points.Confirmed, spot: atFront},
	{Key: "web", Title: "web pages of the interface", Path: access.Web, Supply: true, Duties: []string{"C6", "C7", "C11", "E4"}, Guide: "A11, R3", Source: "docs/web.md", Certainty: points.Inferred, spot: webSpot},
}

func atFront(s *State) Spot { return Spot{There: true, From: Front} }

// bleSpot is a radio: once somebody has pressed the button at the front, it is heard
// through the door.
func bleSpot(s *State) Spot {
	if !s.Bluetooth {
		return Spot{From: Nowhere, Why: "the Bluetooth function is disabled"}
	}
	return Spot{There: true, From: Outside, Address: "within 20 to 30 m, after a press of its button and with the code that its display shows"}
}

// ioSpot is an IO module: its switch chooses what its wires do, so that any of them may
// do what its path admits.
func ioSpot(s *State) Spot {
	if len(s.Breaker.Unit.IO) == 0 {
		return Spot{From: Nowhere, Why: "no IO module"}
	}
	return Spot{There: true, From: Room, Address: "its switch, its test button, its wires"}
}

func coilsSpot(s *State) Spot {
	if len(coilsDo(s)) == 0 {
		return Spot{From: Nowhere, Why: "no coil is fitted"}
	}
	return Spot{There: true, From: Room}
}

// coilsDo is what somebody does who puts supply on terminals, or takes it away.
func coilsDo(s *State) (all []points.ID) {
	m := &s.Breaker.Unit.Mechanism
	if m.MN || m.Fit(imu.MX) != imu.NotFitted || m.Fit(imu.MX2) != imu.NotFitted {
		all = append(all, points.BreakerOpen)
	}
	if m.Fit(imu.XF) != imu.NotFitted {
		all = append(all, points.BreakerClose)
	}
	if m.Fit(imu.RES) != imu.NotFitted {
		all = append(all, points.BreakerReset)
	}
	return all
}

// over is the place of whoever sends to an address.
func over(a netip.Addr) Place {
	if a.IsLoopback() {
		return Loopback
	}
	return Network
}

func modbusSpot(s *State) Spot {
	b := s.Breaker
	switch {
	case !b.Reachable():
		return Spot{From: Nowhere, Why: "no Ethernet reaches it"}
	case !s.Modbus:
		return Spot{From: Nowhere, Why: "Modbus TCP is off in the interface"}
	case s.Secured != nil && s.Secured.Mbaps.Only:
		return Spot{From: Nowhere, Why: "the plain port is closed: mbaps is the only door"}
	}
	at := fmt.Sprintf("modbus://%v/%d", b.Address, b.UnitID())
	if b.Via != "" {
		at += " through " + s.through()
	}
	return Spot{There: true, From: over(b.Address.Addr()), Address: at}
}

// mbapsSpot is the secured door of the interface, or of that which it is behind.
func mbapsSpot(s *State) Spot {
	switch {
	case s.Secured == nil:
		return Spot{From: Nowhere, Why: "no mbaps in the site file"}
	case !s.Modbus:
		return Spot{From: Nowhere, Why: "Modbus TCP is off in the interface"}
	}
	b := s.Breaker
	at := fmt.Sprintf("mbaps://%v/%d", netip.AddrPortFrom(b.Address.Addr(), s.Secured.Mbaps.Port), b.UnitID())
	if b.Via != "" {
		at += " through " + s.through()
	}
	return Spot{There: true, From: over(b.Address.Addr()), Address: at}
}

// through names what the breaker is behind.
func (s *State) through() string {
	switch {
	case s.Line != nil:
		return fmt.Sprintf("the IFE server of %s and line %s", s.Line.Server, s.Line.Name)
	case s.Server != "":
		return "the IFE server of " + s.Server
	}
	return s.Breaker.Via
}

func serialSpot(s *State) Spot {
	if s.Line == nil {
		return Spot{From: Nowhere, Why: "it is on no serial line"}
	}
	at := fmt.Sprintf("line %s, address %d", s.Line.Name, s.Breaker.ID)
	if s.Line.Server != "" {
		return Spot{From: Nowhere, Address: at, Why: "the IFE server of " + s.Line.Server + " is the master of line " + s.Line.Name}
	}
	if s.Line.Device != "" {
		at += ", " + s.Line.Device
	}
	return Spot{There: true, From: Line, Address: at}
}

func snmpSpot(s *State) Spot {
	if !s.SNMP {
		return Spot{From: Nowhere, Why: "SNMP is off"}
	}
	return Spot{There: true, From: over(s.Breaker.Address.Addr()), Address: fmt.Sprintf("UDP %v", netip.AddrPortFrom(s.Breaker.Address.Addr(), s.Agent))}
}

func stopSpot(s *State) Spot {
	if s.Stop == 0 {
		return Spot{From: Nowhere, Why: "no emergency stop is wired to it"}
	}
	return Spot{There: true, From: Outside, Address: "by " + s.Stop.String()}
}

func webSpot(s *State) Spot {
	switch {
	case !s.HasPages():
		return Spot{From: Nowhere, Why: "its interface has no pages of its own"}
	case !s.Web:
		return Spot{From: Nowhere, Why: "web: off"}
	}
	return Spot{There: true, From: over(s.Breaker.Address.Addr()), Address: s.Breaker.Address.Addr().String()}
}
