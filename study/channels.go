package study

import (
	"fmt"
	"slices"
	"strings"

	"switchroom/protection"
	"switchroom/wire/comtrade"
)

// What a channel of a recording can be: the current of a conductor, that of the
// external sensor, the voltage of a phase to neutral.
var (
	Conductors = []string{"l1", "l2", "l3", "n"}
	Sensors    = []string{"leakage"}
	Voltages   = []string{"v1", "v2", "v3"}
)

// Channels say which channel of a recording is which, and what its numbers mean.
type Channels struct {
	Map     string  // l1=IA,l2=IB,l3=IC,n=IN, leakage and v1 to v3; "": the currents by name and phase
	Scale   float64 // multiplies every current
	Primary bool    // multiply secondary values by the ratio of the recording
}

// ChannelError says that it is not known which channel is which.
type ChannelError struct {
	What     string
	Channels string // that there are; "": that is not the question
}

func (e *ChannelError) Error() string {
	if e.Channels == "" {
		return e.What
	}
	return e.What + " Say l1=…,l2=…,l3=… (and n=…), only those that there are; the channels are " + e.Channels
}

// Taken is what was taken out of a recording.
type Taken struct {
	protection.Waveform
	Chosen    map[string]string // channels by what they are
	Secondary []string          // channels whose values are secondary and were taken as they are, each with its ratio
}

// Take takes currents in A and voltages in V out of a recording.
func (c *Channels) Take(rec *comtrade.Recording) (t Taken, err error) {
	if c.Map == "" {
		t.Chosen, err = guess(rec)
	} else {
		t.Chosen, err = parseMap(c.Map)
	}
	if err != nil {
		return t, err
	}
	if t.Chosen["l1"] == "" && t.Chosen["l2"] == "" && t.Chosen["l3"] == "" {
		return t, &ChannelError{"which channels are the phase currents?", channelNames(rec)}
	}
	t.T = rec.Times
	for i, to := range []*[]float64{&t.L1, &t.L2, &t.L3, &t.N, &t.Leakage} {
		if name := t.Chosen[slices.Concat(Conductors, Sensors)[i]]; name != "" {
			if *to, err = c.values(rec, &t, quantity{name, "A", ampere, c.Scale}); err != nil {
				return t, err
			}
		}
	}
	for i, to := range []*[]float64{&t.V1, &t.V2, &t.V3} {
		if name := t.Chosen[Voltages[i]]; name != "" {
			if *to, err = c.values(rec, &t, quantity{name, "V", volt, 1}); err != nil {
				return t, err
			}
		}
	}
	return t, nil
}

func parseMap(s string) (map[string]string, error) {
	m := map[string]string{}
	for _, part := range strings.Split(s, ",") {
		to, name, ok := strings.Cut(part, "=")
		to = strings.ToLower(strings.TrimSpace(to))
		if !ok || !slices.Contains(slices.Concat(Conductors, Sensors, Voltages), to) || strings.TrimSpace(name) == "" {
			return nil, &ChannelError{What: fmt.Sprintf("%s: write l1=CHANNEL,l2=CHANNEL,l3=CHANNEL,n=CHANNEL, leakage for the external sensor, and v1, v2, v3 for voltages", part)}
		}
		m[to] = strings.TrimSpace(name)
	}
	return m, nil
}

// How recorders name the channels of the conductors, without spaces and marks,
// and what they write in the field of the phase.
var (
	usualNames  = map[string][]string{"l1": {"IA", "IL1", "I1", "IR", "A", "L1"}, "l2": {"IB", "IL2", "I2", "IS", "B", "L2"}, "l3": {"IC", "IL3", "I3", "IT", "C", "L3"}, "n": {"IN", "N"}}
	usualPhases = map[string][]string{"l1": {"A", "L1", "R", "1"}, "l2": {"B", "L2", "S", "2"}, "l3": {"C", "L3", "T", "3"}, "n": {"N"}}
)

