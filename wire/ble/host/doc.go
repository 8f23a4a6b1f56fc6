// Package host drives a Bluetooth controller by HCI, as a peripheral that serves
// attributes or as a central that reads them: commands one at a time, links with their
// flow control, L2CAP's fixed channels, pairing by a passkey, encryption by bonds.
//
// Everything of a host happens on one [loop.Loop]; callbacks run on it and must not
// wait. The controller may be a virtual one in the same process, or at the other end
// of a socket: a host cannot tell.
package host
