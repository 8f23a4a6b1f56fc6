package study

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"switchroom/points"
	"switchroom/protection"
)

// ReadSettings reads a settings file, CSV with the columns point and value, into
// d, on top of the settings that it has:
//
//	point,value
//	protection.long_time.ir,800
//	protection.short_time.i2t,off
//
// Further columns are ignored, so that what `switchroom read --format csv`
// prints of a breaker is such a file. Rows of readings (which nobody can set),
// of points that are no protection settings (as which group acts) and values
// that are n/a are passed over, and the notes say so. The file is
// accepted whole, or refused with [Problems]: every rule that it breaks, each
// with its line.
func ReadSettings(src io.Reader, file string, d *Device) (notes []string, err error) {
	rows, err := readCSV(src, file, "point", "value")
	if err != nil {
		return nil, err
	}
	p := settingsReader{file: file, d: *d, lines: map[points.ID]int{}}
	p.d.Setup.Common = d.common()
	for _, row := range rows {
		p.take(row)
	}
	if len(p.lines) == 0 && len(p.bad) == 0 {
		p.bad = append(p.bad, Problem{file, 0, "no setting in it: write rows of point,value, as protection.long_time.ir,800"})
	}
	p.judge()
	if len(p.bad) > 0 {
		return nil, p.bad
	}
	*d = p.d
	return p.notes, nil
}

type settingsReader struct {
	file  string
	d     Device
	lines map[points.ID]int // where each was set
	notes []string
	bad   Problems
}

func (p *settingsReader) take(row record) {
	id, v, err := parseSetting(row.cells["point"], row.cells["value"])
	switch before, twice := p.lines[id]; {
	case errors.Is(err, errReading):
		p.notes = append(p.notes, fmt.Sprintf("%s:%d: %v", p.file, row.line, err))
		return
	case err == nil && twice:
		err = fmt.Errorf("%v stands in line %d already: say it once", id, before)
	case err == nil:
		p.lines[id] = row.line
		err = p.d.put(id, v)
	}
	if err != nil {
		p.bad = append(p.bad, Problem{p.file, row.line, err.Error()})
	}
}

// errReading marks a row that says nothing to set.
var errReading = errors.New("passed over")

func parseSetting(name, text string) (points.ID, float64, error) {
	id, err := points.Lookup(name)
	if err != nil {
		return 0, 0, err
	}
	info := points.Of(id)
	if !info.Writable() {
		return 0, 0, fmt.Errorf("%v is a reading and nobody's to set: %w", id, errReading)
	}
	if text == info.Format(points.Value{}) {
		return 0, 0, fmt.Errorf("%v is not there on this unit: %w", id, errReading)
	}
	if info.Type == points.Secret || info.Type == points.Action {
		return 0, 0, fmt.Errorf("%v is not a protection setting: leave the row out", id)
	}
	if !Holds(id) {
		return 0, 0, fmt.Errorf("%v is no protection setting (%s): %w", id, info.Title, errReading)
	}
	v, err := info.Parse(text)
	if err != nil {
		return 0, 0, err
	}
	return id, v.Float(), nil
}

// judge finds the rules that the settings break as a whole. A rule about a
// setting that the file does not name is broken by it and the factory's; where
// rows could not be read it may be theirs, and is left for the next time.
func (p *settingsReader) judge() {
	err := p.d.Validate()
	if err == nil {
		return
	}
	breaches, ok := errors.AsType[protection.Breaches](err)
	if !ok {
		p.bad = append(p.bad, Problem{p.file, 0, err.Error()})
		return
	}
	unread := len(p.bad) > 0
	for _, b := range breaches {
		if line, named := p.lines[b.Point]; named || !unread {
			p.bad = append(p.bad, Problem{p.file, line, b.String()})
		}
	}
	slices.SortStableFunc(p.bad, func(a, b Problem) int { return a.Line - b.Line })
}

// Set puts a setting written as a person writes it, as 800 or off, into d.
// Whether the unit may be set so is asked of the whole, by Validate.
func (d *Device) Set(name, text string) error {
	id, v, err := parseSetting(name, text)
	if err != nil {
		return err
	}
	return d.put(id, v)
}

// put writes one point where it is held.
func (d *Device) put(id points.ID, v float64) error {
	if _, ok := d.Settings.Get(id); ok {
		return d.Settings.Set(id, v)
	}
	if _, ok := d.common().Get(id); ok {
		d.Setup.Common = d.common()
		return d.Setup.Common.Set(id, v)
	}
	d.Modules = d.modules()
	return d.Modules.Set(id, v)
}

// Get returns the value of a point in its own unit, and whether a device has
// that setting.
func (d *Device) Get(id points.ID) (float64, bool) {
	if v, ok := d.Settings.Get(id); ok {
		return v, true
	}
	if v, ok := d.common().Get(id); ok {
		return v, true
	}
	return d.modules().Get(id)
}

// Holds reports whether id is a setting of a device.
func Holds(id points.ID) bool {
	_, ok := new(Device).Get(id)
	return ok
}

// IDs returns the points that are settings of a device, sorted by name.
func IDs() []points.ID {
	all := slices.Concat(protection.IDs(), protection.CommonIDs(), protection.ModuleIDs())
	slices.SortFunc(all, func(a, b points.ID) int { return strings.Compare(a.String(), b.String()) })
	return all
}
