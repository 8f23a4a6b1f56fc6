package credential

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
)

// Hold takes some of the places of a hasher until it is freed.
func (h *Hasher) Hold(places int64) (free func()) {
	n := places * int64(h.cost.Memory)
	if err := h.turn.Acquire(context.Background(), n); err != nil {
		panic(err)
	}
	return func() { h.turn.Release(n) }
}

// Reread reads a kept password and writes it back.
func Reread(h Hash) (Hash, Cost, error) {
	p, err := h.read()
	if err != nil {
		return "", Cost{}, err
	}
	return p.hash(), p.cost, nil
}

// HOTP8 is a code of eight digits, as the vectors of RFC 6238 have them.
func HOTP8(name string, key []byte, counter uint64) string {
	h := map[string]func() hash.Hash{"SHA1": sha1.New, "SHA256": sha256.New, "SHA512": sha512.New}[name]
	return hotp(h, key, counter, 8)
}

// Sizes are how much a throttle remembers: strangers, ceilings, acquaintances of an
// account.
func (t *Throttle) Sizes(account string) (strangers, ceilings, known int) {
	return len(t.strangers), len(t.ceilings), len(t.known[account])
}

// Words are the usual ones.
func Words() string { return commonText }
