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

// still is a breaker that stands as it is.
type still bool

func (s still) Closed() bool { return bool(s) }
func (s still) Distorted(time.Duration, [4]complex128, [3]complex128, float64, *imu.Spectrum) {
}
func (s still) Sample(now time.Duration, currents [4]float64, volts [3]float64) {}
