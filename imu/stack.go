package imu

import "errors"

// Stack puts the unit's IFM behind an IFE server, through which alone the
// network reaches it: remote control is then enabled while both pads are open
// (R4). A server is stacked on nothing itself. Call it before either unit serves.
func (u *Unit) Stack(server *Unit) error {
	if u.cfg.Interface != IFM || server.cfg.Interface != IFE {
		return errors.New("an IFM is stacked on an IFE")
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.server = server
	return nil
}

// remote reports whether remote control is enabled, by every pad on the way to
// the unit. It is called with the unit locked, and locks the server: an IFM's
// unit may lock an IFE's, never the other way round.
func (u *Unit) remote() bool {
	if !u.set.Remote || u.server == nil {
		return u.set.Remote
	}
	u.server.mu.Lock()
	defer u.server.mu.Unlock()
	return u.server.set.Remote
}
