package console

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"switchroom/audit"
	"switchroom/commission"
	"switchroom/trust"
	"switchroom/trust/fetch"
	"switchroom/upgrade"
)

// Bounds of packages, ours: more than a breaker takes, and how many are kept.
const (
	packageMost   = 66 << 20
	packagesMost  = 8
	packageAside  = bodyMax + 2*rehearsalMost // what is sent along with one
	packageWithin = 10 * time.Minute          // to come in
)

// packageTold is a package that the software has judged and taken.
type packageTold struct {
	SHA256    string    `json:"sha256"`
	Bytes     int       `json:"bytes"`
	Class     string    `json:"class"` // firmware, module
	Component string    `json:"component"`
	Version   string    `json:"version"`
	Sequence  uint64    `json:"sequence"`
	Built     string    `json:"built"`
	Module    string    `json:"module" doc:"name of the digital module"`
	Unit      string    `json:"unit" doc:"serial number of the control unit that a module is licensed for"`
	Expires   string    `json:"expires"`
	Signer    string    `json:"signer"`
	Serial    string    `json:"serial" doc:"of the certificate that has signed it"`
	Stamped   time.Time `json:"timestamp,omitzero"`
}

// Title is the package in a line.
func (p *packageTold) Title() string {
	if p.Module != "" {
		return fmt.Sprintf("digital module %s %s for unit %s", p.Module, p.Version, p.Unit)
	}
	return fmt.Sprintf("firmware %s for %s", p.Version, p.Component)
}

// judged judges a package as the commissioning software, before anything is sent.
func (t *Trust) judged(b []byte, now func() time.Time) (*packageTold, error) {
	k, err := t.kit(now)
	if err != nil {
		return nil, err
	}
	p, err := k.Fetched(b)
	if err != nil {
		return nil, err
	}
	_, found := trust.Verify(b, &trust.Side{Branches: k.Branches, Clock: k.Now(), Floor: k.Floor, Hardened: k.Hardened}) // says who signed
	m := p.Manifest
	told := &packageTold{SHA256: upgrade.PackageDigest(b), Bytes: len(b), Class: m.Class, Component: m.Component, Version: m.Version, Sequence: m.Sequence, Built: m.BuildDate, Signer: found.Signer, Serial: found.Serial, Stamped: found.Timestamp}
	if m.Licence != nil {
		told.Module, told.Unit, told.Expires = m.Licence.Module, m.Licence.Unit, m.Licence.Expires
	}
	return told, nil
}

// took judges a package that came in, and keeps it if it is taken. Both are recorded.
func (v *visit) took(b []byte) (*packageTold, error) {
	v.s.judging.Lock() // one after the other: they are large
	defer v.s.judging.Unlock()
	told, err := v.s.Trust.judged(b, v.s.Now)
	r := v.did("firmware.fetched", "package "+upgrade.PackageDigest(b))
	if err != nil {
		r.Result, r.Why = audit.Refused, err.Error()
		return nil, errors.Join(err, v.s.note(v.r.Context(), r))
	}
	r.After = r.After.With("what", told.Title()).With("signer", told.Signer)
	return told, v.s.deed(v.r.Context(), r, func() error { return v.s.Trust.keep(told.SHA256, b) })
}

func (t *Trust) packages() string { return filepath.Join(t.Dir, "packages") }

// keep keeps a package; of more than there may be, the oldest go.
func (t *Trust) keep(digest string, b []byte) error {
	if err := fetch.Replace(filepath.Join(t.packages(), digest), b); err != nil {
		return err
	}
	all, err := t.digests()
	if err != nil {
		return err
	}
	for _, old := range all[min(packagesMost, len(all)):] {
		err = errors.Join(err, os.Remove(filepath.Join(t.packages(), old)))
	}
	return err
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// digests are those of the packages that are kept, the newest first.
func (t *Trust) digests() (all []string, err error) {
	files, err := os.ReadDir(t.packages())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	at := map[string]time.Time{}
	for _, f := range files {
		if i, err := f.Info(); err == nil && digestForm.MatchString(f.Name()) {
			at[f.Name()], all = i.ModTime(), append(all, f.Name())
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(at[b].Compare(at[a]), cmp.Compare(a, b)) })
	return all, err
}

// packaged is a package that is kept.
func (t *Trust) packaged(digest string) ([]byte, error) {
	none := &commission.NoneError{What: "package of this digest here: send it first"}
	if !digestForm.MatchString(digest) {
		return nil, none
	}
	b, err := os.ReadFile(filepath.Join(t.packages(), digest))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, none
	}
	if err == nil && upgrade.PackageDigest(b) != digest {
		err = fmt.Errorf("package %s is not what was kept any more: send it again", prefix(digest))
	}
	return b, err
}

// patient lets a large body come in.
func (v *visit) patient() {
	c := http.NewResponseController(v.w)
	c.SetReadDeadline(time.Now().Add(packageWithin))
	c.SetWriteDeadline(time.Now().Add(packageWithin + toldWithin))
}

func (v *visit) fetchPackage(in *struct {
	RawBody []byte `contentType:"application/octet-stream"`
}) (*body[*packageTold], error) {
	told, err := v.took(in.RawBody)
	return &body[*packageTold]{told}, err
}
