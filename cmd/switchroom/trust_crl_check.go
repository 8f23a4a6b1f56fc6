package main

import (
	"switchroom/cmd/internal/guard"
	"switchroom/imu"
	"switchroom/site"
)

// trustCrlCheckCmd knows site files besides what the program of operations knows.
type trustCrlCheckCmd struct {
	guard.CrlCheckCmd
	Site string `arg:"" optional:"" help:"Site file: its components are looked at." type:"existingfile"`
}

func (c *trustCrlCheckCmd) Run(a *app) error {
	if c.Site != "" {
		s, err := site.LoadFile(c.Site)
		if err != nil {
			return err
		}
		c.Component = componentsOf(s)
	}
	return c.CrlCheckCmd.Run(a)
}

// componentsOf are the components that a site has.
func componentsOf(s *site.Site) []string {
	has := map[string]bool{"control_unit": true}
	for _, b := range s.Breakers {
		if b.Unit.Interface != imu.NoInterface {
			has[b.Unit.Interface.String()] = true
		}
		if len(b.Unit.IO) > 0 {
			has["io"] = true
		}
	}
	var all []string
	for name := range has {
		all = append(all, name)
	}
	return all
}
