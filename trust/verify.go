package trust

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"time"
)

// Side is what one side knows: the commissioning software, or a control unit.
type Side struct {
	Branches map[string]*Branch
	Clock    time.Time // what its clock says
	Floor    time.Time // the latest time it ever knew to be true; its clock may have fallen back
	Hardened bool      // profile hardened: only adds refusals
	Proven   bool      // the timestamp exception was chosen
	Device   *Device   // what it would be installed on; nil to leave that out
}

// Device is what a package would be installed on.
type Device struct {
	Component string
	Version   string
	Sequence  uint64            // of the firmware that is installed
	Others    map[string]string // versions of other components
	Serial    string            // of the control unit; "" if it is not known
	Modules   map[string]uint64 // sequences of the digital modules that are installed
}

// Verdict says whether a package is taken, and why. Times are zero if there are none.
type Verdict struct {
	Reason    string
	Detail    string
	Component string
	Version   string
	Signer    string
	Serial    string
	Timestamp time.Time
	RevokedAt time.Time
}

// OK tells whether the package is taken. The zero verdict is not.
func (v *Verdict) OK() bool { return v.Reason == Accepted }

func (v *Verdict) refuse(reason string, err error) bool {
	v.Reason = reason
	if err != nil {
		v.Detail = err.Error()
	}
	return false
}

// now is the clock, unless that fell behind what was known already.
func (s *Side) now() time.Time {
	if s.Clock.Before(s.Floor) {
		return s.Floor
	}
	return s.Clock
}

// Verify judges a package. The package is nil unless the verdict is OK, and it is
// made of the very bytes that were judged: write those.
func Verify(b []byte, s *Side) (*Package, Verdict) {
	var v Verdict
	p, err := Split(b)
	if err != nil {
		v.refuse(BadFormat, err)
		return nil, v
	}
	v.Component, v.Version = p.Manifest.Component, p.Manifest.Version
	if s.signed(p, &v) && p.whole(&v) && s.fits(p.Manifest, &v) {
		v.Reason = Accepted
		return p, v
	}
	return nil, v
}

// signed asks who signed the manifest, and whether that counts.
func (s *Side) signed(p *Package, v *Verdict) bool {
	sig, err := checkCMS(p.Signature, p.ManifestBytes, oidData)
	if err != nil {
		return v.refuse(BadSignature, err)
	}
	v.Signer, v.Serial = sig.leaf.Subject.CommonName, hex.EncodeToString(sig.leaf.SerialNumber.Bytes())
	at, ok := s.when(p, v)
	if !ok {
		return false
	}
	name := Components[p.Manifest.Component]
	branch := s.Branches[name]
	if branch == nil {
		return v.refuse(Untrusted, fmt.Errorf("this side has no anchors of branch %s", name))
	}
	chain, err := branch.chain(sig.leaf, sig.others, at, x509.ExtKeyUsageAny)
	if err != nil {
		return v.refuse(s.signerReason(sig, name, at, err), err)
	}
	if !maySign(sig.leaf) {
		return v.refuse(WrongUsage, nil)
	}
	if len(chain) != len(sig.others)+2 {
		return v.refuse(BadSignature, fmt.Errorf("it carries other certificates than those of its chain"))
	}
	return s.dated(branch, chain, p, v)
}

func (s *Side) dated(b *Branch, chain []*x509.Certificate, p *Package, v *Verdict) bool {
	d := dating{built: p.Manifest.Built(), proven: v.Timestamp, optedIn: s.Proven, hardened: s.Hardened}
	why, detail, r := s.judgeDates(b, chain, d)
	if r != nil {
		v.RevokedAt = r.At
	}
	v.Detail = detail
	return why == Accepted || v.refuse(why, nil)
}

// when says as of when certificates are judged: as of a trusted timestamp, or
// else as of now. So the last firmware of a product does not expire, and a clock
// that fell back does not make a certificate one of the future.
func (s *Side) when(p *Package, v *Verdict) (time.Time, bool) {
	if len(p.Timestamp) == 0 {
		return s.now(), true
	}
	t, err := checkTimestamp(p.Timestamp, p.Signature)
	if err != nil {
		return time.Time{}, v.refuse(BadTimestamp, err)
	}
	b := s.Branches[Timestamping]
	if b == nil {
		return time.Time{}, v.refuse(BadTimestamp, fmt.Errorf("this side has no anchors for timestamps"))
	}
	chain, err := b.chain(t.by, t.with, t.at, x509.ExtKeyUsageTimeStamping)
	if err != nil {
		return time.Time{}, v.refuse(BadTimestamp, err)
	}
	for i, issuer := range chain[1:] {
		l := ListOf(issuer, b.Lists, s.now())
		if !l.Known() {
			return time.Time{}, v.refuse(unknownList[l.State], fmt.Errorf("%s", l.Detail))
		}
		for _, r := range l.Revoked {
			if r.Serial.Cmp(chain[i].SerialNumber) == 0 {
				return time.Time{}, v.refuse(BadTimestamp, fmt.Errorf("the certificate of the timestamp was revoked at %s", r.At.Format(time.RFC3339)))
			}
		}
	}
	v.Timestamp = t.at
	return t.at, true
}

// whole compares the images with what was signed.
func (p *Package) whole(v *Verdict) bool {
	for i, image := range p.Images {
		d := sha256.Sum256(image)
		if want := p.Manifest.Images[i]; hex.EncodeToString(d[:]) != want.SHA256 {
			return v.refuse(BadDigest, fmt.Errorf("image %s", want.Name))
		}
	}
	return true
}

// fits asks whether the device may have it.
func (s *Side) fits(m *Manifest, v *Verdict) bool {
	d := s.Device
	switch {
	case d == nil:
		return true
	case d.Component != m.Component:
		return v.refuse(WrongComponent, fmt.Errorf("this is a %s, the package is for %s", d.Component, m.Component))
	case m.Class == Module:
		return s.licensed(m, v) && d.meets(m, v)
	case m.Sequence <= d.Sequence:
		return v.refuse(Outdated, fmt.Errorf("sequence %d is installed, the package has %d", d.Sequence, m.Sequence))
	case m.Precursor != "" && m.Precursor != d.Version:
		return v.refuse(WrongPrecursor, fmt.Errorf("%s is installed, the package upgrades %s", d.Version, m.Precursor))
	}
	return d.meets(m, v)
}

// meets asks whether every component is new enough.
func (d *Device) meets(m *Manifest, v *Verdict) bool {
	for _, x := range m.Minimum {
		has := d.Others[x.Component]
		if x.Component == d.Component {
			has = d.Version
		}
		if has < x.Version { // fixed width: sorts as numbers do
			return v.refuse(TooOld, fmt.Errorf("%s has %q, at least %s is needed", x.Component, has, x.Version))
		}
	}
	return true
}
