package issue_test

import (
	"testing"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"
)

// TestModule judges a module that was bought for one control unit.
func TestModule(t *testing.T) {
	s := set(t)
	now := began.AddDate(0, 1, 0)
	b, err := s.Module(issue.ModuleOrder{Module: "erms", Unit: "CU-1", Expires: now.AddDate(1, 0, 0), Sequence: 5,
		Minimum: []trust.Minimum{{Component: "control_unit", Version: "002.000.003"}, {Component: "ife", Version: "003.000.000"}}}, pass, now)
	if err != nil {
		t.Fatal(err)
	}
	fits := trust.Device{Component: "control_unit", Version: "002.000.003", Sequence: 900, Serial: "CU-1",
		Others: map[string]string{"ife": "003.000.000"}, Modules: map[string]uint64{"erms": 4}}
	for _, c := range []struct {
		why    string
		change func(*trust.Device, *trust.Side)
		want   string
	}{
		{"as bought", func(*trust.Device, *trust.Side) {}, trust.Accepted},
		{"another unit", func(d *trust.Device, _ *trust.Side) { d.Serial = "CU-2" }, trust.OtherUnit},
		{"a unit that knows no number of its own", func(d *trust.Device, _ *trust.Side) { d.Serial = "" }, trust.OtherUnit},
		{"installed already", func(d *trust.Device, _ *trust.Side) { d.Modules = map[string]uint64{"erms": 5} }, trust.Outdated},
		{"another module is newer", func(d *trust.Device, _ *trust.Side) { d.Modules = map[string]uint64{"idmtl": 9} }, trust.Accepted},
		{"old firmware", func(d *trust.Device, _ *trust.Side) { d.Version = "002.000.002" }, trust.TooOld},
		{"old interface", func(d *trust.Device, _ *trust.Side) { d.Others = map[string]string{"ife": "002.999.999"} }, trust.TooOld},
		{"no such interface", func(d *trust.Device, _ *trust.Side) { d.Others = nil }, trust.TooOld},
		{"for an interface", func(d *trust.Device, _ *trust.Side) { d.Component = "ife" }, trust.WrongComponent},
		{"ended", func(_ *trust.Device, x *trust.Side) { x.Floor = now.AddDate(1, 0, 0) }, trust.LicenceExpired},
	} {
		x, d := side(t, s), fits
		c.change(&d, x)
		if !x.Floor.IsZero() { // lists of then
			if err := s.CRL(pass, x.Floor); err != nil {
				t.Fatal(err)
			}
			x.Branches = side(t, s).Branches
		}
		x.Device = &d
		if _, v := trust.Verify(b, x); v.Reason != c.want {
			t.Errorf("%s: %s (%s), want %s", c.why, v.Reason, v.Detail, c.want)
		}
	}
}

func TestModuleNeedsASigner(t *testing.T) {
	s := set(t)
	for i := range s.Index.Certificates {
		s.Index.Certificates[i].Revoked = &issue.Revocation{Reason: "superseded", At: time.Now()}
	}
	if _, err := s.Module(issue.ModuleOrder{Module: "erms", Unit: "CU-1"}, pass, began); err == nil {
		t.Error("a revoked certificate signs")
	}
}
