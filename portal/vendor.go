package portal

import (
	"fmt"
	"path/filepath"
	"time"

	"software.sslmate.com/src/go-pkcs12"

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

// Check opens one key of the set, so that a wrong passphrase shows at the start and not
// when somebody buys.
func (v Vendor) Check() error {
	set, err := issue.Open(v.Dir)
	if err != nil {
		return err
	}
	if len(set.Index.Certificates) > 0 { // one tells whether the passphrase is the one
		c := set.Index.Certificates[0]
		b, err := readBounded(filepath.Join(v.Dir, "keys", c.Name+".p12"), keyMost)
		if err != nil {
			return fmt.Errorf("the portal signs with the keys of the set: %w", err)
		}
		if _, _, _, err := pkcs12.DecodeChain(b, v.Passphrase.Reveal()); err != nil {
			return fmt.Errorf("key of %s: %w; give the passphrase that the set was made with", c.Name, err)
		}
	}
	return nil
}

// keyMost bounds a key file that is read.
const keyMost = 64 << 10

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
