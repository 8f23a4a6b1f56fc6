package credential

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
)

const day = 24 * time.Hour

// Policy has the numbers of the rules.
type Policy struct {
	Shortest, Longest int           // characters
	Parts             int           // different ones, see parts
	Last              int           // passwords that are not taken again, the one in use among them
	Youngest, Oldest  time.Duration // age at which it may and has to be changed
	Notice            time.Duration // how long before that it is told
}

// Guide is the policy of the guide (C6 to C8); what it gives no number for is ours.
var Guide = Policy{Shortest: 10, Longest: 128, Parts: 6, Last: 8, Youngest: 3 * day, Oldest: 180 * day, Notice: 14 * day}

// Rule is one row of the policy.
type Rule struct {
	ID        string
	Guide     string                 // id of GUIDE.md
	Certainty string                 // confirmed: the guide says so; ours
	Text      func(p *Policy) string // what is asked
	Remedy    func(p *Policy) string // what to do; never what was typed
	broken    func(t *trial) bool    // nil: it is about the password in use, see Due
}

// rules is the policy, sorted by id.
var rules = []Rule{
	{"age-least", "C7", confirmed, say("is kept for %d days at least, unless somebody else has set it", days(youngest)), say("wait until the one in use is %d days old; if somebody has seen it, a security administrator sets another", days(youngest)), (*trial).young},
	{"age-most", "C7", confirmed, say("is changed after %d days at the latest", days(oldest)), say("change it: it is older than %d days", days(oldest)), nil},
	{"digit", "C6", confirmed, say("has a digit"), say("put a digit in"), has('0', '9')},
	{"first", "C11", confirmed, say("is changed when one signs in for the first time, and whenever somebody else has set it"), say("change it: somebody else has set it"), nil},
	{"guessed", "C6", ours, say("has at least %d different parts; a usual word (also with 0 for o and the like), a year, a row of keys, a sequence or a repetition is one part, and so is any other character", parts), say("take fewer usual words, years and rows of keys, and more that nobody guesses: at least %d different parts", parts), (*trial).guessed},
	{"keyboard", "C6", ours, say("is of letters, digits, spaces and special characters that every keyboard has (ASCII)"), say("use letters without accents, digits, spaces and special characters only"), (*trial).foreign},
	{"length", "C6", confirmed, say("has at least %d characters", shortest), say("make it at least %d characters long", shortest), func(t *trial) bool { return len(t.text) < t.policy.Shortest }},
	{"longest", "C6", ours, say("has at most %d characters", longest), say("make it at most %d characters long", longest), func(t *trial) bool { return len(t.text) > t.policy.Longest }},
	{"lower", "C6", confirmed, say("has a lower-case letter"), say("put a lower-case letter in"), has('a', 'z')},
	{"name", "C6", ours, say("does not have the name one signs in with in it, nor a part of one's own name"), say("leave your own names out"), (*trial).named},
	{"reuse", "C8", confirmed, say("is none of the last %d", last), say("take one that is none of your last %d", last), func(t *trial) bool { return t.reused }},
	{"special", "C6", confirmed, say("has a special character"), say("put a special character in, for example - or !"), (*trial).plain},
	{"upper", "C6", confirmed, say("has an upper-case letter"), say("put an upper-case letter in"), has('A', 'Z')},
}

const (
	confirmed = "confirmed"
	ours      = "ours"
)

// Rules returns the policy, sorted by id.
func Rules() []Rule { return append([]Rule(nil), rules...) }

func shortest(p *Policy) int { return p.Shortest }
func longest(p *Policy) int  { return p.Longest }
func parts(p *Policy) int    { return p.Parts }
func last(p *Policy) int     { return p.Last }

func youngest(p *Policy) time.Duration { return p.Youngest }
func oldest(p *Policy) time.Duration   { return p.Oldest }

func days(of func(*Policy) time.Duration) func(*Policy) int {
	return func(p *Policy) int { return int(of(p) / day) }
}

func say(text string, number ...func(*Policy) int) func(*Policy) string {
	return func(p *Policy) string {
		if len(number) == 0 {
			return text
		}
		return fmt.Sprintf(text, number[0](p))
	}
}

// Owner is whose password it is.
type Owner struct {
	Login string
	Name  string
	Words []string // what a guesser would try here: the place, the firm
}

// Change is a password that is to be the new one.
type Change struct {
	Owner   Owner
	New     Secret
	Ordered bool      // somebody else sets it, or has asked for it to be changed
	Set     time.Time // when the one in use was set; zero: there is none
	Now     time.Time
	Kept    []Hash // the one in use first, then those before it, the newest first
}

