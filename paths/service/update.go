package service

import (
	"switchroom/imu"
	"switchroom/points"
	"switchroom/wire/usblink"
)

// firmware tells versions, digital modules, and how far an update is.
func (s *Session) firmware(*usblink.Ask) *usblink.Reply {
	status, d := s.unit.Firmware(s.world.Now(), s.actor)
	if !d.OK() {
		return denied(d)
	}
	return &usblink.Reply{OK: true, Members: encoded(status)}
}

// stage takes a piece of a package, and tells how much is there.
func (s *Session) stage(a *usblink.Ask) *usblink.Reply {
	p, bad := upload(a)
	if bad != nil {
		return bad
	}
	return s.request(imu.Request{Actor: s.actor, Op: points.UpdateStage, Upload: p})
}

// install has the package judged by the control unit, which begins to install it.
func (s *Session) install(a *usblink.Ask) *usblink.Reply {
	p, bad := upload(a)
	if bad != nil {
		return bad
	}
	res := s.unit.Do(s.world.Now(), imu.Request{Actor: s.actor, Op: points.UpdateInstall, Upload: p})
	if !res.OK() {
		return refused(res)
	}
	return &usblink.Reply{OK: true, Value: encoded(res.Value.Text())}
}

// upload is what a question says of a package.
func upload(a *usblink.Ask) (*imu.Upload, *usblink.Reply) {
	p := &imu.Upload{Size: a.Size, Offset: a.Offset, Data: a.Data, Lists: a.Lists, Member: a.Member}
	if copy(p.SHA256[:], a.SHA256) != len(p.SHA256) || len(a.SHA256) != len(p.SHA256) || len(a.Data) > usblink.MaxPiece {
		return nil, fail("malformed", "a package is named by its size and its SHA-256; a piece has at most 131072 bytes")
	}
	return p, nil
}
