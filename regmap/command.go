package regmap

import (
	"cmp"
	"slices"

	"switchroom/points"
)

// The command interface (MB; DOCA0091 "Command Examples"). A command is one
// write of 20 registers from CommandFirst on; its answer is polled in the
// registers from CommandEcho on.
const (
	CommandFirst  Register = 8000 // command code; writing it starts the command
	CommandLength Register = 8001 // bytes from here to the last parameter
	CommandDest   Register = 8002 // destination
	CommandSec    Register = 8003 // 0 no password, 1 password
	CommandPass   Register = 8004 // two registers, four characters
	CommandParam  Register = 8006 // ten registers
	CommandLast   Register = 8019 // last register of the write
	CommandEcho   Register = 8020 // last command code received
	CommandStatus Register = 8021 // 3 in progress; else low byte 0 is success
	CommandCount  Register = 8022 // bytes returned
	CommandReply  Register = 8023 // returned data, up to 8149
	CommandEnd    Register = 8149
)

// CommandWords is the number of registers of a command write.
const CommandWords = int(CommandLast-CommandFirst) + 1

// Reserved are the constants that registers 8016–8019 carry in a command:
// pointers of an older interface (MB-ES).
var Reserved = [4]uint16{0, 8019, 8020, 8021}

// InProgress is the status of a command that is being carried out. It is the
// whole word: an ended command never reads so.
const InProgress uint16 = 3

// Destinations of a command.
const (
	DestControlUnit uint16 = 5377 // 0x1501 (MB)
	DestInterface   uint16 = 8704 // 0x2200, IFE and EIFE (MB)
	DestIFM         uint16 = 768  // 0x0300 (NSX)
	DestIO1         uint16 = 8193 // 0x2001 (recalled)
	DestIO2         uint16 = 8449 // 0x2101 (recalled); its commands are those of DestIO1, on its own points
)

// Param is a parameter or a returned value of a command.
type Param struct {
	Name  string
	Kind  Kind   // U16, U32, F32, XDate, Bits; Chars for bytes
	Bytes int    // in the request or reply
	Help  string // values, in the field's words
}

// Command is one row of the command table.
type Command struct {
	Code      uint16
	Point     points.ID // what it does; the access policy decides by its class
	Dest      uint16
	Password  bool        // security type 1
	Params    []Param     // from 8006 on
	Reply     []Param     // from 8023 on
	Returns   int         // documented bytes of the reply, where it is longer than what is known
	Set       []points.ID // settings that the parameters after the header carry, in order
	Supported bool        // the virtual unit carries it out
	Source    string
	Certainty points.Certainty // of the code
	Layout    points.Certainty // of length, parameters and reply: the worst of them
}

// Length returns the byte count that register 8001 must carry: ten for length,
// destination, security and password, and the parameters (inferred; it fits
// every command whose length is documented).
func (c *Command) Length() uint16 {
	n := 10
	for _, p := range c.Params {
		n += p.Bytes
	}
	return uint16(n)
}

// ReplyLength returns how many bytes the reply has at least.
func (c *Command) ReplyLength() int {
	n := 0
	for _, p := range c.Reply {
		n += p.Bytes
	}
	return max(n, c.Returns)
}

// Words returns how many registers the parameters take.
func (c *Command) Words() int { return (int(c.Length()) - 10 + 1) / 2 }

// CommandByCode returns the command with the code and destination.
func CommandByCode(code, dest uint16) (*Command, bool) {
	i, ok := slices.BinarySearchFunc(Commands, Command{Code: code, Dest: dest}, func(a, b Command) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Dest, b.Dest))
	})
	if !ok {
		return nil, false
	}
	return &Commands[i], true
}

// Known reports whether any module has a command with the code, and whether
// any command goes to the destination: what to answer to a wrong one.
func Known(code, dest uint16) (codeKnown, destKnown bool) {
	for i := range Commands {
		codeKnown = codeKnown || Commands[i].Code == code
		destKnown = destKnown || Commands[i].Dest == dest
	}
	return codeKnown, destKnown
}

// CommandFor returns the best known command that does the point, or writes it
// among its settings.
func CommandFor(id points.ID) (*Command, bool) {
	var best *Command
	for i := range Commands {
		c := &Commands[i]
		does := c.Point == id || slices.Contains(c.Set, id)
		if does && c.Supported && (!c.Gets() || !points.Of(id).Writable()) && (best == nil || c.Certainty < best.Certainty) {
			best = c
		}
	}
	return best, best != nil
}

// Gets reports whether the command only returns something.
func (c *Command) Gets() bool { return !c.Password && len(c.Reply) > 0 }

// SessionNone is the session key that means "no session" (MB T001025053).
const SessionNone uint32 = 0xFFFFFFFF

