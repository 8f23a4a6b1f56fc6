package comtrade

import (
	"encoding/binary"
	"fmt"
	"math"
)

// noStamp is the time stamp of binary data that means there is none (1999 6.4).
const noStamp = math.MaxUint32

// rowLength is the length of a binary row in bytes: number and stamp of four
// each, the values, and the status channels in words of sixteen (1999 6.4,
// 2013 8.6).
func (f *format) rowLength() int {
	return 8 + f.kind.width()*len(f.marks) + 2*((f.digital+15)/16)
}

// decodeBinary reads the row at the start of data, which is long enough.
func (f *format) decodeBinary(w *row, data []byte) {
	w.number = int64(binary.LittleEndian.Uint32(data))
	w.stamp = float64(binary.LittleEndian.Uint32(data[4:]))
	if w.stamp == noStamp {
		w.stamp = math.NaN()
	}
	data = data[8:]
	width := f.kind.width()
	for i, m := range f.marks {
		w.analog[i] = m.value(decodeValue(f.kind, m, data[i*width:]))
	}
	f.decodeStatus(w, data[width*len(f.marks):])
}

func decodeValue(kind DataType, m mark, data []byte) float64 {
	switch {
	case kind == Float32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(data)))
	case kind == Binary32:
		return float64(int32(binary.LittleEndian.Uint32(data)))
	case m.unsigned:
		return float64(binary.LittleEndian.Uint16(data))
	}
	return float64(int16(binary.LittleEndian.Uint16(data)))
}

// decodeStatus reads the status words, lowest channel in the lowest bit. The
// bits beyond the last channel are nobody's and are dropped.
func (f *format) decodeStatus(w *row, data []byte) {
	clear(w.status)
	for i := range (f.digital + 15) / 16 {
		w.status[i/4] |= uint64(binary.LittleEndian.Uint16(data[2*i:])) << (i % 4 * 16)
	}
	if n := f.digital % 64; n != 0 {
		w.status[len(w.status)-1] &= 1<<n - 1
	}
}

// appendBinary is the inverse of decodeBinary.
func (f *format) appendBinary(dst []byte, w *row) ([]byte, error) {
	if w.number < 0 || w.number > math.MaxUint32 || w.stamp < 0 || w.stamp >= noStamp {
		return dst, fmt.Errorf("sample %d at time stamp %g: both are 32 bits in %s: split the recording or use a larger time stamp multiplier", w.number, w.stamp, f.kind)
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(w.number))
	stamp := uint32(noStamp)
	if !math.IsNaN(w.stamp) {
		stamp = uint32(w.stamp)
	}
	dst = binary.LittleEndian.AppendUint32(dst, stamp)
	for i, x := range w.analog {
		var ok bool
		if dst, ok = f.appendValue(dst, f.marks[i], x); !ok {
			return dst, f.unfit(w, i)
		}
	}
	for i := range (f.digital + 15) / 16 {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(w.status[i/4]>>(i%4*16)))
	}
	return dst, nil
}

// appendValue writes one value, or the mark for a missing one; false if x does
// not fit, or would be read back as missing.
func (f *format) appendValue(dst []byte, m mark, x float64) ([]byte, bool) {
	if f.kind == Float32 {
		v := float32(x)
		ok := math.IsNaN(x) || encodable(x) && float64(v) != m.missing && !math.IsInf(float64(v), 0)
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(v)), ok
	}
	low, high := float64(math.MinInt16), float64(math.MaxInt16)
	switch {
	case f.kind == Binary32:
		low, high = math.MinInt32, math.MaxInt32
	case m.unsigned:
		low, high = 0, math.MaxUint16
	}
	v := m.missing
	if !math.IsNaN(x) {
		v = math.RoundToEven(x)
		if v < low || v > high || v == m.missing {
			return dst, false
		}
	}
	if f.kind == Binary32 {
		return binary.LittleEndian.AppendUint32(dst, uint32(int32(v))), true
	}
	return binary.LittleEndian.AppendUint16(dst, uint16(int32(v))), true
}
