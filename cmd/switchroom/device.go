package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"switchroom/points"
	"switchroom/study"
)

// settingsFlags are what a unit protects with.
type settingsFlags struct {
	Settings    string   `help:"A settings file: CSV with the columns point and value, as switchroom read --format csv prints them." placeholder:"FILE"`
	Set         []string `help:"A setting, again and again: protection.short_time.isd=3. The rest is the file's or the factory's." placeholder:"POINT=VALUE" sep:"none"`
	ERMS        bool     `name:"erms" help:"Energy-reduction maintenance settings are engaged."`
	NoRestraint bool     `help:"No ZSI restraint arrives from downstream: interlocked functions do not wait."`
}

// device puts the file on top of the factory settings, and --set on top of
// that.
func (f *settingsFlags) device(a *app, name string, r points.Rating) (study.Device, error) {
	d := study.NewDevice(name, r)
	if f.Settings != "" {
		if err := settingsFile(a, f.Settings, &d); err != nil {
			return d, err
		}
	}
	d.Setup.Engaged, d.Setup.Unrestrained = f.ERMS, f.NoRestraint
	return setAll(d, "--set", f.Set)
}

func settingsFile(a *app, path string, d *study.Device) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	notes, err := study.ReadSettings(file, filepath.Base(path), d)
	for _, n := range notes {
		fmt.Fprintln(a.Stderr, "note:", n)
	}
	return err
}

// setAll puts POINT=VALUE from a flag on top of d.
func setAll(d study.Device, flag string, set []string) (study.Device, error) {
	for _, arg := range set {
		name, text, ok := strings.Cut(arg, "=")
		if !ok {
			return d, misuse("%s %s: write POINT=VALUE, as in protection.short_time.isd=3", flag, arg)
		}
		if err := d.Set(strings.TrimSpace(name), strings.TrimSpace(text)); err != nil {
			return d, misuse("%v", err)
		}
	}
	if err := d.Validate(); err != nil {
		return d, misuse("%v", err)
	}
	return d, nil
}

// ratingFlags are the plugs and the wiring of a unit.
type ratingFlags struct {
	In        float64 `required:"" help:"Rated current of the sensor plug, A."`
	Variant   string  `help:"Control unit: 2.0, 3.0, 5.0, 6.0, 7.0." default:"6.0"`
	Poles     int     `help:"3 or 4." default:"3"`
	ENCT      bool    `help:"A 3P breaker with the external neutral transformer."`
	SGR       bool    `help:"Ground fault is measured by a ground-return sensor with its module (6.0 X)."`
	Standard  string  `help:"iec or ul; iec (ul for 3.0)." enum:"iec,ul," default:""`
	Frequency float64 `help:"50 or 60 Hz; 50, or that of the recording."`
}

// deviceFlags are a unit on a desk: its plugs and its settings.
type deviceFlags struct {
	ratingFlags
	settingsFlags
}

func (f *ratingFlags) rating() (points.Rating, error) {
	v, err := points.ParseVariant(f.Variant)
	if err != nil {
		return points.Rating{}, misuse("%v", err)
	}
	r := points.Rating{In: f.In, Variant: v, Poles: f.Poles, ENCT: f.ENCT && f.Poles == 3, SGR: f.SGR, Voltage: 400, Frequency: f.Frequency}
	if r.Frequency == 0 {
		r.Frequency = 50
	}
	if f.Standard == "ul" || f.Standard == "" && v == points.X30 {
		r.Standard = points.UL
	}
	if err := r.Validate(); err != nil {
		return r, misuse("%v", err)
	}
	return r, nil
}

func (f *deviceFlags) device(a *app) (study.Device, error) {
	r, err := f.rating()
	if err != nil {
		return study.Device{}, err
	}
	return f.settingsFlags.device(a, "as set", r)
}

// unknowns prints what a result must not be trusted for.
func unknowns(a *app) {
	fmt.Fprintln(a.Stdout, "\nWhat the model does not know:")
	for _, u := range study.Unknowns() {
		fmt.Fprintln(a.Stdout, "  -", u)
	}
}