// guess finds the currents: by their usual names, else by the phase that the
// channel says. It refuses where more than one channel may be meant, and where
// some phase is not found though a current is left over.
func guess(rec *comtrade.Recording) (map[string]string, error) {
	m := map[string]string{}
	left := amperes(rec)
	for _, by := range []struct {
		known map[string][]string
		of    func(comtrade.Analog) string
	}{{usualNames, func(ch comtrade.Analog) string { return ch.Name }}, {usualPhases, func(ch comtrade.Analog) string { return ch.Phase }}} {
		for _, to := range Conductors {
			if m[to] != "" {
				continue
			}
			found, rest := pick(left, func(ch comtrade.Analog) bool { return slices.Contains(by.known[to], plain(by.of(ch))) })
			if len(found) > 1 {
				return nil, &ChannelError{fmt.Sprintf("which channel is %s: %s?", to, nameList(found)), channelNames(rec)}
			}
			if len(found) == 1 {
				m[to], left = found[0].Name, rest
			}
		}
	}
	for _, to := range Conductors[:3] {
		if m[to] == "" && len(left) > 0 {
			return nil, &ChannelError{fmt.Sprintf("which channel is %s?", to), channelNames(rec)}
		}
	}
	return m, nil
}

// plain is a name without what recorders put between its letters.
func plain(s string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "_", "", "-", "", ".", "").Replace(s))
}

func pick(all []comtrade.Analog, want func(comtrade.Analog) bool) (found, rest []comtrade.Analog) {
	for _, ch := range all {
		if want(ch) {
			found = append(found, ch)
		} else {
			rest = append(rest, ch)
		}
	}
	return found, rest
}

// amperes are the channels of currents.
func amperes(rec *comtrade.Recording) []comtrade.Analog {
	found, _ := pick(rec.Analog, func(ch comtrade.Analog) bool { _, ok := ampere(ch.Unit); return ok })
	return found
}

func nameList(all []comtrade.Analog) string {
	var s []string
	for _, ch := range all {
		s = append(s, ch.Name)
	}
	return strings.Join(s, ", ")
}

func channelNames(rec *comtrade.Recording) string {
	var s []string
	for _, ch := range rec.Analog {
		s = append(s, fmt.Sprintf("%s (%s)", ch.Name, ch.Unit))
	}
	return strings.Join(s, ", ")
}

// ampere returns what a value in the unit must be multiplied by to be A.
func ampere(unit string) (factor float64, ok bool) {
	switch strings.ToLower(strings.TrimSpace(unit)) {
	case "a", "amp", "amps", "ampere", "":
		return 1, true
	case "ka":
		return 1000, true
	case "ma":
		return 0.001, true
	}
	return 0, false
}

// volt returns what a value in the unit must be multiplied by to be V.
func volt(unit string) (factor float64, ok bool) {
	switch strings.ToLower(strings.TrimSpace(unit)) {
	case "v", "volt", "volts", "":
		return 1, true
	case "kv":
		return 1000, true
	}
	return 0, false
}

// quantity is a channel, the unit that its values are wanted in, and what else
// multiplies them.
type quantity struct {
	name, unit string
	in         func(string) (float64, bool)
	scale      float64
}

// values returns the values of a channel in the unit that is wanted.
func (c *Channels) values(rec *comtrade.Recording, t *Taken, q quantity) ([]float64, error) {
	ch, err := rec.Channel(q.name)
	if err != nil {
		return nil, err
	}
	k, ok := q.in(ch.Unit)
	if !ok {
		return nil, fmt.Errorf("channel %s is in %s, not in %s: choose another", ch.Name, ch.Unit, q.unit)
	}
	values := ch.Values
	switch {
	case c.Primary:
		if values, err = ch.PrimaryValues(); err != nil {
			return nil, err
		}
	case ch.Scaling == 'S' || ch.Scaling == 's':
		t.Secondary = append(t.Secondary, fmt.Sprintf("%s (ratio %g/%g)", ch.Name, ch.Primary, ch.Secondary))
	}
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v * k * q.scale
	}
	return out, nil
}
