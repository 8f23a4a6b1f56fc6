package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"switchroom/regmap"
	"switchroom/trace"
)

type traceCmd struct {
	Show traceShowCmd `cmd:"" help:"Print the exchanges of a trace or of a capture, with what they mean."`
}

// traceFlags record what crosses the wire.
type traceFlags struct {
	Trace          []string `help:"Record every request and answer: FILE.pcap, FILE.jsonl, or both." placeholder:"FILE"`
	TraceMax       size     `help:"What a trace may take on the disk: at half of it the file becomes FILE.1 and a new one begins." default:"1GB" placeholder:"SIZE"`
	TracePasswords bool     `help:"Keep the passwords of commands in the trace, and in what the laboratory remembers of the wire. Without, they are masked."`
}

// recorder opens the trace; nil where none is wanted.
func (f *traceFlags) recorder(a *app, m *regmap.Map) (*trace.Recorder, error) {
	if f.TracePasswords {
		fmt.Fprintln(a.Stderr, "warning: the trace, and the laboratory's memory of the wire, hold the passwords of commands; keep them as you keep those")
	}
	if len(f.Trace) == 0 {
		return nil, nil
	}
	return trace.NewRecorder(f.Trace, trace.Options{
		Map: m, Passwords: f.TracePasswords, Max: int64(f.TraceMax), Tell: func(s string) { fmt.Fprintln(a.Stderr, s) },
	})
}

// endTrace writes the rest of a trace.
func (h *host) endTrace(timeout time.Duration) error {
	if h.trace == nil {
		return nil
	}
	return h.trace.Close(timeout)
}

// size is a number of bytes as people write it.
type size int64

var sizeUnits = []struct {
	name string
	n    int64
}{{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}, {"", 1}}

// UnmarshalText reads 500MB.
func (s *size) UnmarshalText(b []byte) error {
	text := strings.ToUpper(strings.TrimSpace(string(b)))
	for _, u := range sizeUnits {
		num, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(num), 10, 64)
		if err != nil || n < 0 || n > 1<<50/u.n {
			return fmt.Errorf("%q is no size; write 500MB or 2GB, or 0 for no bound", b)
		}
		*s = size(n * u.n)
		return nil
	}
	return nil
}

// traceReadFlags are how a trace is read.
type traceReadFlags struct {
	File      string   `arg:"" help:"A trace (.jsonl, .pcap), or a capture of tcpdump or Wireshark (pcap, pcapng). - is standard input."`
	Port      []uint16 `help:"The servers' port in a capture; again for more. Without: wherever Modbus is spoken." placeholder:"PORT"`
	Registers string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
}

// open opens the trace.
func (f *traceReadFlags) open(a *app) (io.ReadCloser, error) {
	if f.File == "-" {
		return io.NopCloser(a.Stdin), nil
	}
	return os.Open(f.File)
}

// load reads all of the trace, with the passwords that it holds if they are needed.
func (f *traceReadFlags) load(a *app, passwords bool) (*trace.Trace, error) {
	in, err := f.open(a)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	t, err := trace.Load(in, trace.ReadOptions{Ports: f.Port, Passwords: passwords})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.File, err)
	}
	if len(t.Exchanges) == 0 {
		return nil, fmt.Errorf("%s: no exchange over Modbus TCP; is --port right, and was it captured where the breakers are?", f.File)
	}
	if t.Lost > 0 {
		fmt.Fprintf(a.Stderr, "warning: the trace says that %d exchanges are missing from it\n", t.Lost)
	}
	return t, nil
}

type traceShowCmd struct {
	traceReadFlags
	JSON      bool `help:"Print JSON lines, one object an exchange."`
	Passwords bool `help:"Show the bytes of passwords that the file holds (with --json)."`
}

func (c *traceShowCmd) Run(a *app) error {
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	in, err := c.open(a)
	if err != nil {
		return err
	}
	defer in.Close()
	r, err := trace.NewReader(in, trace.ReadOptions{Ports: c.Port, Passwords: c.Passwords})
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	return c.show(a, r, m)
}

// show prints exchanges as they are read: a trace may be long.
func (c *traceShowCmd) show(a *app, r *trace.Reader, m *regmap.Map) error {
	var bad error
	n := 0
	for {
		e, err := r.Next()
		var line *trace.LineError
		switch {
		case errors.Is(err, io.EOF):
			return c.shown(a, r, n, bad)
		case errors.As(err, &line):
			bad = errRefused
			fmt.Fprintf(a.Stderr, "switchroom: %s: %v\n", c.File, err)
			continue
		case err != nil:
			return fmt.Errorf("%s: after %d exchanges: %w", c.File, n, err)
		}
		n++
		if err := c.print(a.Stdout, &e, m); err != nil {
			return err
		}
	}
}

// shown says what was not shown.
func (c *traceShowCmd) shown(a *app, r *trace.Reader, n int, bad error) error {
	if lost := r.Lost(); lost > 0 {
		fmt.Fprintf(a.Stderr, "warning: the trace says that %d exchanges are missing from it\n", lost)
	}
	if n == 0 && bad == nil {
		return fmt.Errorf("%s: no exchange over Modbus TCP; is --port right, and was it captured where the breakers are?", c.File)
	}
	return bad
}

func (c *traceShowCmd) print(w io.Writer, e *trace.Exchange, m *regmap.Map) error {
	if c.JSON {
		_, err := w.Write(e.AppendJSON(nil, m))
		return err
	}
	_, err := fmt.Fprintln(w, exchangeText(e, m))
	return err
}

// exchangeText is an exchange in a line.
func exchangeText(e *trace.Exchange, m *regmap.Map) string {
	ended := fmt.Sprintf("%.1f ms", float64(e.Took.Microseconds())/1000)
	if e.Ended != trace.Answered {
		ended = string(e.Ended)
	}
	return fmt.Sprintf("%s %v > %v unit %d #%d  %s  [%s]", e.Time.UTC().Format("15:04:05.000000"), e.Client, e.Server, e.Unit, e.Transaction, trace.Means(e, m), ended)
}
