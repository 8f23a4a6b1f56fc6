package comtrade

import "strings"

// DataType is how the samples are written (ft, 1999 5.3.8, 2013 7.4.8).
type DataType uint8

// The data types. The first two exist since 1991, the other two since 2013.
// Binary numbers are little-endian.
const (
	ASCII    DataType = iota // decimal numbers, a line for each sample
	Binary                   // 16-bit two's complement
	Binary32                 // 32-bit two's complement
	Float32                  // IEEE 754 single precision
)

var typeNames = [...]string{ASCII: "ASCII", Binary: "BINARY", Binary32: "BINARY32", Float32: "FLOAT32"}

// String is the name as the standard writes it.
func (t DataType) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "unknown"
}

// parseType finds a data type by its name, in any case.
func parseType(s string) (DataType, bool) {
	for t, name := range typeNames {
		if strings.EqualFold(s, name) {
			return DataType(t), true
		}
	}
	return 0, false
}

// width is the number of bytes of one analogue value; 0 for ASCII.
func (t DataType) width() int {
	switch t {
	case Binary:
		return 2
	case Binary32, Float32:
		return 4
	}
	return 0
}
