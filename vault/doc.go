// Package vault keeps the four passwords of each breaker (B2) so that people need not,
// and changes them (C3).
//
// Passwords are sealed with a key that is itself sealed with a passphrase (age, X25519
// and scrypt), and in memory only while the vault is open. A change is a journal of
// steps, each on the disk before the next is begun: wherever it is cut off,
// [Vault.Resume] asks the breaker which password holds, and ends it one way.
//
// It shows a password to nobody: [Office.Reveal] does, for two people and a reason. It
// reaches a breaker only by a [Door]. What it cannot keep out: whoever has both the
// data and the passphrase, or the memory of the process.
package vault

// Deviation is where we do otherwise than the guide, and why.
type Deviation struct {
	Guide string `json:"guide"`
	Rule  string `json:"rule"`
	Ours  string `json:"ours"`
	Why   string `json:"why"`
}

// Deviations are those of the vault. The console and the command line show them.
func Deviations() []Deviation {
	return []Deviation{{
		"C10", "passwords are never saved on PCs or devices",
		"the passwords of breakers are kept here, sealed with a key that opens with a passphrase only",
		"four passwords for each breaker, changed regularly (C3) and known to few (C4), are otherwise written on paper or left as the factory set them: sealed, nobody needs to know them",
	}}
}
