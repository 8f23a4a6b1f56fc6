package imu

import (
	"switchroom/metering"
	"switchroom/points"
)

// newMeter returns the metering of a unit that has seen nothing, for a rating
// that a sensor may have changed.
func (u *Unit) newMeter(r points.Rating) *metering.Meter {
	m := metering.New(r)
	m.Configure(u.now, u.metering())
	return m
}

// metering returns what the metering goes by: settings, digital modules and the
// errors of this unit.
func (u *Unit) metering() metering.Settings {
	s := &u.set
	return metering.Settings{
		BottomToTop: s.PowerSign == 1, IEEE: s.PFConvention == 2, Signed: s.EnergyMode == 1,
		CurrentDemand: s.Demand[0].metering(), PowerDemand: s.Demand[1].metering(),
		PhaseEnergy: u.cfg.Modules.Has(ModuleEnergyByPhase), Harmonics: u.cfg.Modules.Has(ModuleHarmonics),
		Seed: u.cfg.Errors,
	}
}

func (s *demandSettings) metering() metering.DemandSettings {
	return metering.DemandSettings{Window: metering.Window(s.Window), Minutes: uint8(s.Minutes)}
}
