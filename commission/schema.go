package commission

import "switchroom/store"

// Part is the tables. Bodies are JSON, as this package writes it; the columns beside them
// are what is looked for. Times are microseconds since 1970. A plan that is being carried
// out stands in commission_running until its end is in commission_outcomes: what is found
// there at a start was cut short.
func Part() store.Part {
	return store.Part{Name: "commission", Steps: []string{`
CREATE TABLE commission_projects (number TEXT PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE commission_snapshots (digest TEXT PRIMARY KEY, project TEXT NOT NULL, breaker TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX commission_snapshots_breaker ON commission_snapshots (project, breaker, at);
CREATE TABLE commission_plans (id INTEGER PRIMARY KEY, project TEXT NOT NULL, breaker TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX commission_plans_breaker ON commission_plans (project, breaker, id);
CREATE TABLE commission_approvals (plan INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE commission_running (project TEXT NOT NULL, breaker TEXT NOT NULL, plan INTEGER NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL, PRIMARY KEY (project, breaker)) STRICT;
CREATE TABLE commission_outcomes (plan INTEGER PRIMARY KEY, at INTEGER NOT NULL, ended TEXT NOT NULL, body TEXT NOT NULL) STRICT;
`, `
CREATE TABLE commission_signatures (project TEXT NOT NULL, digest TEXT NOT NULL, person TEXT NOT NULL, meaning TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (project, digest, person, meaning)) STRICT;
CREATE TABLE commission_trials (project TEXT NOT NULL, breaker TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX commission_trials_breaker ON commission_trials (project, breaker, at);
`, `
CREATE TABLE commission_firmware (project TEXT NOT NULL, breaker TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX commission_firmware_breaker ON commission_firmware (project, breaker, at);
`}}
}
