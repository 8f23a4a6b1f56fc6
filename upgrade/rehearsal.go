package upgrade

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Rehearsal is the evidence that a package was tried on virtual twins of breakers before
// it goes into the breakers themselves (GUIDE E6).
type Rehearsal struct {
	Format    int       `json:"format"` // 1
	Package   string    `json:"package_sha256"`
	Class     string    `json:"class"`
	Component string    `json:"component"`
	Version   string    `json:"version"`
	At        time.Time `json:"at"`
	Program   string    `json:"program"` // that ran the twins
	Twins     []Twin    `json:"twins"`
}

// Twin is one virtual twin.
type Twin struct {
	Breaker  string   `json:"breaker"`
	Serial   string   `json:"serial"`
	Snapshot string   `json:"snapshot"` // digest of what it was made of
	Outcome  Outcome  `json:"outcome"`
	Copied   int      `json:"copied"`  // settings that it was given
	Missing  []string `json:"missing"` // settings of the breaker that the twin cannot have, and why
	Changed  []string `json:"changed"` // settings that were not afterwards as before
	Trips    []string `json:"trips"`   // injected faults and what came of each
	Passed   bool     `json:"passed"`
	Error    string   `json:"error"`
}

// rehearsedWithin is how long a rehearsal counts. Ours.
const rehearsedWithin = 30 * 24 * time.Hour

// rehearsalMost bounds the evidence, bytes.
const rehearsalMost = 4 << 20

// ReadRehearsal reads the evidence.
func ReadRehearsal(r io.Reader) (*Rehearsal, error) {
	b, err := io.ReadAll(io.LimitReader(r, rehearsalMost+1))
	if err != nil {
		return nil, err
	}
	if len(b) > rehearsalMost {
		return nil, fmt.Errorf("a rehearsal has at most %d bytes", rehearsalMost)
	}
	var x Rehearsal
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&x); err != nil {
		return nil, fmt.Errorf("the rehearsal cannot be read: %w", err)
	}
	if x.Format != 1 {
		return nil, fmt.Errorf("the rehearsal is of format %d; this program reads 1", x.Format)
	}
	return &x, nil
}

// PackageDigest names a package in evidence.
func PackageDigest(pkg []byte) string {
	sum := sha256.Sum256(pkg)
	return hex.EncodeToString(sum[:])
}

// Covers tells whether a package was rehearsed for a breaker: this very package, on its
// twin, with success, not long ago, and from the version that runs there.
func (r *Rehearsal) Covers(pkg []byte, breaker, from string, now time.Time) error {
	switch {
	case r == nil:
		return errors.New("it was not rehearsed on a virtual twin (E6): switchroom rehearse does that")
	case r.Package != PackageDigest(pkg):
		return errors.New("another package was rehearsed")
	case now.Sub(r.At) > rehearsedWithin || r.At.After(now.Add(time.Hour)):
		return fmt.Errorf("it was rehearsed at %s: that counts for 30 days", r.At.Format(time.DateOnly))
	}
	for _, t := range r.Twins {
		switch {
		case t.Breaker != breaker:
		case !t.Passed:
			return fmt.Errorf("the rehearsal for %s did not pass: %s", breaker, t.Error)
		case t.Outcome.From != from && t.Outcome.Module == "":
			return fmt.Errorf("it was rehearsed from %s, and %s runs there", t.Outcome.From, from)
		default:
			return nil
		}
	}
	return fmt.Errorf("it was not rehearsed for %s", breaker)
}
