package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"switchroom/fat"
)

// outputs makes sure, before anything runs, that what the run finds can be kept, and
// that nothing is lost which another run has found: a result is evidence.
func (c *fatRunCmd) outputs() error {
	files := c.Report
	if c.Output != "" && c.Output != "-" {
		files = append([]string{c.Output}, files...)
	}
	if c.SignKey != "" {
		files = append(files, c.Output+".sig")
		key, err := os.ReadFile(c.SignKey)
		if err != nil {
			return err
		}
		if _, err := fat.Sign(nil, key); err != nil {
			return fmt.Errorf("%s: %w", c.SignKey, err)
		}
	}
	for _, r := range c.Report {
		if ext := strings.ToLower(filepath.Ext(r)); ext != ".html" && ext != ".htm" && ext != ".pdf" && ext != ".json" {
			return misuse("report %q: its name ends in .html, .pdf or .json", r)
		}
	}
	for _, f := range files {
		if err := writable(f, c.Force); err != nil {
			return err
		}
	}
	return nil
}

// writable makes sure that a file can be written, and is not there already unless it
// may be overwritten.
func writable(file string, force bool) error {
	if _, err := os.Stat(file); err == nil && !force {
		return fmt.Errorf("%s is there already; give another name, or --force to overwrite it", file)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	probe, err := os.CreateTemp(filepath.Dir(file), ".switchroom-*")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", file, err)
	}
	probe.Close()
	return os.Remove(probe.Name())
}
