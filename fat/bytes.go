package fat

import "slices"

// swapWords returns the registers of d in the opposite order.
func swapWords(d []byte) []byte {
	out := make([]byte, 0, len(d))
	for i := len(d) - 2; i >= 0; i -= 2 {
		out = append(out, d[i], d[i+1])
	}
	return out
}

// swapBytes returns d with the two bytes of each register swapped.
func swapBytes(d []byte) []byte {
	out := slices.Clone(d)
	for i := 0; i+1 < len(out); i += 2 {
		out[i], out[i+1] = out[i+1], out[i]
	}
	return out
}

// swapPairs returns d with the words of each pair of registers swapped: the 32-bit
// words stay where they are.
func swapPairs(d []byte) []byte {
	out := slices.Clone(d)
	for i := 0; i+3 < len(out); i += 4 {
		out[i], out[i+1], out[i+2], out[i+3] = out[i+2], out[i+3], out[i], out[i+1]
	}
	return out
}
