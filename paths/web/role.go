package web

import "switchroom/access"

// granted are the permissions of each role. How many each has is confirmed, which of
// them is ours: SECADM two (security and monitoring), Operator two and Viewer one by
// what their names say, Engineer and Installer four each, which are then those that
// remain: the guide says that it is the Operator who opens and closes.
var granted = map[access.Roles]permission{
	access.SecurityAdmin: monitoring | security,
	access.Engineer:      monitoring | installation | settings | files,
	access.Installer:     monitoring | installation | settings | files,
	access.Operator:      monitoring | control,
	access.Viewer:        monitoring,
}

// permitted are the permissions of a set of roles.
func permitted(r access.Roles) (p permission) {
	for _, one := range r.List() {
		p |= granted[one]
	}
	return p
}

// holders are the roles that have one of the permissions.
func holders(p permission) (r access.Roles) {
	for one, has := range granted {
		if has&p != 0 {
			r |= one
		}
	}
	return r
}
