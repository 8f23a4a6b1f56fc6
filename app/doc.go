// Package app is the Mobile App of a switchroom (GUIDE A10): one phone in somebody's
// hand, and the page that it shows. It is task-oriented: connect, pair, look, change a
// setting, operate, take the history along, bring the power back.
//
// It is a client of breakers and reaches one by NFC, Bluetooth or a USB cable as any
// other client does; it decides nothing that the breaker decides. What is its own is the
// behaviour of whoever holds the phone (D8 to D11): a tag is not read before the person
// has gone offline and switched Bluetooth off, nothing is paired that nobody asked for,
// a password is asked for every time and kept nowhere, and a link that has ended is said
// at once. It asks the breaker nothing by itself: its timer counts from the last thing
// that the person did.
//
// What the real app shows is in no document that we could read: screens and guidance are
// ours.
package app

//go:generate go tool -modfile=../tools/go.mod templ generate
