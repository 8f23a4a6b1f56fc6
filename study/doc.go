// Package study answers what a protection engineer asks of settings before
// anybody switches anything: when does a unit trip on this current, at the
// earliest and at the latest; do two breakers in series trip in the right
// order; what does an injection test have to measure.
//
// # What it is
//
// A [Device] is a rating and all that protects with it; [ReadSettings] reads
// its settings from a file. [Curve] and [Trace] are its decision times in the
// three corners of its tolerances, taken from the engine of package protection
// itself: nothing here knows a formula of a curve. [Plot] draws them as bands,
// [ArcFlash] exports them with the breaker's opening, and [Coordinate] compares
// the ends of two bands that are worst for breakers in series.
//
// [Tests] are injections as a service interface does them and [Run] carries them
// out by samples, on the model or on any other [Unit]. What they expect comes from
// the documents and not from the engine, so that the engine can fail. [Compare]
// sets somebody's own measurements against the band.
//
// It is pure: no clock, no goroutine, no files. Readers and writers are handed
// in.
//
// # What it refuses
//
// A file is accepted whole or refused whole with [Problems], which name each
// rule that it breaks and the line. A current must be above zero and no more
// than protection.Limit. A curve of a function that the variant does not have is
// refused; one of a function that is switched off never trips. Where a curve
// steps is found by asking the engine, to 0.05 % of the current.
//
// # What it does not know
//
// [Unknowns] are the sentences that belong under every result. Above all:
// selectivity is "by curves", energy-based limits are the maker's. Currents are
// constant, symmetrical, and the same in both of two breakers. Functions of
// digital modules that look at voltages are in no curve.
package study
