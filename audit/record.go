// Package audit keeps the record of who did what, when, where, why, with what result,
// and what was before and after. It is only added to. Whoever alters, deletes, reorders
// or adds a row by other ways is found by [Verify], which names the row.
//
// Rows are the leaves of a Merkle tree, whose root is signed with each transaction: a
// checkpoint. Who has the key can sign another history; who kept a checkpoint elsewhere
// finds that out too ([Verify] against it).
//
// A secret has no place in it: [Facts] refuse what is one, and texts that look like one
// are withheld. What is not recorded is not to be done: [Log.Append] says which it is.
package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Result is how it ended.
type Result string

// Results.
const (
	Done      Result = "done"
	Refused   Result = "refused"   // it was not allowed
	Failed    Result = "failed"    // it was tried and did not work
	Uncertain Result = "uncertain" // it may have happened: no answer came
)

// Results are all of them, sorted.
func Results() []Result { return []Result{Done, Failed, Refused, Uncertain} }

// Record is one row.
type Record struct {
	ID     int64     // 1, 2, 3 …; set by the log
	At     time.Time // set by the log if zero; kept to the microsecond
	Who    string    // a person, or what acted by itself
	What   string    // a name such as person.signed_in: lower case, dots, underlines
	Where  string    // what it was done to, and from which address
	Why    string    // in the person's words, or the rule that decided
	Result Result    //
	Before Facts     //
	After  Facts     //
}

// Longest texts, in bytes. Longer ones are cut: who sends a long name must not be able
// to keep what they did from being recorded.
const (
	longestName = 256
	longestWhy  = 1024
)

var verb = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}(\.[a-z][a-z0-9_]{0,31}){0,3}$`)

// prepared is the record as it is kept, or why it is a mistake of the program.
func (r Record) prepared(now time.Time) (Record, error) {
	if !verb.MatchString(r.What) {
		return r, fmt.Errorf("%q is no name of what was done: write one such as person.signed_in", r.What)
	}
	if !slices.Contains(Results(), r.Result) {
		return r, fmt.Errorf("%q is no result: %v", r.Result, Results())
	}
	for _, f := range []Facts{r.Before, r.After} {
		if f.err != nil {
			return r, f.err
		}
	}
	if r.At.IsZero() {
		r.At = now
	}
	r.At = time.UnixMicro(r.At.UnixMicro()).UTC()
	r.Who, r.Where, r.Why = told(r.Who, longestName), told(r.Where, longestName), told(r.Why, longestWhy)
	return r, nil
}

// told is a text from outside as it may stand in a record: one line, of a bounded
// length, and nothing that looks like a secret.
func told(s string, most int) string {
	if looksSecret(s) {
		return withheldText
	}
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || r == 0x2028 || r == 0x2029 || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	if len(s) <= most {
		return s
	}
	cut := most - len("…")
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
