package trace

import (
	"cmp"
	"slices"

	"switchroom/regmap"
)

// AppendPcap appends exchanges as a capture file, by the time of their requests.
func AppendPcap(out []byte, all []Exchange) []byte { return appendFile(out, &pcapEncoder{}, all) }

// AppendLines appends exchanges as JSON lines, with their meaning by m.
func AppendLines(out []byte, all []Exchange, m *regmap.Map) []byte {
	return appendFile(out, &jsonEncoder{m}, all)
}

// appendFile appends what a file of a format is. Requests and ends stand in the
// order in which they were.
func appendFile(out []byte, enc encoder, all []Exchange) []byte {
	type step struct {
		at   int64
		over bool
		e    *Exchange
	}
	var steps []step
	for i := range all {
		e := &all[i]
		steps = append(steps, step{e.Time.UnixNano(), false, e}, step{e.Time.Add(e.Took).UnixNano(), true, e})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	out = append(out, enc.head()...)
	for _, s := range steps {
		switch {
		case s.over:
			out = enc.end(out, s.e)
		case len(s.e.Request) > 0:
			out = enc.request(out, s.e)
		}
	}
	return enc.finish(out)
}
