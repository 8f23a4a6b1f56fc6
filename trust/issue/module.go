package issue

import (
	"encoding/json"
	"fmt"
	"time"

	"switchroom/trust"
)

// ModuleOrder is a digital module that somebody has bought.
type ModuleOrder struct {
	Module   string // name, like erms
	Unit     string // serial number of the control unit
	Expires  time.Time
	Version  string // of the module; "" for 001.000.000
	Sequence uint64 // 0: made of the time, so that a later order replaces an earlier one
	Minimum  []trust.Minimum
}

// Module builds and signs a digital module, as of now. Its image is a description:
// the function itself is in the firmware of a virtual unit (ours).
func (s *Set) Module(o ModuleOrder, passphrase string, now time.Time) ([]byte, error) {
	now = now.UTC().Truncate(time.Second)
	m := trust.Manifest{Vendor: "Switchroom laboratory", Class: trust.Module, Component: "control_unit", Version: o.Version, Sequence: o.Sequence,
		BuildDate: now.Format(time.RFC3339), Images: []trust.Image{{Name: "module"}}, Minimum: o.Minimum,
		Licence: &trust.Licence{Module: o.Module, Unit: o.Unit}}
	if m.Version == "" {
		m.Version = "001.000.000"
	}
	if m.Sequence == 0 {
		m.Sequence = uint64(now.Unix())
	}
	if !o.Expires.IsZero() {
		m.Licence.Expires = o.Expires.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	image, err := json.Marshal(m.Licence)
	if err != nil {
		return nil, err
	}
	signer, err := s.Newest(trust.Micrologic)
	if err != nil {
		return nil, err
	}
	stamper, err := s.Newest(trust.Timestamping)
	if err != nil {
		return nil, err
	}
	return s.Build(Order{Manifest: m, Images: [][]byte{image}, Signer: signer, Stamper: stamper, Stamp: now}, passphrase)
}

// Newest is the last signing certificate of a branch that counts.
func (s *Set) Newest(branch string) (string, error) {
	name := ""
	for _, c := range s.Index.Certificates {
		if c.Branch == branch && c.signs() && s.stands(&c) {
			name = c.Name
		}
	}
	if name == "" {
		return "", fmt.Errorf("every signing certificate of branch %s was revoked: make one with switchroom trust issue %s", branch, branch)
	}
	return name, nil
}
