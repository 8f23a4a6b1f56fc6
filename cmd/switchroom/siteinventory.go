package main

import (
	"switchroom/advisory"
	"switchroom/imu"
	"switchroom/site"
	"switchroom/trust"
)

type siteInventoryCmd struct {
	File string `arg:"" help:"Site file."`
}

// Run prints the components of a site as advisory match takes them.
func (c *siteInventoryCmd) Run(a *app) error {
	s, err := site.LoadFile(c.File)
	if err != nil {
		return err
	}
	items := []advisory.Item{}
	for _, b := range s.Breakers {
		u := b.Unit
		items = append(items, owned(u.Name, "control_unit", u.Identity.Firmware))
		if u.Interface != imu.NoInterface {
			version := u.InterfaceFirmware
			if version == "" {
				version = u.Identity.Firmware
			}
			items = append(items, owned(u.Name, u.Interface.String(), version))
		}
		for range u.IO {
			items = append(items, owned(u.Name, "io", u.Identity.Firmware))
		}
	}
	return printJSON(a.Stdout, map[string][]advisory.Item{"inventory": items})
}

func owned(breaker, component, version string) advisory.Item {
	return advisory.Item{Breaker: breaker, Component: component, Version: version, Branch: trust.Components[component]}
}
