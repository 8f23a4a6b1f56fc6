package ways

import (
	"switchroom/points"
	"switchroom/site"
)

// Entry is a way to one breaker, as it is now.
type Entry struct {
	*Way
	Spot
	Can      []Can          // by the rows of matrix B; none where it is not there
	Besides  []points.Class // what else it may do
	Guards   []Guard
	Closings []Closing
}

// Breaker is a breaker with all its ways.
type Breaker struct {
	Site    *site.Breaker
	Profile string
	Entries []Entry // every way of the table, in its order, also those that are not there
}

// List returns every way to every breaker of a site. now has an entry for each
// breaker, in their order, from [Begin] or from whoever has looked.
func List(s *site.Site, now []Now, r Surroundings) ([]Breaker, error) {
	all, err := states(s, now, r)
	if err != nil {
		return nil, err
	}
	out := make([]Breaker, len(all))
	for i := range all {
		out[i] = Breaker{Site: &s.Breakers[i], Profile: s.Profile.String()}
		for k := range table {
			e := entry(&table[k], &all[i])
			if e.There {
				e.Besides, e.Closings = besides(&table[k], &all[i]), closings(&table[k], &e, &all[i])
			}
			out[i].Entries = append(out[i].Entries, e)
		}
	}
	return out, nil
}

// entry is a way as it is, without what would close it and what else it may do.
func entry(w *Way, s *State) Entry {
	e := Entry{Way: w, Spot: w.spot(s)}
	if e.There {
		e.Can, e.Guards = cans(w, s), guarding(w, s)
	}
	return e
}
