package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"switchroom/survey"
)

// registersCmds are what is done with registers. Without a name the map is listed.
type registersCmds struct {
	List    registersCmd        `cmd:"" default:"withargs" help:"List the Modbus register map, commands and answers (the default)."`
	Capture registersCaptureCmd `cmd:"" help:"Read a unit's registers into a file: slowly, and only reading."`
	Diff    registersDiffCmd    `cmd:"" help:"Compare captures, units, the map and a virtual unit, row by row."`
	Serve   registersServeCmd   `cmd:"" help:"Replay a capture as a device that can only be read."`
	Redact  registersRedactCmd  `cmd:"" help:"Take out of a capture what must not be shared."`
}

// readCapture reads a capture file and says on standard error what of it cannot be
// used.
func readCapture(a *app, path string) (*survey.Capture, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, _, err := survey.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if c.Note != "" {
		fmt.Fprintf(a.Stderr, "note: %s: %s\n", path, c.Note)
	}
	return c, nil
}

// createCapture makes a new file that only its owner can read: what stands in it
// is nobody else's until it is redacted.
func createCapture(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s exists and is not overwritten; choose another name", path)
	}
	return f, err
}

// readOn is when a capture was read, as far as it tells.
func readOn(c *survey.Capture) string {
	return c.Head.Started.Format(time.DateOnly)
}
