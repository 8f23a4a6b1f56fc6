// Package advisory reads security advisories in CSAF 2.0, from files or from a provider,
// and matches them to what somebody owns: which breaker has a component that an advisory
// names, in a version that is affected, fixed, looked into, or not affected, and what to
// do about it.
//
// It never takes silence for good news: a version that is not known, or that cannot be
// compared with what an advisory says, is unknown; a component that no advisory names is
// told apart from one that is not affected. What it concludes from a range of versions
// and an advisory does not say itself is marked as inferred.
package advisory
