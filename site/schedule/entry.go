package schedule

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"switchroom/imu"
	"switchroom/points"
)

// entry is what one row says: a breaker, or what breakers are behind.
type entry struct {
	row         int
	name, title string
	in          float64 // A
	frame       string
	variant     string
	standard    string
	poles       int
	system      int
	returns     bool // has a ground-return sensor
	face        string
	addr        netip.Addr
	port        uint16
	unit        int // 0: none given
	parent, via string
	closed      *bool
	modules     []string

	listed    netip.AddrPort // as it stands in the list
	listening bool           // has an address of its own
	where     netip.AddrPort // as the site file has it
	from, to  string         // nodes
	coupler   bool           // between two breakers
	above     []*entry       // who feeds it; of a coupler both
	feeders   []*entry       // that it feeds
	less      float64        // by how much the loads below it must be less
	load      float64        // A, of a breaker that feeds no other
}

func (e *entry) gateway() bool { return e.face == gatewayRow || e.face == panelRow }

// cells reads the cells of one row.
type cells struct {
	*reader
	row   row
	place map[string]int
}

// text is a cell; what stands for nothing is empty.
func (c *cells) text(name string) string {
	i, ok := c.place[name]
	if !ok {
		return ""
	}
	t := c.row.cell(i)
	switch {
	case empty[strings.ToLower(t)]:
		return ""
	case broken(t):
		c.problem(c.row.number, name, "the spreadsheet shows the error %s; put the value there", clip(t))
		return ""
	case len([]rune(t)) > textMax:
		c.problem(c.row.number, name, "%d characters; up to %d", len([]rune(t)), textMax)
		return ""
	}
	return t
}

// read reads a cell that is not empty by a function. What it could not be is a problem.
func read[T any](c *cells, name string, to *T, by func(string) (T, error)) bool {
	t := c.text(name)
	if t == "" {
		return false
	}
	v, err := by(t)
	if err != nil {
		c.problem(c.row.number, name, "%v", err)
		return true // it is given, if wrongly
	}
	*to = v
	return true
}

// between reads whole numbers between bounds.
func between(least, most int) func(string) (int, error) {
	return func(s string) (int, error) { return whole(s, least, most) }
}

// entry reads one row.
func (r *reader) entry(w row, place map[string]int) *entry {
	c := &cells{r, w, place}
	e := &entry{row: w.number, name: c.text("name"), title: c.text("title"), parent: c.text("parent"), via: c.text("via")}
	if e.name == "" && !broken(w.cell(place["name"])) {
		r.problem(w.number, "name", "is empty: a breaker is known by its name")
	}
	read(c, "interface", &e.face, face)
	c.address(e)
	if e.gateway() {
		if e.via != "" {
			r.problem(w.number, "via", "a %s is behind nothing; leave it empty", e.face)
		}
		return e
	}
	c.rating(e)
	if !read(c, "variant", &e.variant, variant) {
		r.problem(w.number, "variant", "is empty: write 2.0, 3.0, 5.0, 6.0 or 7.0")
	}
	read(c, "standard", &e.standard, standard)
	read(c, "poles", &e.poles, poles)
	read(c, "system_type", &e.system, between(30, 41))
	read(c, "ground_return", &e.returns, flag)
	if closed := false; read(c, "closed", &closed, flag) {
		e.closed = &closed
	}
	read(c, "modules", &e.modules, modules)
	c.judge(e)
	return e
}

func (c *cells) address(e *entry) {
	if t := c.text("address"); t != "" {
		a, port, err := endpoint(t)
		if err != nil {
			c.problem(c.row.number, "address", "%v", err)
		}
		e.addr, e.port = a, port
	}
	port := 0
	if read(c, "port", &port, between(1, 65535)); port != 0 {
		if e.port != 0 && int(e.port) != port {
			c.problem(c.row.number, "port", "%d, and the address says %d; leave one out", port, e.port)
		}
		e.port = uint16(port)
	}
	read(c, "unit", &e.unit, between(0, 255))
}

// rating reads the rated current, and the frame where a type is given.
func (c *cells) rating(e *entry) {
	name, in := frame(c.text("type"))
	e.frame = name
	t := c.text("rating")
	if f, coded := frame(t); coded != 0 {
		e.frame, in, t = f, coded, ""
		c.repaired("rated current taken from the type, such as MTZ2 16")
	}
	if t == "" {
		if e.in = in; in == 0 {
			c.problem(c.row.number, "rating", "is empty: write the rated current in A, such as 1600")
		}
		return
	}
	v, err := amps(t)
	if err != nil {
		c.problem(c.row.number, "rating", "%v", err)
		return
	}
	if e.in = v; strings.Trim(t, "0123456789") != "" {
		c.repaired("units and separators in rated currents passed over, such as 1 600 A")
	}
}

func standard(text string) (string, error) {
	switch f := fold(text); {
	case strings.HasPrefix(f, "iec"), strings.HasPrefix(f, "cei"), strings.HasPrefix(f, "en609"):
		return "iec", nil
	case strings.HasPrefix(f, "ul"), strings.HasPrefix(f, "ansi"):
		return "ul", nil
	}
	return "", fmt.Errorf("%q: write iec or ul", clip(text))
}

var listed = regexp.MustCompile(`[ ,;/+|]+`)

// modules reads the names of digital modules.
func modules(text string) (names []string, err error) {
	for _, n := range listed.Split(strings.ToLower(text), -1) {
		if n == "" {
			continue
		}
		if _, err := imu.ParseModule(n); err != nil && n != "all" {
			return nil, err
		}
		names = append(names, n)
	}
	return names, nil
}

// judge says what no breaker can be, once each value is right by itself.
func (c *cells) judge(e *entry) {
	v, err := points.ParseVariant(e.variant)
	if e.in == 0 || err != nil {
		return
	}
	r := points.Rating{In: e.in, Variant: v, Poles: 3, SGR: e.returns, Voltage: 400, Frequency: 50}
	if e.poles != 0 {
		r.Poles = e.poles
	}
	if e.standard == "ul" || e.standard == "" && v == points.X30 {
		r.Standard = points.UL
	}
	if e.system != 0 {
		if r, err = r.SystemRating(e.system); err != nil {
			c.problem(c.row.number, "system_type", "%v", err)
		}
	}
	if err := r.Validate(); err != nil {
		c.problem(c.row.number, "", "%v", err)
	}
}
