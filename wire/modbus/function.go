package modbus

import "encoding/binary"

// The function codes this package answers and asks (V1.1b3 §6; 100 is Schneider Electric's).
const (
	FuncReadHolding  byte = 0x03
	FuncReadInput    byte = 0x04
	FuncWriteOne     byte = 0x06
	FuncDiagnostics  byte = 0x08
	FuncWrite        byte = 0x10
	FuncReadWrite    byte = 0x17
	FuncEncapsulated byte = 0x2B
	FuncScattered    byte = 0x64
)

// What follows function 43 (V1.1b3 §6.19; 15 and 16 are Schneider Electric's)
// and function 100.
const (
	MEIIdentification byte = 0x0E
	MEIReadClock      byte = 0x0F
	MEISetClock       byte = 0x10

	ScatteredRead byte = 0x04
)

// Limits the specification fixes, in registers (V1.1b3 §6.3, 6.12, 6.17) or
// bytes (§4.1).
const (
	MaxRead      = 125 // registers in one read
	MaxWrite     = 123 // registers in one function 16
	MaxReadWrite = 121 // registers written by one function 23
	MaxPDU       = 253 // bytes of function code and data

	// MaxScattered is the number of addresses in one function 100/4: n ≤ 100
	// for the Masterpact MTZ interface according to a third-party summary of its guide.
	MaxScattered = 100
)

// word reads the big-endian word at b[at:].
func word(b []byte, at int) uint16 { return binary.BigEndian.Uint16(b[at:]) }

// spans checks a block of registers in the order V1.1b3 asks for: quantity
// first (03), then the end of the address space (02).
func spans(addr, count uint16, most int) Exception {
	if count == 0 || int(count) > most {
		return IllegalDataValue
	}
	if int(addr)+int(count) > 1<<16 {
		return IllegalDataAddress
	}
	return NoException
}
