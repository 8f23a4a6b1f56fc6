// Package imu is one running intelligent modular unit: the breaker, its control
// unit and the interface by which the network reaches it. It owns the
// mechanism, the protection, the metering, the events, the passwords and the
// locks, and is the only package that reaches them.
//
// # Ways to a unit
//
//   - [Unit.Do] is every operation of every actor on every path. It asks the
//     reference monitor first ([switchroom/access]); there is no other way to
//     change a unit from outside.
//   - [Unit.Read] is every reading, and asks the same monitor.
//   - [Unit.Observe] tells what was asked and what became of it, without passwords.
//   - [Unit.Steady] and [Unit.Sample] are the physical world: currents and
//     voltages. A trip goes from here to protection to the breaker and never
//     through the monitor: no lock, policy or attack can delay it.
//   - [Unit.Push], [Unit.Coil], [Unit.Rack], [Unit.Pad] and the other hands are
//     somebody at the breaker and its wiring. They ask nobody (R9).
//
// # Time
//
// Every call brings the world time. A unit has no goroutine and no ticker: what
// is due by then happens first, at its exact instant, and the [World] wakes the
// unit when something will be due. In steady state nothing is: energies and
// the thermal image are functions of time. A unit at rest costs its memory.
//
// The date and time that a unit shows is its own: the world's date and an
// offset that setting the clock changes, and 2000-01-01 onwards after the
// battery and the supply were lost.
//
// # Locks
//
// One mutex a unit. With it held, only the world's and the memory's are taken.
// Subscribers are called without it.
package imu
