package imu

import (
	"slices"
	"strings"

	"switchroom/breaker"
	"switchroom/points"
	"switchroom/protection"
)

// functionRow is what stands for one protection function in events and points.
// Codes and points are found by its name: start.NAME, alarm.NAME, trip.NAME and
// pickup.NAME. What the vocabulary has not is zero.
type functionRow struct {
	start, alarm, trip points.Code
	pickup             points.ID
	alarmed, tripped   points.ID
	cause              breaker.Cause
	module             Module // that unlocks it; 0: every unit has it
}

// functionRows is by protection.Function.
var functionRows = func() (rows []functionRow) {
	for f := protection.None; !strings.HasPrefix(f.String(), "unknown"); f++ {
		code := func(what string) points.Code { c, _ := points.LookupEvent(what + f.String()); return c }
		id := func(what string) points.ID { p, _ := points.Lookup(what + f.String()); return p }
		rows = append(rows, functionRow{
			start: code("start."), alarm: code("alarm."), trip: code("trip."),
			pickup: id("pickup."), alarmed: id("alarm."), tripped: id("trip."),
			cause: causeOf(f), module: functionModules[f],
		})
	}
	return rows
}()

// functionModules says which digital module unlocks a function (UG).
var functionModules = map[protection.Function]Module{
	protection.IDMTL:             ModuleIDMTL,
	protection.IDMTGroundFault:   ModuleGroundIDMT,
	protection.GroundFaultAlarm:  ModuleGroundAlarm,
	protection.EarthLeakageAlarm: ModuleGroundAlarm,
	protection.Undervoltage1:     ModuleVoltage,
	protection.Undervoltage2:     ModuleVoltage,
	protection.Overvoltage1:      ModuleVoltage,
	protection.Overvoltage2:      ModuleVoltage,
	protection.Underfrequency:    ModuleFrequency,
	protection.Overfrequency:     ModuleFrequency,
	protection.ReversePower:      ModuleReversePower,
	protection.Directional1:      ModuleDirectional,
	protection.Directional2:      ModuleDirectional,
}

// causeOf returns what the mechanism remembers of a trip by f.
func causeOf(f protection.Function) breaker.Cause {
	causes := map[protection.Function]breaker.Cause{
		protection.LongTime: breaker.LongTime, protection.ShortTime: breaker.ShortTime, protection.Instantaneous: breaker.Instantaneous,
		protection.GroundFault: breaker.GroundFault, protection.EarthLeakage: breaker.EarthLeakage, protection.SelfProtection: breaker.SelfProtection,
	}
	if c, ok := causes[f]; ok {
		return c
	}
	return breaker.Optional
}

// ModuleOf returns the module that unlocks a function; 0: every unit has it.
func ModuleOf(f protection.Function) Module { return functionModules[f] }

// ModuleOfSetting returns the module that a setting belongs to; 0: to none.
func ModuleOfSetting(id points.ID) Module {
	if strings.HasPrefix(points.Of(id).Name, "protection.erms.") {
		return ModuleERMS
	}
	return optionalPoints[id]
}

// optionalFunctions says to which function each setting of an optional function
// belongs, optionalPoints which module it needs.
var (
	optionalFunctions = map[points.ID]protection.Function{}
	optionalPoints    = map[points.ID]Module{}
)

func init() {
	for _, id := range protection.ModuleIDs() {
		function, _, _ := strings.Cut(strings.TrimPrefix(points.Of(id).Name, "protection."), ".")
		for f, m := range functionModules {
			if f.String() == function {
				optionalFunctions[id], optionalPoints[id] = f, m
			}
		}
	}
}

// Grouped reports whether a setting belongs to the settings groups A and B, so that
// several of them can be submitted together.
func Grouped(id points.ID) bool { return slices.Contains(protection.IDs(), id) }
