package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version and revision are set by the release build, which has no repository to
// ask.
var (
	version  = "development"
	revision = "unknown"
)

type versionCmd struct {
	JSON bool `help:"Print JSON."`
}

func (c *versionCmd) Run(a *app) error {
	rev := revision
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				rev = s.Value
			}
		}
	}
	if c.JSON {
		return printJSON(a.stdout, map[string]string{"version": version, "revision": rev, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH})
	}
	fmt.Fprintf(a.stdout, "switchroom %s (revision %s, %s, %s/%s)\n", version, rev, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
