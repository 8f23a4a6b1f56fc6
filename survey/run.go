package survey

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Options are how a unit is read.
type Options struct {
	Dial     func(context.Context) (Conn, error)
	Map      *regmap.Map // nil: the built-in map
	Budget   Budget
	Before   *Capture              // what an earlier sitting has; nil: nothing
	Progress func(a Answer, n int) // told of every answer, with the requests so far; nil: nobody
}

// Estimate returns how many requests a plan takes of a unit that has everything,
// and how many more if it marks itself as virtual, the question for the mark
// included. Gaps cost more.
func Estimate(p Plan, m *regmap.Map) (requests, virtual int) {
	all, extra := p.areas(m)
	requests, virtual = 1+len(p.chunks(m, all)), len(p.chunks(m, extra))
	if p.Twice {
		requests, virtual = 2*requests, 2*virtual
	}
	if p.Identify {
		requests++
	}
	return requests, virtual
}

// Run reads a unit as h.Plan says and writes everything it learns to w as it
// comes. It returns what w holds with what was known before. The error is a
// *[Stopped] if the plan was not read to its end: what there is has been written all
// the same, and the end of the file says why. ctx ends it cleanly.
func Run(ctx context.Context, h Head, o Options, w *Writer) (*Capture, error) {
	if err := errors.Join(h.Plan.Check(), o.Budget.Check()); err != nil {
		return nil, err
	}
	s := newSurveyor(h, o, w)
	defer s.wire.close()
	err := s.read(ctx)
	end := End{At: time.Now().UTC(), Reason: Complete, Requests: s.wire.requests, Connections: s.wire.connections}
	var why *Stopped
	if errors.As(err, &why) {
		end.Reason = why.Reason
	} else if err != nil {
		return s.c, err // it cannot be written
	}
	s.c.End = &end
	return s.c, errors.Join(err, w.end(end))
}

// asked is a question whose answer is known.
type asked struct {
	pass     int
	function byte
	span     Span
}

type surveyor struct {
	Options
	plan   Plan
	unit   byte
	wire   *wire
	w      *Writer
	c      *Capture
	known  map[asked]Answer
	have   map[regmap.Register]bool // read in this pass
	pass   int
	busy   int
	silent int
	vain   int  // exceptions that mean that nobody reads here, one after the other
	failed Span // the last piece, or rest of one, whose first register was refused
}

func newSurveyor(h Head, o Options, w *Writer) *surveyor {
	if o.Map == nil {
		o.Map = regmap.Default()
	}
	if o.Progress == nil {
		o.Progress = func(Answer, int) {}
	}
	s := &surveyor{Options: o, plan: h.Plan, unit: h.Unit, w: w, c: o.Before, known: map[asked]Answer{}}
	s.wire = &wire{dial: o.Dial, budget: o.Budget.Defaults()}
	if s.c == nil {
		s.c = &Capture{Head: h}
	}
	for _, a := range s.c.Answers {
		if a.Words != nil || a.Exception != 0 && !waits(a.Exception) {
			s.known[asked{a.Pass, a.Function, a.Span()}] = a
		}
	}
	return s
}

func (s *surveyor) read(ctx context.Context) error {
	if s.plan.Identify && (s.c.Who == nil || s.c.Who.Failure != "") {
		if err := s.identify(ctx); err != nil {
			return err
		}
	}
	s.pass, s.have = 1, map[regmap.Register]bool{}
	all, virtual := s.plan.areas(s.Map)
	// Whatever is read, this is: nobody shall take a virtual unit's registers for
	// those of hardware.
	a, err := s.ask(ctx, Span{mark, 1}, false)
	if err != nil {
		return err
	}
	if a.Words != nil && a.Words[0] == regmap.Virtual {
		all = append(all, virtual...)
	}
	if err := s.readAll(ctx, all); err != nil || !s.plan.Twice {
		return err
	}
	var there []Span
	for r := range s.have {
		there = append(there, Span{r, 1})
	}
	s.pass, s.have = 2, map[regmap.Register]bool{}
	return s.readAll(ctx, join(there))
}