var (
	key     = Param{"session", U32, 4, "key of the editing session, 0 to 4294967294"}
	keyNone = Param{"session", U32, 4, "4294967295: no session"}
	group   = Param{"group", U16, 2, "0 acting, 1 A, 2 B"}
	filler  = Param{"reserved", U16, 2, "65535"}
	xdate   = Param{"time", XDate, 8, "month day, year hour, minute second, millisecond"}
)

// demandParams stand where the page is cut: ours.
var demandParams = []Param{u16("window", "0 fixed block, 1 sliding block, 2 thermal"), u16("minutes", "1 to 60")}

func u16(name, help string) Param   { return Param{name, U16, 2, help} }
func f32(name, help string) Param   { return Param{name, F32, 4, help} }
func byte1(name, help string) Param { return Param{name, U16, 1, help} }

// Commands is the command table, sorted by code and destination.
var Commands = commandsInOrder(unitCommands, moduleCommands)

// unitCommands are those of the control unit and its interface.
var unitCommands = []Command{
	{Code: 768, Dest: DestIFM, Point: points.ClockRead, Reply: []Param{xdate}, Source: "NSX", Certainty: points.Sibling, Layout: points.Sibling},
	{Code: 768, Dest: DestControlUnit, Point: points.ClockRead, Reply: []Param{xdate}, Supported: true, Source: "MB-ES", Certainty: points.Reported, Layout: points.Inferred},
	{Code: 768, Dest: DestInterface, Point: points.ClockRead, Reply: []Param{xdate}, Supported: true, Source: "MB T001024811", Certainty: points.Confirmed, Layout: points.Confirmed},
	{Code: 769, Dest: DestIFM, Point: points.ClockSet, Params: []Param{xdate}, Source: "NSX", Certainty: points.Sibling, Layout: points.Sibling},
	{Code: 769, Dest: DestInterface, Point: points.ClockSet, Params: []Param{xdate}, Supported: true, Source: "MB T001024811", Certainty: points.Confirmed, Layout: points.Confirmed},
	{Code: 904, Dest: DestControlUnit, Point: points.BreakerOpen, Password: true, Supported: true, Source: "MB T001025022", Certainty: points.Confirmed, Layout: points.Confirmed},
	{Code: 905, Dest: DestControlUnit, Point: points.BreakerClose, Password: true, Supported: true, Source: "MB T001025022", Certainty: points.Confirmed, Layout: points.Confirmed},
	{Code: 906, Dest: DestControlUnit, Point: points.BreakerReset, Password: true, Supported: true, Source: "MB-ES; matrix B; not in the list of MB", Certainty: points.Reported, Layout: points.Reported},
	{Code: 910, Dest: DestControlUnit, Point: points.BreakerInhibitClose, Password: true, Supported: true,
		Params: []Param{u16("inhibit", "0 enable closing, 1 inhibit"), byte1("origin", "1: communication interface")},
		Source: "MB T001025022; parameters NSX", Certainty: points.Confirmed, Layout: points.Sibling},
	{Code: 1032, Dest: DestInterface, Point: points.InterfaceName, Password: true, Supported: true,
		Params: []Param{{"name", Chars, 20, "up to 20 characters"}}, Source: "code of NSX; MB page cut; layout OURS", Certainty: points.Ours, Layout: points.Ours},
	{Code: 1924, Dest: DestControlUnit, Point: points.ProtectionSessionStatus, Supported: true, Params: []Param{key},
		Reply: []Param{u16("status", "0 applied, 1 not applied")}, Source: "MB T001025051", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 1930, Dest: DestControlUnit, Point: points.ProtectionSessionOpen, Password: true, Supported: true, Reply: []Param{key}, Source: "MB T001025051", Certainty: points.Confirmed, Layout: points.Confirmed},
	{Code: 1932, Dest: DestControlUnit, Point: points.ProtectionSessionApply, Password: true, Supported: true, Params: []Param{key}, Source: "MB T001025051", Certainty: points.Confirmed, Layout: points.Inferred},
	{Code: 1933, Dest: DestControlUnit, Point: points.ProtectionSessionClose, Password: true, Supported: true, Params: []Param{key}, Source: "MB T001025051", Certainty: points.Confirmed, Layout: points.Inferred},
	{Code: 45704, Dest: DestControlUnit, Point: points.MeteringENCT, Password: true, Supported: true, Params: []Param{u16("available", "0 not available, 1 available")}, Set: []points.ID{points.MeteringENCT}, Source: "MB T001025054", Certainty: points.Confirmed, Layout: points.Confirmed},
	{Code: 46472, Dest: DestControlUnit, Point: points.MeteringENVT, Password: true, Supported: true, Params: []Param{u16("available", "0 not available, 1 available")}, Set: []points.ID{points.MeteringENVT}, Source: "MB T001025054", Certainty: points.Confirmed, Layout: points.Confirmed},
	{Code: 46728, Dest: DestControlUnit, Point: points.MeasureReset, Password: true, Supported: true,
		Params: []Param{{"groups", Bits, 2, "bit 0 currents, 1 voltages, 2 powers, 3 power factors, 4 distortion, 5 peak current demand, 6 peak power demand, 7 frequency, 9 energies"}},
		Source: "MB T001025020", Certainty: points.Confirmed, Layout: points.Confirmed},
	{Code: 47240, Dest: DestControlUnit, Point: points.MeteringPowerSign, Password: true, Supported: true, Params: []Param{u16("sign", "0 top to bottom, 1 bottom to top")}, Set: []points.ID{points.MeteringPowerSign}, Source: "MB T001025021", Certainty: points.Confirmed, Layout: points.Confirmed},
	{Code: 47241, Dest: DestControlUnit, Point: points.MeteringPFConvention, Password: true, Supported: true, Params: []Param{u16("convention", "0 IEC, 2 IEEE")}, Set: []points.ID{points.MeteringPFConvention}, Source: "MB T001025021, cut", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 47242, Dest: DestControlUnit, Point: points.MeteringEnergyMode, Password: true, Supported: true, Params: []Param{u16("mode", "0 absolute, 1 signed")}, Set: []points.ID{points.MeteringEnergyMode}, Source: "MB T001025021, cut", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 47243, Dest: DestControlUnit, Point: points.MeteringCurrentDemand, Password: true, Supported: true, Params: demandParams, Set: []points.ID{points.MeteringCurrentDemandWindow, points.MeteringCurrentDemandInterval}, Source: "MB T001025021, cut; parameters OURS", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 47244, Dest: DestControlUnit, Point: points.MeteringPowerDemand, Password: true, Supported: true, Params: demandParams, Set: []points.ID{points.MeteringPowerDemandWindow, points.MeteringPowerDemandInterval}, Source: "MB T001025021, cut; parameters OURS", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 49025, Dest: DestControlUnit, Point: points.ProtectionZSIShortTime, Params: []Param{keyNone}, Reply: []Param{key, u16("zsi", "bit 0 short time, bit 1 ground fault")}, Supported: true, Source: "MB T001025053, cut", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 49033, Dest: DestControlUnit, Point: points.ProtectionZSIShortTime, Password: true, Params: []Param{u16("short time", "0 off, 1 on"), u16("ground fault", "0 off, 1 on")}, Set: []points.ID{points.ProtectionZSIShortTime, points.ProtectionZSIGroundFault}, Supported: true, Source: "MB T001025054, cut", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 49536, Dest: DestControlUnit, Point: points.ProtectionDual, Params: []Param{keyNone}, Reply: []Param{key, u16("dual", "0 off, 1 on")}, Supported: true, Source: "MB T001025053, cut", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 49537, Dest: DestControlUnit, Point: points.ProtectionGroup, Params: []Param{keyNone}, Reply: []Param{key, u16("group", "1 A, 2 B")}, Supported: true, Source: "MB T001025053, cut", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 49545, Dest: DestControlUnit, Point: points.ProtectionGroup, Password: true, Params: []Param{u16("group", "1 A, 2 B")}, Set: []points.ID{points.ProtectionGroup}, Supported: true, Source: "MB T001025054, cut", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 50056, Dest: DestControlUnit, Point: points.EventReset, Password: true, Supported: true, Source: "MB-ES", Certainty: points.Reported, Layout: points.Ours},
	{Code: 50560, Dest: DestControlUnit, Point: points.EventList, Params: []Param{u16("history", "1 trip, 2 protection, 3 diagnostic, 4 metering, 5 configuration, 6 operation, 7 communication"), u16("first", "0 is the newest")},
		Reply: []Param{u16("count", "records that follow, up to 12"), u16("total", "records in the history"), {"records", Chars, 0, "each: code, 0 entry 1 exit 2 pulse, four registers of date and time"}}, Supported: true, Source: "MB-ES; layout OURS", Certainty: points.Reported, Layout: points.Ours},
	{Code: 50816, Dest: DestControlUnit, Point: points.ModuleList, Reply: []Param{u16("count", "digital modules")}, Supported: true, Source: "MB-ES; layout OURS", Certainty: points.Reported, Layout: points.Ours},
	{Code: 50817, Dest: DestControlUnit, Point: points.ModuleDetail, Params: []Param{u16("module", "position in the list, from 0")},
		Reply:     []Param{{"name", Chars, 16, "name of the module"}, {"reference", Chars, 10, "commercial number, if one is known"}, {"version", Chars, 12, "empty: it came with the unit"}, u16("licence", "0 valid, 1 ends within 30 days, 2 ended"), {"ends", XDate, 8, "date and time; zeroes: never"}},
		Supported: true, Source: "MB-ES; layout OURS", Certainty: points.Reported, Layout: points.Ours},
	getCommand(51584, points.ProtectionLongTimeIr, 56, points.ProtectionLongTimeIr, points.ProtectionLongTimeTr),
	getCommand(51585, points.ProtectionShortTimeIsd, 0, points.ProtectionShortTimeIsd, points.ProtectionShortTimeTsd, points.ProtectionShortTimeI2t),
	getCommand(51586, points.ProtectionInstantaneousIi, 0, points.ProtectionInstantaneousIi, points.ProtectionInstantaneousMode),
	getCommand(51587, points.ProtectionGroundFaultIg, 0, points.ProtectionGroundFaultIg, points.ProtectionGroundFaultTg, points.ProtectionGroundFaultI2t, points.ProtectionGroundFaultMode),
	getCommand(51588, points.ProtectionEarthLeakageIdn, 0, points.ProtectionEarthLeakageIdn, points.ProtectionEarthLeakageDt),
	{Code: 51589, Dest: DestControlUnit, Point: points.ProtectionNeutralType, Supported: true, Set: []points.ID{points.ProtectionNeutralType}, Params: []Param{keyNone},
		Reply: []Param{key, settingParam(points.ProtectionNeutralType)}, Returns: 32, Source: "MB T001025053; MB T001025054", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 51590, Dest: DestControlUnit, Point: points.ProtectionGroundFaultAlarm, Params: []Param{keyNone}, Source: "MB T001025053, cut", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 51591, Dest: DestControlUnit, Point: points.ProtectionEarthLeakageAlarm, Params: []Param{keyNone}, Source: "MB T001025053, cut", Certainty: points.Confirmed, Layout: points.Ours},
	{Code: 51592, Dest: DestControlUnit, Point: points.ProtectionEarthLeakageAlarm, Password: true, Params: []Param{key}, Source: "MB T001025054, cut", Certainty: points.Confirmed, Layout: points.Ours},
	setCommand(51593, points.ProtectionLongTimeIr, points.Sibling, points.ProtectionLongTimeIr, points.ProtectionLongTimeTr),
	setCommand(51594, points.ProtectionShortTimeIsd, points.Ours, points.ProtectionShortTimeIsd, points.ProtectionShortTimeTsd, points.ProtectionShortTimeI2t),
	setCommand(51595, points.ProtectionInstantaneousIi, points.Ours, points.ProtectionInstantaneousIi, points.ProtectionInstantaneousMode),
	setCommand(51596, points.ProtectionGroundFaultIg, points.Ours, points.ProtectionGroundFaultIg, points.ProtectionGroundFaultTg, points.ProtectionGroundFaultI2t, points.ProtectionGroundFaultMode),
	setCommand(51597, points.ProtectionEarthLeakageIdn, points.Ours, points.ProtectionEarthLeakageIdn, points.ProtectionEarthLeakageDt),
	setCommand(51598, points.ProtectionNeutralType, points.Ours, points.ProtectionNeutralType),
	{Code: 51599, Dest: DestControlUnit, Point: points.ProtectionGroundFaultAlarm, Password: true, Params: []Param{key}, Source: "MB T001025054, cut", Certainty: points.Confirmed, Layout: points.Ours},
}

