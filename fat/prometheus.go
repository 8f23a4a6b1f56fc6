package fat

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// openPrometheus sees a system by its page of metrics in the text format of
// Prometheus and OpenMetrics.
func openPrometheus(b *Binding, _ Terminal) (Viewer, error) {
	words := b.words()
	parse := func(data []byte) (metrics, error) { return parseMetrics(string(data)), nil }
	return openPages(b, parse, func(m metrics, t Tag, now time.Time) Shown { return m.shown(b, words, t, now) })
}

// shown takes a tag out of a page; value, quality and time are metrics with the
// labels of the binding.
func (m metrics) shown(b *Binding, words map[string]string, t Tag, now time.Time) Shown {
	labels := map[string]string{}
	for k, l := range b.Labels {
		labels[k] = t.Expand(l, nil)
	}
	series := func(metric string) sample {
		if metric == "" {
			return sample{}
		}
		return m.find(t.Expand(metric, nil), labels)
	}
	value := series(b.Value)
	if value.value == "" {
		s := none()
		s.Raw = excerpt(value.line)
		return s
	}
	s := parseShown(value.value, words)
	s.Raw = excerpt(value.line)
	at := series(b.Time).value
	if s.At = value.at; b.Time == "" && !value.at.IsZero() && b.Stale > 0 {
		s.Bad = s.Bad || now.Sub(value.at) > time.Duration(b.Stale*float64(time.Second))
	}
	return b.judged(s, series(b.Quality).value, at, now)
}

// sample is one line of a page of metrics.
type sample struct {
	labels map[string]string
	value  string
	at     time.Time
	line   string
}

// metrics are the lines of a page by the name of the metric.
type metrics map[string][]sample

// find returns the series that has these labels, whatever others it has too, as a
// selector does. Of several that with no others is meant; else none is, and the line
// says so.
func (m metrics) find(metric string, labels map[string]string) sample {
	var all []sample
	for _, s := range m[metric] {
		if !has(s.labels, labels) {
			continue
		}
		if len(s.labels) == len(labels) {
			return s
		}
		all = append(all, s)
	}
	switch len(all) {
	case 0:
		return sample{}
	case 1:
		return all[0]
	}
	return sample{line: fmt.Sprintf("%d series have these labels, such as %s and %s: give more labels", len(all), all[0].line, all[1].line)}
}

// has reports whether labels have all that are wanted.
func has(labels, wanted map[string]string) bool {
	for k, v := range wanted {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// parseMetrics reads a page. Lines that it does not understand are passed over.
func parseMetrics(page string) metrics {
	out := metrics{}
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		metric, labels, rest, ok := splitSeries(line)
		fields := strings.Fields(rest)
		if !ok || len(fields) == 0 {
			continue
		}
		s := sample{labels: labels, value: fields[0], line: line}
		if len(fields) > 1 {
			s.at, _ = parseTime(fields[1])
		}
		out[metric] = append(out[metric], s)
	}
	return out
}

// splitSeries splits a line into metric, labels and what follows.
func splitSeries(line string) (metric string, labels map[string]string, rest string, ok bool) {
	open := strings.IndexAny(line, "{ \t")
	if open < 0 {
		return "", nil, "", false
	}
	if line[open] != '{' {
		return line[:open], nil, line[open:], true
	}
	metric, rest = line[:open], line[open+1:]
	labels = map[string]string{}
	for {
		rest = strings.TrimLeft(rest, ", \t")
		if strings.HasPrefix(rest, "}") {
			return metric, labels, rest[1:], true
		}
		key, after, found := strings.Cut(rest, "=")
		if !found {
			return "", nil, "", false
		}
		quoted, err := strconv.QuotedPrefix(strings.TrimLeft(after, " \t"))
		if err != nil {
			return "", nil, "", false
		}
		value, _ := strconv.Unquote(quoted)
		labels[strings.TrimSpace(key)] = value
		rest = strings.TrimLeft(after, " \t")[len(quoted):]
	}
}