// Violation is a rule that a password does not keep. It never says what was typed.
type Violation struct{ Rule, Guide, Remedy string }

// Violations are all that is wrong with a password, sorted by rule.
type Violations []Violation

func (v Violations) Error() string {
	all := make([]string, len(v))
	for i := range v {
		all[i] = v[i].Remedy
	}
	return strings.Join(all, "; ")
}

// Err is nil where nothing is wrong.
func (v Violations) Err() error {
	if len(v) == 0 {
		return nil
	}
	return v
}

// trial is a password under the rules.
type trial struct {
	policy *Policy
	text   string
	change *Change
	reused bool
}

// Wrong says all that is wrong with a password by itself, whatever was there before.
func (p *Policy) Wrong(o Owner, password Secret) Violations {
	return p.broken(&trial{change: &Change{Owner: o, New: password}})
}

// Judge says all that is wrong with a change. It costs as much as [Policy.Last]
// logins, so ask for the password in use first. It fails only as [Hasher.Is] does,
// and then nothing is admitted.
func (p *Policy) Judge(ctx context.Context, h *Hasher, c *Change) (Violations, error) {
	t := &trial{change: c}
	if len(c.New.Reveal()) <= p.Longest {
		for _, kept := range c.Kept[:min(len(c.Kept), p.Last)] {
			was, err := h.Is(ctx, kept, c.New)
			if err != nil {
				return nil, err
			}
			t.reused = t.reused || was
		}
	}
	return p.broken(t), nil
}

func (p *Policy) broken(t *trial) (v Violations) {
	t.policy, t.text = p, t.change.New.Reveal()
	for i := range rules {
		if r := &rules[i]; r.broken != nil && r.broken(t) {
			v = append(v, Violation{r.ID, r.Guide, r.Remedy(p)})
		}
	}
	return v
}

// has is broken where no character of a range is in the password.
func has(from, to byte) func(*trial) bool {
	return func(t *trial) bool {
		for _, c := range []byte(t.text) {
			if c >= from && c <= to {
				return false
			}
		}
		return true
	}
}

// plain: no character that is neither letter nor digit. A space does not count: it is
// lost too easily at an end.
func (t *trial) plain() bool {
	return !strings.ContainsFunc(t.text, func(r rune) bool {
		return r > ' ' && r < 0x7F && !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	})
}

// foreign: the same password must come out of every keyboard and telephone.
func (t *trial) foreign() bool {
	for _, c := range []byte(t.text) {
		if c < ' ' || c > '~' {
			return true
		}
	}
	return false
}

// young: whoever may change a password eight times in a row has the first one again.
func (t *trial) young() bool {
	c := t.change
	return !c.Ordered && !c.Set.IsZero() && c.Now.Sub(c.Set) < t.policy.Youngest
}

func (t *trial) named() bool {
	low := strings.ToLower(t.text)
	for _, n := range t.change.Owner.names() {
		if strings.Contains(low, n) {
			return true
		}
	}
	return false
}

func (t *trial) guessed() bool {
	text := t.text[:min(len(t.text), t.policy.Longest)]
	o := &t.change.Owner
	return countParts(text, append(o.words(), o.names()...)) < t.policy.Parts
}

// names are those that must not be in the password: the login however short it is.
func (o Owner) names() (all []string) {
	if o.Login != "" {
		all = append(all, strings.ToLower(o.Login))
	}
	return append(all, lowWords(o.Name)...)
}

func (o Owner) words() (all []string) {
	for _, w := range o.Words {
		all = append(all, lowWords(w)...)
	}
	return all
}

// lowWords are the words of a name that are long enough to be one.
func lowWords(s string) (all []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) >= 3 {
			all = append(all, w)
		}
	}
	return all
}

// Due says when the password in use has to be changed, and by which rule.
// given: somebody else has set it, or it is the first one. Of a password whose time
// nobody knows the change is due.
func (p *Policy) Due(set time.Time, given bool) (at time.Time, rule string) {
	if given {
		return set, "first"
	}
	if set.IsZero() {
		return set, "age-most"
	}
	return set.Add(p.Oldest), "age-most"
}

// Remedy of a rule; empty: there is no such rule.
func (p *Policy) Remedy(id string) string {
	for i := range rules {
		if rules[i].ID == id {
			return rules[i].Remedy(p)
		}
	}
	return ""
}
