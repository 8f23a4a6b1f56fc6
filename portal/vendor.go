package portal

import (
	"time"

	"switchroom/credential"
	"switchroom/trust/issue"
)

// Vendor is an [Issuer] that signs with a set of certificates. It opens the set anew for
// each module: what was revoked meanwhile signs no more.
type Vendor struct {
	Dir        string
	Passphrase credential.Secret
	Now        func() time.Time
}

// Module signs a module of the catalogue for a control unit.
func (v Vendor) Module(reference, serial string, expires time.Time) ([]byte, error) {
	o, err := offered(reference)
	if err != nil {
		return nil, err
	}
	set, err := issue.Open(v.Dir)
	if err != nil {
		return nil, err
	}
	return set.Module(issue.ModuleOrder{Module: o.Module, Unit: serial, Expires: expires, Minimum: o.Minimum}, v.Passphrase.Reveal(), v.Now())
}
