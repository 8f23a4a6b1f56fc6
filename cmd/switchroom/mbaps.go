package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/paths/ethernet"
	"switchroom/site"
	"switchroom/wire/mbaps"
)

// secureFlags are the files that mbaps:// needs.
type secureFlags struct {
	Certificate string `help:"For mbaps://: PEM file of your certificate, with your role in it." type:"existingfile" placeholder:"FILE"`
	Key         string `help:"For mbaps://: PEM file of its key." type:"existingfile" placeholder:"FILE"`
	Anchors     string `help:"For mbaps://: PEM file of the authorities that the certificate of the breaker may be of." type:"existingfile" placeholder:"FILE"`
}

// files are those for an address. Given for another kind of address they would make
// somebody believe that it is secured.
func (f *secureFlags) files(address string) (mbaps.Files, error) {
	files := mbaps.Files{Certificate: f.Certificate, Key: f.Key, Anchors: f.Anchors}
	secured := strings.HasPrefix(address, "mbaps://")
	switch {
	case files.Given() && !secured:
		return files, misuse("--certificate, --key and --anchors are for mbaps://; %s is not secured by them", address)
	case secured && (f.Certificate == "" || f.Key == "" || f.Anchors == ""):
		return files, misuse("%s needs --certificate, --key and --anchors", address)
	}
	return files, nil
}

// secureDoors reads the identities of the interfaces that have Modbus/TCP Security, by
// breaker. Everything that is wrong with them comes at once.
func (h *host) secureDoors() (map[string]*ethernet.Secure, error) {
	doors, read := map[string]*ethernet.Secure{}, map[mbaps.Files]*mbaps.Identity{}
	var wrong []error
	for i := range h.site.Breakers {
		b := &h.site.Breakers[i]
		if b.Mbaps == nil {
			continue
		}
		f := mbaps.Files{Certificate: b.Mbaps.Certificate, Key: b.Mbaps.Key, Anchors: b.Mbaps.Anchors}
		id, known := read[f]
		if !known {
			var err error
			if id, err = deviceIdentity(f); err != nil {
				wrong = append(wrong, fmt.Errorf("mbaps of %s: %w", b.Unit.Name, err))
			}
			read[f] = id
		}
		if id == nil {
			continue
		}
		if !id.Names(b.Address.Addr()) {
			fmt.Fprintf(h.app.Stderr, "warning: certificate %s does not name %v: who asks %s there by mbaps:// refuses it; have one made with this address\n", f.Certificate, b.Address.Addr(), b.Unit.Name)
		}
		doors[b.Unit.Name] = &ethernet.Secure{Address: b.MbapsAddress(), Config: id.Server(), Rights: b.Mbaps.Rights, Only: b.Mbaps.Only}
	}
	return doors, errors.Join(wrong...)
}

// deviceIdentity reads one identity; nil with an error.
func deviceIdentity(f mbaps.Files) (*mbaps.Identity, error) {
	id, err := mbaps.Load(f)
	if err == nil {
		err = id.Check(time.Now(), x509.ExtKeyUsageServerAuth)
	}
	if err != nil {
		return nil, err
	}
	return id, nil
}

// plainShut reports whether a breaker is reached by Modbus/TCP Security alone.
func plainShut(s *site.Site, b *site.Breaker) bool {
	at := s.MbapsOf(b)
	return at != nil && at.Mbaps.Only
}

// plainAddress is where a breaker is reached by plain Modbus; "": it is not.
func (h *host) plainAddress(b *site.Breaker) string {
	if plainShut(h.site, b) {
		return ""
	}
	return b.Address.String()
}

// mbapsAddress is where a breaker is reached by Modbus/TCP Security; "": it is not.
func (h *host) mbapsAddress(b *site.Breaker) string {
	if at := h.site.MbapsOf(b); at != nil {
		return at.MbapsAddress().String()
	}
	return ""
}

// modbusURLs are the addresses that reach a breaker by Modbus.
func (h *host) modbusURLs(b *site.Breaker) string {
	var all []string
	if a := h.plainAddress(b); a != "" {
		all = append(all, fmt.Sprintf("modbus://%s/%d", a, b.UnitID()))
	}
	if a := h.mbapsAddress(b); a != "" {
		all = append(all, fmt.Sprintf("mbaps://%s/%d", a, b.UnitID()))
	}
	return strings.Join(all, " ")
}

// warnSecured says where a site listens beyond loopback for those with a certificate.
func warnSecured(a *app, s *site.Site) {
	var open []string
	for i := range s.Breakers {
		if b := &s.Breakers[i]; b.Mbaps != nil && !b.Address.Addr().IsLoopback() {
			open = append(open, b.MbapsAddress().String())
		}
	}
	if slices.Sort(open); len(open) > 0 {
		fmt.Fprintf(a.Stderr, "warning: Modbus/TCP Security listens beyond this machine: %s; whoever has a certificate of its anchors does what its role may\n", strings.Join(open, ", "))
	}
}
