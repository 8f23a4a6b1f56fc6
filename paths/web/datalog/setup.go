package datalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/points"
)

// Our own bounds.
const (
	PointsMax = 16     // points of one log
	Kept      = 10_000 // records that stay: 104 days at a quarter of an hour
)

// Intervals are the intervals to choose from, in minutes. Ours.
var Intervals = []int{1, 5, 10, 15, 30, 60}

// Setup is what the page "device log" edits. The zero value logs nothing.
type Setup struct {
	On      bool     `json:"on"`
	Minutes int      `json:"minutes"`
	Points  []string `json:"points"` // dotted names
}

// Default is what the page offers before anything was set up. Ours.
func Default() Setup {
	return Setup{Minutes: 15, Points: []string{"current.l1", "current.l2", "current.l3", "voltage.l12", "power.active.total", "energy.active.delivered"}}
}

// families are the first words of the points that can be logged.
var families = []string{"cos_phi", "current", "demand", "energy", "frequency", "power", "power_factor", "thd", "unbalance", "voltage"}

// Loggable reports whether a point can be logged: a measurement that is a number.
func Loggable(p *points.Info) bool {
	family, _, _ := strings.Cut(p.Name, ".")
	return slices.Contains(families, family) && (p.Type == points.Float || p.Type == points.Integer) && !strings.HasSuffix(p.Name, ".time")
}

// Validate returns everything that is wrong, each with what to do.
func (s Setup) Validate() error {
	var errs []error
	if !slices.Contains(Intervals, s.Minutes) {
		errs = append(errs, fmt.Errorf("an interval of %d minutes: choose one of %v", s.Minutes, Intervals))
	}
	if s.On && len(s.Points) == 0 {
		errs = append(errs, errors.New("no point is chosen: choose one at least, or switch logging off"))
	}
	if len(s.Points) > PointsMax {
		errs = append(errs, fmt.Errorf("%d points are chosen, %d can be logged: leave %d out", len(s.Points), PointsMax, len(s.Points)-PointsMax))
	}
	for i, name := range s.Points {
		id, err := points.Lookup(name)
		switch {
		case err != nil:
			errs = append(errs, err)
		case !Loggable(points.Of(id)):
			errs = append(errs, fmt.Errorf("%s is no measurement that can be logged", name))
		case slices.Contains(s.Points[:i], name):
			errs = append(errs, fmt.Errorf("%s is chosen twice", name))
		}
	}
	return errors.Join(errs...)
}

func (s Setup) interval() time.Duration { return time.Duration(s.Minutes) * time.Minute }

// Same reports whether a log of s goes on with the records of o.
func (s Setup) Same(o Setup) bool {
	return s.Minutes == o.Minutes && slices.Equal(s.Points, o.Points)
}

// ids are the points, which Validate has found.
func (s Setup) ids() []points.ID {
	ids := make([]points.ID, len(s.Points))
	for i, name := range s.Points {
		ids[i], _ = points.Lookup(name)
	}
	return ids
}

// cumulative reports whether a point is a counter that is shown as increments.
func cumulative(name string) bool { return strings.HasPrefix(name, "energy.") }
