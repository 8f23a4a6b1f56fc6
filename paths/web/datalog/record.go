package datalog

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"time"

	"switchroom/points"
)

// Record is what was measured at one moment. NaN is not available.
type Record struct {
	World  time.Duration // since the laboratory began: nobody sets it
	Date   time.Time     // what the device's clock showed, to the millisecond
	Values []float64     // in the order of Setup.Points, each in its point's unit
}

// recordHead is a check sum, and both times in milliseconds.
const recordHead = 4 + 8 + 8

func recordLen(n int) int { return recordHead + 8*n }

// append appends the record as it stands in the file, little-endian.
func (r *Record) append(b []byte) []byte {
	at := len(b)
	le := binary.LittleEndian
	b = le.AppendUint32(b, 0)
	b = le.AppendUint64(b, uint64(r.World.Milliseconds()))
	b = le.AppendUint64(b, uint64(r.Date.Sub(points.Epoch).Milliseconds()))
	for _, v := range r.Values {
		b = le.AppendUint64(b, math.Float64bits(v))
	}
	le.PutUint32(b[at:], crc32.ChecksumIEEE(b[at+4:]))
	return b
}

// parseRecord reads a record of n values; false if it is damaged.
func parseRecord(b []byte, n int) (Record, bool) {
	le := binary.LittleEndian
	if len(b) != recordLen(n) || le.Uint32(b) != crc32.ChecksumIEEE(b[4:]) {
		return Record{}, false
	}
	r := Record{
		World:  time.Duration(le.Uint64(b[4:])) * time.Millisecond,
		Date:   points.Epoch.Add(time.Duration(le.Uint64(b[12:])) * time.Millisecond),
		Values: make([]float64, n),
	}
	for i := range r.Values {
		r.Values[i] = math.Float64frombits(le.Uint64(b[recordHead+8*i:]))
	}
	return r, true
}

// Jumped reports whether the device's clock was set between two records: its
// hands moved otherwise than time did.
func Jumped(before, r *Record) bool {
	d := r.Date.Sub(before.Date) - (r.World - before.World)
	return d.Abs() > time.Second
}

// Increments are the records as a trend shows them: of each counter what was
// added since the record before. That of the first is not available, and so is
// one over a reset of the counter: what was counted between the record and the
// reset is gone.
func Increments(s Setup, records []Record) []Record {
	out := make([]Record, len(records))
	for i, r := range records {
		out[i] = r
		out[i].Values = make([]float64, len(r.Values))
		copy(out[i].Values, r.Values)
		for j, name := range s.Points {
			if cumulative(name) {
				out[i].Values[j] = math.NaN()
				if i > 0 && (r.Values[j] >= records[i-1].Values[j] || net(name)) {
					out[i].Values[j] = r.Values[j] - records[i-1].Values[j]
				}
			}
		}
	}
	return out
}

// net reports whether a counter also goes back: active and reactive energy, net.
func net(name string) bool {
	id, err := points.Lookup(name)
	return err == nil && (id == points.EnergyActive || id == points.EnergyReactive)
}
