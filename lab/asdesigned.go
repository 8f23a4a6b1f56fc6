package lab

import (
	"slices"
	"strings"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
)

// designed are the settings of a breaker in the site file, or as it leaves the factory
// where the file says none: each at its minimum, long time at its maximum.
func (s *Server) designed(u *imu.Unit) protection.Settings {
	for i := range s.lab.Site.Breakers {
		if b := &s.lab.Site.Breakers[i]; b.Unit.Name == u.Name() && b.Unit.Settings != nil {
			return *b.Unit.Settings
		}
	}
	return protection.Defaults(u.Rating())
}

// differs are the settings that are not as the site file has them, each with what it
// was and what it is. Of two groups it is the acting one.
func (s *Server) differs(u *imu.Unit, now protection.Settings) (all []string) {
	was, r := s.designed(u), u.Rating()
	for _, id := range protection.IDs() {
		info := points.Of(id)
		if _, has := info.For(r); !has {
			continue
		}
		a, _ := was.Get(id)
		b, _ := now.Get(id)
		if a != b {
			name := strings.TrimPrefix(info.Name, "protection.")
			all = append(all, strings.TrimSpace(words(name)+": "+info.Format(points.Number(a))+" → "+info.Format(points.Number(b))+" "+info.Unit))
		}
	}
	slices.Sort(all)
	return all
}
