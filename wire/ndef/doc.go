// Package ndef is what a phone reads from an NFC tag: NDEF messages and their
// records, and the Type 4 Tag that carries one, command by command.
//
// A message is parsed strictly. Where a phone would guess, it says what is wrong: a
// record that begins the message in its middle, a chunk without an end, a length
// beyond the bytes. Messages are small; more than [MaxMessage] bytes are refused
// before anything is allocated for them.
//
// A [Tag] can be read and never written, whoever asks and however: it has no
// command that changes it. It knows no unit and no radio: commands come in as bytes
// (ISO/IEC 7816-4 APDUs) and answers go out.
//
// Sources: NFC Forum NDEF 1.0 (record layout, well-known types URI and Text), NFC
// Forum Type 4 Tag 2.0 (application, capability container, files), as public
// implementations quote them; checked against the vectors of one of them.
package ndef
