// Package gatt is the attributes of a Bluetooth Low Energy device (Core Specification,
// Vol 3 Parts F and G): a server that answers requests of a phone, and what a client
// asks to find its way. A request goes in, an answer comes out; nothing is sent here.
//
// What an attribute needs — an encrypted link, or one whose key was made with a
// passkey — is looked at before anything of it is read or written, on every request
// that can reach it. A description of what there is needs nothing: it says no secret.
//
// Bounds: one list of prepared writes a link, of 16 pieces and 512 bytes; values of 512
// bytes; a packet of the link's MTU.
package gatt
