package trust

import (
	"bytes"
	"flag"
	"fmt"
	"math/big"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the truth table anew")

const day = 24 * time.Hour

var revocation = time.Date(2020, 6, 1, 0, 0, 0, 0, time.UTC)

// place puts a time before, at or after the revocation.
func place(where string) time.Time {
	return revocation.Add(map[string]time.Duration{"before": -day, "at": 0, "after": day}[where])
}

// ruling is the date rule with what hardened adds.
func ruling(r *Revoked, d dating) string {
	if why := dateRule(r, d); why != Accepted {
		return why
	}
	return hardenedDating(d)
}

// truth writes the date rule for every case.
func truth() []byte {
	var b bytes.Buffer
	b.WriteString("| Signed with | Built | Timestamp | Reason of the revocation | 2017 | hardened | 2017 + exception | hardened + exception |\n|---|---|---|---|---|---|---|---|\n")
	for _, byIt := range []bool{true, false} {
		for _, built := range []string{"before", "at", "after"} {
			for _, proven := range []string{"none", "before", "at", "after"} {
				for _, reason := range []int{1, 4} {
					row(&b, byIt, built, proven, reason)
				}
			}
		}
	}
	return b.Bytes()
}

func row(b *bytes.Buffer, byIt bool, built, proven string, reason int) {
	r := &Revoked{Serial: big.NewInt(1), Reason: reason, At: revocation}
	d := dating{built: place(built), byIt: byIt}
	if proven != "none" {
		d.proven = place(proven)
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s |", map[bool]string{true: "the revoked certificate", false: "another"}[byIt], built, proven, map[int]string{1: "keyCompromise", 4: "superseded"}[reason])
	for i := range 4 {
		d.hardened, d.optedIn = i&1 != 0, i&2 != 0
		fmt.Fprintf(b, " %s |", ruling(r, d))
	}
	b.WriteByte('\n')
}

// The truth table of the date rule is a file, which the documentation shows.
func TestDateRule(t *testing.T) {
	const path = "../docs/date-rule.md"
	head := "# The date rule, case by case\n\nEvery time is before, at or after the revocation. What it means is in [package.md](package.md).\n\n"
	got := append([]byte(head), truth()...)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs: go test ./trust -run TestDateRule -update, and read what changed\n%s", path, got)
	}
}

// Both dates of a revocation count: the later for what was built, the earlier for
// what a timestamp proves. Either may precede the issue of the certificate.
func TestInvalidityDate(t *testing.T) {
	for _, c := range []struct {
		why            string
		invalid, built time.Time
		proven         time.Time
		byIt           bool
		want           string
	}{
		{"built between the two", revocation.Add(9 * day), revocation.Add(day), time.Time{}, false, DatedBefore},
		{"built after both", revocation.Add(9 * day), revocation.Add(10 * day), time.Time{}, false, Accepted},
		{"proven between the two", revocation.Add(-9 * day), revocation.Add(-10 * day), revocation.Add(-day), true, RevokedSigner},
		{"proven before both", revocation.Add(-9 * day), revocation.Add(-20 * day), revocation.Add(-10 * day), true, Accepted},
	} {
		r := &Revoked{Reason: 4, At: revocation, Invalid: c.invalid}
		if got := ruling(r, dating{built: c.built, proven: c.proven, byIt: c.byIt, optedIn: true}); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
}

// Only the listed reasons leave the key where it was; no reason given is none.
func TestExceptionAsksForAHarmlessReason(t *testing.T) {
	for reason := range 12 {
		got := ruling(&Revoked{Reason: reason, At: revocation}, dating{built: place("before"), proven: place("before"), byIt: true, optedIn: true})
		if (got == Accepted) != (reason == 3 || reason == 4 || reason == 5) {
			t.Errorf("reason %d: %s", reason, got)
		}
	}
}

func TestHardenedOnlyAddsRefusals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		when := func(name string) time.Time {
			return revocation.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, name)) * day)
		}
		r := &Revoked{Reason: rapid.IntRange(0, 10).Draw(t, "reason"), At: when("at")}
		if rapid.Bool().Draw(t, "has invalidity date") {
			r.Invalid = when("invalid")
		}
		d := dating{built: when("built"), byIt: rapid.Bool().Draw(t, "by it"), optedIn: rapid.Bool().Draw(t, "opted in")}
		if rapid.Bool().Draw(t, "has timestamp") {
			d.proven = when("proven")
		}
		soft := ruling(r, d)
		d.hardened = true
		if ruling(r, d) == Accepted && soft != Accepted {
			t.Errorf("hardened takes what 2017 refuses as %s", soft)
		}
	})
}
