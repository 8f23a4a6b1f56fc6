package roles

// function is one that changes nothing in the device.
type function struct {
	code byte
	subs []byte // what must follow it; none: anything
	name string
}

// readable is what level Read admits here, sorted. It is narrower than the list of
// the page of filtering (filtering.Readable): that has 43/16, which sets the clock,
// and all of function 8, some of which clears counters. Ours.
var readable = []function{
	{3, nil, "read holding registers"},
	{4, nil, "read input registers"},
	{8, diagnostics, "diagnostics that count and clear nothing"},
	{43, []byte{14, 15}, "identification, read date and time"},
	{100, nil, "read scattered registers"},
}

// diagnostics are sub-functions 0, 11 and 12: echo and counters (V1.1b3, 6.8). Their
// code has two bytes; the first is 0 and looked at by reads.
var diagnostics = []byte{0, 11, 12}

func reads(pdu []byte) bool {
	if len(pdu) == 0 {
		return false
	}
	for i := range readable {
		if f := &readable[i]; f.code == pdu[0] {
			return f.admits(pdu[1:])
		}
	}
	return false
}

func (f *function) admits(rest []byte) bool {
	if f.subs == nil {
		return true
	}
	if f.code == 8 {
		if len(rest) < 2 || rest[0] != 0 {
			return false
		}
		rest = rest[1:]
	}
	for _, s := range f.subs {
		if len(rest) > 0 && rest[0] == s {
			return true
		}
	}
	return false
}
