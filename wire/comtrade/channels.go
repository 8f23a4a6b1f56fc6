package comtrade

import (
	"fmt"
	"strconv"
)

// parseChannels reads the channel counts and the channel lines (1999 5.3.2 to
// 5.3.4).
func (r *Recording) parseChannels(c *cursor) error {
	analog, digital, err := parseCounts(c)
	if err != nil {
		return err
	}
	// No line that passes is shorter than this. A count that the rest of the file
	// cannot hold must not decide how much memory is taken.
	const shortest = len("1,\n")
	room := len(c.rest) / shortest
	r.Analog = make([]Analog, 0, min(analog, room))
	r.Digital = make([]Digital, 0, min(digital, room))
	for i := range analog {
		f, err := channelLine(c, "analogue", i+1, analog, 1)
		if err != nil {
			return err
		}
		a, err := parseAnalog(c, f)
		if err != nil {
			return err
		}
		r.Analog = append(r.Analog, a)
	}
	keep := 5 // an empty last field is the normal state
	if r.Revision == 1991 {
		keep = 3
	}
	for i := range digital {
		f, err := channelLine(c, "status", i+1, digital, keep)
		if err != nil {
			return err
		}
		d, err := parseDigital(c, f)
		if err != nil {
			return err
		}
		r.Digital = append(r.Digital, d)
	}
	return nil
}

// channelLine cuts the line of channel i of n into its fields.
func channelLine(c *cursor, kind string, i, n, keep int) ([]string, error) {
	line, ok := c.next()
	if !ok {
		return nil, missing(c, fmt.Sprintf("%s channel %d of %d", kind, i, n))
	}
	return splitFields(make([]string, 0, len(analogFields)), line, keep), nil
}

// parseCounts reads "TT,##A,##D" (5.3.2).
func parseCounts(c *cursor) (analog, digital int, err error) {
	line, ok := c.next()
	if !ok {
		return 0, 0, missing(c, "the channel counts")
	}
	f := append(splitFields(nil, line, 1), "", "")
	total, err := strconv.ParseUint(f[0], 10, 32)
	analog, okA := parseCount(f[1], 'A')
	digital, okD := parseCount(f[2], 'D')
	if err != nil || !okA || !okD || len(f) > 5 {
		return 0, 0, c.fail("channel counts "+quote(line), "write total, analogue and status channels, as 16,10A,6D")
	}
	if sum := analog + digital; uint64(sum) != total {
		return 0, 0, c.fail(fmt.Sprintf("channel counts %s: %d analogue and %d status channels are %d, not %d", quote(line), analog, digital, sum, total),
			fmt.Sprintf("write totals as %d,%dA,%dD if that is what follows", sum, analog, digital))
	}
	if total == 0 || total > maxChannels {
		return 0, 0, c.fail(fmt.Sprintf("%d channels", total), fmt.Sprintf("a recording has 1 to %d; correct the counts", maxChannels))
	}
	return analog, digital, nil
}

// parseCount reads "10A"; nothing at all is a count of zero.
func parseCount(s string, kind byte) (int, bool) {
	if s == "" {
		return 0, true
	}
	if s[len(s)-1]|0x20 != kind|0x20 {
		return 0, false
	}
	n, err := strconv.ParseUint(clean(s[:len(s)-1]), 10, 20)
	return int(n), err == nil
}

// analogFields name the fields of an analogue line, for errors.
var analogFields = [...]string{"number", "name", "phase", "component", "unit", "multiplier a", "offset b", "skew", "minimum", "maximum", "primary", "secondary", "P or S"}

// parseAnalog reads "An,ch_id,ph,ccbm,uu,a,b,skew,min,max,primary,secondary,PS"
// (1999 5.3.3); 1991 ends at max, and some devices sooner.
func parseAnalog(c *cursor, f []string) (Analog, error) {
	if err := checkLine(c, f, 7, len(analogFields), "analogue"); err != nil {
		return Analog{}, err
	}
	field := func(i int) string {
		if i < len(f) {
			return f[i]
		}
		return ""
	}
	a := Analog{Name: f[1], Phase: f[2], Component: f[3], Unit: f[4], Primary: 1, Secondary: 1}
	for _, n := range []struct {
		index    int
		into     *float64
		required bool
		limit    float64
	}{
		{5, &a.A, true, maxScale}, {6, &a.B, true, maxScale}, {7, &a.Skew, false, maxValue},
		{8, &a.Min, false, maxValue}, {9, &a.Max, false, maxValue},
		{10, &a.Primary, false, maxValue}, {11, &a.Secondary, false, maxValue},
	} {
		s := field(n.index)
		if s == "" && !n.required {
			continue
		}
		v, ok := parseNumber(s)
		if !ok || v > n.limit || v < -n.limit {
			return Analog{}, c.fail(fmt.Sprintf("analogue channel %s: %s is %s", quote(a.Name), analogFields[n.index], quote(s)), "write a number with a decimal point")
		}
		*n.into = v
	}
	switch side := field(12); side {
	case "p", "P", "s", "S":
		a.Scaling = side[0] &^ 0x20
	case "":
	default:
		return Analog{}, c.fail(fmt.Sprintf("analogue channel %s: scaling is %s", quote(a.Name), quote(side)), "write P if the values are primary, S if they are secondary")
	}
	return a, nil
}

// parseDigital reads "Dn,ch_id,ph,ccbm,y" (1999 5.3.4), or "Dn,ch_id,y" of 1991.
func parseDigital(c *cursor, f []string) (Digital, error) {
	if err := checkLine(c, f, 2, 5, "status"); err != nil {
		return Digital{}, err
	}
	d := Digital{Name: f[1]}
	normal := ""
	switch len(f) {
	case 3:
		normal = f[2]
	case 4:
		d.Phase, d.Component = f[2], f[3]
	case 5:
		d.Phase, d.Component, normal = f[2], f[3], f[4]
	}
	switch normal {
	case "1":
		d.Normal = true
	case "0", "":
	default:
		return Digital{}, c.fail(fmt.Sprintf("status channel %s: normal state is %s", quote(d.Name), quote(normal)), "write 0 or 1; if an analogue channel or the frequency stands here, the channel counts in line 2 are wrong")
	}
	return d, nil
}

// checkLine checks what both kinds of channel line share: the channel number,
// and how many fields there are.
func checkLine(c *cursor, f []string, least, most int, kind string) error {
	if len(f) < least {
		return c.fail(fmt.Sprintf("a line of %d fields where %s channel lines have at least %d", len(f), kind, least), "correct the channel counts in line 2, or complete this line")
	}
	if len(f) > most {
		return c.fail(fmt.Sprintf("%s channel line with %d fields, at most %d are possible", kind, len(f), most), "write decimals with a point, and no commas inside names")
	}
	if _, err := strconv.ParseUint(f[0], 10, 32); err != nil {
		return c.fail(fmt.Sprintf("%s channel number %s", kind, quote(f[0])), "number the channels from 1; if another kind of line stands here, the channel counts in line 2 are wrong")
	}
	return nil
}
