// Package credential holds what makes a person who signs in believable: the rules
// for passwords (GUIDE C6 to C8, C11) as a table, passwords as they are kept
// (argon2id), the waits of whoever guesses, codes of an authenticator (RFC 6238) and
// codes for one use.
//
// It is a leaf, used by the operations side and by the web pages of a virtual unit.
// It has no clock and no storage: time is a parameter, and what must survive is
// returned to whoever keeps it. It draws random numbers from the system.
//
// What it refuses to do: show a [Secret], say in an error what was typed, judge a
// password with less memory than it was kept with, or let a stranger's wrong
// passwords keep out whoever has been let in from the same place before.
package credential
