package comtrade

import "math/bits"

// Bits is a sequence of on-off samples, one bit each: a relay records hundreds
// of status channels that hardly ever change.
type Bits struct {
	n     int
	words []uint64 // sample i is bit i%64 of words[i/64]; bits past n are zero
}

// makeBits returns one sequence of n zeros for each channel. They share memory.
func makeBits(channels, n int) []Bits {
	per := (n + 63) / 64
	all := make([]uint64, channels*per)
	out := make([]Bits, channels)
	for i := range out {
		out[i] = Bits{n: n, words: all[i*per : (i+1)*per : (i+1)*per]}
	}
	return out
}

// Len is the number of samples.
func (b Bits) Len() int { return b.n }

// At is sample i, counted from 0. It panics if there is no such sample.
func (b Bits) At(i int) bool {
	if i < 0 || i >= b.n {
		panic("comtrade: status sample out of range")
	}
	return b.words[i/64]>>(i%64)&1 != 0
}

// set makes sample i true.
func (b Bits) set(i int) { b.words[i/64] |= 1 << (i % 64) }

// changes counts how often a sample differs from the one before it.
func (b Bits) changes() int {
	n, carry := 0, uint64(0)
	if b.n > 0 {
		carry = b.words[0] & 1 // the first sample follows nothing
	}
	for i, w := range b.words {
		before := w<<1 | carry
		carry = w >> 63
		diff := w ^ before
		if i == len(b.words)-1 && b.n%64 != 0 {
			diff &= 1<<(b.n%64) - 1
		}
		n += bits.OnesCount64(diff)
	}
	return n
}
