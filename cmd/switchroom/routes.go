package main

import (
	"strings"

	"switchroom/lab"
)

type routesCmd struct{ listing }

func (c *routesCmd) Run(a *app) error {
	all := lab.Routes()
	t := table{head: []string{"server", "method", "path", "access", "roles"}, json: all}
	for _, r := range all {
		t.add(r.Server, r.Method, r.Path, r.Access, strings.Join(r.Roles, " "))
	}
	return t.print(a.stdout, c.listing)
}
