package credential_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	. "switchroom/credential"
)

var olga = Owner{Login: "olga", Name: "Olga Fair-Weather", Words: []string{"Northgate Hospital"}}

func ids(v Violations) string {
	var all []string
	for _, x := range v {
		all = append(all, x.Rule)
	}
	return strings.Join(all, " ")
}

// TestWrong: each rule by itself, and all of them at once.
func TestWrong(t *testing.T) {
	for _, c := range []struct{ guide, password, want string }{
		{"C6", "Kestrel-over-9", ""},
		{"C6", "Kestre-o-9", ""},
		{"C6", "Kestr-o-9", "length"},
		{"C6", "kestrel-over-9", "upper"},
		{"C6", "KESTREL-OVER-9", "lower"},
		{"C6", "Kestrel-over-x", "digit"},
		{"C6", "Kestrelxover79", "special"},
		{"C6", "Kestrel over 9", "special"},
		{"C6", "", "digit guessed length lower special upper"},
		{"C6", "aaaaaaaaaa", "digit guessed special upper"},
		{"C6", "Password1!", "guessed"},
		{"C6", "P@$$w0rd2026!", "guessed"},
		{"C6", "Summer2026!", "guessed"},
		{"C6", "Qwertzuiop1!", "guessed"},
		{"C6", "1qaz2wsx#EDC", "guessed"},
		{"C6", "Sw1tchr00m-9", "guessed"},
		{"C6", "Admin!Admin!1", "guessed"},
		{"C6", "aB3-aB3-aB3-aB3-", "guessed"},
		{"C6", "Hospital-2026", "guessed"},
		{"C6", "Monday-Tuesday-7", "guessed"},
		{"C6", "987654321-Aa", "guessed"},
		{"C6", "Kestrel-OLGA-9", "name"},
		{"C6", "Weather-kestrel-9", "name"},
		{"C6", "Grüße-kestrel-7", "keyboard"},
		{"C6", "Kestrel-over-9\n", "keyboard"},
		{"C6", "Kestrel-9" + strings.Repeat("x", 120), "longest"},
	} {
		p := Guide
		if got := ids(p.Wrong(olga, NewSecret(c.password))); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.guide, c.password, got, c.want)
		}
	}
}

// TestChange: age and reuse (C7, C8).
func TestChange(t *testing.T) {
	h := cheap(t)
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var kept []Hash
	for i := range 9 {
		kept = append(kept, make1(t, h, fmt.Sprintf("Kestrel-over-%d", i)))
	}
	for _, c := range []struct {
		guide, next string
		age         time.Duration
		ordered     bool
		want        string
	}{
		{"C7", "Kestrel-under-1", 3 * 24 * time.Hour, false, ""},
		{"C7", "Kestrel-under-1", 3*24*time.Hour - 1, false, "age-least"},
		{"C7", "Kestrel-under-1", -time.Hour, false, "age-least"},
		{"C11", "Kestrel-under-1", 0, true, ""},
		{"C8", "Kestrel-over-0", 200 * 24 * time.Hour, false, "reuse"},
		{"C8", "Kestrel-over-7", 200 * 24 * time.Hour, true, "reuse"},
		{"C8", "Kestrel-over-8", 200 * 24 * time.Hour, false, ""},
	} {
		p := Guide
		v, err := p.Judge(t.Context(), h, &Change{Owner: olga, New: NewSecret(c.next), Ordered: c.ordered, Set: now.Add(-c.age), Now: now, Kept: kept})
		if got := ids(v); err != nil || got != c.want {
			t.Errorf("%s %q after %v: %q %v, want %q", c.guide, c.next, c.age, got, err, c.want)
		}
	}
	p := Guide
	v, err := p.Judge(t.Context(), h, &Change{New: NewSecret("kestrel"), Set: now, Now: now, Kept: []Hash{make1(t, h, "kestrel")}})
	if got := ids(v); err != nil || got != "age-least digit guessed length reuse special upper" {
		t.Errorf("not all that is wrong is told: %q %v", got, err)
	}
	if _, err := p.Judge(t.Context(), h, &Change{New: NewSecret("Kestrel-over-9"), Kept: []Hash{"$argon2id$damaged"}}); err == nil {
		t.Error("a history that does not read admits a password")
	}
}

// TestDue: 180 days (C7), and at once where somebody else has set it (C11).
func TestDue(t *testing.T) {
	set := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := Guide
	for _, c := range []struct {
		guide string
		set   time.Time
		given bool
		at    time.Time
		rule  string
	}{
		{"C7", set, false, set.AddDate(0, 0, 180), "age-most"},
		{"C7", time.Time{}, false, time.Time{}, "age-most"},
		{"C11", set, true, set, "first"},
	} {
		at, rule := p.Due(c.set, c.given)
		if !at.Equal(c.at) || rule != c.rule || p.Remedy(rule) == "" {
			t.Errorf("%s: %v %s, want %v %s", c.guide, at, rule, c.at, c.rule)
		}
	}
	if p.Remedy("none") != "" {
		t.Error("a rule that is not there has a remedy")
	}
}

// TestRules: sorted, whole, and the guide's numbers are in the text.
func TestRules(t *testing.T) {
	p := Guide
	all := Rules()
	if !slices.IsSortedFunc(all, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the rules are not sorted")
	}
	text := ""
	for _, r := range all {
		if r.ID == "" || r.Text(&p) == "" || r.Remedy(&p) == "" || !slices.Contains([]string{"C6", "C7", "C8", "C11"}, r.Guide) || r.Certainty != "confirmed" && r.Certainty != "ours" {
			t.Errorf("row %q is not whole", r.ID)
		}
		text += r.Text(&p)
	}
	for _, want := range []string{"at least 10 char", "3 days", "180 days", "last 8"} {
		if !strings.Contains(text, want) {
			t.Errorf("no rule says %q", want)
		}
	}
}

// TestRandomPasswords: what a generator draws is not called guessed.
func TestRandomPasswords(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	p := Guide
	for range 20000 {
		b := make([]byte, 12)
		for i := range b {
			b[i] = byte('!' + r.IntN('~'-'!'+1))
		}
		if v := ids(p.Wrong(Owner{}, NewSecret(string(b)))); strings.Contains(v, "guessed") {
			t.Errorf("%q: %s", b, v)
		}
	}
}

// FuzzWrong: whatever is typed is judged, and nothing of it is said.
func FuzzWrong(f *testing.F) {
	f.Add("Kestrel-over-9", "olga", "Olga Fair")
	f.Add("\xff\xfe\x00Ünïcode", "", "\xff")
	f.Add(strings.Repeat("1!|", 100), "x", "(((")
	f.Fuzz(func(t *testing.T, password, login, name string) {
		p := Guide
		v := p.Wrong(Owner{Login: login, Name: name, Words: []string{name}}, NewSecret(password))
		if err := v.Err(); (err == nil) != (len(v) == 0) {
			t.Error("an error that is none")
		}
		if len(v) == 0 && (len(password) < 10 || len(password) > 128) {
			t.Errorf("%d characters are taken", len(password))
		}
		for _, x := range v {
			if x.Remedy != p.Remedy(x.Rule) {
				t.Errorf("%s says something of its own: %q", x.Rule, x.Remedy)
			}
		}
	})
}
