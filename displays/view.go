package displays

import "switchroom/points"

// View is a page of one breaker.
type View struct {
	Title  string
	Points []points.ID
}

// views are the pages of one breaker, in the order in which one turns them. Which
// pages the real displays have, and what stands on them, is ours.
var views = []View{
	{"quick view", []points.ID{points.BreakerClosed, points.CurrentL1, points.CurrentL2, points.CurrentL3, points.CurrentN, points.VoltageL12, points.PowerActiveTotal, points.EnergyActive}},
	{"currents", []points.ID{points.CurrentL1, points.CurrentL2, points.CurrentL3, points.CurrentN, points.CurrentGround, points.CurrentL1Max, points.CurrentL2Max, points.CurrentL3Max}},
	{"voltages", []points.ID{points.VoltageL12, points.VoltageL23, points.VoltageL31, points.VoltageL1n, points.VoltageL2n, points.VoltageL3n, points.Frequency}},
	{"power", []points.ID{points.PowerActiveTotal, points.PowerReactiveTotal, points.PowerApparentTotal}},
	{"energy", []points.ID{points.EnergyActive, points.EnergyReactive, points.EnergyApparent}},
	{"status", []points.ID{points.BreakerClosed, points.BreakerTripped, points.BreakerFaultTripped, points.BreakerReadyToClose, points.BreakerSpringCharged, points.BreakerInhibitedComm, points.BreakerInhibitedIO, points.InterfacePad}},
	{"alarms", []points.ID{points.EventActive, points.TripLongTime, points.TripShortTime, points.TripInstantaneous, points.TripGroundFault, points.TripEarthLeakage, points.TripSelfProtection, points.TripSelfDiagnostic}},
	{"maintenance", []points.ID{points.Health, points.WearContacts, points.OperationsTotal, points.OperationsTrips, points.MaintenanceBasicDue, points.MaintenanceStandardDue}},
}

// Views returns the pages of one breaker, in their order.
func Views() []View { return append([]View(nil), views...) }

// looked are all the points that the views show, and the name.
func looked() []points.ID {
	all := []points.ID{points.InterfaceName}
	had := map[points.ID]bool{}
	for _, v := range views {
		for _, id := range v.Points {
			if !had[id] {
				had[id] = true
				all = append(all, id)
			}
		}
	}
	return all
}
