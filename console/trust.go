package console

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"switchroom/audit"
	"switchroom/trust"
	"switchroom/trust/duty"
	"switchroom/trust/fetch"
	"switchroom/upgrade"
)

// Trust is what the console trusts packages by, and where it keeps what it finds.
type Trust struct {
	Set      string // directory of public certificates and lists; "": none was given
	Portal   string // address that publishes the lists; "": those in the directory count
	Dir      string // of its own: lists that were fetched, the last checks, packages
	Hardened bool   // profile hardened
}

// errNoTrust says what to give.
var errNoTrust = errors.New("this console was started without certificates that it trusts: start it with --trust DIR, a directory that switchroom trust export has made or that the vendor publishes")

// bookName is the file of the last checks.
const bookName = "checks.json"

// lookWithin is how long it may take to ask for all lists, ours.
const lookWithin = 3 * time.Minute

func (t *Trust) anchors() (map[string]*trust.Branch, error) {
	if t.Set == "" {
		return nil, errNoTrust
	}
	branches, err := trust.ReadAnchors(os.DirFS(t.Set))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Set, err)
	}
	return branches, nil
}

// book are the last checks, one of each branch.
func (t *Trust) book() (map[string]*duty.Check, error) {
	b, err := os.ReadFile(filepath.Join(t.Dir, bookName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return duty.ReadBook(b)
}

// look asks the portal, or looks at the lists in the directory. note is what has to be
// said besides.
func (t *Trust) look(ctx context.Context, now func() time.Time) (lists []fetch.Answer, note string, err error) {
	branches, err := t.anchors()
	if err != nil {
		return nil, "", err
	}
	cache := fetch.Cache{Dir: t.Dir, Client: fetch.Client(), Now: now}
	defer cache.Client.CloseIdleConnections()
	if t.Portal == "" {
		lists, err = cache.Local(os.DirFS(t.Set))
		return lists, "", err
	}
	sources, err := fetch.Index(ctx, cache.Client, t.Portal)
	if err != nil {
		note = "The portal does not answer: " + err.Error()
	}
	return cache.Check(ctx, branches, sources), note, nil
}

// kept puts what was found into the book. What gave no answer does not take the place of
// what did.
func (t *Trust) kept(lists []fetch.Answer, by string, now time.Time) error {
	all, err := t.book()
	if err != nil {
		return err
	}
	for branch, found := range fetch.Checks(lists, by, now) {
		if found.Answers() || !all[branch].Answers() {
			all[branch] = found
		}
	}
	b, err := duty.WriteBook(all)
	if err != nil {
		return err
	}
	return fetch.Replace(filepath.Join(t.Dir, bookName), b)
}

// kit is what packages are judged with: the certificates of the directory, its lists and
// those that were fetched, and the latest time that a list has proved.
func (t *Trust) kit(now func() time.Time) (*upgrade.Kit, error) {
	branches, err := t.anchors()
	if err != nil {
		return nil, err
	}
	fetched, err := t.fetched()
	if err != nil {
		return nil, err
	}
	checks, err := t.book()
	if err != nil {
		return nil, err
	}
	for _, b := range branches {
		b.Lists = append(b.Lists, fetched...) // those of another issuer count for nothing
	}
	return &upgrade.Kit{Branches: branches, Now: now, Floor: floor(checks), Hardened: t.Hardened}, nil
}

func (t *Trust) fetched() (lists [][]byte, err error) {
	names, err := filepath.Glob(filepath.Join(t.Dir, "*.crl"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		lists = append(lists, b)
	}
	return lists, nil
}

// floor is when the newest list that counted was signed.
func floor(checks map[string]*duty.Check) (at time.Time) {
	for _, c := range checks {
		for _, e := range c.Evidence {
			if (e.State == trust.FreshEmpty || e.State == trust.FreshListed) && e.This.After(at) {
				at = e.This
			}
		}
	}
	return at
}

// looked looks at the lists now, and records and keeps what was found.
func (v *visit) looked() (lists []fetch.Answer, note string, err error) {
	s := v.s
	s.looking.Lock()
	defer s.looking.Unlock()
	ctx, cancel := context.WithTimeout(v.r.Context(), lookWithin)
	defer cancel()
	lists, note, err = s.Trust.look(ctx, s.Now)
	r := v.did("trust.checked", s.Trust.from())
	if err != nil {
		r.Result, r.Why = audit.Failed, err.Error()
		return nil, "", errors.Join(err, s.note(v.r.Context(), r))
	}
	r.Why = note
	for _, l := range lists {
		r.After = r.After.With(l.Branch+" "+l.Issuer, fmt.Sprintf("%s, list %s, %d revoked", l.State, l.Number, len(l.Revoked)))
	}
	return lists, note, s.deed(v.r.Context(), r, func() error {
		return s.Trust.kept(lists, v.who.Login, s.Now().UTC().Truncate(time.Second))
	})
}

// from is where the lists come from.
func (t *Trust) from() string {
	if t.Portal != "" {
		return t.Portal
	}
	return t.Set
}
