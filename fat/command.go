package fat

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"switchroom/lab/remote"
	"switchroom/points"
)

// Commander makes the system under test operate a breaker, and asks a person.
type Commander interface {
	// Operate makes the system open or close a breaker; do is open or close.
	Operate(ctx context.Context, breaker, do string) error
	// Ask asks a person; ok is false where there is nobody.
	Ask(ctx context.Context, question string) (answer string, ok bool)
}

// OpenCommander returns the commander of a binding: by HTTP where the binding says
// how, by a person where there is a terminal. Both may be absent.
func (b *Binding) OpenCommander(v Viewer, t *Terminal) (Commander, error) {
	c := &commander{b: b.Command}
	if p, ok := v.(*personViewer); ok {
		c.lines, c.out = p.lines, p.out
	} else if t != nil {
		c.lines, c.out = linesOf(t.In), t.Out
	}
	if b.Command != nil {
		w, err := newWeb(b)
		if err != nil {
			return nil, err
		}
		c.web = w
	}
	return c, nil
}

type commander struct {
	b     *CommandBinding
	web   *web
	mu    sync.Mutex // one question at a time
	lines chan string
	out   io.Writer
}

// Operate sends the order once, and never again.
func (c *commander) Operate(ctx context.Context, breaker, do string) error {
	if c.b == nil {
		answer, ok := c.Ask(ctx, fmt.Sprintf("%s: %s it from the system under test now, then press Enter (s: skip)", breaker, do))
		if !ok || strings.HasPrefix(answer, "s") {
			return errNobody
		}
		return nil
	}
	t := Tag{Breaker: breaker}
	if w, ok := c.b.Words[do]; ok {
		do = w
	}
	method, kind := c.b.Method, c.b.Type
	if method == "" {
		method = "POST"
	}
	if kind == "" {
		kind = "application/json"
	}
	fill := func(s string) string { return strings.ReplaceAll(s, "{do}", do) }
	_, err := c.web.do(ctx, method, urlOf(fill(c.b.URL), t), t.Expand(fill(c.b.Body), jsonText), kind)
	return err
}

// jsonText is a text as it stands inside the quotes of a JSON string.
func jsonText(s string) string { return strings.Trim(marshal(s), `"`) }

var errNobody = fmt.Errorf("nobody operated the breaker: write a command into the binding, or answer in the terminal (--ask)")

// Ask asks in the terminal.
func (c *commander) Ask(ctx context.Context, question string) (string, bool) {
	if c.lines == nil {
		return "", false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.out, "%s ", question)
	select {
	case line, ok := <-c.lines:
		return strings.TrimSpace(line), ok
	case <-ctx.Done():
		return "", false
	}
}

// byHand asks a person to judge; without one the step stays by hand.
func (x *runner) byHand(ctx context.Context, g []int) error {
	for _, i := range g {
		s := &x.steps[i]
		s.Verdict, s.Note = ByHand, "for a person to judge"
		if x.Command == nil {
			continue
		}
		answer, ok := x.Command.Ask(ctx, fmt.Sprintf("%s: %s? (y, n, s: leave open; a comment may follow)", s.ID, s.Expect))
		if !ok {
			continue
		}
		s.Passes = []PassResult{{Stimulus: "a person looks", Expected: s.Expect, Shown: excerpt(answer), At: time.Now().UTC(), Right: strings.HasPrefix(answer, "y")}}
		switch {
		case strings.HasPrefix(answer, "y"):
			s.Verdict, s.Note = Pass, "judged by a person"
		case strings.HasPrefix(answer, "n"):
			s.Verdict, s.Note = Fail, "judged by a person"
			s.Diagnosis = []Diagnosis{{Mistake: "by-hand", Detail: excerpt(answer), Advice: "see the comment"}}
		}
	}
	return ctx.Err()
}

// order is the order of a step.
func (x *runner) order(s *StepResult) remote.Order {
	return remote.Order{Fault: s.Do, Unit: s.Breaker, With: s.With, Run: x.id, Seed: x.Seed}
}

// commands lets the system operate the breakers, each at its own pace.
func (x *runner) commands(ctx context.Context, g []int) error {
	if err := x.release(ctx); err != nil {
		return err
	}
	x.Progress(fmt.Sprintf("orders of the system: %s at %d breaker(s)", joinPairs(x.steps[g[0]].With), len(g)))
	most := waiters
	if patient(x.View) || x.Plan.Binding.Command == nil {
		most = 1
	}
	each(len(g), most, func(k int) { x.command(ctx, &x.steps[g[k]], g[k]) })
	return ctx.Err()
}

// waiters is how many breakers are operated at once: it is mostly waiting. Ours.
const waiters = 64

