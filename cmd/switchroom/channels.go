package main

import (
	"fmt"
	"slices"
	"strings"

	"switchroom/protection"
	"switchroom/wire/comtrade"
)

// What --map knows: the currents of the conductors, that of the external
// sensor, and the voltages.
var (
	conductors = []string{"l1", "l2", "l3", "n"}
	sensors    = []string{"leakage"}
	voltages   = []string{"v1", "v2", "v3"}
)

// waveform takes the currents out of the recording, in A.
func (c *replayCmd) waveform(a *app, rec *comtrade.Recording) (w protection.Waveform, chosen map[string]string, err error) {
	if c.Map == "" {
		chosen, err = guess(rec)
	} else {
		chosen, err = parseMap(c.Map)
	}
	if err != nil {
		return w, nil, err
	}
	if chosen["l1"] == "" && chosen["l2"] == "" && chosen["l3"] == "" {
		return w, nil, misuse("which channels are the phase currents? %s", mapHint(rec))
	}
	w.T = rec.Times
	for i, to := range []*[]float64{&w.L1, &w.L2, &w.L3, &w.N, &w.Leakage} {
		if name := chosen[slices.Concat(conductors, sensors)[i]]; name != "" {
			if *to, err = c.current(a, rec, name); err != nil {
				return w, nil, err
			}
		}
	}
	for i, to := range []*[]float64{&w.V1, &w.V2, &w.V3} {
		if name := chosen[voltages[i]]; name != "" {
			if *to, err = c.values(a, rec, name, "V", volt, 1); err != nil {
				return w, nil, err
			}
		}
	}
	return w, chosen, nil
}

func parseMap(s string) (map[string]string, error) {
	m := map[string]string{}
	for _, part := range strings.Split(s, ",") {
		to, name, ok := strings.Cut(part, "=")
		to = strings.ToLower(strings.TrimSpace(to))
		if !ok || !slices.Contains(slices.Concat(conductors, sensors, voltages), to) || strings.TrimSpace(name) == "" {
			return nil, misuse("--map %s: write l1=CHANNEL,l2=CHANNEL,l3=CHANNEL,n=CHANNEL, leakage for the external sensor, and v1, v2, v3 for voltages", part)
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
		for _, to := range conductors {
			if m[to] != "" {
				continue
			}
			found, rest := pick(left, func(ch comtrade.Analog) bool { return slices.Contains(by.known[to], plain(by.of(ch))) })
			if len(found) > 1 {
				return nil, misuse("which channel is %s: %s? %s", to, nameList(found), mapHint(rec))
			}
			if len(found) == 1 {
				m[to], left = found[0].Name, rest
			}
		}
	}
	for _, to := range conductors[:3] {
		if m[to] == "" && len(left) > 0 {
			return nil, misuse("which channel is %s? %s", to, mapHint(rec))
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

func mapHint(rec *comtrade.Recording) string {
	return "write --map l1=…,l2=…,l3=… (and n=…), only those that there are; the channels are " + channelNames(rec)
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

// current returns the values of a channel in A.
func (c *replayCmd) current(a *app, rec *comtrade.Recording, name string) ([]float64, error) {
	return c.values(a, rec, name, "A", ampere, c.Scale)
}

// values returns the values of a channel in the unit that its own converts to.
func (c *replayCmd) values(a *app, rec *comtrade.Recording, name, unit string, in func(string) (float64, bool), scale float64) ([]float64, error) {
	ch, err := rec.Channel(name)
	if err != nil {
		return nil, err
	}
	k, ok := in(ch.Unit)
	if !ok {
		return nil, fmt.Errorf("channel %s is in %s, not in %s: choose another with --map", ch.Name, ch.Unit, unit)
	}
	values := ch.Values
	switch {
	case c.Primary:
		if values, err = ch.PrimaryValues(); err != nil {
			return nil, err
		}
	case ch.Scaling == 'S' || ch.Scaling == 's':
		fmt.Fprintf(a.stderr, "note: channel %s holds secondary values; --primary multiplies them by the ratio %g/%g\n", ch.Name, ch.Primary, ch.Secondary)
	}
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v * k * scale
	}
	return out, nil
}
