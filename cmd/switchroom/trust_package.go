package main

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"
)

// maxPackage bounds what is read of a package or an image: more than any has.
const maxPackage = 257 << 20

// bounded reads a file, unless it is longer than any package.
func bounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if i, err := f.Stat(); err == nil && i.Size() <= maxPackage {
		b.Grow(int(i.Size()) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(f, maxPackage+1)); err != nil {
		return nil, err
	}
	if b.Len() > maxPackage {
		return nil, fmt.Errorf("%s is longer than any package may be (%d bytes)", path, maxPackage)
	}
	return b.Bytes(), nil
}

type trustBuildCmd struct {
	trustFlag
	signingFlags
	Component   string   `required:"" help:"control_unit, eife, ife, ifm or io."`
	Module      string   `help:"Build a digital module instead: its name, like erms." placeholder:"NAME"`
	Unit        string   `help:"Serial number of the control unit that the module is bought for." placeholder:"SERIAL"`
	Expires     string   `help:"When the licence of the module ends; never, if left out." placeholder:"TIME"`
	Minimum     []string `help:"Least version of a component: ife=003.010.005; several times for several." sep:"none" placeholder:"COMPONENT=VERSION"`
	Version     string   `required:"" help:"Version, like 002.000.003."`
	Sequence    uint64   `required:"" help:"Sequence: higher than that of every package before it."`
	Image       []string `required:"" help:"Image: its file, or NAME=FILE; several times for several." sep:"none" placeholder:"FILE"`
	Vendor      string   `default:"Switchroom laboratory" help:"Vendor."`
	Built       string   `help:"Build date; now, if left out." placeholder:"TIME"`
	Precursor   string   `help:"Version that must be installed." placeholder:"VERSION"`
	Signer      string   `help:"Signing certificate; the newest of the branch that is not revoked, if left out." placeholder:"NAME"`
	NoTimestamp bool     `help:"Without a timestamp."`
	Out         string   `required:"" help:"Package to write." placeholder:"FILE"`
}

func (c *trustBuildCmd) Run(a *app) error {
	o, err := c.order()
	if err != nil {
		return err
	}
	s, pass, err := keys(a, c.trustFlag, &c.signingFlags)
	if err != nil {
		return err
	}
	if err := signedBy(s, &o); err != nil {
		return err
	}
	b, err := s.Build(o, pass)
	if err != nil {
		return err
	}
	return os.WriteFile(c.Out, b, 0o644)
}

func (c *trustBuildCmd) order() (issue.Order, error) {
	o := issue.Order{Signer: c.Signer}
	built, err := trustTime("built", c.Built)
	if err != nil {
		return o, err
	}
	o.Manifest = trust.Manifest{Vendor: c.Vendor, Class: trust.Firmware, Component: c.Component, Version: c.Version, Sequence: c.Sequence,
		BuildDate: built.UTC().Format("2006-01-02T15:04:05Z"), Precursor: c.Precursor}
	if trust.Components[c.Component] == "" {
		return o, misuse("--component %q: give control_unit, eife, ife, ifm or io", c.Component)
	}
	if err := c.terms(&o.Manifest); err != nil {
		return o, err
	}
	if !c.NoTimestamp {
		o.Stamp = time.Now()
	}
	for i, x := range c.Image {
		name, file, named := strings.Cut(x, "=")
		if !named {
			name, file = fmt.Sprintf("image-%d", i+1), x
		}
		b, err := bounded(file)
		if err != nil {
			return o, err
		}
		o.Manifest.Images, o.Images = append(o.Manifest.Images, trust.Image{Name: name}), append(o.Images, b)
	}
	return o, nil
}

// signedBy fills in who signs where nobody was named: what a revoked certificate signs
// is refused everywhere.
func signedBy(s *issue.Set, o *issue.Order) (err error) {
	if o.Signer == "" {
		if o.Signer, err = s.Newest(trust.Components[o.Manifest.Component]); err != nil {
			return err
		}
	}
	if !o.Stamp.IsZero() {
		o.Stamper, err = s.Newest(trust.Timestamping)
	}
	return err
}

// terms adds licence and minimum versions.
func (c *trustBuildCmd) terms(m *trust.Manifest) error {
	for _, x := range c.Minimum {
		component, version, ok := strings.Cut(x, "=")
		if !ok {
			return misuse("--minimum %q: give it as ife=003.010.005", x)
		}
		m.Minimum = append(m.Minimum, trust.Minimum{Component: component, Version: version})
	}
	slices.SortFunc(m.Minimum, func(a, b trust.Minimum) int { return strings.Compare(a.Component, b.Component) })
	if c.Module == "" {
		if c.Unit != "" || c.Expires != "" {
			return misuse("--unit and --expires are of a digital module: give --module too")
		}
		return nil
	}
	m.Class, m.Licence = trust.Module, &trust.Licence{Module: c.Module, Unit: c.Unit}
	if c.Expires != "" {
		t, err := trustTime("expires", c.Expires)
		if err != nil {
			return err
		}
		m.Licence.Expires = t.UTC().Format("2006-01-02T15:04:05Z")
	}
	return nil
}

type trustUnpackCmd struct {
	Package string `arg:"" help:"Package."`
	Out     string `required:"" help:"New directory." placeholder:"DIR"`
}

func (c *trustUnpackCmd) Run(a *app) error {
	b, err := bounded(c.Package)
	if err != nil {
		return err
	}
	p, err := trust.Split(b)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Package, err)
	}
	chain, err := trust.Certificates(p)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Package, err)
	}
	if err := os.Mkdir(c.Out, 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(c.Out, "images"), 0o755); err != nil {
		return err
	}
	if err := c.write(p, chain); err != nil {
		return err
	}
	fmt.Fprintln(a.Stderr, "taken apart, not judged: that is switchroom trust verify.")
	return nil
}

func (c *trustUnpackCmd) write(p *trust.Package, chain [][]byte) error {
	var certs bytes.Buffer
	for _, der := range chain {
		pem.Encode(&certs, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	files := map[string][]byte{"manifest.json": p.ManifestBytes, "signature.p7s": p.Signature, "chain.pem": certs.Bytes()}
	if len(p.Timestamp) > 0 {
		files["timestamp.tsr"] = p.Timestamp
	}
	for i, x := range p.Manifest.Images { // names are checked: no path in them
		files[filepath.Join("images", x.Name)] = p.Images[i]
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(c.Out, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
