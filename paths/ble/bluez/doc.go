// Package bluez serves attributes through a real Bluetooth adapter of this computer: by
// D-Bus it registers with BlueZ, the Bluetooth of Linux, a pairing agent that shows the
// code, the attributes, and an advertisement.
//
// # What is BlueZ's
//
// Links, pairing, encryption and bonds: BlueZ and the kernel do them, with the random
// passkey of the kernel, and this package is told. It asks for links whose key was made
// with a passkey by flags on the attributes, and for Secure Connections alone by others.
// What the kernel admits beside that, legacy pairing above all, is set there
// (btmgmt sc only), and cannot be set from here.
//
// # What is refused
//
// Pairing that shows no code; whoever calls and is not BlueZ; a second phone while one is
// connected, which is let go.
//
// # How far it was tried
//
// The agent against the mock of BlueZ in python3-dbusmock; attributes and advertisement
// against a stub of ours on a bus of their own. Never on an adapter.
package bluez
