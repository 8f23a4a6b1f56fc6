// Package plant is the electrical network of a laboratory: supplies behind
// transformers, generators, busbars, cables, breakers between them, loads that
// follow the day, motors, capacitors, and faults. It computes what each breaker
// carries and tells the breaker.
//
// # The model
//
// Every element is made of limbs: a resistance, an inductance, a capacitance
// and a source voltage in series between two conductors. Three phases, the
// neutral and the protective conductor are nodes of their own, so unbalance,
// earth faults, a broken neutral and the zero sequence need no special case:
// what returns by the neutral passes the neutral pole of a breaker, what
// returns by the protective conductor passes none and is the residual current.
//
// There are two ways to solve it, on the same limbs:
//
//   - At rest by phasors: nodal analysis at rated frequency. The network falls
//     into islands that no conductor connects; only an island in which
//     something has changed is solved, so a large switchroom costs little.
//     [Harmonics] of loads are injected into the same circuit at their own
//     frequencies: triple orders meet in the neutral, and a capacitor bank may
//     resonate with the transformer.
//   - While something happens by samples: the trapezoidal rule on every limb
//     (Dommel, Digital computer solution of electromagnetic transients, IEEE
//     PAS-88, 1969), begun from the phasors at that instant, with two half
//     steps of backward Euler after every switching (Marti and Lin, IEEE
//     Trans. Power Systems 4, 1989). The direct component, its decay and the
//     point on wave are not put in: they come out. Breakers are told samples
//     ([SamplesPerCycle] a cycle). A pole whose contacts part goes on
//     conducting until its current passes zero, and so does the arc of a fault
//     that clears itself. When nothing but the phasors is left, the breakers
//     are told phasors again.
//
// [Network.ShortCircuit] is the third view: prospective currents by the rules
// of IEC 60909-0 (voltage factors, impedance correction, κ), not by simulation.
//
// # What it refuses
//
// [Network.Check] refuses an element that no conductor reaches, that has no
// impedance, or whose numbers are none. It knows nothing of settings, passwords
// or protocols, and it never opens a breaker: breakers open themselves and tell.
//
// # What it does not know
//
// Magnetising inrush and saturation of transformers, mutual coupling between
// cables, capacitance to earth, skin effect, back-feed of running motors into a
// fault, the arc voltage of the breakers themselves (a real pole limits the
// last half wave a little). Harmonics of loads are there at rest and not while
// there are samples; their angles between loads, skin effect on them, and
// interharmonics are not there. Arcs follow a published formula
// for their resistance at the r.m.s. current and burn steadily; real ones do
// not. Where a number is ours the comment beside it says so.
package plant
