package study

import (
	"fmt"

	"switchroom/points"
	"switchroom/protection"
)

// Legend returns the settings of d in the field's terms, a line for each
// function that the unit has.
func Legend(d Device) []string {
	r, s := d.Rating, d.Settings
	all := []string{
		Plugs(r),
		fmt.Sprintf("Ir %s (%.3g In) · tr %g s", Amperes(s.LongTime.Ir), s.LongTime.Ir/r.In, s.LongTime.Tr),
	}
	if s.ShortTime.Isd > 0 {
		all = append(all, fmt.Sprintf("Isd %g Ir = %s · tsd %g s · I²t %s", s.ShortTime.Isd, Amperes(s.ShortTime.Isd*s.LongTime.Ir), s.ShortTime.Tsd, onOff(s.ShortTime.I2t)))
	}
	if r.Variant != points.X20 {
		all = append(all, legendInstantaneous(d))
	}
	if r.Variant == points.X60 {
		all = append(all, legendGround(s.GroundFault))
	}
	if r.Variant == points.X70 {
		all = append(all, fmt.Sprintf("IΔn %g A · Δt %g s", s.EarthLeakage.Idn, s.EarthLeakage.Dt))
	}
	if s.Neutral != protection.NeutralOff {
		all = append(all, "neutral "+points.Of(points.ProtectionNeutralType).Format(points.Number(float64(s.Neutral))))
	}
	return append(all, legendSetup(d)...)
}

// Plugs returns the plugs and the wiring of a unit in a line.
func Plugs(r points.Rating) string {
	wiring := ""
	if r.ENCT {
		wiring += " + ENCT"
	}
	if r.SGR {
		wiring += " + SGR"
	}
	return fmt.Sprintf("%v X, In %s, %dP%s, %g Hz", r.Variant, Amperes(r.In), r.Poles, wiring, r.Frequency)
}

// legendSetup is what acts beside the settings, where it does.
func legendSetup(d Device) []string {
	var all []string
	c := d.common()
	if d.Setup.Engaged {
		over := c.ERMS.Over(d.Settings)
		all = append(all, fmt.Sprintf("ERMS engaged: Isd %g Ir · tsd %g s · Ii %g In · tg %g s", over.ShortTime.Isd, over.ShortTime.Tsd, over.Instantaneous.Ii, over.GroundFault.Tg))
	}
	for _, z := range []struct {
		on   bool
		name string
	}{{c.ZSI.ShortTime, "short time"}, {c.ZSI.GroundFault, "ground fault"}} {
		if z.on && d.Setup.Unrestrained {
			all = append(all, "ZSI "+z.name+", no restraint: no delay")
		} else if z.on {
			all = append(all, "ZSI "+z.name+", restrained")
		}
	}
	for _, i := range []struct {
		name string
		s    protection.InverseSettings
		base float64
	}{{"IDMTL: Ir", d.modules().IDMTL, d.Rating.In}, {"IDMT: Ig", d.modules().IDMTGroundFault, 1}} {
		if i.s.On && i.s.Action == protection.ActionTrip {
			all = append(all, fmt.Sprintf("%s %s · %g s · %v", i.name, Amperes(i.s.Pickup*i.base), i.s.Time, i.s.Curve))
		}
	}
	if c.SelfProtection > 0 {
		all = append(all, "self-protection "+Amperes(c.SelfProtection)+" peak, as given")
	}
	return all
}

func legendInstantaneous(d Device) string {
	i := d.Settings.Instantaneous
	if i.Mode == protection.InstantaneousOff {
		return "Ii off"
	}
	mode := points.Of(points.ProtectionInstantaneousMode).Format(points.Number(float64(i.Mode)))
	return fmt.Sprintf("Ii %g In = %s · %s", i.Ii, Amperes(i.Ii*d.Rating.In), mode)
}

func legendGround(g protection.GroundFaultSettings) string {
	if !g.On {
		return "Ig off"
	}
	return fmt.Sprintf("Ig %s · tg %g s · I²t %s", Amperes(g.Ig), g.Tg, onOff(g.I2t))
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// Amperes writes a current as a person does: 800 A, 4.8 kA.
func Amperes(a float64) string {
	if a >= 1000 {
		return fmt.Sprintf("%.4g kA", a/1000)
	}
	return fmt.Sprintf("%.4g A", a)
}
