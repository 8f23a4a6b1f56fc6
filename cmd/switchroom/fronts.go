package main

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"switchroom/paths/nfc"
	"switchroom/paths/usb"
)

// socketMax is how long a socket's path may be on every system we know (104 with
// its end on some).
const socketMax = 90

// fronts are the sockets that stand for what is held to, or plugged into, the fronts
// of a site's breakers.
type fronts struct {
	nfc  *nfc.Server
	usb  *usb.Server
	air  *airwaves
	dir  string
	made bool // the directory was made for them
}

// openFronts opens them beside the memory, or where paths are short if that path is
// too long for a socket.
func (h *host) openFronts() error {
	dir, err := filepath.Abs(h.data)
	if err != nil {
		return err
	}
	f := &fronts{dir: dir, nfc: nfc.NewServer(h.lab.Units, h.lab.World, h.lab.Attends), usb: usb.NewServer(h.lab.Units, h.lab.World, h.lab.Attends)}
	if len(dir) > socketMax {
		if f.dir, err = os.MkdirTemp("", "switchroom-"); err != nil {
			return err
		}
		f.made = true
	}
	h.fronts = f
	if f.air, err = openAir(h.lab, f.socket("ble")); err != nil {
		return err
	}
	if h.web != nil {
		h.web.Tune(f.air.air)
	}
	return errors.Join(f.nfc.Listen(f.socket("nfc")), f.usb.Listen(f.socket("usb")))
}

func (f *fronts) start() {
	f.nfc.Start()
	f.usb.Start()
}

func (f *fronts) close() {
	f.nfc.Close()
	f.usb.Close()
	f.air.close()
	if f.made {
		os.RemoveAll(f.dir)
	}
}

func (f *fronts) socket(way string) string { return filepath.Join(f.dir, way+".sock") }

// address is where a unit is reached by one of the ways.
func (f *fronts) address(way, unit string) string {
	u := url.URL{Scheme: way, Path: f.socket(way), RawQuery: url.Values{"unit": {unit}}.Encode()}
	return u.String()
}
