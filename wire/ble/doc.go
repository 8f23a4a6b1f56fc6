// Package ble is Bluetooth Low Energy as bytes and arithmetic: the cryptographic
// functions of pairing, and the packets of HCI, L2CAP, ATT and SMP that a peripheral
// and a central of ours need. It sends nothing, waits for nothing and keeps nothing.
//
// Sources: Bluetooth Core Specification 5.x, Vol 3 Part A (L2CAP), Part F (ATT),
// Part H (SMP), Vol 4 Part E (HCI), Vol 6 Part E (link encryption). Numbers that are
// used here are the specification's unless a comment says that they are ours.
//
// # Order of bytes
//
// The cryptographic functions take and return their values most significant byte
// first, as the specification's sample data are printed. Packets have them least
// significant byte first; [Reverse] stands between the two.
//
// # Bounds
//
// Every parser checks lengths before it reads, refuses what is too short or too long,
// and keeps no reference to what it has not checked. None allocates more than its
// input.
package ble
