package site

import (
	"fmt"
	"os"
	"path/filepath"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/trust"
)

// usualFirmware is that of IFE and EIFE where the site says nothing: the last with
// groups, the first with roles.
func usualFirmware(p access.Profile) string {
	if p.ByRole() {
		return firstWithRoles
	}
	return lastWithGroups
}

// firmware gives a unit the versions that it left the factory with.
func (c *checker) firmware(at string, s *Site, f *fileBreaker, u *imu.Config) {
	if f.Firmware != "" && !firmwareForm.MatchString(f.Firmware) {
		c.problem(at+".firmware", fmt.Sprintf("%q is no version; write 002.000.003", f.Firmware))
		return
	}
	u.Identity.Firmware = or(f.Firmware, u.Identity.Firmware)
	if u.Interface == imu.IFE || u.Interface == imu.EIFE {
		u.InterfaceFirmware = or(s.Web.Firmware, usualFirmware(s.Profile))
	}
}

// readAnchors gives every control unit the certificates by which it judges packages.
func (s *Site) readAnchors() error {
	if s.Trust == "" {
		return nil
	}
	dir := s.Trust
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(s.Dir, dir)
	}
	anchors, err := trust.ReadAnchors(os.DirFS(dir))
	if err != nil {
		return err
	}
	for i := range s.Breakers {
		s.Breakers[i].Unit.Anchors = anchors
	}
	return nil
}
