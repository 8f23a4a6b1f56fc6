package main

import (
	"strings"

	mobile "switchroom/app"
	"switchroom/console"
	"switchroom/lab"
	"switchroom/paths/web"
	"switchroom/portal"
)

type routesCmd struct{ listing }

// routeRows are what --json prints: the rows of each server as it tells them.
func routeRows() (rows []any) {
	for _, r := range lab.Routes() {
		rows = append(rows, r)
	}
	for _, r := range web.Routes() {
		rows = append(rows, r)
	}
	for _, r := range console.Routes() {
		rows = append(rows, r)
	}
	for _, r := range portal.Routes() {
		rows = append(rows, r)
	}
	for _, r := range mobile.Routes() {
		rows = append(rows, r)
	}
	return rows
}

func (c *routesCmd) Run(a *app) error {
	t := table{Head: []string{"server", "method", "path", "access", "roles"}, JSON: routeRows()}
	for _, r := range lab.Routes() {
		t.Add(r.Server, r.Method, r.Path, r.Access, strings.Join(r.Roles, " "))
	}
	for _, r := range web.Routes() {
		t.Add(r.Server, r.Method, r.Path, r.Access, strings.Join(r.Roles, " "))
	}
	for _, r := range console.Routes() {
		t.Add(r.Server, r.Method, r.Path, r.Access, strings.Join(r.Roles, ", "))
	}
	for _, r := range portal.Routes() {
		var roles []string
		for _, x := range r.Roles {
			roles = append(roles, string(x))
		}
		t.Add(r.Server, r.Method, r.Path, r.Access, strings.Join(roles, ", "))
	}
	for _, r := range mobile.Routes() {
		t.Add(r.Server, r.Method, r.Path, r.Access, "")
	}
	return t.Print(a.Stdout, c.listing)
}
