package papers

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Notice is how long before it is due somebody is reminded of a review, ours.
const Notice = 30 * day

// Reminder is a paper that is to be looked at, or that there is not.
type Reminder struct {
	Paper string    `json:"paper"` // id; empty: there is none of this kind
	Kind  Kind      `json:"kind"`
	Text  string    `json:"text"`
	Due   time.Time `json:"due"` // zero: it has been since the beginning
	Late  bool      `json:"late"`
	Guide string    `json:"guide"`
}

// Reminders returns what whoever keeps the papers is to be told at now: what is missing
// first, then what is due longest.
func Reminders(all []Paper, now time.Time) (told []Reminder) {
	hold := Holding(all, now)
	for _, s := range kinds {
		if s.Needed && !slices.ContainsFunc(hold, func(p Paper) bool { return p.Kind == s.Kind }) {
			told = append(told, Reminder{Kind: s.Kind, Text: fmt.Sprintf("No %s has been entered, or none that holds today: %s.", s.Kind, s.Text), Late: true, Guide: s.Guide})
		}
	}
	for _, p := range hold {
		if now.Before(p.Review.Add(-Notice)) {
			continue
		}
		s, _ := p.Kind.Find()
		text := fmt.Sprintf("%s is to be looked at again by %s; then enter the next version, even if nothing has changed.", p.Title, p.Review.UTC().Format("2006-01-02"))
		told = append(told, Reminder{p.ID, p.Kind, text, p.Review, !now.Before(p.Review), s.Guide})
	}
	slices.SortStableFunc(told, func(a, b Reminder) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		return strings.Compare(string(a.Kind)+a.Paper, string(b.Kind)+b.Paper)
	})
	return told
}
