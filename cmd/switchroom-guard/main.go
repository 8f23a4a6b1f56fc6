// Command switchroom-guard is the operations side alone: commissioning, people, audit,
// and what else an owner of breakers runs for years. It links no laboratory, no
// electrical network and no issuing of certificates.
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
	Trust   guard.TrustCmd `cmd:"" help:"Judge signed packages, and look at the lists of what was revoked."`
	Version cli.VersionCmd `cmd:"" help:"Print the version."`
}

var program = cli.Program{
	Name:        "switchroom-guard",
	Description: "The operations side of a switchroom: commission, watch, prove. Not affiliated with any manufacturer.",
}

func main() { cli.Main(run) }

// run runs one command and returns the exit status.
func run(a *cli.App, args []string) int { return program.Run(a, &commands{}, args) }
