package accounts

import (
	"context"
	"maps"
	"sync"
	"time"
)

// uses are when tokens were used last. They are noted in memory: a program asks many
// times a second, and none of them is worth a write.
type uses struct {
	mu  sync.Mutex
	all map[string]time.Time // by id of the token
}

func (u *uses) note(id string, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.all == nil {
		u.all = map[string]time.Time{}
	}
	u.all[id] = now
}

func (u *uses) seen() map[string]time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	return maps.Clone(u.all)
}

// forget takes away what was kept, unless it has been used since.
func (u *uses) forget(kept map[string]time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	maps.DeleteFunc(u.all, func(id string, at time.Time) bool { return kept[id].Equal(at) })
}

// fill gives tokens their last use, and reports whether it is another than they had.
func fill(tokens []Token, seen map[string]time.Time) (news bool) {
	for i := range tokens {
		if at, ok := seen[tokens[i].ID]; ok && !at.Equal(tokens[i].Last) {
			tokens[i].Last, news = at, true
		}
	}
	return news
}

// KeepUses keeps when tokens were used last: to be called now and then, and at the end
// of the program. What was not kept when it ends otherwise is forgotten.
func (b *Book) KeepUses(ctx context.Context) error {
	seen := b.uses.seen()
	if len(seen) == 0 {
		return nil
	}
	err := b.alter(ctx, func() (c Change, err error) {
		for _, p := range b.people {
			if next := p.clone(); fill(next.Tokens, seen) {
				c.People = append(c.People, *next)
			}
		}
		return c, nil
	})
	if err == nil {
		b.uses.forget(seen)
	}
	return err
}

// out is a person for whoever looks, without what proves who they are.
func (b *Book) out(p *Person) Person {
	c := p.public()
	if len(c.Tokens) > 0 {
		fill(c.Tokens, b.uses.seen())
	}
	return c
}
