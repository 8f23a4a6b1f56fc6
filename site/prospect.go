package site

import (
	"time"

	"switchroom/imu"
	"switchroom/plant"
)

// ShortCircuit returns the prospective currents of the site as it begins, with
// every breaker as it stands in the file, by IEC 60909-0; see
// [plant.Network.ShortCircuit].
func (s *Site) ShortCircuit(wide bool) (*plant.Study, error) {
	n := s.standing()
	if err := n.Check(); err != nil {
		return nil, err
	}
	return n.ShortCircuit(wide), nil
}

// standing is the network with every breaker as it stands in the file.
func (s *Site) standing() *plant.Network {
	n := s.network()
	for _, b := range s.Breakers {
		if b.From != "" {
			n.Branches = append(n.Branches, plant.Branch{
				Name: b.Unit.Name, Switch: still(b.Unit.Closed), From: b.From, To: b.To, Poles: b.Unit.Rating.Poles,
			})
		}
	}
	return n
}

// LargestFault is the largest current that a breaker of the site would carry of a bolted
// three-phase fault beside it, A, with every breaker as it stands in the file; 0: not
// known. It is up to where breakers in series are compared.
func (s *Site) LargestFault() float64 {
	st, err := s.ShortCircuit(false)
	if err != nil {
		return 0
	}
	most := 0.0
	for _, b := range st.Breakers {
		most = max(most, b.Ik3)
	}
	return most
}

// still is a breaker that stands as it is.
type still bool

func (s still) Closed() bool { return bool(s) }
func (s still) Distorted(time.Duration, [4]complex128, [3]complex128, float64, *imu.Spectrum) {
}
func (s still) Sample(now time.Duration, currents [4]float64, volts [3]float64) {}
