// Package protection is the protection of an intelligent modular unit: currents
// and settings in; start, drop, operate and trip out, with when, by what, and
// how much sooner or later another unit of the same make may do it.
//
// It is pure. It has no clock, no input and output and no goroutine: time is an
// argument, a time.Duration since an epoch the caller chooses. A trip goes from
// here to the mechanism and passes no policy, so nothing in this package asks
// anybody anything.
//
// # What it models
//
// Long time (ANSI 49RMS/51) is the thermal image of a conductor,
//
//	θ' = ((I/(k·Ir))² − θ) / tau      trips at θ ≥ 1
//	t  = tau·ln(x²/(x² − k²))         from cold at a constant x = I/Ir
//	tau = f·tr / ln(36/(36 − k²))     so that t at 6 Ir is f·tr
//
// which is derived, and gives every cell of the published table. The image goes
// on while tripped; heating and cooling are equal until a long-time trip, after
// which it cools with about 15 minutes for 20 minutes (sibling). What was before
// shortens the next trip. Long time does not undercut short time: with I²t off
// it waits at least for tsd (reported), and always at least for short time without
// delay, so that instantaneous is first (ours).
//
// Short time (ANSI 50TD/51), ground fault (50N-TD/51N) and earth leakage
// (50G-TD) compare a true RMS with a pick-up and wait; with I²t the wait is
// t·(Iref/I)² below a reference current (10 Ir for short time, In or 1200 A for
// ground fault) and constant above. Instantaneous (50) compares samples with a
// peak. On 2.0 X short time without delay is the instantaneous function; it is
// reported as short_time. The neutral has the phases' delays at half, full or
// 1.6 times their pick-ups.
//
// A fault of short time or ground fault that ends too soon to trip is not
// forgotten at once: what ran of its delay, time and energy, is deducted from
// the next (UG: confirmed; ground fault NS: sibling). How fast it fades is in no
// document: a nominal unit forgets in ten times as long as it ran, an early one
// in sixty times, a late one at once (ours). For 20 s after a trip short time
// goes by its shortest delay (NS: sibling).
//
// [Common] is what does not belong to a group. Zone selective interlocking (UG):
// an interlocked function whose input receives no restraint trips without
// intentional delay; [Engine.Restrain] is the input, on from the beginning as
// with the jumpers a unit is shipped with, [Engine.Restraining] the output. ERMS
// (UG): [Engine.Engage] lays a faster set over the group; which parameters it
// has is ours, that instantaneous becomes fast is the sibling's. Self-protection
// is there if its owner says at which peak. It has no start: it operates on the
// first sample over its peak, and what operates at once has not started before.
//
// [Modules] is the functions that digital modules unlock: inverse-time
// overcurrent (ANSI 51 IDMTL) and ground fault, ground-fault and earth-leakage
// alarm (51N/51G), under- and overvoltage (27/59), under- and overfrequency
// (81), reverse active power (32P), directional overcurrent (67). They need
// voltages and look once a cycle, so they are a type of their own, beside the
// engine and only where one is on. Each can trip or alarm, be inhibited, and has
// its own delay. The curves and the formula of IDMTL are quoted, the alarm's
// ranges are the predecessor's; nearly all else of them is ours.
//
// # Corners
//
// Documents publish bands. A unit stands somewhere in them; an [Engine] is one
// unit in one [Corner]: [Early] trips as soon as any unit may, [Late] as late as
// any may, [Nominal] in the middle. Nominal drives a breaker; [Play] runs all
// three on a recording and says must (every unit trips), may (some do) or must
// not (none does).
//
// For the delayed functions documents give two times per setting: the longest
// fault certain not to trip, and the longest time to interruption. The control
// unit must decide between the first and the second less [Opening]. Both were
// printed for a fault well over the pick-up; they are held for every multiple
// of it and all round the point on wave. Instantaneous has the same two times;
// its peaks are further apart in a small fault, and they are held from ten times
// the pick-up on.
//
// # One cycle
//
// A true RMS is taken over one fundamental cycle of the rated frequency, and
// that window remembers. Four consequences are dealt with where they arise:
//
//   - The mean square reaches the pick-up later the smaller the fault, up to a
//     cycle. But it stops growing exactly a cycle after a current stepped, and
//     that dates the fault: a definite time is counted from there and does not
//     depend on the size of the fault.
//   - It stays over the pick-up for up to a cycle after a fault has ended.
//     Nominal and early timers are therefore at least non-trip plus a cycle. The
//     early unit then reports the instant a cycle before its decision, because a
//     unit with a shorter window may have decided then; the event of an early
//     engine is thus delivered up to a cycle after its instant. The late unit
//     decides only while the fault still flows, because a fault that ended
//     between the two published times need not trip every unit.
//   - It lags by half a cycle. Images and I²t energies look half a cycle ahead
//     when they are compared, so that their times are those of the formulas.
//   - It has no ripple. The bare square of a sine has, at twice the frequency;
//     integrated, it would move a trip by up to 3 ms with the point on wave.
//     That is why long time integrates the mean square.
//
// Instantaneous has no window and needs none of this: it operates when the first
// sample over the threshold is a hold time ago and the present one is over it
// too. A cycle without such a sample starts anew; half a cycle would be enough
// for a symmetrical fault and would miss the published break time on one with a
// direct component.
//
// # Samples and phasors
//
// [Engine.Sample] takes instantaneous currents at any rate. [Engine.Steady]
// says that from now on the currents are these phasors, [Engine.Distorted] that
// harmonics flow beside them; the engine then rests
// on closed forms, [Engine.Next] says when to call [Engine.Advance], and nothing
// is computed in between. Where a step may concern more than the image, the
// engine makes its own 40 samples a cycle of the phasors (what the unit does:
// confirmed) until the window holds the new current alone. A property test
// holds the two modes to each other: 1 % of the time since the last change, or
// one sample.
//
// # What it refuses
//
// [New] refuses a rating or settings that [Settings.Validate] refuses: what a
// breaker protects with is never a guess. Settings that break a rule change
// nothing, and every rule they break is named. Missing samples are bridged for a
// quarter of a cycle and then count as zero; a number beyond [Limit] is cut to
// it; time that goes back drops the sample.
//
// # What it does not know
//
// Self-protection above Ii (SELLIM, DIN/DINF): no threshold of any frame was
// found, so unless one is set a fault that would trip by it trips here by the
// slower functions. What time the ZSI wires take: none here. The hold of the
// fast instantaneous mode: zero is assumed for the earliest. The mechanism's
// opening time: remembered, not read. Whether a bare neutral at "off" keeps its
// instantaneous: it does not here. Of the functions of digital modules: their
// ranges, bands, how many elements they have, the connection of the directional
// function, what they do on a dead network. Not modelled yet: frequency tracking
// (off the rated frequency a true RMS has a ripple of half the deviation).
// Published tables are mostly the predecessor's ([DelayTables] and [Facts] say
// which); the ranges of settings are in package points.
package protection
