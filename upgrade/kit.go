package upgrade

import (
	"fmt"
	"time"

	"switchroom/client"
	"switchroom/trust"
)

// Kit is what the software trusts.
type Kit struct {
	Branches map[string]*trust.Branch
	Now      func() time.Time
	Floor    time.Time // latest time known to be true
	Hardened bool
	Proven   bool // the timestamp exception was chosen
}

// Refused is a package that was judged and not taken.
type Refused struct {
	Where   string // "the software" or "the breaker"
	Verdict trust.Verdict
}

func (e *Refused) Error() string {
	text := e.Verdict.Reason
	for _, r := range trust.Reasons {
		if r.Name == e.Verdict.Reason {
			text = r.Name + ": " + r.Means + "; " + r.Do
		}
	}
	if e.Verdict.Detail != "" {
		text += " (" + e.Verdict.Detail + ")"
	}
	return "refused by " + e.Where + ": " + text
}

// Fetched judges a package that was fetched, before it is kept (S20: at download).
func (k *Kit) Fetched(b []byte) (*trust.Package, error) { return k.judge(b, nil) }

// Fitting judges a package for a breaker, before it is sent (S20: at upload).
func (k *Kit) Fitting(b []byte, f *client.Firmware, member string) (*trust.Package, client.FirmwareMember, error) {
	p, err := trust.Split(b)
	if err != nil {
		return nil, client.FirmwareMember{}, &Refused{"the software", trust.Verdict{Reason: trust.BadFormat, Detail: err.Error()}}
	}
	m, d, err := deviceOf(f, p.Manifest.Component, member)
	if err != nil {
		return nil, m, err
	}
	taken, err := k.judge(b, d)
	return taken, m, err
}

func (k *Kit) judge(b []byte, d *trust.Device) (*trust.Package, error) {
	s := &trust.Side{Branches: k.Branches, Clock: k.Now(), Floor: k.Floor, Hardened: k.Hardened, Proven: k.Proven, Device: d}
	p, v := trust.Verify(b, s)
	if p == nil || !v.OK() {
		return nil, &Refused{"the software", v}
	}
	return p, nil
}

// Lists are the revocation lists that a breaker is given along with a package.
func (k *Kit) Lists(b []byte) [][]byte {
	return (&trust.Side{Branches: k.Branches}).Kept(b).Lists
}

// deviceOf is what trust asks of a breaker, from what it tells.
func deviceOf(f *client.Firmware, component, member string) (m client.FirmwareMember, d *trust.Device, err error) {
	d = &trust.Device{Component: component, Others: map[string]string{}, Serial: f.Serial, Modules: map[string]uint64{}}
	found := false
	var names []string
	for _, x := range f.Members {
		if v := d.Others[x.Component]; v == "" || x.Running.Version < v {
			d.Others[x.Component] = x.Running.Version
		}
		if !found && x.Component == component && (member == "" || member == x.Name) {
			m, found = x, true
		}
		names = append(names, x.Name)
	}
	if !found {
		return m, nil, &Refused{"the software", trust.Verdict{Reason: trust.WrongComponent, Detail: fmt.Sprintf("the package is for %s, the breaker has %q", component, names)}}
	}
	d.Version, d.Sequence = m.Running.Version, max(m.Floor, m.Running.Sequence)
	for _, x := range f.Modules {
		d.Modules[x.Name] = x.Sequence
	}
	return m, d, nil
}
