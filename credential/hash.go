package credential

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
)

const (
	saltSize = 16
	keySize  = 32
)

// ErrCrowded is told to whoever is sent away because too many wait already.
var ErrCrowded = errors.New("too many people log in at once; try again in some seconds")

// Hasher looks at passwords. However many log in at once, the memory it takes stays
// within its budget, and no more than its queue wait for their turn. A program has
// one, or one a purpose.
type Hasher struct {
	cost    Cost
	budget  uint32 // KiB
	queue   int64
	turn    *semaphore.Weighted
	waiting atomic.Int64
}

// NewHasher makes one that keeps passwords at a cost, takes at most atOnce times its
// memory, and lets queue people wait.
func NewHasher(cost Cost, atOnce, queue int) (*Hasher, error) {
	if err := cost.check(); err != nil {
		return nil, fmt.Errorf("cost of passwords: %w", err)
	}
	if atOnce < 1 || queue < 0 || uint64(cost.Memory)*uint64(atOnce) > 1<<32-1 {
		return nil, errors.New("cost of passwords: at least one is looked at at once, in less than 4 TiB")
	}
	budget := cost.Memory * uint32(atOnce)
	return &Hasher{cost: cost, budget: budget, queue: int64(queue), turn: semaphore.NewWeighted(int64(budget))}, nil
}

// Make returns what is kept of a password. Two of the same differ. It fails only by
// [ErrCrowded], or when ctx ends while it waits; then it wraps both.
func (h *Hasher) Make(ctx context.Context, password Secret) (Hash, error) {
	p := &phc{cost: h.cost, salt: make([]byte, saltSize)}
	rand.Read(p.salt) // never fails
	var err error
	if p.key, err = h.derive(ctx, password, p, keySize); err != nil {
		return "", err
	}
	return p.hash(), nil
}

// Is reports whether password is the one that was kept. Where none is kept, or what
// is kept is damaged, it works as long as for one of its own cost: a stranger does
// not learn from the time whether there is an account. Of a damaged one it says so.
func (h *Hasher) Is(ctx context.Context, kept Hash, password Secret) (bool, error) {
	p, damaged := kept.read()
	if damaged == nil && p.cost.Memory > h.budget {
		damaged = fmt.Errorf("a kept password takes %d KiB; this program may take %d", p.cost.Memory, h.budget)
	}
	if damaged != nil {
		p = &phc{cost: h.cost, salt: make([]byte, saltSize), key: make([]byte, 0)}
	}
	got, err := h.derive(ctx, password, p, max(len(p.key), keyLeast))
	switch {
	case err != nil:
		return false, err
	case kept == "":
		return false, nil
	case damaged != nil:
		return false, damaged
	}
	return subtle.ConstantTimeCompare(got, p.key) == 1, nil
}

// Outworn reports whether a kept password costs less than one that is made now: after
// it has proved right is the moment to keep it anew.
func (h *Hasher) Outworn(kept Hash) bool {
	p, err := kept.read()
	return err == nil && p.cost.below(h.cost)
}

// derive waits for its turn.
func (h *Hasher) derive(ctx context.Context, password Secret, p *phc, size int) ([]byte, error) {
	weight := int64(p.cost.Memory)
	if !h.turn.TryAcquire(weight) {
		defer h.waiting.Add(-1)
		if h.waiting.Add(1) > h.queue {
			return nil, ErrCrowded
		}
		if err := h.turn.Acquire(ctx, weight); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCrowded, err)
		}
	}
	defer h.turn.Release(weight)
	return argon2.IDKey([]byte(password.Reveal()), p.salt, p.cost.Passes, p.cost.Memory, p.cost.Lanes, uint32(size)), nil
}
