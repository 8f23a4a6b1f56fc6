// Package remote is a running laboratory at the other end of HTTP: the words that
// both sides use, and the client. A test bench that stimulates breakers, and the
// command line, know a laboratory by this package only.
//
// What it can be asked: which units there are, what one shows, which faults can
// be injected and what each proves, inject one, list and undo them. A fault is
// bounded in time, and one that belongs to a run ends with the run, however that
// ends: a run is a connection that is held open.
package remote

import (
	"encoding/json"
	"time"
)

// Unit is one breaker of the laboratory.
type Unit struct {
	Name      string  `json:"name"`
	Title     string  `json:"title,omitempty"`
	Interface string  `json:"interface"` // ife, eife, ifm, none
	Modbus    string  `json:"modbus"`    // HOST:PORT; empty: not reachable so
	Mbaps     string  `json:"mbaps,omitempty" doc:"HOST:PORT of Modbus/TCP Security, where the interface has it."`
	Unit      int     `json:"unit"`    // Modbus unit id
	In        float64 `json:"in"`      // A, of the sensor plug
	Variant   string  `json:"variant"` // type of the control unit: 6.0
	Poles     int     `json:"poles"`
	Profile   string  `json:"profile"`
	Web       string  `json:"web,omitempty"` // URL of the web pages of its interface
}

// Reading is one point as the unit itself shows it, before anything that is
// injected between it and the wire.
type Reading struct {
	Point string          `json:"point"`
	Value json.RawMessage `json:"value"` // null: not available
	Unit  string          `json:"unit"`  // SI symbol
}

// Layer says where a fault is.
type Layer string

// The layers.
const (
	Communication Layer = "communication" // between the wire and the unit
	Device        Layer = "device"        // what the unit tells
	Process       Layer = "process"       // what really happens at the breaker
)

// Kind is a fault that can be injected.
type Kind struct {
	Name   string  `json:"name"` // silent, wrong-transaction
	Layer  Layer   `json:"layer"`
	Title  string  `json:"title"`
	Proves string  `json:"proves"` // what a supervision system that gets through it has shown
	Undo   string  `json:"undo"`   // what undoing it does
	Params []Param `json:"params"`
}

// Param is a parameter of a fault.
type Param struct {
	Name     string `json:"name"`
	Help     string `json:"help"` // with unit and range
	Default  string `json:"default,omitempty"`
	Required bool   `json:"required,omitempty"`
}

// Target is somebody who is told of events: a collector, a receiver, a list of
// recipients.
type Target struct {
	Target  string `json:"target"`
	Sent    uint64 `json:"sent"`
	Lost    uint64 `json:"lost"` // too many waited, they waited too long, or they were refused
	Waiting int    `json:"waiting"`
	Failing string `json:"failing,omitempty"` // why the last attempt failed
}

// Order asks for a fault.
type Order struct {
	Fault string            `json:"fault"`
	Unit  string            `json:"unit"`           // breaker; * is every one
	For   float64           `json:"for,omitempty"`  // s; 0: a minute, or until its run ends
	Seed  uint64            `json:"seed,omitempty"` // of what is random in it; 0: the laboratory draws one and tells it
	With  map[string]string `json:"with,omitempty"` // parameters by name; of substitute: values by point
	Run   string            `json:"run,omitempty"`  // id of the run it belongs to
}

// Injection is a fault that was injected.
type Injection struct {
	ID int `json:"id"`
	Order
	From  time.Time `json:"from"`
	Until time.Time `json:"until"` // when it ends, or has ended
	State string    `json:"state"` // active, ended
	Ended string    `json:"ended,omitempty"`
	Hits  uint64    `json:"hits"` // requests that it changed
}

// States of an injection, and why it ended.
const (
	Active = "active"
	Over   = "ended"

	ByTime   = "time"
	ByUndo   = "undone"
	ByRun    = "run ended"
	ByNewer  = "replaced"
	ByClosed = "laboratory ended"
)
