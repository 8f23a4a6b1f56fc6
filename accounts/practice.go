package accounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/credential"
)

const day = 24 * time.Hour

// Practice is what people are reminded of when they sign in, each time its days are
// over (C9).
type Practice struct {
	ID    string
	Text  string
	Days  int // ours; the guide says "regularly"
	Guide string
}

// practices is sorted by id.
var practices = []Practice{
	{"breakers", "Passwords of breakers are changed after installation and then regularly, and few people know them.", 90, "C3, C4"},
	{"open", "Nobody is signed in where you are not: lock the screen, lock the PC away, keep the telephone with you.", 30, "C12, D12"},
	{"passwords", "Nobody gets your password: not said, not shown while you type, not sent, not saved on a PC or a telephone.", 30, "C10"},
	{"policy", "You know the security policy of this place, and do not go round it because it is quicker.", 180, "C12"},
	{"telephone", "The telephone with the app is for work only, locked by a password, and off the network while it is connected to a breaker.", 90, "D10"},
}

// Practices returns them all, sorted.
func Practices() []Practice { return slices.Clone(practices) }

// Reminder is what somebody is told when they sign in.
type Reminder struct {
	ID    string // of a practice, or "password-age"
	Text  string
	Due   time.Time
	Guide string
}

// Reminders returns what a person is to be told at now, what is due longest first.
func (b *Book) Reminders(p Person, now time.Time) (all []Reminder) {
	for _, x := range practices {
		due := p.Seen[x.ID].Add(time.Duration(x.Days) * day)
		if p.Seen[x.ID].After(now) {
			due = now // confirmed in what is now the future, by a clock that was set back
		}
		if !now.Before(due) {
			all = append(all, Reminder{x.ID, x.Text, due, x.Guide})
		}
	}
	if due := b.due(&p); !now.Before(due.Add(-b.policy.Notice)) {
		text := fmt.Sprintf("Your password is to be changed by %s.", due.UTC().Format("2006-01-02"))
		all = append(all, Reminder{"password-age", text, due, "C7"})
	}
	slices.SortStableFunc(all, func(a, b Reminder) int { return a.Due.Compare(b.Due) })
	return all
}

// Confirm notes that whoever a session is of has read a reminder of a practice.
func (b *Book) Confirm(ctx context.Context, now time.Time, token credential.Secret, practice string) error {
	p, err := b.Who(now, token, true)
	if err != nil {
		return err
	}
	_, known := slices.BinarySearchFunc(practices, practice, func(x Practice, id string) int { return strings.Compare(x.ID, id) })
	if !known {
		return errors.New("there is no such reminder")
	}
	return b.alter(ctx, func() (Change, error) {
		is := b.people[p.ID]
		if is == nil {
			return Change{}, errNobody
		}
		next := is.clone()
		if next.Seen == nil {
			next.Seen = map[string]time.Time{}
		}
		next.Seen[practice] = now
		return Change{People: []Person{*next}}, nil
	})
}
