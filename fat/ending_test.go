package fat

import (
	"context"
	"testing"

	"switchroom/lab/remote"
)

// A run is over when nothing of it is active any more, also when it was interrupted.
func TestEndIsAwaited(t *testing.T) {
	l := newFakeLab("Q1")
	ctx, stop := context.WithCancel(t.Context())
	id, end, _ := l.BeginRun(ctx, "test", nil)
	x := &runner{Run: &Run{Lab: l}, id: id}
	l.Inject(ctx, remote.Order{Fault: "close", Unit: "Q1", Run: id})
	l.lingers = 3
	stop()
	x.endRun(ctx, end)
	if l.lingers != 0 || len(l.active) != 0 {
		t.Errorf("%v is active, and would be for %d answers more", l.active, l.lingers)
	}
}
