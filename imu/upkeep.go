package imu

import (
	"fmt"
	"math"
	"time"

	"switchroom/points"
)

// Dates that somebody must act on: the maintenance programmes and the end of the
// control unit's life. They go by the calendar of the world, not by the unit's
// clock, which anybody may set (ours).

// programme is a maintenance programme. The programmes are those of the guide
// (UG maintenance schedule); how often each is due stands in a document that we
// did not see, and is ours.
type programme struct {
	name string
	due  points.ID
	code points.Code
	year int // years from one to the next
}

var programmes = [...]programme{
	{"basic", points.MaintenanceBasicDue, points.CodeMaintenanceBasic, 1},
	{"standard", points.MaintenanceStandardDue, points.CodeMaintenanceStandard, 2},
	{"manufacturer", points.MaintenanceManufacturerDue, points.CodeMaintenanceManufacturer, 5},
}

// unitLife is when the maker advises to replace the control unit (UG: 15 years).
const unitLife = 15

// upkeep is what is due when.
type upkeep struct {
	Done [len(programmes)]int64 // s since 1970, when each was last declared; 0: never
	at   time.Duration          // world time of the next event
}

// dueDate returns when a programme is due: counted from its last declaration,
// else from commissioning, else from manufacture (UG). Without any of them
// nothing is due.
func (u *Unit) dueDate(k int) (time.Time, bool) {
	from := time.Unix(u.upkeep.Done[k], 0).UTC()
	switch {
	case u.upkeep.Done[k] != 0:
	case !u.cfg.Commissioned.IsZero():
		from = u.cfg.Commissioned
	case !u.cfg.Manufactured.IsZero():
		from = u.cfg.Manufactured
	default:
		return from, false
	}
	return from.AddDate(programmes[k].year, 0, 0), true
}

// unitLifeLeft returns what is left of the control unit's life, 1 to 0; NaN where
// its date of manufacture is not known.
func (u *Unit) unitLifeLeft(now time.Time) float64 {
	if u.cfg.Manufactured.IsZero() {
		return math.NaN()
	}
	begin := u.cfg.Manufactured
	whole := begin.AddDate(unitLife, 0, 0).Sub(begin)
	return min(1, max(0, 1-float64(now.Sub(begin))/float64(whole)))
}

// deadlines calls f with every date and the event that comes with it.
func (u *Unit) deadlines(f func(at time.Time, code points.Code)) {
	for k, p := range programmes {
		if at, ok := u.dueDate(k); ok {
			f(at, p.code)
		}
	}
	if begin := u.cfg.Manufactured; !begin.IsZero() {
		end := begin.AddDate(unitLife, 0, 0)
		f(begin.Add(end.Sub(begin)/5*4), points.CodeUnitLife20)
		f(end, points.CodeUnitLife0)
	}
}

// keepUp raises what has come due and finds out what comes next.
func (u *Unit) keepUp() {
	now := u.world.Date(u.now)
	u.upkeep.at = never
	u.tendLicences(now)
	u.deadlines(func(at time.Time, code points.Code) {
		switch {
		case at.After(now):
			u.upkeep.at = min(u.upkeep.at, u.now+at.Sub(now))
			if u.book.active(code) {
				u.note(code, Exit, "declared")
			}
		case !u.book.showing(code):
			u.note(code, Entry, at.Format(time.DateOnly))
		}
	})
}

// doDeclare declares that a programme was carried out (UG): its date begins anew.
func (u *Unit) doDeclare(r *Request) Result {
	k := int(r.Value.Float()) - 1
	if !r.Value.Available() || k < 0 || k >= len(programmes) {
		return refuse(OutOfRange, "1 basic, 2 standard, 3 manufacturer")
	}
	u.upkeep.Done[k] = u.world.Date(u.now).Unix()
	u.keepUp()
	u.note(points.CodeMaintained, Pulse, fmt.Sprintf("%s by %s", programmes[k].name, who(r.Actor)))
	return Result{}
}

// fillUpkeep shows dates, life, temperature, and the worst of what is wrong.
func (u *Unit) fillUpkeep(v points.Values) {
	for k, p := range programmes {
		if at, ok := u.dueDate(k); ok {
			v[p.due] = float64(at.Sub(points.Epoch)) / float64(time.Second)
		}
	}
	v[points.LifeUnit] = 100 * u.unitLifeLeft(u.world.Date(u.now))
	v[points.Health] = float64(max(0, int(u.book.worst(points.DiagnosticHistory))-int(points.Low)))
	v[points.Temperature] = u.climate.at(u.now)
	spent := u.climate.spent(u.now)
	for i, id := range [...]points.ID{points.TemperatureProfileA, points.TemperatureProfileB, points.TemperatureProfileC, points.TemperatureProfileD, points.TemperatureProfileE, points.TemperatureProfileF} {
		v[id] = math.Floor(spent[i].Seconds())
	}
}
