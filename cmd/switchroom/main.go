// Command switchroom is a switchroom of intelligent low-voltage circuit breakers
// on a desk: it runs virtual ones, talks to real and virtual ones alike, and
// plays recorded faults through them.
//
// main.go is the table of subcommands; each has a file of its own.
//
// Rules of this interface: standard output has only what was asked for,
// everything else goes to standard error. Every command that prints data takes
// --json, whose fields are stable. Exit status 0 is done, 1 refused or failed,
// 2 misuse. Errors begin with the program's name and end with what to do.
// Secrets are never arguments.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the table of subcommands.
type commands struct {
	Access      accessCmd      `cmd:"" help:"Who may do what: the access matrix, and how one request is decided."`
	Arcflash    arcflashCmd    `cmd:"" help:"Export clearing times for an arc-flash study, as CSV."`
	AssertTrace assertTraceCmd `cmd:"" help:"Hold rules against a trace of what crossed the wire."`
	Audit       auditCmd       `cmd:"" help:"The audit log of operations: who did what; whether it is as it was recorded."`
	Backup      backupCmd      `cmd:"" help:"Write the data of operations to one file, encrypted with a password."`
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
	Password    passwordCmd    `cmd:"" help:"Passwords of people: the rules, and whether one keeps them."`
	Playback    playbackCmd    `cmd:"" help:"Play a COMTRADE recording into a breaker of a running switchroom."`
	Points      pointsCmd      `cmd:"" help:"List the vocabulary: every quantity, setting, status and operation."`
	Read        readCmd        `cmd:"" help:"Read points of a breaker."`
	Registers   registersCmds  `cmd:"" help:"The Modbus register map; read, compare, replay and share a unit's registers."`
	Replay      replayCmd      `cmd:"" help:"Play a recording through a breaker and say what trips, and why."`
	ReplayTrace replayTraceCmd `cmd:"" help:"Ask a unit what a trace asked, and compare the answers."`
	Reset       resetCmd       `cmd:"" help:"Reset a breaker after a trip."`
	Restore     restoreCmd     `cmd:"" help:"Make a data directory from a backup."`
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
	Version     versionCmd     `cmd:"" help:"Print the version."`
	WaysIn      waysInCmd      `cmd:"" help:"Every way in to every breaker of a site: what each can do now, what guards it, what would close it."`
	Wire        wireCmd        `cmd:"" help:"What crosses each path to the breakers of a running switchroom: requests, operations, refusals and why."`
	Write       writeCmd       `cmd:"" help:"Write settings of a breaker."`
}

// app is what a command runs with: tests give it their own.
type app struct {
	ctx    context.Context
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// errMisuse marks an error in how the program was called: exit status 2.
var errMisuse = errors.New("misuse")

// errRefused is returned by a command that has already said why: exit status 1.
var errRefused = errors.New("refused")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(&app{ctx, os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// run runs one command and returns the exit status.
func run(a *app, args []string) int {
	if len(args) == 0 {
		return opened(a)
	}
	var c commands
	exited := -1
	k, err := kong.New(&c, kong.Name("switchroom"), kong.UsageOnError(),
		kong.Description("A switchroom of intelligent low-voltage circuit breakers on your desk. Not affiliated with any manufacturer."),
		kong.Writers(a.stdout, a.stderr), kong.Exit(func(code int) { exited = code; panic(exitNow{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(a.stderr, "switchroom:", err)
		return 2
	}
	return execute(a, k, args, &exited)
}

// exitNow unwinds kong when it wants to exit, after --help.
type exitNow struct{}

func execute(a *app, k *kong.Kong, args []string, exited *int) (status int) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(exitNow); !ok {
				panic(r)
			}
			status = *exited
		}
	}()
	ctx, err := k.Parse(args)
	if err != nil {
		fmt.Fprintf(a.stderr, "switchroom: %v\nhint: switchroom %s --help\n", err, command(ctx, args))
		return 2
	}
	switch err := ctx.Run(a); {
	case err == nil:
		return 0
	case errors.Is(err, errMisuse):
		fmt.Fprintln(a.stderr, "switchroom:", err)
		return 2
	case errors.Is(err, errRefused):
		return 1
	default:
		fmt.Fprintln(a.stderr, "switchroom:", err)
		return 1
	}
}

// command is what stands before the part that was not understood.
func command(ctx *kong.Context, args []string) string {
	if ctx != nil && ctx.Selected() != nil {
		return ctx.Selected().Path()
	}
	if len(args) > 0 && len(args[0]) > 0 && args[0][0] != '-' {
		return args[0]
	}
	return ""
}

// misuse returns an error for a wrong call.
func misuse(format string, args ...any) error {
	return fmt.Errorf("%s (%w)", fmt.Sprintf(format, args...), errMisuse)
}
