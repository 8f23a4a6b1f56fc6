// Package trace keeps records of what crossed the wire of a Modbus unit: every
// request, and how it ended. A record is an [Exchange].
//
// A [Recorder] stands in front of a unit and writes exchanges while they happen,
// as JSON lines or as a packet capture (libpcap) that every network tool opens.
// A [Reader] reads both, and the captures of others: pcap and pcapng of tcpdump
// or Wireshark, whatever they were taken on. [Meaning] says what an exchange was
// about, in the field's words. [Check] holds rules against a trace, and [Play]
// asks another unit the same questions.
//
// What it never does: hold up a unit because a disk is slow (what does not fit
// is left out, counted, and told in the file itself), keep a password that it
// was not told to keep, believe a length that a file claims, or send an order to
// hardware on its own account.
package trace
