// Package trust judges packages of firmware and digital modules: who signed
// them, whether that signature still counts, and whether they fit. It only
// verifies; it opens no file and no connection and has no clock. Whoever asks
// hands in anchors, revocation lists, a clock and the last time known to be true.
//
// One implementation serves the commissioning software and the control unit:
// each feeds it with what it has itself. The format is in docs/package.md. It is
// ours: that of the real device is not public.
package trust

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// Manifest is what is signed. Its JSON has exactly these members in this order,
// without white space; anything else is refused.
type Manifest struct {
	Vendor    string    `json:"vendor"`
	Class     string    `json:"class"`     // [Firmware] or [Module]
	Component string    `json:"component"` // one of Components
	Version   string    `json:"version"`   // like 002.000.003
	Sequence  uint64    `json:"sequence"`  // only grows, whatever the version says
	BuildDate string    `json:"build_date"`
	Precursor string    `json:"precursor"` // version that must be installed; "" for any
	Images    []Image   `json:"images"`    // in the order in which they follow
	Minimum   []Minimum `json:"minimum"`   // what the components must have
	Licence   *Licence  `json:"licence"`   // of a digital module; null for firmware
}

// Image is one image of a package.
type Image struct {
	Name   string `json:"name"`   // the slot it belongs to
	Size   uint64 `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // hex, lower case
}

// Minimum is the lowest version another component may have.
type Minimum struct {
	Component string `json:"component"`
	Version   string `json:"version"`
}

// Components says which branch signs for which component (GUIDE E8).
var Components = map[string]string{
	"control_unit": Micrologic,
	"eife":         Communication,
	"ife":          Communication,
	"ifm":          Micrologic,
	"io":           Micrologic,
}

// The branches; names of ours for those of GUIDE E8.
const (
	Communication = "communication" // "Adv communication master"
	Micrologic    = "micrologic"    // "LV breaker Micrologic master"
	Software      = "software"      // ours: releases of the commissioning software (E10)
	Timestamping  = "timestamp"     // ours: whoever says when a signature existed
	TLS           = "tls"           // ours: identities of interfaces and of their clients
)

// forPackages tells whether a branch counts when a package is judged.
func forPackages(branch string) bool {
	return branch == Communication || branch == Micrologic || branch == Timestamping
}

var (
	versionForm = regexp.MustCompile(`^[0-9]{3}\.[0-9]{3}\.[0-9]{3}$`)
	nameForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)
)

// dateForm is the only form of a build date: UTC, whole seconds.
const dateForm = "2006-01-02T15:04:05Z"

// Encode returns the bytes to sign.
func (m *Manifest) Encode() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	c := *m
	c.Images, c.Minimum = append([]Image{}, m.Images...), append([]Minimum{}, m.Minimum...)
	return json.Marshal(c, json.Deterministic(true))
}

// ParseManifest reads a manifest. Encoding what it returns gives the same bytes.
func ParseManifest(b []byte) (*Manifest, error) {
	var m Manifest
	if len(b) > maxManifest {
		return nil, fmt.Errorf("manifest has %d bytes, at most %d are taken", len(b), maxManifest)
	}
	if err := json.Unmarshal(b, &m, json.RejectUnknownMembers(true)); err != nil {
		return nil, err
	}
	again, err := m.Encode()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(b, again) {
		return nil, fmt.Errorf("manifest is not in its canonical form")
	}
	return &m, nil
}

func (m *Manifest) check() error {
	switch {
	case m.Vendor == "" || len(m.Vendor) > 64:
		return fmt.Errorf("vendor: give a name of 1 to 64 bytes")
	case m.Class != Firmware && m.Class != Module:
		return fmt.Errorf("class %q: give firmware or module", m.Class)
	case Components[m.Component] == "":
		return fmt.Errorf("component %q: give control_unit, eife, ife, ifm or io", m.Component)
	case !versionForm.MatchString(m.Version):
		return fmt.Errorf("version %q: give it as 002.000.003", m.Version)
	case m.Precursor != "" && !versionForm.MatchString(m.Precursor):
		return fmt.Errorf("precursor %q: give it as 002.000.003", m.Precursor)
	case m.Sequence == 0:
		return fmt.Errorf("sequence: begins at 1")
	}
	if t, err := time.Parse(dateForm, m.BuildDate); err != nil || t.Format(dateForm) != m.BuildDate {
		return fmt.Errorf("build date %q: give it as 2017-05-04T12:00:00Z", m.BuildDate)
	}
	if err := m.checkLicence(); err != nil {
		return err
	}
	if err := m.checkImages(); err != nil {
		return err
	}
	return m.checkMinimum()
}

func (m *Manifest) checkImages() error {
	if n := len(m.Images); n == 0 || n > maxImages {
		return fmt.Errorf("a package has 1 to %d images, not %d", maxImages, n)
	}
	total, seen := uint64(0), []string{}
	for _, i := range m.Images {
		digest, err := hex.DecodeString(i.SHA256)
		switch {
		case !nameForm.MatchString(i.Name) || slices.Contains(seen, i.Name):
			return fmt.Errorf("image %q: give each a name of its own of a-z, 0-9, - and _", i.Name)
		case i.Size > maxImageBytes-total:
			return fmt.Errorf("image %s: all images together may have %d bytes", i.Name, maxImageBytes)
		case err != nil || len(digest) != 32 || hex.EncodeToString(digest) != i.SHA256:
			return fmt.Errorf("image %s: sha256 is 64 digits 0-9 a-f", i.Name)
		}
		total, seen = total+i.Size, append(seen, i.Name)
	}
	return nil
}

func (m *Manifest) checkMinimum() error {
	last := ""
	for _, x := range m.Minimum {
		if Components[x.Component] == "" || !versionForm.MatchString(x.Version) || x.Component <= last {
			return fmt.Errorf("minimum %q %q: known components, sorted, each once, with a version", x.Component, x.Version)
		}
		last = x.Component
	}
	return nil
}

// Built returns the build date.
func (m *Manifest) Built() time.Time {
	t, _ := time.Parse(dateForm, m.BuildDate)
	return t
}
