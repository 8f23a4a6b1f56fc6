// Package papers keeps what an owner has to have written: the security policy, the risk
// analysis, plans for training and for emergencies (GUIDE C1, C12, C16), with the dates
// from which they hold and by which they are to be looked at again.
//
// Nothing is altered: another version is another paper that stands in the place of the
// one before. Files are not kept, their digests are: a file that somebody has is the
// one that was meant, or it is not. Who may is for package accounts; time is a
// parameter.
package papers

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is what a paper is.
type Kind string

// The kinds.
const (
	EmergencyPlan Kind = "emergency plan"
	Other         Kind = "other"
	RiskAnalysis  Kind = "risk analysis"
	Policy        Kind = "security policy"
	Sensitive     Kind = "sensitive information"
	TrainingPlan  Kind = "training plan"
)

// Sort is a row of the kinds.
type Sort struct {
	Kind   Kind
	Text   string
	Needed bool // there has to be one
	Days   int  // after which it is looked at again, unless it says otherwise; ours: the guide gives none
	Guide  string
}

// kinds is sorted.
var kinds = []Sort{
	{EmergencyPlan, "who does what when the equipment was attacked, or nobody can sign in", false, 365, ""},
	{Other, "anything else that people are to follow", false, 365, ""},
	{RiskAnalysis, "the owner's complete risk analysis", true, 365, "C16"},
	{Policy, "the rules of this place for whoever works with the equipment", true, 365, "C12"},
	{Sensitive, "what is sensitive: architecture, addresses, ports, ids, what can be done through an IMU", true, 365, "C1"},
	{TrainingPlan, "who learns the practices, and when they refresh them", true, 365, "C12"},
}

// Kinds returns all kinds, sorted.
func Kinds() []Sort { return slices.Clone(kinds) }

// Find returns the row of a kind; ok is false where there is none.
func (k Kind) Find() (s Sort, ok bool) {
	i, ok := slices.BinarySearchFunc(kinds, k, func(s Sort, k Kind) int { return strings.Compare(string(s.Kind), string(k)) })
	if !ok {
		return Sort{}, false
	}
	return kinds[i], true
}

// Paper is one version of a document.
type Paper struct {
	ID     string    `json:"id"`
	Kind   Kind      `json:"kind"`
	Title  string    `json:"title"`
	Text   string    `json:"text"`   // of the document, or where its file is found; may be empty if there is a digest
	File   string    `json:"file"`   // name of a file, or empty
	Digest string    `json:"digest"` // SHA-256 of the file, or of the text where there is none, in hex
	From   time.Time `json:"from"`   // from when it holds
	Review time.Time `json:"review"` // by when it is to be looked at again
	By     string    `json:"by"`     // id of the person who entered it
	At     time.Time `json:"at"`     // when
	Stead  string    `json:"stead"`  // id of the paper in whose place it stands, or empty
	Ended  time.Time `json:"ended"`  // zero, or when it was withdrawn
	EndBy  string    `json:"end_by"` // id of who withdrew it
	EndWhy string    `json:"end_why"`
}

// TextMost is how long the text of a paper may be, in bytes; ours.
const TextMost = 1 << 20

const (
	lineMost  = 200
	latestOut = 10 * 366 * day // a review that is never due is none; ours
	day       = 24 * time.Hour
)

// DigestOf reads a file and returns its digest.
func DigestOf(file io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", fmt.Errorf("the file does not read: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// prepared fills in what a paper does not say, and says all that is wrong with it.
func (p *Paper) prepared(now time.Time) error {
	p.Title, p.File, p.At = strings.TrimSpace(p.Title), strings.TrimSpace(p.File), now
	p.Ended, p.EndBy, p.EndWhy = time.Time{}, "", ""
	sort, known := p.Kind.Find()
	if p.From.IsZero() {
		p.From = now
	}
	if p.Review.IsZero() {
		p.Review = p.From.Add(time.Duration(sort.Days) * day)
	}
	if p.File == "" && p.Digest == "" && p.Text != "" {
		p.Digest, _ = DigestOf(strings.NewReader(p.Text))
	}
	var bad []error
	if !known {
		bad = append(bad, fmt.Errorf("kind: there is no %q; there are %s", p.Kind, list()))
	}
	return errors.Join(append(bad, p.lines(), p.dates())...)
}

func (p *Paper) lines() error {
	var bad []error
	if p.Title == "" || len(p.Title) > lineMost || len(p.File) > lineMost || strings.ContainsAny(p.Title+p.File, "\r\n\x00") {
		bad = append(bad, fmt.Errorf("title, file: one line of up to %d characters; a title there has to be", lineMost))
	}
	if len(p.Text) > TextMost || !utf8.ValidString(p.Text) || strings.Contains(p.Text, "\x00") {
		bad = append(bad, fmt.Errorf("text: up to %d bytes of text; of anything else keep the file and enter its digest", TextMost))
	}
	if p.By == "" {
		bad = append(bad, errors.New("by: say who enters it"))
	}
	raw, err := hex.DecodeString(p.Digest)
	switch {
	case p.Digest == "":
		bad = append(bad, errors.New("text, digest: write the text, or the SHA-256 of the file (sha256sum FILE)"))
	case err != nil || len(raw) != sha256.Size || p.Digest != strings.ToLower(p.Digest):
		bad = append(bad, errors.New("digest: 64 digits 0 to 9 and a to f, as sha256sum FILE prints them"))
	}
	if own, _ := DigestOf(strings.NewReader(p.Text)); p.File == "" && p.Text != "" && p.Digest != own {
		bad = append(bad, errors.New("digest: it is not that of the text; if it is of a file, name the file"))
	}
	return errors.Join(bad...)
}

func (p *Paper) dates() error {
	switch {
	case !p.Review.After(p.From):
		return errors.New("review: a day after the one from which it holds")
	case p.Review.Sub(p.From) > latestOut:
		return errors.New("review: within ten years")
	case p.From.Year() < 1971 || p.From.Year() > 9000:
		return errors.New("from: a day of these times")
	}
	return nil
}

func list() string {
	var all []string
	for _, s := range kinds {
		all = append(all, string(s.Kind))
	}
	return strings.Join(all, ", ")
}
