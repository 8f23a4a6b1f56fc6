// Package study answers what a protection engineer asks of settings before
// anybody switches anything: when does a unit trip on this current, at the
// earliest and at the latest; do two breakers in series trip in the right
// order; what does an injection test have to measure.
//
// # What it is
//
// A [Device] is a rating and settings; [Curve] and [Trace] are its decision
// times in the three corners of its tolerances, taken from the engine of
// package protection itself: nothing here knows a formula of a curve.
// [Plot] draws bands. [ReadSettings] reads a settings file.
//
// It is pure: no clock, no goroutine, no files. Readers and writers are handed
// in.
//
// # What it refuses
//
// A file is accepted whole or refused whole with [Problems], which name each
// rule that it breaks and the line. A current must be above zero and no more
// than protection.Limit. A curve of a function that the variant does not have is
// refused; one of a function that is switched off never trips.
//
// # What it does not know
//
// [Unknowns] are the sentences that belong under every result. Above all:
// selectivity is "by curves", energy-based limits are the maker's.
package study
