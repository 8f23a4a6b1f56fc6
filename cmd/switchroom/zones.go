package main

import (
	"net/url"
	"os"
	"path/filepath"

	"switchroom/paths/nfc"
)

// socketMax is how long a socket's path may be on every system we know (104 with
// its end on some).
const socketMax = 100

// zones is where phones are held to the breakers of a site.
type zones struct {
	server *nfc.Server
	path   string
	made   string // directory that was made for it; "": none
}

// openZones opens the socket of the NFC zones, beside the memory, or where paths are
// short if that path is too long for a socket.
func (h *host) openZones() error {
	path, err := filepath.Abs(filepath.Join(h.data, "nfc.sock"))
	if err != nil {
		return err
	}
	z := &zones{server: nfc.NewServer(h.lab.Units, h.lab.World, h.lab.Attends)}
	if len(path) > socketMax {
		if z.made, err = os.MkdirTemp("", "switchroom-"); err != nil {
			return err
		}
		path = filepath.Join(z.made, "nfc.sock")
	}
	z.path, h.zones = path, z
	return z.server.Listen(path)
}

// close ends it.
func (z *zones) close() {
	z.server.Close()
	if z.made != "" {
		os.RemoveAll(z.made)
	}
}

// address is where a unit's tag is read.
func (z *zones) address(unit string) string {
	u := url.URL{Scheme: "nfc", Path: z.path, RawQuery: url.Values{"unit": {unit}}.Encode()}
	return u.String()
}
