// Package hmi is the front of the control unit as a path to the unit (GUIDE A2):
// what can be seen of it at a moment ([Frame]), and what somebody in front of it
// does to it with its keys ([Panel]).
//
// It translates and decides nothing: every change goes through imu.Unit.Do as an
// actor who is present, and whether anybody may is the reference monitor's to say.
// There is no password (B1, B7). There is no open, no close and no reset of the
// breaker in its menus (matrix B); the buttons of the mechanism are not part of it.
//
// A panel has no goroutine and costs nothing while nobody looks: what scrolls,
// blinks or times out follows from the world time at which it is asked.
//
// Names of screens, and what stands on them, are often ours: each row of the
// tables says how well it is known ([Screens], [LEDRows], [Choices]).
package hmi
