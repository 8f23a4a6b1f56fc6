package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"switchroom/trust/issue"
)

type trustExportCmd struct {
	trustFlag
	Dir string `arg:"" help:"New directory."`
}

// Run copies the public parts of what counts. What makes packages stays where it is.
func (c *trustExportCmd) Run(a *app) error {
	s, err := issue.Open(c.Trust)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(c.Dir)), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(c.Dir, 0o755); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s is there already: give a new directory", c.Dir)
		}
		return err
	}
	if err := exportSet(os.DirFS(c.Trust), s, c.Dir); err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "%s has no key: give it to whoever is to verify.\n", c.Dir)
	return nil
}

func exportSet(from fs.FS, s *issue.Set, dir string) error {
	for _, d := range []string{"certs", "crls"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			return err
		}
	}
	index := issue.Index{Certificates: s.Standing(), Numbers: map[string]int64{}}
	for _, x := range index.Certificates {
		if err := copyFrom(from, "certs/"+x.Name+".pem", dir); err != nil {
			return err
		}
		err := copyFrom(from, "crls/"+x.Name+".crl", dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // who issues nothing has none
			return err
		}
		if n, issues := s.Index.Numbers[x.Name]; issues {
			index.Numbers[x.Name] = n
		}
	}
	b, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "index.json"), append(b, '\n'), 0o644)
}

func copyFrom(from fs.FS, name, dir string) error {
	b, err := fs.ReadFile(from, name)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), b, 0o644)
}
