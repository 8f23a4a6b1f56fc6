package site

import (
	"sync"
	"time"

	"switchroom/imu"
	"switchroom/room"
)

// Area is the room of a laboratory: its [room.Room] in the laboratory's time, with
// its emergency stop wired to the coils of the breakers. It may be used from several
// goroutines.
type Area struct {
	world *imu.World
	wires []wire
	wake  *imu.Alarm

	mu   sync.Mutex // may be held when a unit's lock is taken, never the other way round
	room *room.Room
	told uint64 // entries that were told
	hear []func(room.Entry)
}

// wire is a wire of the emergency stop to a coil of a unit.
type wire struct {
	room.Wire
	unit     *imu.Unit
	supplied bool
}

// newArea makes the room, or none.
func newArea(l *Lab) *Area {
	if l.Site.Room == nil {
		return nil
	}
	a := &Area{world: l.World, room: room.New(*l.Site.Room)}
	a.wake = l.World.NewAlarm(func(now time.Duration) {
		a.Do(func(r *room.Room, now time.Duration) room.Verdict { r.Advance(now); return room.Verdict{} })
	})
	byName := map[string]*imu.Unit{}
	for _, u := range l.Units {
		byName[u.Name()] = u
	}
	for _, w := range l.Site.Room.Stop {
		a.wires = append(a.wires, wire{Wire: w, unit: byName[w.Breaker]})
	}
	return a
}

// start puts the coils as the emergency stop is: a memory may have kept them as they
// were when it was pressed.
func (a *Area) start() {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.wires {
		a.wires[i].supplied = a.room.Supplied(a.wires[i].Wire)
		a.wires[i].feed(a.world.Now())
	}
}

// Do does something in the room, now. What follows has happened when it returns:
// coils have or lack their supply, and whoever listens was told. The mechanisms take
// their time.
func (a *Area) Do(do func(r *room.Room, now time.Duration) room.Verdict) room.Verdict {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.world.Now()
	v := do(a.room, now)
	for i := range a.wires {
		if on := a.room.Supplied(a.wires[i].Wire); on != a.wires[i].supplied {
			a.wires[i].supplied = on
			a.wires[i].feed(now)
		}
	}
	a.tell()
	if at, due := a.room.Next(); due {
		a.wake.Set(at)
	}
	return v
}

// ratedCoil is the rated voltage of a coil whose order says none, V; ours.
const ratedCoil = 230

// feed gives the coil its supply, or takes it away.
func (w *wire) feed(now time.Duration) {
	c := w.unit.Config()
	volts := 0.0
	if w.supplied {
		volts = or(c.Mechanism.CoilVoltage, ratedCoil)
	}
	coil := imu.MX
	if w.By == room.MN {
		coil = imu.MN
	}
	w.unit.Coil(now, coil, volts)
}

// tell tells what is new in the log, the oldest first.
func (a *Area) tell() {
	news := a.room.Log(a.told)
	for i := len(news) - 1; i >= 0; i-- {
		a.told = news[i].Number
		for _, hear := range a.hear {
			hear(news[i])
		}
	}
}

// Subscribe has hear called with every entry of the log from now on. It must return
// soon and not come back to the area.
func (a *Area) Subscribe(hear func(room.Entry)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hear = append(a.hear, hear)
}

// State is how the room is now.
func (a *Area) State() (st room.State) {
	a.Do(func(r *room.Room, now time.Duration) room.Verdict { st = r.State(now); return room.Verdict{} })
	return st
}

// Log is what happened, the newest first.
func (a *Area) Log() (log []room.Entry) {
	a.Do(func(r *room.Room, _ time.Duration) room.Verdict { log = r.Log(0); return room.Verdict{} })
	return log
}

// Config is the room as it was built.
func (a *Area) Config() room.Config { return a.room.Config() }

// Attends is nil if the person of that name stands in the room, or with "" if
// anybody does, and else a [room.Refusal] with what to do. Where a site has no room
// its breakers stand in the open, and whoever comes is there. Every path that needs
// somebody in front of a breaker (HMI, NFC, BLE, USB, pad, switches, buttons) asks
// here before it makes an actor that is present.
func (l *Lab) Attends(person string) error {
	if l.Room == nil {
		return nil
	}
	return l.Room.Do(func(r *room.Room, _ time.Duration) room.Verdict {
		switch {
		case person == "" && !r.Anybody():
			return room.Verdict{Reason: room.Nobody}
		case person != "" && !r.Inside(person):
			return room.Verdict{Reason: room.NotInside}
		}
		return room.Verdict{Reason: room.Granted}
	}).Err()
}
