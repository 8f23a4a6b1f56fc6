// Package modbus speaks the Modbus application protocol: a server and a client
// for Modbus TCP, the codecs of both, and the framing of a serial line.
//
// # For whom
//
// A device that wants to be reached implements [Device] (read registers, write
// registers), wraps it with [NewBank], and hands the bank to a [Server]:
//
//	bank := modbus.NewBank(device)
//	endpoint := &modbus.Endpoint{Handler: bank}
//	server := &modbus.Server{Route: func(local, remote netip.AddrPort) *modbus.Endpoint { return endpoint }}
//	err := server.Serve(listener)
//
// A gateway puts a [Router] between endpoint and bank: each unit id has its own
// [Handler], and a handler that needs time (a serial line, a device behind
// another network) calls [Query.Later] and answers when it can. An [Interceptor]
// sees everything that passes the router and may change, delay, swallow or
// answer it: faults are injected there, and policy is enforced there.
//
// Whoever asks uses [Dial] and the methods of [Conn], or builds and parses
// requests with the codecs: every request and every reply of the functions below
// has a type, a parser that accepts only what is well formed, and an Append
// method that gives back the very bytes that were parsed.
//
// # What it speaks
//
//	3, 4    read registers (one and the same space)
//	6       write one register
//	8       diagnostics: 0 return query data, 10 clear counters, 11 and 12 counters
//	16      write registers
//	23      write, then read registers
//	43/14   read device identification
//	43/15   read date and time     (Schneider Electric)
//	43/16   set date and time      (Schneider Electric)
//	100/4   read scattered registers (Schneider Electric)
//
// Numbers, limits and the order of checks are those of MODBUS Application
// Protocol Specification V1.1b3 (cited here as "V1.1b3"), of MODBUS Messaging on
// TCP/IP Implementation Guide V1.0b ("TCP V1.0b") and of MODBUS over Serial Line
// V1.02 ("Serial V1.02"). Where a frame was not found in a document, the type
// that holds it says so.
//
// # What it refuses
//
// It has no coils and no files, because the devices it was made for have none.
// It never retries: a write that may have happened must not happen twice, so
// [TransportError] says whether it may have, and the decision is the caller's.
// It holds no register values, knows no register numbers and decides nothing
// about who may do what: [Query] carries who asks (address, and role from the
// certificate of Modbus/TCP Security) to those who do.
//
// What arrives is never trusted. A header whose length cannot be is the end of
// the connection, since no later byte can be told from noise; a foreign protocol
// id costs the sender that request only. Quantities, lengths and ends are checked
// before a handler sees anything. A client that asks and never reads is not
// served further until it does, and loses its connection if it never does; it
// costs nobody else anything. Memory per connection has a fixed bound.
//
// # How it runs
//
// On Linux one goroutine serves all connections of a [Server], so handlers must
// not block: those that have to wait use [Query.Later]. Elsewhere, and for TLS,
// each connection has a goroutine. Both behave the same and pass the same table
// of conformance tests. A request that is answered at once allocates nothing.
package modbus