func (s *surveyor) readAll(ctx context.Context, areas []Span) error {
	for _, c := range s.plan.chunks(s.Map, areas) {
		if err := s.chunk(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// chunk reads what one request may read. If the unit does not have all of it, the
// parts that it has are found: that all registers up to some place are there is
// true up to the first gap and false from then on, so that a few halvings find it.
func (s *surveyor) chunk(ctx context.Context, c chunk) error {
	a, err := s.ask(ctx, c.span(), len(c) > 1)
	if err != nil {
		return err
	}
	if a.Words != nil {
		return s.edgeBefore(ctx, s.failed, c[0])
	}
	if len(c) == 1 && s.isRow(c[0]) {
		return nil
	}
	for a.Exception == modbus.IllegalDataAddress && len(c) > 0 {
		before := s.failed
		found, whole, err := s.probe(ctx, c[0])
		n := 1
		if err == nil && found {
			err = s.edgeBefore(ctx, before, c[0])
		}
		if err == nil && whole {
			n, err = s.longest(ctx, c)
		}
		if err != nil {
			return err
		}
		c = c[n:]
	}
	return nil
}

// probe finds out whether the unit has an item. A row it has or has not. Of a
// piece without a row the first register is asked for, and if it is there how far
// the piece goes: an island as long as a step is always found.
func (s *surveyor) probe(ctx context.Context, item Span) (found, whole bool, err error) {
	if s.isRow(item) || item.Count == 1 {
		a, err := s.ask(ctx, item, false)
		return a.Words != nil, a.Words != nil, err
	}
	a, err := s.ask(ctx, Span{item.First, 1}, false)
	if err != nil || a.Words == nil {
		s.failed = item
		return false, false, err
	}
	n, err := s.search(ctx, int(item.Count), func(n int) Span { return Span{item.First, uint16(n)} })
	if n < int(item.Count) {
		s.failed = Span{item.First + regmap.Register(n), item.Count - uint16(n)}
	}
	return true, n == int(item.Count), err
}

// longest returns how many items from the first, which is there, are there
// without a gap.
func (s *surveyor) longest(ctx context.Context, c chunk) (int, error) {
	return s.search(ctx, len(c), func(n int) Span { return c[:n].span() })
}

// search returns the largest n up to most whose span can be read; that of 1 can.
func (s *surveyor) search(ctx context.Context, most int, span func(n int) Span) (int, error) {
	good, bad := 1, most+1
	for n := most; good+1 < bad; n = (good + bad) / 2 {
		a, err := s.ask(ctx, span(n), true)
		switch {
		case err != nil:
			return good, err
		case a.Words != nil:
			good = n
		default:
			bad = n
		}
	}
	return good, nil
}

// edgeBefore finds how far what has just been read reaches back into f, the piece
// before it whose first register was refused.
func (s *surveyor) edgeBefore(ctx context.Context, f, item Span) error {
	if f.Count < 2 || f.Last()+1 != item.First {
		return nil
	}
	back := func(n int) Span { return Span{f.Last() - regmap.Register(n) + 1, uint16(n)} }
	a, err := s.ask(ctx, back(1), false)
	if err != nil || a.Words == nil {
		return err
	}
	_, err = s.search(ctx, int(f.Count)-1, back)
	return err
}

func (s *surveyor) isRow(p Span) bool {
	return slices.ContainsFunc(s.Map.Rows(), func(r regmap.Row) bool {
		return r.Kind != regmap.Gap && r.Register == p.First && r.Count == p.Count
	})
}

// ask asks until there is an answer, unless it is known. again says that a
// refusal is not the last word: parts will be asked for.
func (s *surveyor) ask(ctx context.Context, span Span, again bool) (Answer, error) {
	if a, ok := s.known[asked{s.pass, s.plan.function(), span}]; ok {
		s.keep(a)
		return a, nil
	}
	for {
		a, err := s.once(ctx, span)
		if err != nil {
			return a, err
		}
		a.Again = a.Failure != "" || waits(a.Exception) || again && a.Exception == modbus.IllegalDataAddress
		if err := s.note(a); err != nil {
			return a, err
		}
		if a.Failure == "" && !waits(a.Exception) {
			s.keep(a)
			return a, s.vainly(a)
		}
		if err := s.pause(ctx, a); err != nil {
			return a, err
		}
	}
}

// waits reports whether an exception says: later.
func waits(e modbus.Exception) bool { return e == modbus.DeviceBusy || e == modbus.Acknowledge }

func (s *surveyor) keep(a Answer) {
	s.known[asked{a.Pass, a.Function, a.Span()}] = a
	for i := range a.Words {
		s.have[a.Register+regmap.Register(i)] = true
	}
}

func (s *surveyor) note(a Answer) error {
	s.c.Answers = append(s.c.Answers, a)
	s.Progress(a, s.wire.requests)
	return s.w.put(line{Read: &a})
}

// once asks once. An error ends the capture.
func (s *surveyor) once(ctx context.Context, span Span) (Answer, error) {
	u := modbus.Unit{Doer: s.wire, ID: s.unit}
	ask := u.ReadRegisters
	if s.plan.function() == modbus.FuncReadInput {
		ask = u.ReadInputRegisters
	}
	b, err := ask(ctx, span.First.Address(), span.Count)
	now := time.Now()
	a := Answer{At: now.UTC(), Pass: s.pass, Function: s.plan.function(), Register: span.First, Count: span.Count}
	a.Millis = float64(now.Sub(s.wire.sent).Microseconds()) / 1e3
	var why *Stopped
	if errors.As(err, &why) {
		return a, err
	}
	a.Exception, a.Failure = failure(err)
	for i := 0; i+1 < len(b); i += 2 {
		a.Words = append(a.Words, binary.BigEndian.Uint16(b[i:]))
	}
	return a, nil
}

// Why there is no answer.
const (
	noAnswer       = "no answer"
	lostConnection = "the connection was lost"
	misfit         = "the answer does not fit the request"
)

// failure says in fixed words why there is no answer: an address must not get
// into a file that is shared.
func failure(err error) (modbus.Exception, string) {
	var x modbus.Exception
	var p *modbus.ProtocolError
	switch {
	case err == nil:
		return 0, ""
	case errors.As(err, &x):
		return x, ""
	case errors.As(err, &p):
		return 0, misfit
	case errors.Is(err, context.DeadlineExceeded):
		return 0, noAnswer
	}
	return 0, lostConnection
}

// pause waits before the same is asked again, longer each time, and ends the
// capture of a unit that is left alone better.
func (s *surveyor) pause(ctx context.Context, a Answer) error {
	n := &s.silent
	if a.Failure == "" {
		n = &s.busy
	}
	*n++
	switch {
	case s.busy >= busyMost:
		return &Stopped{Busy, fmt.Errorf("it answered %d times that it is busy", s.busy)}
	case s.silent >= silentMost:
		return &Stopped{Silent, fmt.Errorf("%d requests went unanswered", s.silent)}
	}
	return sleep(ctx, min(s.wire.budget.Pause<<(*n-1), pauseMost))
}

// vainly ends the capture where every answer says that nobody reads here.
func (s *surveyor) vainly(a Answer) error {
	s.busy, s.silent = 0, 0
	if !nobody(a.Exception) {
		s.vain = 0
		return nil
	}
	if s.vain++; s.vain >= silentMost {
		return &Stopped{Useless, fmt.Errorf("it answers %s to everything", says(a.Exception))}
	}
	return nil
}

// identify asks the unit who it is.
func (s *surveyor) identify(ctx context.Context) error {
	objects, err := modbus.Unit{Doer: s.wire, ID: s.unit}.ReadIdentification(ctx, modbus.ReadExtended)
	if errors.Is(err, modbus.IllegalDataValue) || errors.Is(err, modbus.IllegalDataAddress) {
		objects, err = modbus.Unit{Doer: s.wire, ID: s.unit}.ReadIdentification(ctx, modbus.ReadBasic)
	}
	var why *Stopped
	if errors.As(err, &why) {
		return err
	}
	who := &Identification{At: time.Now().UTC()}
	who.Exception, who.Failure = failure(err)
	for _, o := range objects {
		who.Objects = append(who.Objects, Object{o.ID, o.Value})
	}
	s.c.Who = who
	return s.w.put(line{Who: who})
}
