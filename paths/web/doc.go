// Package web is the way to a unit through the web pages of its IFE or EIFE (GUIDE
// A6, A11), on the unit's own address. It turns forms into requests of an actor on
// path "web" and shows what came of them; whether an operation at the breaker is
// admitted is imu's to ask and access's to say, and nothing here decides it.
//
// What it does decide is who may see which page. That is two tables: [pages] says of
// each page where it stands, which groups may look and change as delivered (profile
// 2017) and which permission a role needs (rbac, hardened); [routes] says of each
// method and path to whom it is open and to which page it belongs. The guard in front
// of every handler, the menus, `switchroom routes` and the test that tries every route
// as everybody are made of them. A handler checks no right.
//
// # To add a page
//
//   - a row in pages (page.go): key, menu, title, path, permissions, certainty;
//   - a row in routes (route.go) for its GET, and one for each POST;
//   - the handlers, func(d *Device, v *visit), in a file of the page's own, with its
//     templ beside it (go generate ./paths/web). A GET changes nothing. v.show shows;
//     v.form reads a form; v.done tells what was done and leads to a page of this
//     device; v.note writes the device's security log;
//   - what the page stands on comes in by [Options], as an interface of two or three
//     methods declared here: this package imports no sibling. A page whose thing is
//     not there (nil) is left out: give the row its absent function.
//
// Paths are plain: no parameter is ever a name. Who is addressed comes in a form.
//
// # What it promises
//
// An unknown session id is nobody. State that must survive (accounts, rights) is in
// one file per unit, replaced whole and flushed before anybody is told that it is so;
// a file that does not read is refused, and never taken for a unit as delivered.
package web

//go:generate go tool -modfile=../../tools/go.mod templ generate
