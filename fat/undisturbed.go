package fat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"switchroom/lab/remote"
)

// undisturbed refuses a laboratory at which something is injected already: what comes
// of it would be told as mistakes of the system.
func (x *runner) undisturbed(ctx context.Context) error {
	if err := x.inTime(ctx); err != nil {
		return err
	}
	all, err := x.Lab.Injections(ctx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(in remote.Injection) bool { return in.State != remote.Active })
	if len(all) == 0 {
		return nil
	}
	var lines []string
	for _, in := range all[:min(len(all), 5)] {
		line := fmt.Sprintf("injection %d, %s %s", in.ID, in.Fault, in.Unit)
		if in.Run != "" {
			line += " of the run " + in.Run
		}
		lines = append(lines, line)
	}
	if n := len(all) - len(lines); n > 0 {
		lines = append(lines, fmt.Sprintf("%d more", n))
	}
	verb := "is"
	if len(all) > 1 {
		verb = "are"
	}
	return fmt.Errorf("%s, %s in force at the laboratory; `switchroom inject undo all`, or wait until it ends", strings.Join(lines, "; "), verb)
}

// inTime refuses a laboratory whose time does not pass as the system's does: values
// would move under it, or not at all.
func (x *runner) inTime(ctx context.Context) error {
	t, err := x.Lab.Time(ctx)
	switch {
	case err != nil:
		return err
	case t.Speed == 0:
		return errors.New("time stands still at the laboratory; `switchroom time run`, and run again")
	case t.Speed != 1:
		return fmt.Errorf("time runs ×%g at the laboratory, and the system under test goes by its own; `switchroom time run`, and run again", t.Speed)
	}
	return nil
}
