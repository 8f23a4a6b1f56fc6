package protection

import "time"

// window holds the squares of the last fundamental cycle, weighted by time, so
// that samples may come at any rate and unevenly. Between two samples the
// square is taken as linear: for a sine at three or more even samples a cycle
// the mean over a cycle is exact.
//
// What was never measured counts as zero: the first cycle of a recording is
// seen as a current that begins with it.
type window struct {
	bins   [binCap]bin
	head   int // oldest
	count  int
	span   time.Duration // of all bins
	newest time.Duration // instant of the newest sample
	sum    [channels]float64
	last   [channels]float64 // squares at the newest sample
}

// bin is a stretch of the window. Samples closer than a binShare of a cycle
// share one, which bounds the memory whatever the rate of a recording.
type bin struct {
	width time.Duration
	area  [channels]float64 // A²·ns
}

const (
	binShare = 128
	binCap   = binShare + 4
)

// add appends the stretch from the newest sample up to one at t with squares q.
func (w *window) add(cycle, t time.Duration, q *[channels]float64) {
	if dt := t - w.newest; dt > 0 {
		b := w.open(cycle)
		b.width += dt
		w.span += dt
		half := float64(dt) / 2
		for i := range q {
			a := (w.last[i] + q[i]) * half
			b.area[i] += a
			w.sum[i] += a
		}
		w.trim(cycle)
	}
	w.last, w.newest = *q, t
}

// open returns the bin that takes the next stretch.
func (w *window) open(cycle time.Duration) *bin {
	if w.count > 0 {
		if b := w.at(w.count - 1); b.width < cycle/binShare {
			return b
		}
	}
	b := w.at(w.count)
	*b = bin{}
	w.count++
	return b
}

func (w *window) at(i int) *bin {
	i += w.head
	if i >= binCap {
		i -= binCap
	}
	return &w.bins[i]
}

// trim forgets what is older than a cycle.
func (w *window) trim(cycle time.Duration) {
	for w.span > cycle {
		b := w.at(0)
		excess := w.span - cycle
		if b.width > excess {
			w.shorten(b, excess)
			return
		}
		for i, a := range b.area {
			w.sum[i] -= a
		}
		w.span -= b.width
		w.drop()
	}
}

// shorten takes excess off the old end of b.
func (w *window) shorten(b *bin, excess time.Duration) {
	share := float64(excess) / float64(b.width)
	for i := range b.area {
		a := b.area[i] * share
		b.area[i] -= a
		w.sum[i] -= a
	}
	b.width -= excess
	w.span -= excess
}

// drop removes the oldest bin. Once a round the sums are taken anew, so that
// what rounding leaves of a large fault does not stay.
func (w *window) drop() {
	w.count--
	w.head++
	if w.head < binCap {
		return
	}
	w.head = 0
	w.sum = [channels]float64{}
	for i := range w.count {
		for c, a := range w.at(i).area {
			w.sum[c] += a
		}
	}
}

// means writes the mean squares over the cycle into q.
func (w *window) means(cycle time.Duration, q *[channels]float64) {
	f := 1 / float64(cycle)
	for i, s := range w.sum {
		q[i] = max(0, s*f)
	}
}
