package site

import (
	"fmt"
	"time"

	"switchroom/imu"
	"switchroom/plant"
)

// Lab is a site come to life: its units and its network in one world.
type Lab struct {
	Site    *Site
	World   *imu.World
	Units   []*imu.Unit // in the order of Site.Breakers
	Network *plant.Network
	Hand    *Hand    // what people do to the network
	Room    *Area    // nil: the breakers stand in the open
	Lost    []string // what the memory remembered and does not fit any more
}

// Build makes the units and the network. stored is what a memory remembered,
// or nil; memory may be nil: the lab then forgets everything.
func (s *Site) Build(w *imu.World, memory *imu.Memory, stored *imu.Stored) (*Lab, error) {
	l := &Lab{Site: s, World: w}
	for i := range s.Breakers {
		u, lost, err := unit(s.Breakers[i].Unit, w, memory, stored)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Breakers[i].Unit.Name, err)
		}
		for _, what := range lost {
			l.Lost = append(l.Lost, u.Name()+": "+what)
		}
		l.Units = append(l.Units, u)
	}
	if err := l.stack(); err != nil {
		return nil, err
	}
	if err := l.wire(); err != nil {
		return nil, err
	}
	l.Hand = newHand(l)
	l.interlock()
	l.Room = newArea(l)
	return l, nil
}

func unit(c imu.Config, w *imu.World, memory *imu.Memory, stored *imu.Stored) (*imu.Unit, []string, error) {
	if memory != nil {
		return imu.Open(c, w, memory, stored)
	}
	u, err := imu.New(c, w)
	return u, nil, err
}

// wire makes the network and has it follow the breakers.
func (l *Lab) wire() error {
	n := l.Site.network()
	n.Date = l.World.Date
	for i, b := range l.Site.Breakers {
		if b.From != "" {
			n.Branches = append(n.Branches, plant.Branch{
				Name: b.Unit.Name, Switch: l.Units[i], From: b.From, To: b.To, TapsTop: b.TapsTop, Poles: b.Unit.Rating.Poles,
			})
		}
	}
	if err := n.Check(); err != nil {
		return err
	}
	l.Network = n
	n.Wake = l.World.NewAlarm(n.Update).Set
	for _, u := range l.Units {
		u.Subscribe(l.follow)
	}
	return nil
}

// loadStep is how often the loads follow their profiles.
const loadStep = time.Second

// Start brings the room and the network to life: the network now, every second, and
// whenever a breaker moves.
func (l *Lab) Start() {
	l.Room.start()
	if len(l.Network.Branches) == 0 {
		return
	}
	l.Network.Update(l.World.Now())
	l.World.Every(loadStep, l.Network.Update)
}
