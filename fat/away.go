package fat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// away is a system under test that can't be looked at. It is no mistake of a point:
// nothing is judged by it, and one that stays away ends the run.
type away struct {
	err   error
	since time.Time
}

func (a *away) Error() string {
	who := "the system under test: "
	return fmt.Sprintf("%s%s, since %s", who, strings.TrimPrefix(a.err.Error(), who), a.since.Local().Format(time.TimeOnly))
}

func (a *away) Unwrap() error { return a.err }

func isAway(err error) bool {
	var a *away
	return errors.As(err, &a)
}

// see looks at the system, and remembers since when it can't be looked at.
func (x *runner) see(ctx context.Context, tags []Tag) ([]Shown, error) {
	began := time.Now()
	shown, err := x.View.Look(ctx, tags)
	if err == nil {
		x.since = time.Time{}
		return shown, nil
	}
	if x.since.IsZero() {
		x.since = began
	}
	return nil, &away{err, x.since}
}

// seeAgain looks until the system can be looked at, or stays away.
func (x *runner) seeAgain(ctx context.Context, tags []Tag) ([]Shown, error) {
	for {
		shown, err := x.see(ctx, tags)
		if err == nil || x.stays() {
			return shown, err
		}
		if err := wait(ctx, x.Plan.Binding.every()); err != nil {
			return nil, err
		}
	}
}

// leastAway is how long a system may be away at least: that of one that is started
// again. Ours.
const leastAway = 3 * time.Second

// stays reports whether the system has been away for so long that it is not waited
// for: the longest time limit of a point. A person who is gone does not come back.
func (x *runner) stays() bool {
	if patient(x.View) {
		return true
	}
	limit := leastAway
	for _, i := range x.substitutes() {
		limit = max(limit, seconds(x.steps[i].Within))
	}
	return !x.since.IsZero() && time.Since(x.since) >= limit
}
