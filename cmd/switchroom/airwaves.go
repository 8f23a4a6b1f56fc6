package main

import (
	"switchroom/air"
	"switchroom/paths/ble"
	"switchroom/site"
)

// airwaves are the radios of a site: those of its units, and the socket by which phones
// and other hosts take one.
type airwaves struct {
	air    *air.Air
	units  *ble.Server
	socket *air.Socket
}

// apart is how far the breakers of a site stand from each other along the board, and how
// far before it somebody with a phone stands, metres. Ours.
const (
	apart  = 0.8
	before = 2.0
)

// openAir gives the units of a laboratory their radios, which are off until somebody
// presses a button.
func openAir(l *site.Lab, path string) (*airwaves, error) {
	a := air.New(uint64(l.Network.Seed))
	w := &airwaves{air: a, units: ble.NewServer(l.Units, l.World, a, func(i int) air.Place { return air.Place{X: apart * float64(i)} })}
	var err error
	if w.socket, err = a.ServeSocket(path, air.Place{Y: before}); err != nil {
		w.units.Close()
		a.Close()
		return nil, err
	}
	return w, nil
}

func (w *airwaves) close() {
	if w == nil {
		return
	}
	w.socket.Close()
	w.units.Close()
	w.air.Close()
}
