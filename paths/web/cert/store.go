package cert

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Store is the certificates of one device. Its methods may be called from
// several goroutines.
type Store struct {
	dir     string
	date    func() time.Time // the device's clock
	renewed func(Why)

	mu       sync.Mutex // guards the following, and the files
	loaded   bool
	subject  Subject
	product  *made
	imported *made
	serving  *made // what was given out last
	trouble  error // why the product certificate is not kept
	lost     error // why the imported one could not be read
}

// New returns the certificates of a device that are kept in dir, which is made
// when there is something to keep. date is the device's own clock. renewed is
// told whenever browsers get another certificate than before, without the
// store's lock: whoever is logged in has to log in anew. It may be nil.
func New(dir string, s Subject, date func() time.Time, renewed func(Why)) *Store {
	if renewed == nil {
		renewed = func(Why) {}
	}
	return &Store{dir: dir, date: date, renewed: renewed, subject: s}
}

// The files of a store: certificates and key together, so that one rename
// changes both.
const (
	productFile  = "product.pem"
	importedFile = "imported.pem"
)

// GetCertificate is the certificate to show to a browser now. It is what
// tls.Config.GetCertificate asks for, and brings all that is due up to date.
func (s *Store) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	m, err := s.current()
	if err != nil {
		return nil, err
	}
	return &m.tls, nil
}

// Check brings up to date what is due. The pages call it, and so does whatever
// asks for the certificate; nothing has to run by itself.
func (s *Store) Check() error {
	_, err := s.current()
	return err
}

// Trouble is why the files are not as they should be, or nil. The pages go on
// with what is in memory.
func (s *Store) Trouble() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.trouble, s.lost)
}

// Config is what a server of the device's pages needs: TLS 1.2 at least, with the
// suites that Go holds safe.
func (s *Store) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.GetCertificate}
}

func (s *Store) current() (*made, error) {
	s.mu.Lock()
	why, err := s.refreshLocked()
	m := s.serving
	s.mu.Unlock()
	if why != "" {
		s.renewed(why)
	}
	return m, err
}

// refreshLocked makes the certificates what the date and the address ask for. why
// is empty if browsers see what they saw before, or nobody has seen one yet.
func (s *Store) refreshLocked() (why Why, err error) {
	now, before := s.date(), s.serving
	if why = s.loadLocked(); why == "" {
		why = s.dueLocked(now)
	}
	if why != "" {
		if err := s.makeLocked(why, now); err != nil && s.product == nil {
			return "", err
		}
	}
	s.chooseLocked(now)
	switch {
	case before == nil || s.serving == before:
		return "", nil
	case s.serving == s.imported:
		return Returned, nil
	case before.kind == Imported && why == "":
		return Expired, nil
	}
	return why, nil
}

// loadLocked reads the files once, and tells why a product certificate has to be
// made if there is none.
func (s *Store) loadLocked() Why {
	if s.loaded {
		return ""
	}
	s.loaded = true
	s.product, s.trouble = load(filepath.Join(s.dir, productFile), Product)
	s.imported, s.lost = load(filepath.Join(s.dir, importedFile), Imported)
	s.lost = unlessMissing(s.lost)
	switch {
	case s.product != nil:
		return ""
	case unlessMissing(s.trouble) != nil:
		return Unreadable
	}
	return FirstStart
}

func unlessMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// dueLocked is why the product certificate has to be made anew now.
func (s *Store) dueLocked(now time.Time) Why {
	switch {
	case s.product == nil:
		return FirstStart
	case s.subject.At.IsValid() && !s.product.covers(s.subject.At):
		return Address
	case !now.Before(s.product.leaf.NotAfter):
		return Expired
	case s.product.leaf.NotAfter.Sub(now) < RenewBefore:
		return Month
	}
	return ""
}

// makeLocked makes a product certificate and keeps it. If it cannot be kept it is
// used all the same.
func (s *Store) makeLocked(why Why, now time.Time) error {
	m, err := selfSigned(s.subject, now)
	if err != nil {
		return fmt.Errorf("no certificate could be made (%s): %w", why, err)
	}
	s.product = m
	s.trouble = save(s.dir, productFile, m)
	return s.trouble
}

// chooseLocked picks what browsers see: the imported one until it expires.
func (s *Store) chooseLocked(now time.Time) {
	s.serving = s.product
	if s.imported != nil && now.Before(s.imported.leaf.NotAfter) {
		s.serving = s.imported
	}
}

// Regenerate makes the product certificate anew because somebody asked for it.
func (s *Store) Regenerate() error { return s.change(Asked, s.remakeLocked) }

// SetSubject says that the device has another name or address. Another address
// makes the product certificate anew; another name does with the next one.
func (s *Store) SetSubject(to Subject) error {
	s.mu.Lock()
	s.subject = to
	s.mu.Unlock()
	return s.Check()
}

// Delete takes the imported certificate away and makes the product certificate anew.
func (s *Store) Delete() error {
	return s.change(Deleted, func(now time.Time) error {
		if s.imported == nil && s.lost == nil {
			return errors.New("there is no imported certificate to delete")
		}
		err := os.Remove(filepath.Join(s.dir, importedFile))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("the imported certificate is still there: %w", err)
		}
		s.imported, s.lost = nil, nil
		return errors.Join(s.remakeLocked(now), syncDir(s.dir))
	})
}

func (s *Store) remakeLocked(now time.Time) error { return s.makeLocked(Asked, now) }

// change does something to the certificates with the lock held, and tells of it.
// The error says whether it happened: then what browsers see has changed.
func (s *Store) change(why Why, do func(now time.Time) error) error {
	s.mu.Lock()
	s.refreshLocked()
	before, now := s.serving, s.date()
	err := do(now)
	s.chooseLocked(now)
	changed := s.serving != before
	s.mu.Unlock()
	if changed {
		s.renewed(why)
	}
	return err
}

// Show is what the page shows: the product certificate, and the imported one if
// there is one.
func (s *Store) Show() (all []Info, err error) {
	if err = s.Check(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range []*made{s.imported, s.product} {
		if m != nil {
			all = append(all, m.info(s.subject.At, m == s.serving))
		}
	}
	return all, nil
}

func (m *made) info(at netip.Addr, serving bool) Info {
	return Info{
		Type: m.kind.String(), Subject: m.leaf.Subject.String(), Issuer: m.leaf.Issuer.String(),
		From: m.leaf.NotBefore, Expiry: m.leaf.NotAfter, Fingerprint: fingerprint(m.leaf.Raw),
		Covers: m.covers(at), Serving: serving,
	}
}