// command lets the system operate one breaker, and counts what reached it.
func (x *runner) command(ctx context.Context, s *StepResult, at int) {
	if x.Command == nil {
		s.Note = errNobody.Error()
		return
	}
	want := s.With["do"] == "close"
	if err := x.bring(ctx, s.Breaker, !want); err != nil {
		s.Note = err.Error()
		return
	}
	if s.With["lose"] != "" {
		x.commandLost(ctx, s, at)
		return
	}
	before, _ := x.itself(ctx, s.Breaker, points.OperationsTotal)
	began := time.Now()
	if err := x.Command.Operate(ctx, s.Breaker, s.With["do"]); err == errNobody || ctx.Err() != nil {
		s.Note = errNobody.Error()
		return
	} else if err != nil {
		s.Note = excerpt(err.Error()) // what happened at the breaker decides
	}
	if !x.becomes(ctx, s.Breaker, points.BreakerClosed, want, seconds(s.Within)) {
		x.failed(s, began, "the breaker did not move", Diagnosis{"order-not-obeyed", "the order of the system did not reach the breaker, or was refused", "look at the answer (8021) that the system got: password, remote mode, pad"})
		return
	}
	if err := x.awaitConditions(ctx, []int{at}, began); err != nil {
		return
	}
	after, ok := x.itself(ctx, s.Breaker, points.OperationsTotal)
	if n := after.Float() - before.Float(); ok && n > 1 && s.Verdict == Pass {
		x.failed(s, began, fmt.Sprintf("the breaker moved %g times", n), Diagnosis{"order-repeated", "one order moved the breaker more than once", "never send an order again that may have been carried out"})
	}
}

// failed gives a command step its verdict.
func (x *runner) failed(s *StepResult, began time.Time, shown string, d Diagnosis) {
	s.Verdict, s.Diagnosis = Fail, []Diagnosis{d}
	s.Passes = append(s.Passes, PassResult{Stimulus: "the system: " + s.With["do"], Expected: s.Expect, Shown: shown, At: began.UTC(), Seconds: time.Since(began).Round(time.Millisecond).Seconds()})
}

// bring brings a breaker to a position before an order of the system.
func (x *runner) bring(ctx context.Context, breaker string, closed bool) error {
	if v, ok := x.itself(ctx, breaker, points.BreakerClosed); ok && v.Bool() == closed {
		if !closed {
			x.becomes(ctx, breaker, points.BreakerReadyToClose, true, springTime)
		}
		return nil
	}
	do := map[bool]string{true: "close", false: "open"}[closed]
	if _, err := x.Lab.Inject(ctx, remote.Order{Fault: do, Unit: breaker, Run: x.id}); err != nil {
		return fmt.Errorf("bringing the breaker into position: %w", err)
	}
	if !x.becomes(ctx, breaker, points.BreakerClosed, closed, 10*time.Second) {
		return fmt.Errorf("the breaker itself does not %s", do)
	}
	if !closed {
		x.becomes(ctx, breaker, points.BreakerReadyToClose, true, springTime)
	}
	return nil
}

// springTime is how long a spring may take to be charged for the next closing. Ours.
const springTime = 15 * time.Second

// becomes waits until the breaker itself shows a state.
func (x *runner) becomes(ctx context.Context, breaker string, id points.ID, state bool, limit time.Duration) bool {
	began := time.Now()
	for {
		if v, ok := x.itself(ctx, breaker, id); ok && v.Bool() == state {
			return true
		}
		if time.Since(began) > limit || wait(ctx, 100*time.Millisecond) != nil {
			return false
		}
	}
}

// loseAnswers is the fault under which a request is carried out and its answer does
// not come.
const loseAnswers = "half"

// commandLost sends an order whose answer is lost, closes the breaker again by hand,
// and waits whether the order is sent once more.
func (x *runner) commandLost(ctx context.Context, s *StepResult, at int) {
	if !x.faults[loseAnswers] {
		s.Note = fmt.Sprintf("the laboratory can't inject %q", loseAnswers)
		return
	}
	in, err := x.Lab.Inject(ctx, remote.Order{Fault: loseAnswers, Unit: s.Breaker, Run: x.id, Seed: x.Seed})
	if err != nil {
		s.Note = err.Error()
		return
	}
	began := time.Now()
	x.Command.Operate(ctx, s.Breaker, s.With["do"]) // its answer is lost: an error is right
	moved := x.becomes(ctx, s.Breaker, points.BreakerClosed, false, seconds(s.Within))
	x.Lab.Undo(ctx, in.ID)
	if !moved {
		s.Note = "the order did not reach the breaker, so that nothing was lost"
		return
	}
	if err := x.bring(ctx, s.Breaker, true); err != nil {
		s.Note = err.Error()
		return
	}
	if x.becomes(ctx, s.Breaker, points.BreakerClosed, false, seconds(s.Within)) {
		x.failed(s, began, "the breaker opened again by itself", Diagnosis{"order-repeated", "an order whose answer was lost was sent again", "an order that may have been carried out must not be repeated; read the position first"})
		return
	}
	x.awaitConditions(ctx, []int{at}, time.Now())
}
