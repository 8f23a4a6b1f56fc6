package site

import (
	"fmt"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
)

// sheet is one of the three kinds of protection settings.
type sheet interface {
	Get(points.ID) (float64, bool)
	Set(points.ID, float64) error
}

// settings gives a breaker its protection settings: the factory's and, on top,
// those of the file, judged as a whole.
func (c *checker) settings(at string, f *fileBreaker, u *imu.Config) {
	r := u.Rating
	if r.Validate() != nil {
		return // said already
	}
	group, common, optional := protection.Defaults(r), protection.CommonDefaults(r), protection.ModuleDefaults(r)
	sheets := []sheet{&group, &common, &optional}
	ok := true
	for _, name := range sorted(f.Settings) {
		if err := setOne(sheets, r, name, f.Settings[name]); err != nil {
			c.problem(at+".settings."+name, err.Error())
			ok = false
		}
	}
	if !ok {
		return
	}
	for _, err := range []error{group.Validate(r), common.Validate(r), optional.Validate(r), missing(optional, u.Modules)} {
		if err != nil {
			c.problem(at+".settings", err.Error())
		}
	}
	u.Settings = &group
	if common != protection.CommonDefaults(r) {
		u.Common = &common
	}
	if optional != protection.ModuleDefaults(r) {
		u.Optional = &optional
	}
}

// missing names the digital module that the settings need and the breaker has not.
func missing(s protection.ModuleSettings, has imu.Modules) error {
	for _, f := range s.On() {
		if m := imu.ModuleOf(f); !has.Has(m) {
			return fmt.Errorf("protection.%v.mode is on; write modules: [%v], the digital module that it needs", f, m)
		}
	}
	return nil
}

func setOne(sheets []sheet, r points.Rating, name, text string) error {
	id, err := points.Lookup(name)
	if err != nil {
		return err
	}
	info := points.Of(id)
	for _, s := range sheets {
		if _, has := s.Get(id); !has {
			continue
		}
		v, err := info.Parse(text)
		if err != nil {
			return err
		}
		l, has := info.For(r)
		if !has {
			return fmt.Errorf("%s does not exist on a %v X", name, r.Variant)
		}
		if err := l.Check(v.Float()); err != nil {
			return err
		}
		return s.Set(id, v.Float())
	}
	return fmt.Errorf("%s is not a protection setting", name)
}
