package trace

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ReadOptions are how a trace is read.
type ReadOptions struct {
	Ports     []uint16 // of servers in a capture; none: any on which Modbus is spoken
	Passwords bool     // leave passwords as they are in the file
}

// Reader reads the exchanges of a trace, in the order in which they ended.
type Reader struct {
	source    source
	passwords bool
}

// source is a format that is read.
type source interface {
	next() (Exchange, error)
	missing() uint64
}

// NewReader finds out the format of r: pcap, pcapng or JSON lines.
func NewReader(r io.Reader, o ReadOptions) (*Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, err := b.Peek(4)
	if len(head) == 0 {
		if err == nil || errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		return nil, err
	}
	s, err := format(b, head, o)
	return &Reader{s, o.Passwords}, err
}

func format(b *bufio.Reader, head []byte, o ReadOptions) (source, error) {
	if len(head) == 4 {
		if _, _, ok := pcapMagic(head); ok {
			p, err := newPcapFile(b)
			if err != nil {
				return nil, err
			}
			return newCaptured(p, o.Ports), nil
		}
	}
	switch {
	case bytes.Equal(head, []byte{0x0A, 0x0D, 0x0D, 0x0A}):
		return newCaptured(&pcapngFile{r: b}, o.Ports), nil
	case head[0] == '{' || head[0] == '\n':
		return newLines(b), nil
	case head[0] == 0x1F:
		return nil, errors.New("the file is compressed: unpack it with gunzip first")
	}
	return nil, errors.New("neither a capture (pcap, pcapng) nor JSON lines")
}

// Next returns the next exchange; io.EOF is the end. After a *LineError the lines
// that follow can be read.
func (r *Reader) Next() (Exchange, error) {
	e, err := r.source.next()
	if err == nil && !r.passwords {
		e.Mask()
	}
	return e, err
}

// Lost is how many exchanges the trace itself says are missing, so far.
func (r *Reader) Lost() uint64 { return r.source.missing() }

func (c *captured) missing() uint64 { return c.lost }

// lines reads JSON lines.
type lines struct {
	scan *bufio.Scanner
	n    int
	lost uint64
}

// maxLine bounds a line. One that lists every point of 125 registers has some 60 kB.
const maxLine = 1 << 20

func newLines(r io.Reader) *lines {
	l := &lines{scan: bufio.NewScanner(r)}
	l.scan.Buffer(nil, maxLine)
	return l
}

func (l *lines) missing() uint64 { return l.lost }

// LineError is a line that is no exchange.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *LineError) Unwrap() error { return e.Err }

func (l *lines) next() (Exchange, error) {
	for l.scan.Scan() {
		l.n++
		b := bytes.TrimSpace(l.scan.Bytes())
		if len(b) == 0 {
			continue
		}
		e, lost, err := parseLine(b)
		if err != nil {
			return Exchange{}, &LineError{l.n, err}
		}
		if l.lost += lost; lost == 0 {
			return e, nil
		}
	}
	if err := l.scan.Err(); err != nil {
		return Exchange{}, fmt.Errorf("line %d: %w", l.n+1, err)
	}
	return Exchange{}, io.EOF
}

// Trace is a whole trace.
type Trace struct {
	Exchanges []Exchange // by the time of their requests
	Lost      uint64     // that the trace says are missing
}

// maxExchanges bounds a trace that is held in memory: some 1 GB. Ours.
const maxExchanges = 2_000_000

// maxErrors is how many mistakes of a file are told at once.
const maxErrors = 20

// Load reads a whole trace. The error names all lines that are wrong, or the
// first twenty.
func Load(r io.Reader, o ReadOptions) (*Trace, error) {
	rd, err := NewReader(r, o)
	if err != nil {
		return nil, err
	}
	t := &Trace{}
	var bad []error
	for len(bad) < maxErrors {
		e, err := rd.Next()
		var line *LineError
		switch {
		case errors.Is(err, io.EOF):
			t.Lost = rd.Lost()
			slices.SortStableFunc(t.Exchanges, func(a, b Exchange) int { return cmp.Compare(a.Time.UnixNano(), b.Time.UnixNano()) })
			return t, errors.Join(bad...)
		case errors.As(err, &line):
			bad = append(bad, err)
		case err != nil:
			return nil, errors.Join(append(bad, err)...)
		case len(t.Exchanges) >= maxExchanges:
			return nil, fmt.Errorf("more than %d exchanges: cut the trace into parts, as with editcap -c", maxExchanges)
		default:
			t.Exchanges = append(t.Exchanges, e)
		}
	}
	return nil, errors.Join(append(bad, errors.New("and perhaps more"))...)
}
