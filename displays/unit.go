package displays

import (
	"context"
	"time"

	"switchroom/client"
	"switchroom/points"
)

// unit is a breaker that a display watches.
type unit struct {
	address string
	b       client.Breaker // nil: not connected
	ids     []points.ID    // that this way carries, of those that the views show
	values  map[points.ID]client.Reading
	err     error     // of the last look
	failed  time.Time // when it was
}

// restsFor is how long a breaker that did not answer is not asked again: a display that
// waits for it each time would not hear its own keys. Ours.
const restsFor = 5 * time.Second

// look reads the breaker, unless it has just not answered.
func (u *unit) look(ctx context.Context, o *Options) {
	if u.err == nil || o.Now().Sub(u.failed) >= restsFor {
		u.read(ctx, o)
	}
}

// read reads the breaker. A connection that has failed is made anew.
func (u *unit) read(ctx context.Context, o *Options) {
	u.err = u.connect(ctx, o)
	var readings []client.Reading
	if u.err == nil {
		readings, u.err = u.b.Read(ctx, u.ids...)
	}
	if u.err != nil {
		u.drop()
		u.values, u.failed = nil, o.Now()
		return
	}
	u.values = map[points.ID]client.Reading{}
	for _, r := range readings {
		u.values[r.Point] = r
	}
}

func (u *unit) connect(ctx context.Context, o *Options) (err error) {
	if u.b != nil {
		return nil
	}
	if u.b, err = o.Dial(ctx, u.address); err != nil {
		u.b = nil
		return err
	}
	u.ids = nil
	for _, id := range looked() {
		if o.Carries(u.address, id) {
			u.ids = append(u.ids, id)
		}
	}
	return nil
}

func (u *unit) drop() {
	if u.b != nil {
		u.b.Close()
		u.b = nil
	}
}

// name is what the breaker is called in its interface, or its address.
func (u *unit) name() string {
	if r, ok := u.values[points.InterfaceName]; ok && r.Value.Text() != "" {
		return r.Value.Text()
	}
	return u.address
}

// state is how the breaker is, in words.
func (u *unit) state() string {
	flag := func(id points.ID) bool { return u.values[id].Value.Bool() }
	switch {
	case u.err != nil:
		return "no answer"
	case !u.values[points.BreakerClosed].Value.Available():
		return "unknown"
	case flag(points.BreakerFaultTripped):
		return "TRIPPED"
	}
	return either(flag(points.BreakerClosed), "closed", "open")
}
