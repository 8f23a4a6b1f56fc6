package modbus

// crcTable is CRC-16 of every byte: polynomial 0x8005 reflected, as Serial
// V1.02 §6.2.2 generates it.
var crcTable = func() (t [256]uint16) {
	for i := range t {
		c := uint16(i)
		for range 8 {
			if c&1 != 0 {
				c = c>>1 ^ 0xA001
			} else {
				c >>= 1
			}
		}
		t[i] = c
	}
	return t
}()

// CRC is the checksum of a serial frame (Serial V1.02 §2.5.1.2). On the wire
// its low byte comes first, so that the CRC over a whole frame is 0.
func CRC(b []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, x := range b {
		crc = crc>>8 ^ crcTable[byte(crc)^x]
	}
	return crc
}
