package fat

import (
	"context"
	"fmt"
	"time"

	"switchroom/lab/remote"
	"switchroom/points"
)

// loseAnswers is the fault under which a request is carried out and its answer does
// not come.
const loseAnswers = "half"

// commandLost gives an order whose answer is lost, and waits whether the system sends
// it again.
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
	o := x.send(ctx, s)
	again := x.sentAgain(ctx, s, o)
	x.Lab.Undo(ctx, in.ID)
	<-o.over // whoever repeats it has an answer now, and ends
	switch {
	case ctx.Err() != nil || s.Note != "":
	case again:
		x.failed(s, began, "the breaker opened again by itself", Diagnosis{"order-repeated", "an order whose answer was lost was sent again", "an order that may have been carried out must not be repeated; read the position first"})
		x.bring(ctx, s.Breaker, true) // for the steps that follow
	default:
		x.awaitConditions(ctx, []int{at}, time.Now())
	}
}

// sentAgain closes the breaker by hand once the order has opened it, while all
// answers go on to be lost, and waits whether it opens again.
func (x *runner) sentAgain(ctx context.Context, s *StepResult, o *sent) bool {
	if !x.obeyed(ctx, s, o) {
		s.Note = "the order did not reach the breaker, so that nothing was lost"
		return false
	}
	if err := x.bring(ctx, s.Breaker, true); err != nil {
		s.Note = err.Error()
		return false
	}
	return x.becomes(ctx, s.Breaker, points.BreakerClosed, false, seconds(s.Within))
}
