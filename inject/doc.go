// Package inject puts faults between the wire and a unit while both are running:
// a unit that is silent, slow or busy, answers that are half or another's, values
// that are stale, not available, swapped or substituted. What a supervision system
// makes of each is what a factory acceptance test is about.
//
// [Kinds] is the table of what can be injected, each with what it proves. A [Line]
// stands in front of one unit and costs an atomic load while nothing is injected.
// A [Desk] has the lines of a site: it begins, bounds, counts, lists and ends
// injections. Every one ends: by its time, by whoever undoes it, with its run, or
// with the laboratory.
//
// What happens at the breaker itself (a trip, an opening, a load step) is done by
// [Hands], which the laboratory has; the package never touches a unit and decides
// nothing about who may do what. All its numbers that are bounds are ours.
package inject
