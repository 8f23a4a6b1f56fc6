package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"switchroom/client"
	"switchroom/regmap"
	"switchroom/survey"
	"switchroom/wire/modbus"
)

// budgetFlags are what reading a unit may cost it.
type budgetFlags struct {
	Rate        float64       `help:"Requests a second." default:"2"`
	MaxRequests int           `help:"Requests in all." default:"500"`
	PauseOnBusy time.Duration `help:"First wait for a unit that is busy or silent; doubled each time." default:"5s"`
	Timeout     time.Duration `help:"Wait for an answer." default:"5s"`
}

func (f *budgetFlags) budget() (survey.Budget, error) {
	b := survey.Budget{Rate: f.Rate, Requests: f.MaxRequests, Pause: f.PauseOnBusy, Timeout: f.Timeout}
	if f.Rate <= 0 || f.MaxRequests <= 0 || f.PauseOnBusy <= 0 || f.Timeout <= 0 {
		return b, misuse("--rate, --max-requests, --pause-on-busy and --timeout are more than zero")
	}
	if err := b.Check(); err != nil {
		return b, misuse("%v", err)
	}
	return b, nil
}

type registersCaptureCmd struct {
	budgetFlags
	Address   string `arg:"" help:"modbus://HOST:PORT/UNIT"`
	Output    string `short:"o" required:"" help:"The file to write." placeholder:"FILE"`
	Range     string `help:"Registers to read: 32000-32400,45001-45070. Without: the mapped blocks." placeholder:"FIRST-LAST,…"`
	Scan      bool   `help:"Without --range: search all 65535 registers."`
	Step      int    `help:"How finely registers without a row are searched: islands shorter than this may be missed." default:"16"`
	Function  byte   `help:"3 (holding registers) or 4 (input registers)." default:"3"`
	Identify  bool   `help:"Ask for device identification too (function 43/14)."`
	Twice     bool   `help:"Read twice, to tell what moves from what stands."`
	Resume    bool   `help:"Continue FILE, with the ranges that it was begun with."`
	Registers string `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
	JSON      bool   `help:"Print a summary as JSON."`
}

// capturedJSON is what --json prints.
type capturedJSON struct {
	File        string        `json:"file"`
	Reason      survey.Reason `json:"reason"`
	Complete    bool          `json:"complete"`
	Registers   int           `json:"registers"`
	Requests    int           `json:"requests"`
	Connections int           `json:"connections"`
	Virtual     bool          `json:"virtual"`
}

func (c *registersCaptureCmd) Run(a *app) error {
	host, unit, err := client.ParseAddress(c.Address)
	if err != nil {
		return misuse("%v", err)
	}
	budget, err := c.budget()
	if err != nil {
		return err
	}
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	head := survey.Head{Address: c.Address, Unit: unit, Started: time.Now().UTC(), Plan: c.plan()}
	if err := head.Plan.Check(); err != nil {
		return misuse("%v", err)
	}
	s := &sitting{app: a, path: c.Output, head: head, o: survey.Options{Map: m, Budget: budget, Dial: unitDialer(host)}}
	if err := s.open(c.Resume); err != nil {
		return err
	}
	defer s.file.Close()
	return c.tell(a, s)
}

func (c *registersCaptureCmd) plan() survey.Plan {
	return survey.Plan{Ranges: c.Range, Scan: c.Scan, Step: c.Step, Function: c.Function, Identify: c.Identify, Twice: c.Twice}
}

// unitDialer connects to one address.
func unitDialer(host string) func(context.Context) (survey.Conn, error) {
	return func(ctx context.Context) (survey.Conn, error) { return modbus.Dial(ctx, host) }
}

// tell reads, and says what came of it.
func (c *registersCaptureCmd) tell(a *app, s *sitting) error {
	got, err := s.read()
	if got == nil {
		return err
	}
	n := 0
	for _, r := range got.View().Runs() {
		n += int(r.Count)
	}
	if c.JSON && got.End != nil {
		j := capturedJSON{c.Output, got.End.Reason, got.Complete(), n, got.End.Requests, got.End.Connections, got.Virtual()}
		err = errors.Join(printJSON(a.Stdout, j), err)
	}
	if n == 0 && s.o.Before == nil {
		os.Remove(c.Output) // it holds nothing, and would stand in the way of the next try
		return err
	}
	fmt.Fprintf(a.Stderr, "%s: %d registers, %d requests\n", c.Output, n, got.End.Requests)
	if err != nil {
		return fmt.Errorf("%w\n%s keeps what was read; --resume continues it", err, c.Output)
	}
	return nil
}

// sitting is one run of a capture, on a new file or a begun one.
type sitting struct {
	*app
	path string
	head survey.Head
	o    survey.Options
	file *os.File
	w    *survey.Writer
}

func (s *sitting) open(resume bool) (err error) {
	if resume {
		return s.reopen()
	}
	if s.file, err = createCapture(s.path); err != nil {
		return fmt.Errorf("%w, or continue it with --resume", err)
	}
	s.w, err = survey.NewWriter(s.file, s.head)
	return err
}

// reopen continues a file behind its last whole line.
func (s *sitting) reopen() (err error) {
	if s.file, err = os.OpenFile(s.path, os.O_RDWR, 0); err != nil {
		return err
	}
	before, whole, err := survey.Read(s.file)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", s.path, err)
	case before.Complete():
		return fmt.Errorf("%s is complete: there is nothing to continue", s.path)
	case before.Head.Unit != s.head.Unit:
		return misuse("%s is of unit %d", s.path, before.Head.Unit)
	case before.Head.Address != s.head.Address:
		fmt.Fprintf(s.Stderr, "note: %s was begun at %s\n", s.path, before.Head.Address)
	}
	kept := make([]byte, whole)
	if _, err := s.file.ReadAt(kept, 0); err != nil {
		return err
	}
	if err := s.file.Truncate(int64(whole)); err != nil {
		return err
	}
	if _, err := s.file.Seek(int64(whole), io.SeekStart); err != nil {
		return err
	}
	s.head, s.o.Before = before.Head, before
	s.w, err = survey.Resume(s.file, bytes.Clone(kept), time.Now().UTC())
	return err
}

// read says first what it will cost, and what has been read as it goes on.
func (s *sitting) read() (*survey.Capture, error) {
	announceCapture(s.app, s.head, s.o)
	p := captureProgress{app: s.app, last: time.Now()}
	s.o.Progress = p.tell
	return survey.Run(s.Ctx, s.head, s.o, s.w)
}

// announceCapture says what a capture costs the unit, before it begins.
func announceCapture(a *app, h survey.Head, o survey.Options) {
	n, virtual := survey.Estimate(h.Plan, o.Map)
	b := o.Budget
	fmt.Fprintf(a.Stderr, "reading unit %d: %d requests if it has no gaps, %v at %g a second; never more than %d (%v). ",
		h.Unit, n, b.Takes(n).Round(time.Second), b.Rate, b.Requests, b.Takes(b.Requests).Round(time.Second))
	if virtual > 0 {
		fmt.Fprintf(a.Stderr, "%d more if it marks itself as virtual. ", virtual)
	}
	fmt.Fprintf(a.Stderr, "One connection; nothing is written; registers %d to %d are not read. Ctrl-C keeps what was read.\n", regmap.CommandFirst, regmap.CommandEnd)
}

// captureProgress is told on standard error, once in two seconds at most.
type captureProgress struct {
	*app
	last time.Time
}

func (p *captureProgress) tell(x survey.Answer, n int) {
	waits := x.Failure != "" || x.Exception == modbus.DeviceBusy
	if time.Since(p.last) < 2*time.Second && !waits {
		return
	}
	p.last = time.Now()
	what := fmt.Sprintf("%d registers", len(x.Words))
	switch {
	case x.Failure != "":
		what = x.Failure + "; waiting"
	case x.Exception != 0:
		what = x.Exception.String()
	}
	fmt.Fprintf(p.Stderr, "%v: %s (request %d)\n", x.Span(), what, n)
}
