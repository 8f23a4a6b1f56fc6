package trace

import (
	"bytes"
	"slices"
)

// half is one direction of a connection: its bytes in order, whatever the
// segments did on their way.
type half struct {
	started bool
	next    uint32    // sequence number that is awaited
	waiting []segment // that came too early, by sequence number
	early   int       // bytes in waiting
}

// How much is kept of what came too early, until the gap before it is taken for
// one of the capture. Ours.
const (
	earlyMax      = 64
	earlyMaxBytes = 1 << 17
)

// begin takes the sequence number of a SYN.
func (h *half) begin(seq uint32) { *h = half{started: true, next: seq + 1} }

// push takes a segment and calls take with the data that now is in order. gap is
// called before data that follows on something the capture does not have.
func (h *half) push(s segment, take func(segment), gap func()) {
	if s.length <= 0 || len(s.data) == 0 {
		return
	}
	if !h.started {
		h.started, h.next = true, s.seq
	}
	if int32(s.seq-h.next) > 0 {
		h.keep(s)
	} else {
		h.take(s, take, gap)
	}
	if len(h.waiting) > earlyMax || h.early > earlyMaxBytes {
		h.skip(take, gap)
	}
	h.release(take, gap)
}

// skip goes on behind what the capture does not have.
func (h *half) skip(take func(segment), gap func()) {
	if len(h.waiting) > 0 {
		gap()
		h.next = h.waiting[0].seq
		h.release(take, gap)
	}
}

// confirmed is told that the other end has everything before ack: what is missing
// before that will not come any more.
func (h *half) confirmed(ack uint32, take func(segment), gap func()) {
	for len(h.waiting) > 0 && int32(ack-h.waiting[0].seq) > 0 {
		h.skip(take, gap)
	}
}

// keep puts a segment that came too early in its place.
func (h *half) keep(s segment) {
	s.data = bytes.Clone(s.data)
	i, there := slices.BinarySearchFunc(h.waiting, s.seq, func(w segment, seq uint32) int { return int(int32(w.seq - seq)) })
	switch {
	case !there:
		h.waiting = slices.Insert(h.waiting, i, s)
	case len(h.waiting[i].data) < len(s.data):
		h.early -= len(h.waiting[i].data)
		h.waiting[i] = s
	default:
		return
	}
	h.early += len(s.data)
}

// release takes what waited and is due.
func (h *half) release(take func(segment), gap func()) {
	for len(h.waiting) > 0 && int32(h.waiting[0].seq-h.next) <= 0 {
		s := h.waiting[0]
		h.waiting = slices.Delete(h.waiting, 0, 1)
		h.early -= len(s.data)
		h.take(s, take, gap)
	}
}

// take passes on what is new of a segment that is due.
func (h *half) take(s segment, take func(segment), gap func()) {
	old := int(int32(h.next - s.seq))
	if old >= s.length {
		return // sent again
	}
	h.next = s.seq + uint32(s.length)
	if old < len(s.data) {
		s.data = s.data[old:]
		take(s)
	}
	if len(s.data) < s.length-old {
		gap() // the capture has cut it
	}
}
