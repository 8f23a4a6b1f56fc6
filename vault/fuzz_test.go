package vault

import (
	"testing"

	"filippo.io/age"
)

// FuzzUnseal gives the vault what somebody wrote into its database, as it is and sealed
// for its public key: nothing of it is taken that it has not sealed itself.
func FuzzUnseal(f *testing.F) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		f.Fatal(err)
	}
	k := &key{id, make([]byte, 32)}
	p := place{"Q1", 4, 1}
	own, err := k.seal(p, secret("aK3x"))
	if err != nil {
		f.Fatal(err)
	}
	clear, err := unseal(own, id)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own)
	f.Add(clear)
	f.Add([]byte(`{"breaker":"Q1","level":4,"generation":1,"text":"aK3x","mark":""}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := k.unseal(p, b); err == nil && s.Reveal() != "aK3x" {
			t.Errorf("took %q", b)
		}
		sealed, err := seal(b, id.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if s, err := k.unseal(p, sealed); err == nil && s.Reveal() != "aK3x" {
			t.Errorf("took %q, sealed", b)
		}
	})
}