// settingParam is how a protection setting travels in a command: a float for
// what has a unit or a multiple, a word for the rest.
func settingParam(id points.ID) Param {
	i := points.Of(id)
	if i.Type == points.Float {
		return f32(i.Name, i.Unit)
	}
	return u16(i.Name, i.Title)
}

func settingParams(ids []points.ID) []Param {
	var ps []Param
	for _, id := range ids {
		ps = append(ps, settingParam(id))
	}
	return ps
}

// setCommand is a "submit" row (MB T001025052): session key, settings group,
// a reserved word, then the settings. Only long time is documented so.
func setCommand(code uint16, what points.ID, layout points.Certainty, ids ...points.ID) Command {
	return Command{
		Code: code, Dest: DestControlUnit, Point: what, Password: true, Set: ids, Supported: true,
		Params: append([]Param{key, group, filler}, settingParams(ids)...),
		Source: "MB T001025052; ACT", Certainty: points.Confirmed, Layout: layout,
	}
}

// getCommand is a "get" row (MB T001025053): session key and settings group.
// The documented reply of long time has 56 bytes, of which only the key is
// known; what follows it is ours.
func getCommand(code uint16, what points.ID, returns int, ids ...points.ID) Command {
	return Command{
		Code: code, Dest: DestControlUnit, Point: what, Supported: true, Set: ids, Returns: returns,
		Params: []Param{key, group}, Reply: append([]Param{key}, settingParams(ids)...),
		Source: "MB T001025053", Certainty: points.Confirmed, Layout: points.Ours,
	}
}
