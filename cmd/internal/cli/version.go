package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Version and Revision are set by the release build, which has no repository to
// ask.
var (
	Version  = "development"
	Revision = "unknown"
)

// VersionCmd prints the version of a program.
type VersionCmd struct {
	UpdatesFlag
	JSON bool `help:"Print JSON."`
}

func (c *VersionCmd) Run(a *App, p *Program) error {
	c.Tell(a)
	rev := Revision
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				rev = s.Value
			}
		}
	}
	if c.JSON {
		return PrintJSON(a.Stdout, map[string]string{"version": Version, "revision": rev, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH})
	}
	fmt.Fprintf(a.Stdout, "%s %s (revision %s, %s, %s/%s)\n", p.Name, Version, rev, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
