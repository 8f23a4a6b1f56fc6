package regmap

import (
	"cmp"
	"slices"

	"switchroom/points"
)

func commandsInOrder(tables ...[]Command) []Command {
	all := slices.Concat(tables...)
	slices.SortStableFunc(all, func(a, b Command) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Dest, b.Dest)) })
	return all
}

// moduleCommands are those of an IO module (facts: the codes of a sibling family with
// the same module; destination and parameters are ours). Application commands are valid
// only while that application acts.
var moduleCommands = []Command{
	module(1672, points.IO1OutputChange, true, u16("output", "1 to 3"), u16("state", "0 off, 1 on")),
	module(41099, points.IO1AlarmReset, true),
	module(41100, points.IO1CommandsSimple, true, u16("simple", "0 simple commands off, 1 on")),
	module(41102, points.IO1OutputAcknowledge, true, u16("output", "1 to 3")),
	module(41352, points.IO1CradlePreset, true, u16("disconnected", "0 to 65534; 65535 stays"), u16("connected", "0 to 65534; 65535 stays"), u16("test", "0 to 65534; 65535 stays")),
	module(41353, points.IO1CradleGrease, false),
	module(42120, points.IO1Light, true, u16("state", "0 off, 1 on")),
	module(42376, points.IO1Load, true, u16("state", "0 off, 1 on")),
	module(42888, points.IO1CounterPreset, true, u16("input", "1 to 6"), Param{"count", U32, 4, "0 to 4294967294"}),
	module(42889, points.IO1TemperaturePreset, false),
	module(42890, points.IO1TemperatureReset, true),
}

func module(code uint16, does points.ID, supported bool, params ...Param) Command {
	return Command{
		Code: code, Dest: DestIO1, Point: does, Password: true, Supported: supported, Params: params,
		Source: "MVS; destination and parameters OURS", Certainty: points.Ours, Layout: points.Ours,
	}
}
