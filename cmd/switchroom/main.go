// Command switchroom is a switchroom of intelligent low-voltage circuit breakers
// on a desk: it runs virtual ones, talks to real and virtual ones alike, and
// plays recorded faults through them.
//
// main.go is the table of subcommands; each has a file of its own.
//
// What every command keeps to is said in package cli.
package main

import (
	"switchroom/cmd/internal/cli"
	"switchroom/cmd/internal/guard"
)

// commands is the table of subcommands.
type commands struct {
	guard.Commands

	Access      accessCmd      `cmd:"" help:"Who may do what: the access matrix, and how one request is decided."`
	Air         airCmd         `cmd:"" help:"The radios of a running switchroom: units and phones, where they are; jam them, listen to them."`
	App         appCmd         `cmd:"" help:"A phone with the Mobile App: a page that connects, looks, changes settings, operates, brings the power back."`
	Arcflash    arcflashCmd    `cmd:"" help:"Export clearing times for an arc-flash study, as CSV."`
	AssertTrace assertTraceCmd `cmd:"" help:"Hold rules against a trace of what crossed the wire."`
	Close       closeCmd       `cmd:"" help:"Close a breaker."`
	Comtrade    comtradeCmd    `cmd:"" help:"Look into COMTRADE recordings and convert them."`
	Coordinate  coordinateCmd  `cmd:"" help:"Compare breakers in series: which currents trip the nearer one alone, by curves."`
	Curve       curveCmd       `cmd:"" help:"When a unit trips on constant currents: earliest, nominal, latest."`
	Demo        demoCmd        `cmd:"" help:"Run a demonstration switchroom: two incomers, a coupler, eight feeders."`
	Facts       factsCmd       `cmd:"" help:"List the numbers the model stands on, its faults and digital modules, and what it does not know."`
	Fault       faultCmd       `cmd:"" help:"Faults in the network of a running switchroom: put one on, see what it would draw, clear it."`
	Fat         fatCmd         `cmd:"" help:"Prove a supervision system against the breakers: factory acceptance as a run."`
	Fdm121      fdm121Cmd      `cmd:"" name:"fdm121" help:"The display of one breaker, FDM121, in the terminal."`
	Fdm128      fdm128Cmd      `cmd:"" name:"fdm128" help:"The display of up to eight breakers, FDM128, in the terminal: it logs people in."`
	Hands       handsCmd       `cmd:"" help:"What somebody does at the front of a breaker: buttons, crank, locks, pad, wiring; and what they see."`
	Hmi         hmiCmd         `cmd:"" help:"The front of a control unit in the terminal: display, keys, lamps."`
	Inject      injectCmd      `cmd:"" help:"Inject faults into a running switchroom: communication, values, the breaker itself."`
	Io          ioCmd          `cmd:"" help:"The IO modules of a breaker of a running switchroom: inputs, switch, pad, cable."`
	Load        loadCmd        `cmd:"" help:"Loads and motors of a running switchroom: what they take; set, switch, bring back."`
	Network     networkCmd     `cmd:"" help:"Compute the short-circuit currents of a site, by IEC 60909."`
	Open        openCmd        `cmd:"" help:"Open a breaker."`
	Phone       phoneCmd       `cmd:"" help:"A phone that reaches a breaker by Bluetooth: pair it, watch events."`
	Playback    playbackCmd    `cmd:"" help:"Play a COMTRADE recording into a breaker of a running switchroom."`
	Points      pointsCmd      `cmd:"" help:"List the vocabulary: every quantity, setting, status and operation."`
	Portal      portalCmd      `cmd:"" help:"The vendor's cybersecurity portal and marketplace of a lab."`
	Read        readCmd        `cmd:"" help:"Read points of a breaker."`
	Registers   registersCmds  `cmd:"" help:"The Modbus register map; read, compare, replay and share a unit's registers."`
	Replay      replayCmd      `cmd:"" help:"Play a recording through a breaker and say what trips, and why."`
	ReplayTrace replayTraceCmd `cmd:"" help:"Ask a unit what a trace asked, and compare the answers."`
	Reset       resetCmd       `cmd:"" help:"Reset a breaker after a trip."`
	Rehearse    rehearseCmd    `cmd:"" help:"Try firmware or a digital module on virtual twins of breakers, before it goes into the breakers (E6)."`
	Room        roomCmd        `cmd:"" help:"The locked room of a running switchroom: who is in, the door, the emergency stop."`
	Routes      routesCmd      `cmd:"" help:"What the web servers can be asked, and who may ask."`
	Scenario    scenarioCmd    `cmd:"" help:"Play a scenario on a site: faults, losses, starts, orders; check scenario files."`
	Settings    settingsCmd    `cmd:"" help:"Check settings files."`
	Site        siteCmd        `cmd:"" help:"Make site files of lists of breakers; check them; print their schema."`
	SNMP        snmpCmd        `cmd:"" name:"snmp" help:"What can be read by SNMP: the MIB, the objects."`
	Storybook   storybookCmd   `cmd:"" help:"Show every component of the web pages, without a device."`
	Supply      supplyCmd      `cmd:"" help:"Supplies of a running switchroom: what they give; lose one, dip it, bring it back."`
	Test        testCmd        `cmd:"" help:"Injection tests of the protection, or your own results against the model."`
	Time        timeCmd        `cmd:"" help:"The time of a running switchroom: pause, run, faster, slower, step."`
	Trace       traceCmd       `cmd:"" help:"Look into what crossed the wire: traces of up, and captures."`
	Trust       trustCmd       `cmd:"" help:"Certificates, revocation lists and signed packages of firmware: make and judge them."`
	Up          upCmd          `cmd:"" help:"Run the switchroom of a site file."`
	Version     cli.VersionCmd `cmd:"" help:"Print the version."`
	WaysIn      waysInCmd      `cmd:"" help:"Every way in to every breaker of a site: what each can do now, what guards it, what would close it."`
	Wire        wireCmd        `cmd:"" help:"What crosses each path to the breakers of a running switchroom: requests, operations, refusals and why."`
	Write       writeCmd       `cmd:"" help:"Write settings of a breaker."`
}

// program is this one.
var program = cli.Program{
	Name:        "switchroom",
	Description: "A switchroom of intelligent low-voltage circuit breakers on your desk. Not affiliated with any manufacturer.",
}

func main() { cli.Main(run) }

// run runs one command and returns the exit status.
func run(a *app, args []string) int {
	if len(args) == 0 {
		return opened(a)
	}
	return program.Run(a, &commands{}, args)
}
