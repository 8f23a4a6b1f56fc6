// Package commission is the heart of the commissioning software (GUIDE A9): what a
// breaker is to be, what it is, and how it gets from one to the other without anybody
// having to trust that it did.
//
// # What it is
//
// A [Project] is the switchboard as it was designed: boards, breakers, addresses, and of
// each breaker what the protection study says. A [Snapshot] is a breaker as it was found:
// every setting, with its certainty, or why it cannot be read. A [Plan] is a change: from
// a snapshot, to other values, for a reason. Where it goes beyond the study it needs an
// [Approval] by a second person. [Apply] carries it out, reads everything back, undoes
// what did not become as planned, and says so in an [Outcome].
//
// [Office] is all of that as a service over a data directory: each method asks the
// accounts whether its person may, and records in the audit log what was done.
//
// Values are texts as package points writes them ("800", "on"): the same on every way to a
// breaker, so that two of them compare and a digest is one.
//
// # What it refuses
//
// It reaches breakers through package client and by nothing else. It never writes from a
// base that is not in the breaker any more, never repeats what may have happened, and
// takes nothing for done that it has not read back. What no documented interface of a real
// unit can do is not attempted: [Functions] says so, and by which tool of the maker a
// person does it. It holds no password.
package commission
