package survey

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"switchroom/wire/modbus"
)

// A capture is JSON, one object a line, only ever appended to: whoever is killed
// keeps what he has. A sitting ends with the checksum of all that stands before.
type line struct {
	Head    *Head           `json:"capture,omitempty"`
	Read    *Answer         `json:"read,omitempty"`
	Who     *Identification `json:"identification,omitempty"`
	Resumed *time.Time      `json:"resumed,omitempty"`
	End     *End            `json:"end,omitempty"`
}

// Bounds of a file that is read: far above what any unit fills.
const (
	maxFile = 64 << 20
	maxLine = 64 << 10
	maxBad  = 20 // errors that are told
)

// Writer appends to a capture. Every line is one write.
type Writer struct {
	w   io.Writer
	sum hash.Hash
}

// NewWriter begins a capture.
func NewWriter(w io.Writer, h Head) (*Writer, error) {
	h.Format = Format
	out := &Writer{w, sha256.New()}
	return out, out.put(line{Head: &h})
}

// Resume goes on with a capture whose bytes, up to the last whole line, are
// before.
func Resume(w io.Writer, before []byte, now time.Time) (*Writer, error) {
	out := &Writer{w, sha256.New()}
	out.sum.Write(before)
	return out, out.put(line{Resumed: &now})
}

func (w *Writer) put(l line) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(l); err != nil {
		return err
	}
	w.sum.Write(b.Bytes())
	_, err := w.w.Write(b.Bytes())
	return err
}

func (w *Writer) end(e End) error {
	e.Sum = hex.EncodeToString(w.sum.Sum(nil))
	return w.put(line{End: &e})
}

// Write writes a whole capture.
func (c *Capture) Write(w io.Writer) error {
	out, err := NewWriter(w, c.Head)
	if err == nil && c.Who != nil {
		err = out.put(line{Who: c.Who})
	}
	for i := range c.Answers {
		if err == nil {
			err = out.put(line{Read: &c.Answers[i]})
		}
	}
	if err == nil && c.End != nil {
		err = out.end(*c.End)
	}
	return err
}

// Read reads a capture. A last line that was cut off is left out and noted; all
// other mistakes come together, each with its line. whole is how many bytes the
// whole lines have: a capture is continued behind them.
func Read(r io.Reader) (c *Capture, whole int, err error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, 0, err
	}
	if len(data) > maxFile {
		return nil, 0, fmt.Errorf("more than %d MB: this is no capture", maxFile>>20)
	}
	p := parser{c: &Capture{}, sum: sha256.New()}
	p.run(data)
	if p.c.Head.Format == "" && len(p.bad) == 0 {
		p.wrong(1, errors.New("no first line: this is no capture"))
	}
	return p.c, p.whole, errors.Join(p.bad...)
}

type parser struct {
	c     *Capture
	sum   hash.Hash
	whole int
	bad   []error
}

func (p *parser) wrong(n int, err error) {
	if len(p.bad) < maxBad {
		p.bad = append(p.bad, fmt.Errorf("line %d: %w", n, err))
	}
}

func (p *parser) run(data []byte) {
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, maxLine)
	s.Split(wholeLines)
	n := 0
	for s.Scan() {
		n++
		if err := p.line(s.Bytes(), n == 1); err != nil {
			p.wrong(n, err)
			if n == 1 {
				return // whatever follows, it is no capture
			}
		}
		p.sum.Write(s.Bytes())
		p.whole += len(s.Bytes())
	}
	switch {
	case s.Err() != nil:
		p.wrong(n+1, fmt.Errorf("longer than %d bytes", maxLine))
	case p.whole < len(data):
		p.c.Note = "its last line was cut off and is left out"
	}
}

// wholeLines gives lines with their end. What has none was cut off.
func wholeLines(data []byte, _ bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	return 0, nil, nil
}

func (p *parser) line(b []byte, first bool) error {
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return fmt.Errorf("no line of a capture: %w", err)
	}
	if first != (l.Head != nil) {
		return errors.New("the first line, and no other, says that this is a capture; is the file whole?")
	}
	switch {
	case l.Head != nil:
		return p.head(l.Head)
	case l.Read != nil:
		return p.answer(l.Read)
	case l.Who != nil:
		p.c.Who = l.Who
	case l.End != nil:
		return p.end(l.End)
	case l.Resumed != nil:
		p.c.End = nil
	}
	return nil
}

func (p *parser) head(h *Head) error {
	if h.Format != Format {
		return fmt.Errorf("format %q; this program reads %q", h.Format, Format)
	}
	p.c.Head = *h
	bad := []error{h.Plan.Check()}
	for _, r := range h.Redacted {
		if r.Register < 1 || r.Count < 1 || int(r.Register)+int(r.Count) > 65536 {
			bad = append(bad, fmt.Errorf("redacted: %d registers from %d are not within 1 to 65535", r.Count, r.Register))
		}
	}
	return errors.Join(bad...)
}

func (p *parser) answer(a *Answer) error {
	if err := a.check(); err != nil {
		return err
	}
	p.c.Answers = append(p.c.Answers, *a)
	return nil
}

func (p *parser) end(e *End) error {
	p.c.End = e
	if e.Sum != hex.EncodeToString(p.sum.Sum(nil)) {
		return errors.New("the checksum is not that of the lines before: the file was changed after it was written")
	}
	return nil
}

// check returns why a cannot be an answer.
func (a *Answer) check() error {
	said := 0
	for _, b := range []bool{a.Words != nil, a.Exception != 0, a.Failure != ""} {
		if b {
			said++
		}
	}
	switch {
	case a.Register < 1 || a.Count < 1 || a.Count > modbus.MaxRead || int(a.Register)+int(a.Count) > 65536:
		return fmt.Errorf("%d registers from %d: a request reads 1 to %d within 1 to 65535", a.Count, a.Register, modbus.MaxRead)
	case a.Span().touches(command):
		return fmt.Errorf("registers %v: %v are never read, since a password may stand there; this file is not taken", a.Span(), command)
	case a.Function != modbus.FuncReadHolding && a.Function != modbus.FuncReadInput:
		return fmt.Errorf("function %d does not read registers", a.Function)
	case a.Pass != 1 && a.Pass != 2:
		return fmt.Errorf("pass %d: 1 or 2", a.Pass)
	case said != 1:
		return errors.New("an answer has words, an exception or a failure, and one of them only")
	case a.Words != nil && len(a.Words) != int(a.Count):
		return fmt.Errorf("%d words for %d registers", len(a.Words), a.Count)
	}
	return nil
}
