package fat

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// placeholder is what stands in a template for a part of a tag. JSON, which the body of
// a command is, has no such thing.
var placeholder = regexp.MustCompile(`\{[A-Za-z_][A-Za-z0-9_. -]*\}`)

// tagNames are the placeholders of a tag, and commandNames those of an order, which
// knows of no point.
var (
	tagNames     = []string{"breaker", "breaker_", "point", "point_", "name", "register", "address", "unit", "host", "port"}
	commandNames = []string{"breaker", "breaker_", "do"}
)

// checkTemplates finds the placeholders that nothing will ever stand for.
func (b *Binding) checkTemplates() (wrong []error) {
	look := func(field, template string, known []string) {
		for _, p := range placeholder.FindAllString(template, -1) {
			if slices.Contains(known, strings.Trim(p, "{}")) {
				continue
			}
			takes := "this text takes no placeholders"
			if known != nil {
				takes = "write {" + strings.Join(known, "} {") + "}"
			}
			wrong = append(wrong, fmt.Errorf("binding: %s: nothing is known as %s; %s", field, p, takes))
		}
	}
	for _, f := range b.templates() {
		look(f[0], f[1], tagNames)
	}
	if b.Kind == "csv" || b.Kind == "mqtt" {
		look("url", b.URL, nil)
	}
	if c := b.Command; c != nil {
		look("command: url", c.URL, commandNames)
		look("command: body", c.Body, commandNames)
	}
	return wrong
}

// templates are the names and texts of a binding that are filled in for each tag.
func (b *Binding) templates() [][2]string {
	var all [][2]string
	switch b.Kind {
	case "http", "prometheus":
		all = append(all, [2]string{"url", b.URL})
	case "csv":
		return [][2]string{{"row", b.Row}} // the others are names of columns
	case "mqtt":
		all = append(all, [2]string{"topic", b.Topic})
	default:
		return nil
	}
	all = append(all, [2]string{"value", b.Value}, [2]string{"quality", b.Quality}, [2]string{"time", b.Time})
	for _, k := range slices.Sorted(maps.Keys(b.Labels)) {
		all = append(all, [2]string{"labels: " + k, b.Labels[k]})
	}
	return all
}

// lacks says what a system that does not show a tag lacks.
func (b *Binding) lacks(t Tag) string {
	switch b.Kind {
	case "http":
		return fmt.Sprintf("there is no value `%s` at %s", t.Expand(b.Value, escapePointer), urlOf(b.URL, t))
	case "prometheus":
		var labels []string
		for _, k := range slices.Sorted(maps.Keys(b.Labels)) {
			labels = append(labels, fmt.Sprintf("%s=%q", k, t.Expand(b.Labels[k], nil)))
		}
		return fmt.Sprintf("there is no metric `%s{%s}` at %s", t.Expand(b.Value, nil), strings.Join(labels, ","), urlOf(b.URL, t))
	case "csv":
		from := b.File
		if from == "" {
			from = b.URL
		}
		return fmt.Sprintf("there is no row with `%s` in the column %s of %s", t.Expand(b.Row, nil), b.Key, from)
	case "mqtt":
		topic := t.Expand(b.Topic, nil)
		if b.Value == "" {
			return fmt.Sprintf("nothing came on the topic `%s` at %s", topic, b.URL)
		}
		return fmt.Sprintf("nothing came on the topic `%s` at %s that has a value `%s`", topic, b.URL, t.Expand(b.Value, escapePointer))
	}
	return fmt.Sprintf("there is no %s of %s", t.Point, t.Breaker)
}

// nothingShown is the end of a run to which not one point is shown: the binding is
// wrong, and not every point.
func (b *Binding) nothingShown(t Tag, s Shown) error {
	why := s.Raw // a viewer says there what it found in place of the point
	if why == "" {
		why = b.lacks(t)
	}
	return fmt.Errorf("nothing is shown: %s; edit binding: in the plan or give --binding", why)
}
