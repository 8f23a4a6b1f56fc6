package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

type trustExportCmd struct {
	trustFlag
	Dir string `arg:"" help:"New directory."`
}

// Run copies the public parts. What makes packages stays where it is.
func (c *trustExportCmd) Run(a *app) error {
	if _, err := os.Stat(c.Dir); err == nil {
		return fmt.Errorf("%s is there already: give a new directory", c.Dir)
	}
	from := os.DirFS(c.Trust)
	for _, kind := range []struct{ dir, end string }{{"certs", ".pem"}, {"crls", ".crl"}, {".", "index.json"}} {
		if err := os.MkdirAll(filepath.Join(c.Dir, kind.dir), 0o755); err != nil {
			return err
		}
		files, err := os.ReadDir(filepath.Join(c.Trust, kind.dir))
		if err != nil {
			return err
		}
		for _, f := range files {
			if !strings.HasSuffix(f.Name(), kind.end) {
				continue
			}
			if err := copyFrom(from, filepath.ToSlash(filepath.Join(kind.dir, f.Name())), filepath.Join(c.Dir, kind.dir, f.Name())); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(a.Stderr, "%s has no key: give it to whoever is to verify.\n", c.Dir)
	return nil
}

func copyFrom(from fs.FS, name, to string) error {
	b, err := fs.ReadFile(from, name)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}
