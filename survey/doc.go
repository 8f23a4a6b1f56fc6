// Package survey is a unit's registers as they were read: which it has, which it
// refuses, what stood in them and when. A capture is made slowly and read-only
// ([Run]), compared with the register map, a virtual unit or another capture
// ([Compare]), replayed as a device ([Replay]) and stripped of what must not be
// shared ([Redact]).
//
// It cannot write. Everything that leaves goes through one place that lets pass
// functions 3, 4 and 43/14 and nothing else, and no request that touches the
// command interface (8000 to 8149): the last command that somebody sent, with
// its password, could be read back there. A file that holds such registers is
// refused too.
//
// It asks with one connection, one request at a time, at a given rate and up to
// a given number, and it leaves a unit alone that is busy, silent, or refuses
// connections.
//
// What it says of a row of the map is never more than one reading of one unit
// can show: a value of the right size at the right place supports the row; it
// does not prove which of several like quantities it is.
package survey
