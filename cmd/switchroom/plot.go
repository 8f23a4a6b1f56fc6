package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"switchroom/study"
)

// plotFlags say where a diagram goes.
type plotFlags struct {
	SVG   string    `help:"Draw the curves into this SVG file." placeholder:"FILE"`
	PDF   string    `help:"Draw the curves into this PDF file." placeholder:"FILE"`
	Title string    `help:"Title of the diagram."`
	From  float64   `help:"First current of the diagram, A; by default where there is something to see." placeholder:"A"`
	To    float64   `help:"Last current of the diagram, A." placeholder:"A"`
	Mark  []float64 `help:"Mark currents in the diagram, A: a fault that was recorded." placeholder:"A,…"`
}

func (f *plotFlags) title(otherwise string) string {
	if f.Title != "" {
		return f.Title
	}
	return otherwise
}

// write draws p into the files. A file that exists is replaced, and is either
// the whole diagram or what it was.
func (f *plotFlags) write(p study.Plot) error {
	p.From, p.To, p.Made = f.From, f.To, time.Now()
	p.Faults = append(p.Faults, f.Mark...)
	for _, one := range []struct {
		file string
		draw func(io.Writer) error
	}{{f.SVG, p.SVG}, {f.PDF, p.PDF}} {
		if one.file == "" {
			continue
		}
		var b bytes.Buffer
		if err := one.draw(&b); err != nil {
			return misuse("%v", err)
		}
		if err := replaceFile(one.file, b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// tellHidden says which marks the diagram does not show.
func (f *plotFlags) tellHidden(a *app, p study.Plot) error {
	if len(f.Mark) == 0 || f.SVG == "" && f.PDF == "" {
		return nil
	}
	p.From, p.To, p.Faults = f.From, f.To, f.Mark
	hidden, from, to, err := p.Hidden()
	for _, m := range hidden {
		fmt.Fprintf(a.Stderr, "note: the mark at %s is outside the diagram, %s to %s: widen it with --from and --to\n", study.Amperes(m), study.Amperes(from), study.Amperes(to))
	}
	return err
}

// replaceFile writes b beside the file and puts it in its place.
func replaceFile(name string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".switchroom-*")
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer os.Remove(tmp.Name()) // gone already once it is renamed
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
