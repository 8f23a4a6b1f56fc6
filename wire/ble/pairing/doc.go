// Package pairing is how two Bluetooth Low Energy devices pair by a passkey: one shows
// six digits, somebody types them into the other (Core Specification, Vol 3 Part H).
// Each end is a [Machine]: packets go in, what to do comes out. It sends nothing,
// waits for nothing, and its only outside is where random bytes come from.
//
//	initiator (phone)                      responder (control unit)
//	idle     -- Pairing Request -->        idle
//	         <-- Pairing Response --       features: shows the passkey
//	Secure Connections:
//	keys     <-- public keys -->           keys
//	rounds   20 × (confirm, confirm, random, random): a bit of the passkey each
//	check    -- DHKey check -->  <-- DHKey check --
//	legacy:
//	confirm  -- confirm -->  <-- confirm --
//	random   -- random  -->  <-- random  --
//	then both: done, with the key that the link is encrypted by
//	legacy, link encrypted: the responder distributes the long-term key of the bond
//
// What it refuses: whoever cannot type a passkey (nobody in between would show), keys
// shorter than 16 bytes, legacy pairing where only Secure Connections is admitted, a
// public key that is no point, that is the debug key or the own one sent back
// (CVE-2020-26558), and every packet out of its turn. A refusal ends the machine.
package pairing
