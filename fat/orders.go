package fat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"switchroom/lab/remote"
	"switchroom/points"
)

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
	o := x.send(ctx, s)
	if !x.obeyed(ctx, s, o) {
		x.notObeyed(s, o, began)
		return
	}
	if err := x.awaitConditions(ctx, []int{at}, began); err != nil {
		return
	}
	<-o.over
	after, ok := x.itself(ctx, s.Breaker, points.OperationsTotal)
	if n := after.Float() - before.Float(); ok && n > 1 && s.Verdict == Pass {
		x.failed(s, began, fmt.Sprintf("the breaker moved %g times", n), Diagnosis{"order-repeated", "one order moved the breaker more than once", "never send an order again that may have been carried out"})
	}
}

// sent is an order that the system was given. A system may be long in telling what
// came of it: some send it again and again before they do.
type sent struct {
	over chan struct{} // closed when the system has told
	err  error         // what it told; not before over
}

// send gives the system the order of a step, and does not wait for what it tells.
func (x *runner) send(ctx context.Context, s *StepResult) *sent {
	o, breaker, do := &sent{over: make(chan struct{})}, s.Breaker, s.With["do"]
	go func() {
		defer close(o.over)
		o.err = x.Command.Operate(ctx, breaker, do)
	}()
	return o
}

// refusedTime is how long a breaker may still move after the system has told that
// its order failed: what happened at the breaker decides. Ours.
const refusedTime = 2 * time.Second

// obeyed waits until the breaker itself is where the order wants it: as long as the
// system takes to tell, and the time limit from then on.
func (x *runner) obeyed(ctx context.Context, s *StepResult, o *sent) bool {
	want := s.With["do"] == "close"
	for told := false; !told; {
		select {
		case <-o.over:
			told = true
		default:
			if x.becomes(ctx, s.Breaker, points.BreakerClosed, want, 0) {
				return true
			}
			if wait(ctx, lookTime) != nil {
				<-o.over // it ends with ctx
				return false
			}
		}
	}
	limit := seconds(s.Within)
	switch {
	case o.err == errNobody:
		limit = 0
	case o.err != nil:
		limit = min(limit, refusedTime)
	}
	return x.becomes(ctx, s.Breaker, points.BreakerClosed, want, limit)
}

// notObeyed gives the verdict on an order after which the breaker did not move. It is
// the breaker that decides; what the system told goes into the record.
func (x *runner) notObeyed(s *StepResult, o *sent, began time.Time) {
	detail := "the order of the system did not reach the breaker"
	switch {
	case o.err == errNobody || errors.Is(o.err, context.Canceled):
		s.Note = errNobody.Error()
		return
	case o.err != nil:
		s.Note = excerpt(o.err.Error())
		detail = "the order of the system failed, and it says so"
	}
	x.failed(s, began, "the breaker did not move", Diagnosis{"order-not-obeyed", detail, "look at the answer (8021) that the system got: destination (8002), password, remote mode, pad"})
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

// lookTime is the time between two looks at the breaker itself. Ours.
const lookTime = 100 * time.Millisecond

// becomes waits until the breaker itself shows a state.
func (x *runner) becomes(ctx context.Context, breaker string, id points.ID, state bool, limit time.Duration) bool {
	began := time.Now()
	for {
		if v, ok := x.itself(ctx, breaker, id); ok && v.Bool() == state {
			return true
		}
		if time.Since(began) >= limit || wait(ctx, lookTime) != nil {
			return false
		}
	}
}
