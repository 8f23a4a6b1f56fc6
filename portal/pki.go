package portal

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"
)

// Branches of the firmware PKI as the guide calls them (E8).
var branchTitles = map[string]string{
	trust.Communication: "Adv communication master",
	trust.Micrologic:    "LV breaker Micrologic master",
	trust.Software:      "releases of the software (ours)",
	trust.Timestamping:  "timestamps (ours)",
	trust.TLS:           "identities of interfaces and clients (ours)",
}

// Listed is a row of /pki/index.json: a revocation list and who issues it. It is read by
// programs; its members stay.
type Listed struct {
	Branch      string    `json:"branch"`
	Title       string    `json:"title"` // of the branch
	Issuer      string    `json:"issuer"`
	Products    []string  `json:"products"`
	CRL         string    `json:"crl"`
	Certificate string    `json:"certificate"`
	State       string    `json:"state"` // fresh-empty, fresh-listed, stale, unreachable or invalid
	Number      string    `json:"number"`
	Next        time.Time `json:"next_update"`
	Revoked     int       `json:"revoked"`
	Detail      string    `json:"detail,omitempty"`
}

// Signing is a certificate of the set that signs packages.
type Signing struct {
	Name        string     `json:"name"`
	Branch      string     `json:"branch"`
	Issuer      string     `json:"issuer"`
	Serial      string     `json:"serial"`
	Until       time.Time  `json:"not_after"`
	Revoked     *time.Time `json:"revoked,omitempty"`
	Reason      string     `json:"reason,omitempty"`
	Certificate string     `json:"certificate"`
}

// productsOf are the components whose firmware a branch signs (E8).
func productsOf(branch string) []string {
	all := []string{}
	for _, c := range slices.Sorted(maps.Keys(trust.Components)) {
		if trust.Components[c] == branch {
			all = append(all, c)
		}
	}
	return all
}

// pki reads the set as it is now: somebody may have revoked a certificate meanwhile.
func (s *Server) pki(now time.Time) (lists []Listed, certs []Signing, err error) {
	set, err := issue.Open(s.trustDir)
	if err != nil {
		return nil, nil, err
	}
	side, err := set.Side()
	if err != nil {
		return nil, nil, err
	}
	for _, c := range set.Standing() {
		_, issues := set.Index.Numbers[c.Name]
		if issues || c.Branch != trust.TLS { // who has an identity is nobody's business
			certs = append(certs, s.signing(&c))
		}
		if !issues {
			continue
		}
		cert, err := set.Certificate(c.Name)
		if err != nil {
			return nil, nil, err
		}
		lists = append(lists, s.listed(&c, trust.ListOf(cert, side.Branches[c.Branch].Lists, now)))
	}
	slices.SortFunc(lists, func(a, b Listed) int { return strings.Compare(a.Issuer, b.Issuer) })
	return lists, certs, nil
}

func (s *Server) listed(c *issue.Certificate, l trust.List) Listed {
	row := Listed{Branch: c.Branch, Title: branchTitles[c.Branch], Issuer: c.Name, Products: productsOf(c.Branch), State: l.State, Detail: l.Detail,
		CRL: s.url + "/pki/" + c.Branch + "/" + c.Name + ".crl", Certificate: s.url + "/pki/" + c.Name + ".crt", Next: l.Next.UTC(), Revoked: len(l.Revoked)}
	if l.Number != nil {
		row.Number = l.Number.String()
	}
	return row
}

func (s *Server) signing(c *issue.Certificate) Signing {
	row := Signing{Name: c.Name, Branch: c.Branch, Issuer: c.Issuer, Serial: c.Serial, Until: c.Until, Certificate: s.url + "/pki/" + c.Name + ".crt"}
	if c.Revoked != nil {
		row.Revoked, row.Reason = &c.Revoked.At, c.Revoked.Reason
	}
	return row
}

// certServed answers /pki/NAME.crt (DER) and /pki/NAME.pem.
func (v *visit) certServed() {
	name, end := cutEnd(v.r.PathValue("file"))
	set, err := issue.Open(v.s.trustDir)
	if err != nil {
		v.failed(err)
		return
	}
	i := slices.IndexFunc(set.Index.Certificates, func(c issue.Certificate) bool { return c.Name == name })
	if i < 0 || end != ".crt" && end != ".pem" {
		v.failed(errNone)
		return
	}
	c, err := set.Certificate(name)
	if err != nil {
		v.failed(err)
		return
	}
	v.der(c.Raw, end == ".pem", "CERTIFICATE", "application/pkix-cert", name+end)
}

// listServed answers /pki/BRANCH/ISSUER.crl (DER) and .pem. It is what lies in the set,
// whatever its state: whoever fetches it judges it.
func (v *visit) listServed() {
	name, end := cutEnd(v.r.PathValue("file"))
	set, err := issue.Open(v.s.trustDir)
	if err != nil {
		v.failed(err)
		return
	}
	i := slices.IndexFunc(set.Index.Certificates, func(c issue.Certificate) bool { return c.Name == name })
	if i < 0 || set.Index.Certificates[i].Branch != v.r.PathValue("branch") || end != ".crl" && end != ".pem" {
		v.failed(errNone)
		return
	}
	b, err := readBounded(filepath.Join(v.s.trustDir, "crls", name+".crl"), listMost)
	if errors.Is(err, fs.ErrNotExist) {
		err = errNone
	}
	if err == nil {
		_, err = x509.ParseRevocationList(b)
	}
	if err != nil {
		v.failed(err)
		return
	}
	v.der(b, end == ".pem", "X509 CRL", "application/pkix-crl", name+end)
}

// listMost bounds a revocation list that is read, as trust does.
const listMost = 16 << 20

func cutEnd(file string) (name, end string) {
	end = filepath.Ext(file)
	return strings.TrimSuffix(file, end), end
}

// der answers with DER, or the same as PEM.
func (v *visit) der(b []byte, asPEM bool, block, kind, name string) {
	if asPEM {
		b, kind = pem.EncodeToMemory(&pem.Block{Type: block, Bytes: b}), "application/x-pem-file"
	}
	v.file(b, kind, name)
}

// readBounded reads a file that has at most so many bytes.
func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = errors.New(name + " is longer than it may be")
	}
	return b, err
}
