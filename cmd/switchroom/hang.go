package main

import (
	"fmt"
	"path/filepath"

	"switchroom/displays"
)

// displayMost is how many breakers an FDM128 shows.
const displayMost = 8

// hang hangs an FDM128 on the switchboard, for the first breakers that plain Modbus TCP
// reaches: it has no certificate. It keeps its logins beside the units' memory.
func (h *host) hang() error {
	var addresses []string
	for _, b := range h.reachable() {
		if a := h.plainAddress(&b); a != "" && len(addresses) < displayMost {
			addresses = append(addresses, fmt.Sprintf("modbus://%s/%d", a, b.UnitID()))
		}
	}
	if len(addresses) == 0 {
		return nil
	}
	hardened := h.site.Profile.String() == "hardened"
	logins, err := displays.OpenLogins(filepath.Join(h.data, "fdm128.logins"), hardened)
	if err != nil {
		return err
	}
	p, err := displays.New(addresses, fdmOptions(displays.FDM128, hardened, logins))
	if err != nil {
		return err
	}
	h.web.Hang(p)
	return nil
}
