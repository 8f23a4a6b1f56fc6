package site

import (
	"fmt"
	"regexp"
)

// Web is what the site file says of the web pages of the interfaces.
type Web struct {
	Off      bool
	Port     uint16 // 0: the usual one, or a free one if that is taken
	TLSPort  uint16 // the same
	Firmware string // of the interfaces; "": by the profile
}

// fileWeb is that as it stands.
type fileWeb struct {
	Web      string `yaml:"web"`
	WebPort  uint16 `yaml:"web_port"`
	TLSPort  uint16 `yaml:"web_tls_port"`
	Firmware string `yaml:"interface_firmware"`
}

var firmwareForm = regexp.MustCompile(`^[0-9]{3}\.[0-9]{3}\.[0-9]{3}$`)

// firstWithRoles is the firmware from which on web pages have roles (RN).
const firstWithRoles = "004.001.000"

// lastWithGroups is the last before it that is known.
const lastWithGroups = "003.010.005"

// web checks what is said of the web pages.
func (c *checker) web(s *Site, f *fileWeb) Web {
	w := Web{Off: f.Web == "off", Port: f.WebPort, TLSPort: f.TLSPort, Firmware: f.Firmware}
	switch {
	case f.Firmware == "":
	case !firmwareForm.MatchString(f.Firmware):
		c.problem("interface_firmware", fmt.Sprintf("%q is no revision; write 003.010.005", f.Firmware))
	case s.Profile.ByRole() && f.Firmware < firstWithRoles:
		c.problem("interface_firmware", fmt.Sprintf("%s has groups and no roles; write profile: \"2017\", or %s and up", f.Firmware, firstWithRoles))
	case !s.Profile.ByRole() && f.Firmware >= firstWithRoles:
		c.problem("interface_firmware", fmt.Sprintf("%s has roles and no groups; write profile: rbac, or up to 003.010.005", f.Firmware))
	}
	if w.Port != 0 && (w.Port == s.Port || w.Port == w.TLSPort) {
		c.problem("web_port", fmt.Sprintf("port %d is taken by something else of the same units", w.Port))
	}
	return w
}
