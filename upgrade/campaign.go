package upgrade

import (
	"context"
	"errors"

	"switchroom/client"
)

// The states of a breaker in a campaign.
const (
	Done      = "done"
	Failed    = "failed"    // nothing was changed, or the version before runs
	Uncertain = "uncertain" // it may have happened: read the versions before going on
	NotTried  = "not_tried" // one before did not go as it should
)

// Result is what became of one breaker of a campaign.
type Result struct {
	Breaker string  `json:"breaker"`
	State   string  `json:"state"`
	Outcome Outcome `json:"outcome"`
	Error   string  `json:"error"` // "": none
}

// Campaign takes breakers one after the other, and stops at the first that did not go as
// it should: what was wrong with one is wrong with the next (ours).
func Campaign(ctx context.Context, breakers []string, do func(ctx context.Context, breaker string) (Outcome, error)) []Result {
	all := make([]Result, 0, len(breakers))
	stopped := false
	for _, name := range breakers {
		r := Result{Breaker: name, State: NotTried}
		if !stopped && ctx.Err() == nil {
			var err error
			r.Outcome, err = do(ctx, name)
			r.State = stateOf(err)
			if err != nil {
				r.Error, stopped = err.Error(), true
			}
		}
		all = append(all, r)
	}
	return all
}

func stateOf(err error) string {
	e, ok := errors.AsType[*client.Error](err)
	switch {
	case err == nil:
		return Done
	case ok && e.MayHaveHappened:
		return Uncertain
	}
	return Failed
}
