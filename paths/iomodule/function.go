package iomodule

import (
	"fmt"
	"strings"

	"switchroom/points"
)

// Function is what an input or output is for.
type Function uint8

// The functions. The zero is for nothing.
const (
	Free Function = iota
	Generic
	PulseCounter
	InhibitClose
	InhibitOptional
	ControlMode
	OpenOrder
	CloseOrder
	SettingsOneWire
	SettingsA
	SettingsB
	CradleDisconnected
	CradleConnected
	CradleTest
	Earthed
	LightButton
	LoadButton
	Light
	Load
	numFunctions
)

// FunctionRow is a row of what inputs and outputs can be for.
type FunctionRow struct {
	Function  Function
	Name      string // as in a site file
	Title     string // what it does
	Custom    bool   // a site may give it to an input
	Operates  bool   // a change of it is always an event of operation
	Source    string
	Certainty points.Certainty
}

// Functions is by function.
var Functions = [numFunctions]FunctionRow{
	{Free, "free", "nothing", false, false, "", points.Ours},
	{Generic, "generic", "its state is shown, and each change is an event", true, false, "MVS: generic inputs", points.Sibling},
	{PulseCounter, "pulse_counter", "each time it comes on is counted", true, false, "MVS: pulse counters", points.Sibling},
	{InhibitClose, "close_inhibition", "on: the control unit does not close", true, true, "MVS; MB-ES 32341", points.Reported},
	{InhibitOptional, "inhibit_optional", "on: optional protection that allows it is inhibited", true, true, "MB T001025043 32384 bit 10", points.Confirmed},
	{ControlMode, "local_remote", "on: remote; off: local. Control mode manual stays", true, true, "MB T001025043 32384 bit 11; levels OURS", points.Ours},
	{OpenOrder, "open_order", "coming on: the breaker is opened", true, true, "UG control mode", points.Inferred},
	{CloseOrder, "close_order", "coming on: the breaker is closed, unless an open order stands", true, true, "UG control mode", points.Inferred},
	{SettingsOneWire, "settings_one_wire", "on: group B; off, or lost: group A", true, true, "DOCA0055EN-09", points.Confirmed},
	{SettingsA, "settings_a", "on, and settings_b off: group A; lost: the group stays", true, true, "DOCA0055EN-09", points.Confirmed},
	{SettingsB, "settings_b", "on, and settings_a off: group B; lost: the group stays", true, true, "DOCA0055EN-09", points.Confirmed},
	{CradleDisconnected, "cradle_disconnected", "contact CD of the cradle", false, false, "MB 15301", points.Confirmed},
	{CradleConnected, "cradle_connected", "contact CE of the cradle", false, false, "MB 15301", points.Confirmed},
	{CradleTest, "cradle_test", "contact CT of the cradle", false, false, "MB 15301", points.Confirmed},
	{Earthed, "earthed", "contact of an earthing switch: its state is shown, and each change is an event", false, false, "OURS", points.Ours},
	{LightButton, "light_button", "coming on: the light changes", false, true, "OURS", points.Ours},
	{LoadButton, "load_button", "coming on: the load changes", false, true, "OURS", points.Ours},
	{Light, "light", "the light, by its button or command 42120", false, false, "MVS 42120; output OURS", points.Ours},
	{Load, "load", "the load, by its button or command 42376", false, false, "MVS 42376; output OURS", points.Ours},
}

func (f Function) String() string {
	if f < numFunctions {
		return Functions[f].Name
	}
	return fmt.Sprintf("function(%d)", uint8(f))
}

// Operates reports whether each change of such an input is an event of operation.
func (f Function) Operates() bool { return f < numFunctions && Functions[f].Operates }

// CustomNames are the names of what a site may have inputs do.
func CustomNames() (names []string) {
	for _, r := range Functions {
		if r.Custom {
			names = append(names, r.Name)
		}
	}
	return names
}

// ParseCustom returns the function of a name that a site may give to an input.
func ParseCustom(name string) (Function, error) {
	for _, r := range Functions {
		if r.Custom && r.Name == name {
			return r.Function, nil
		}
	}
	return Free, fmt.Errorf("%q is none of %s", name, strings.Join(CustomNames(), ", "))
}
