package fat

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"switchroom/points"
)

// check finds everything that is wrong with a plan.
func (p *Plan) check() error {
	var wrong []error
	bad := func(s *Step, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("step %q: %s", s.ID, fmt.Sprintf(format, args...)))
	}
	if p.Passes < 2 || p.Passes > 8 {
		wrong = append(wrong, fmt.Errorf("passes is %d; write 2 to 8", p.Passes))
	}
	seen := map[string]bool{}
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.ID == "" || seen[s.ID] {
			bad(s, "row %d has no id, or one that another row has", i+1)
		}
		seen[s.ID] = true
		p.checkStep(s, bad)
	}
	if err := p.Binding.check(); err != nil {
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// checkStep finds what is wrong with one step.
func (p *Plan) checkStep(s *Step, bad func(*Step, string, ...any)) {
	if !slices.Contains(Phases, s.Phase) {
		bad(s, "phase %q is none of %v", s.Phase, Phases)
	}
	if s.Do == "" {
		bad(s, "do is empty; write substitute, a fault of the laboratory, command or by-hand")
	}
	if s.Breaker == "" && s.Do != DoByHand {
		bad(s, "breaker is empty")
	}
	if len(p.Breakers) > 0 && s.Breaker != "" && !slices.ContainsFunc(p.Breakers, func(b Breaker) bool { return b.Name == s.Breaker }) {
		bad(s, "breaker %q is not among the breakers of the plan", s.Breaker)
	}
	if s.Do == Substitute {
		if _, err := points.Lookup(s.Point); err != nil {
			bad(s, "%v", err)
		}
	}
	if _, err := ParseTolerance(s.Tolerance); err != nil {
		bad(s, "%v", err)
	}
	if !(s.Within >= 0 && s.Within <= 86400) {
		bad(s, "within is %v s; write 0 to 86400", s.Within)
	}
	if _, err := expectations(s.Expect); err != nil && s.Do != DoByHand {
		bad(s, "%v", err)
	}
}

// condition is POINT=VALUE.
type condition struct {
	point points.ID
	want  points.Value
}

// expectations reads POINT=VALUE pairs; the words of the Expect constants give none.
func expectations(s string) ([]condition, error) {
	switch s {
	case ExpectShown, ExpectBad, ExpectStays, ExpectGood, ExpectUnbelieved, ExpectFollows, "times":
		return nil, nil
	}
	var all []condition
	for _, f := range strings.Fields(s) {
		name, value, ok := strings.Cut(f, "=")
		id, err := points.Lookup(name)
		if !ok || err != nil {
			return nil, fmt.Errorf("expect %q: write shown, bad, stays, good, unbelieved, follows, or POINT=VALUE", s)
		}
		v, err := points.Of(id).Parse(value)
		if err != nil {
			return nil, err
		}
		all = append(all, condition{id, v})
	}
	if len(all) == 0 {
		return nil, errors.New("expect is empty; write shown, bad, stays, good, unbelieved, follows, or POINT=VALUE")
	}
	return all, nil
}

func short(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func blankZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func number(to *float64, s string) (err error) {
	if s == "" {
		return nil
	}
	*to, err = strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil || math.IsNaN(*to) || math.IsInf(*to, 0) {
		return fmt.Errorf("%q is not a number", s)
	}
	return nil
}

func whole(to *int, s string) (err error) {
	if s == "" {
		return nil
	}
	if *to, err = strconv.Atoi(s); err != nil {
		return fmt.Errorf("%q is not a whole number", s)
	}
	return nil
}

func writeCSV(w io.Writer, rows [][]string) error {
	return csv.NewWriter(w).WriteAll(rows)
}

// anyBit reports whether one of the points is a boolean.
func anyBit(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		id, err := points.Lookup(n)
		return err == nil && points.Of(id).Type == points.Bool
	})
}
