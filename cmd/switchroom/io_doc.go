package main

import (
	"fmt"
	"io"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// iomoduleDoc writes docs/iomodule.md.
func iomoduleDoc(w io.Writer) {
	for _, part := range []struct {
		text  string
		table *table
	}{
		{ioIntro, applicationTable()}, {ioFunctions, functionTable()}, {ioEvents, ioEventTable()}, {ioCommands, ioCommandTable()}, {ioShown, shownTable()},
	} {
		fmt.Fprint(w, part.text)
		part.table.Markdown(w)
	}
}

// ioEventTable is the events of IO modules.
func ioEventTable() *table {
	t := &table{Head: []string{"event", "code", "what", "history", "severity"}}
	for _, e := range points.Events() {
		if strings.HasPrefix(e.Name, "io") {
			t.Add(e.Name, fmt.Sprintf("0x%04X", uint16(e.Code)), e.Title, e.History.String(), e.Severity.String())
		}
	}
	return t
}

// ioCommandTable is the commands of an IO module.
func ioCommandTable() *table {
	t := &table{Head: []string{"code", "does", "parameters", "carried out"}}
	for i := range regmap.Commands {
		c := &regmap.Commands[i]
		if c.Dest != regmap.DestIO1 {
			continue
		}
		var params []string
		for _, p := range c.Params {
			params = append(params, fmt.Sprintf("%s (%s)", p.Name, p.Help))
		}
		t.Add(fmt.Sprint(c.Code), points.Of(c.Point).Title, strings.Join(params, "; "), either(c.Supported, "yes", "no: what it sets was not found"))
	}
	return t
}

const ioIntro = `# IO modules

The tables are made from those in [paths/iomodule](../paths/iomodule), [points](../points) and [regmap](../regmap) by
` + "`go generate ./cmd/switchroom`" + `; a test fails when this page is stale.

A breaker has up to two IO modules (GUIDE A8). Each has six digital inputs, three outputs, a Pt100 sensor, a rotary switch
that chooses the application, and a pad that locks its settings. It is the one way to a breaker on which a *wire* opens it,
closes it or chooses its settings group, with no password: what guards it are the control mode, close inhibition, and the
room that it stands in (D1).

## In a site file

` + "```yaml" + `
breakers:
  - name: Q1
    in: 1600
    variant: 6.0
    io:
      - switch: 9                      # custom
        pad: locked                    # the setting-locking pad; locked if left out
        inputs:
          - {input: 1, does: close_inhibition}
          - {input: 2, does: settings_a}
          - {input: 3, does: settings_b}
          - {input: 4, does: pulse_counter, threshold: 10000}
        outputs:
          - {output: 1, events: [trip.long_time, trip.short_time], latched: true}
      - switch: 1                      # cradle management, on a second module
` + "```" + `

An input that the application takes is not for the site to give; what it leaves free is. ` + "`switchroom site check`" + ` says what does
not go together.

## By hand

` + "```" + `
switchroom io show Q1
switchroom io input Q1 1 on             # voltage on the wire of I1
switchroom io switch Q1 2               # turned; what it says acts after:
switchroom io test Q1
switchroom io cable Q1 off --module 2   # the unit has lost its second module
switchroom io applications              # the table below
` + "```" + `

The coupler Q3 of ` + "`switchroom demo`" + ` has two.

In a scenario the same are ` + "`io_input`, `io_switch`, `io_test`, `io_pad`, `io_cable`, `io_pt100`" + ` ([network.md](network.md)). Where the site has
a room, whoever turns the switch, presses the button, turns the pad or pulls the cable must be in it; ` + "`--by`" + ` says who.

In the browser they are at the front of the breaker (*Front*): a card each, with a button for each of these.

## What the switch does

Turning it is an event at once, ` + "`io.switch_turned`" + `, and a diagnostic, ` + "`io1.switch_mismatch`" + `, for as long as it stands elsewhere than
what acts. What acted goes on until somebody presses the module's test button, over a loss of supply too. What the real
module does was not found in a document: this is ours, and the careful side, since turning the switch changes what every wire
means. An input that is on when an application begins, or when the module gets its supply, is no order.

## Applications

The names are recalled, and partly confirmed by the names of commands. **The wiring is in no document that we could read: every
row is ours.** Certainty is that of the worse of both.

`

const ioFunctions = `
## What inputs and outputs are for

Open and close orders, the settings group, the light and the load are asked of the access policy as path ` + "`io`" + `, by its rows
io-operate and io-select, and nothing else is allowed there. Orders of wires are admitted in control mode local, as are those of
the front; an input for local or remote decides that (ours; how the real module's input mode bears on it was cut in the
document). Close inhibition, inhibition of optional protection and local or remote are wired, as a pad is, and ask nobody.

A module is lost without its cable or without 24 V. Then one wire means group A, two wires leave the group as it is
(documented); what was inhibited stays inhibited, and local or remote stays (ours). What a lost module would show reads "not
available".

While an input decides on local or remote, ` + "`breaker.mode`" + ` shows what it says, whatever is written there, except manual. The setting lock
refuses command 41100 while it is locked (ours: documents name the engineering tool only).

An input counts once it stood still for 20 ms (ours); what is shorter is counted in ` + "`io1.bounces`" + `. Nothing of it reaches protection.

`

const ioEvents = `
## Events

An input that operates the breaker or its unit, and a turned switch, are always events. All codes are ours.

`

const ioCommands = `
## Registers and commands

The status words are 32003 and 32005, with their quality in 32002 and 32004: inputs 0 to 5, outputs 6 to 8, and 15 for "ignore
this word", which a module sets that is not fitted or lost. Its own registers begin at 13826 (Pt100), 14598 (inputs and
outputs), 14632 (applications), 14732 (commands and alarms) and 15300 (cradle); those of the second module are 3000 further.
32341 shows close inhibition, 32384 a lost module and what module and control unit disagree on. [registers.md](registers.md)
has them all, with sources. What no register is known of stands among those of a virtual unit, from 60901 on.

Not there: the event history of a module (14760 on; the layout of its dates was not found), the regreasing timer, the alarms of
switchboard temperature, the outputs of M2C. *Simple commands*, one word without a password, exist; their registers were not
found, and none is invented: bit 1 of 14733 says whether they are enabled, and profile hardened has them disabled.

Commands need the password of the administrator or the operator and an open pad of the interface. Their destination is 8193,
of the second module 8449 (recalled), and their parameters are ours: ` + "`client`" + ` sends none of them to hardware unless told so, and
none to a second module.

` + "```" + `
echo 3333 | switchroom io command modbus://127.0.1.3:5020/255 1672 output=2 state=1 --password-file -
` + "```" + `

`

const ioShown = `
## What an output can show

Up to eight events, by name: it is on while any of them is active or held. Latched, it stays on until it is acknowledged (41102).

`
