// Package datalog is the data logging of an interface (interfaces facts §1.5):
// chosen measurements of one device, noted at an interval, shown as trends and
// given out as CSV. Energies are stored as the counters show them and shown as
// what was added from one record to the next.
//
// What it promises: the newest [Kept] records of a device stay, in a file of at
// most twice as many, over restarts and over a program that is killed. Records
// are not synced one by one: if the machine itself loses its power the last ones
// may be missing, and one that was half written is left out. Other points or
// another interval begin a new log.
//
// Records are taken when the device's clock shows a multiple of the interval. It
// is a clock that anybody on the bus may set, so each record also has the time
// since the laboratory began, which nobody sets, and one before which the clock
// was set says so.
//
// What it refuses: to hold up the world. A record is taken in memory; files are
// written by a goroutine of their own.
//
// Facts give no interval, no number of points and no depth: those are ours.
package datalog
