package fat

import (
	"context"
	"slices"
	"time"

	"switchroom/lab/remote"
)

// How long the end of a run is waited for, and how often it is asked for. A site takes
// a second where its mechanisms hesitate.
const (
	endWithin = 10 * time.Second
	endAsked  = 50 * time.Millisecond
)

// endRun ends the run of the laboratory and waits until all that was injected in its
// name is undone: whoever comes next must meet the site as it was. It does so also
// when the run was interrupted.
func (x *runner) endRun(ctx context.Context, end func() error) {
	end()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer cancel()
	for {
		all, err := x.Lab.Injections(ctx)
		if err != nil || !slices.ContainsFunc(all, x.lasts) || wait(ctx, endAsked) != nil {
			return // a laboratory that is gone has nothing to wait for
		}
	}
}

// lasts reports whether an injection is one of this run and active.
func (x *runner) lasts(in remote.Injection) bool { return in.Run == x.id && in.State == remote.Active }
