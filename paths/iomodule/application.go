package iomodule

import (
	"fmt"

	"switchroom/points"
)

// Application is a position of the rotary switch.
type Application struct {
	Number    int
	Title     string
	Source    string
	Certainty points.Certainty
}

// Applications are the nine positions (facts, interfaces.md §3: recalled, partly
// confirmed by the names of command families).
var Applications = [Spots]Application{
	{1, "cradle management", "recalled; MB 14632, MVS 41352", points.Inferred},
	{2, "breaker operation", "recalled; MVS", points.Inferred},
	{3, "cradle management and earthing", "recalled", points.Ours},
	{4, "light and load control", "recalled; MVS 42120, 42376", points.Inferred},
	{5, "spare", "recalled", points.Ours},
	{6, "spare", "recalled", points.Ours},
	{7, "spare", "recalled", points.Ours},
	{8, "spare", "recalled", points.Ours},
	{9, "custom", "recalled", points.Ours},
}

// Use is what a predefined application has an input or output do.
type Use struct {
	Application int
	Output      bool
	Pin         int // from 1
	Does        Function
	Certainty   points.Certainty
}

// Name is I1 to I6 or O1 to O3.
func (u Use) Name() string { return pin(u.Output, u.Pin) }

func pin(output bool, n int) string {
	if output {
		return fmt.Sprintf("O%d", n)
	}
	return fmt.Sprintf("I%d", n)
}

// Uses are the predefined applications, sorted by application, inputs first, and pin.
// What has no row is free for the site. No document gives the wiring: all of it is ours.
var Uses = []Use{
	{1, false, 1, CradleDisconnected, points.Ours},
	{1, false, 2, CradleConnected, points.Ours},
	{1, false, 3, CradleTest, points.Ours},
	{2, false, 1, ControlMode, points.Ours},
	{2, false, 2, OpenOrder, points.Ours},
	{2, false, 3, CloseOrder, points.Ours},
	{2, false, 4, InhibitClose, points.Ours},
	{3, false, 1, CradleDisconnected, points.Ours},
	{3, false, 2, CradleConnected, points.Ours},
	{3, false, 3, CradleTest, points.Ours},
	{3, false, 4, Earthed, points.Ours},
	{4, false, 1, LightButton, points.Ours},
	{4, false, 2, LoadButton, points.Ours},
	{4, true, 1, Light, points.Ours},
	{4, true, 2, Load, points.Ours},
}

// predefined returns what an application has a pin do, and whether it takes it.
func predefined(application int, output bool, n int) (Function, bool) {
	for _, u := range Uses {
		if u.Application == application && u.Output == output && u.Pin == n {
			return u.Does, true
		}
	}
	return Free, false
}
