package vault

import "switchroom/store"

// Part is the tables. vault_key has one row: the key, sealed with the passphrase (box)
// and for recovery keys (spare). A row of vault_steps is a change that has begun;
// vault_former has marks of passwords that were, so that none comes again.
func Part() store.Part {
	return store.Part{Name: "vault", Steps: []string{`
CREATE TABLE vault_key (id INTEGER PRIMARY KEY, box BLOB NOT NULL, spare BLOB NOT NULL) STRICT;
CREATE TABLE vault_breakers (breaker TEXT PRIMARY KEY, address TEXT NOT NULL, mark BLOB NOT NULL, wrong INTEGER NOT NULL, since INTEGER NOT NULL) STRICT;
CREATE TABLE vault_passwords (
	breaker TEXT NOT NULL, level INTEGER NOT NULL, generation INTEGER NOT NULL, sealed BLOB NOT NULL,
	changed INTEGER NOT NULL, who TEXT NOT NULL, due INTEGER NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (breaker, level)) STRICT;
CREATE TABLE vault_steps (
	breaker TEXT NOT NULL, level INTEGER NOT NULL, generation INTEGER NOT NULL, sealed BLOB NOT NULL,
	state TEXT NOT NULL, began INTEGER NOT NULL, who TEXT NOT NULL, PRIMARY KEY (breaker, level)) STRICT;
CREATE TABLE vault_former (breaker TEXT NOT NULL, level INTEGER NOT NULL, generation INTEGER NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (breaker, level, generation)) STRICT;
`}}
}
