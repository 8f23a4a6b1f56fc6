package lab

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
)

// trip is a trip as a unit remembers it, with what its other records tell of it.
type trip struct {
	imu.Record
	took  time.Duration // from the start that it reported to the trip
	known bool          // took is
	unit  *imu.Unit
}

// records are all that a unit remembers of a history, the newest first.
func (s *Server) records(u *imu.Unit, h points.History) []imu.Record {
	recs, _, d := u.Events(s.lab.World.Now(), looker, h, 0, h.Depth())
	if !d.OK() {
		return nil
	}
	return recs
}

// trips are the trips that a unit remembers, the newest first.
func (s *Server) trips(u *imu.Unit) (all []trip) {
	for _, r := range s.records(u, points.TripHistory) {
		if r.What == imu.Entry {
			all = append(all, trip{Record: r, unit: u})
		}
	}
	if len(all) == 0 {
		return nil
	}
	started := s.records(u, points.ProtectionHistory)
	for i := range all {
		all[i].took, all[i].known = took(&all[i].Record, started)
	}
	return all
}

// took is how long before a trip its function reported that it had started, in the
// conductor that tripped. false: nothing is remembered of it.
func took(r *imu.Record, newestFirst []imu.Record) (time.Duration, bool) {
	if r.Trip == nil {
		return 0, false
	}
	start, err := points.LookupEvent("start." + r.Trip.Function.String())
	if err != nil {
		return 0, false
	}
	for _, p := range newestFirst {
		if p.Code != start || p.At > r.At || !inPhase(p.Detail, r.Trip.Phase) {
			continue
		}
		return r.At - p.At, p.What == imu.Entry
	}
	return 0, false
}

// inPhase reports whether the detail of a record is about a conductor.
func inPhase(detail string, p protection.Phase) bool {
	return p == protection.NoPhase || strings.HasPrefix(detail, p.String()+" ")
}

// cycle is the rated one: as much may a current have begun before its start was
// reported, since the unit measures over one.
func cycle(u *imu.Unit) time.Duration {
	return time.Duration(float64(time.Second) / u.Rating().Frequency)
}

// id names a trip among those of its unit: the world's time of it, in µs.
func (t *trip) id() string { return strconv.FormatInt(t.At.Microseconds(), 10) }

func tripURL(t *trip) string { return explained(t.unit.Name(), &t.Record) }

// explained is the page that explains a record: of a trip; "": there is none.
func explained(unit string, r *imu.Record) string {
	if points.EventOf(r.Code).History != points.TripHistory || r.What != imu.Entry {
		return ""
	}
	return "/trip/" + url.PathEscape(unit) + "/" + (&trip{Record: *r}).id()
}
