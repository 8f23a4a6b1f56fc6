// Package ble is Bluetooth at the front of a control unit (GUIDE A4): a phone connects,
// pairs with the code on the display, and asks what it may over an encrypted link.
//
// # Gates
//
// Nothing is in the air until three things are so at once: the unit works, the function
// is enabled, and somebody has pressed the button at its front ([imu.Unit.PressBluetooth]).
// Then one phone may connect. It ends by the second press, by the timer when the phone
// asks nothing, when the function or the supply goes, and when too many pairings fail.
//
// # Pairing
//
// By a passkey, random each time and shown on the display; keys of 16 bytes; LE Secure
// Connections, and under profiles 2017 and rbac legacy pairing too, since phones of
// Bluetooth 4.0 are admitted there. After a failure the next attempt has to wait, twice
// as long each time. A phone that connects and proves nothing is let go.
//
// # Profile
//
// What a phone finds is ours, since the real profile is in no document that we could
// read: product data that anybody may read, and a stream each way that carries the
// questions of [switchroom/wire/usblink], answered by [switchroom/paths/service] as over
// USB. What a phone may is decided by the unit: path ble, its column of matrix B, with
// the password that it has proved (B5).
//
// # Radios
//
// A virtual controller in the air of a laboratory ([Server]), driven by a host of ours; or
// an adapter of this computer, driven by BlueZ ([Adapter]).
//
// # Genuine apps
//
// Under profile hardened a phone shows that its app is a genuine one before its first
// question ([switchroom/wire/ble/attest]). Here it is found out whether it has;
// [switchroom/access] refuses everything where it has not.
package ble
