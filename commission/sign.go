package commission

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
)

// Meaning is what somebody says with a signature.
type Meaning string

// Meanings.
const (
	Reviewed  Meaning = "reviewed"  // they have read the report and agree
	Responded Meaning = "did it"    // they have done what it says
	Witnessed Meaning = "witnessed" // they were there
)

// Meanings returns them all.
func Meanings() []Meaning { return []Meaning{Responded, Reviewed, Witnessed} }

// Signature is what somebody says of exactly the data of a digest. It is a record of
// this office and no signature by a key.
type Signature struct {
	Project string    `json:"project"`
	Digest  Digest    `json:"digest"`
	By      string    `json:"by"`   // id of the person
	Name    string    `json:"name"` // as it was then
	Meaning Meaning   `json:"meaning"`
	At      time.Time `json:"at"`
}

// Sign keeps what somebody says of the data of a digest; d is that of the report that
// they have looked at.
func (o *Office) Sign(ctx context.Context, token credential.Secret, number string, d Digest, m Meaning) (*Signature, error) {
	a, err := o.begin(ctx, token, "report.signed", number, accounts.ReportSign)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Meanings(), m) {
		return nil, fmt.Errorf("a signature says %v, not %q", Meanings(), m)
	}
	if !strings.HasPrefix(string(d), "sha256:") {
		return nil, errors.New("a signature is of the digest of a report, which begins with sha256: and stands on each of its pages")
	}
	s := &Signature{number, d, a.who.ID, a.who.Name, m, o.now().UTC()}
	if err := a.record(ctx, audit.Done, audit.Facts{}, audit.Facts{}.With("digest", string(d)).With("meaning", string(m))); err != nil {
		return nil, err
	}
	return s, o.insert(ctx, "INSERT INTO commission_signatures (project, digest, person, meaning, at, body) VALUES ($1, $2, $3, $4, $5, $6)", s, number, string(d), s.By, string(m), s.At.UnixMicro())
}

// Signatures returns what was said of the data of a digest, the oldest first.
func (o *Office) Signatures(ctx context.Context, token credential.Secret, number string, d Digest) (all []Signature, err error) {
	if _, err := o.begin(ctx, token, "report.read", number, accounts.BreakerRead); err != nil {
		return nil, err
	}
	rows, err := o.store.Reader().QueryContext(ctx, "SELECT body FROM commission_signatures WHERE project = $1 AND digest = $2 ORDER BY at, person", number, string(d))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var b sql.RawBytes
		var s Signature
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b, &s); err != nil {
			return nil, fmt.Errorf("a signature of %s does not read: %w", number, err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
