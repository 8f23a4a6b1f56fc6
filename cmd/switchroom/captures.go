package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"switchroom/imu"
)

// captureDir is a directory that takes the waveforms of trips, as COMTRADE.
type captureDir string

func newCaptureDir(dir string) (captureDir, error) {
	return captureDir(dir), os.MkdirAll(dir, 0o755)
}

// sameName is how many captures may have one name: units "Q 1" and "Q_1" are
// one to a file system, and a scenario that is played again has its own dates.
const sameName = 10000

// write writes one capture and returns its files. None that exists is replaced.
func (d captureDir) write(unit string, c *imu.Capture) (files []string, err error) {
	base := filepath.Join(string(d), c.Name(unit))
	rec := c.Recording(unit)
	for n := 1; n <= sameName; n++ {
		name := base
		if n > 1 {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		if files, err = rec.WriteFiles(name); !errors.Is(err, fs.ErrExist) {
			return files, err
		}
	}
	return nil, err
}

// captureQueue has captures written by a goroutine of its own: no unit waits for
// the disk. It holds references to what units hold anyway, and drops none.
type captureQueue struct {
	write  func(unit string, c *imu.Capture) ([]string, error)
	stderr io.Writer
	ended  chan struct{}

	mu      sync.Mutex
	wake    *sync.Cond
	waiting []wave
	inHand  int  // 1 while one is being written
	closed  bool // write what waits, then end
	given   bool // up: end now

	lost int // by the goroutine: not written since the last that was
}

// wave is a capture and whose it is.
type wave struct {
	unit    string
	capture *imu.Capture
}

func newCaptureQueue(write func(string, *imu.Capture) ([]string, error), stderr io.Writer) *captureQueue {
	q := &captureQueue{write: write, stderr: stderr, ended: make(chan struct{})}
	q.wake = sync.NewCond(&q.mu)
	go q.run()
	return q
}

// add takes a capture to be written.
func (q *captureQueue) add(unit string, c *imu.Capture) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, wave{unit, c})
	q.wake.Signal()
}

// end has what waits written and returns then, or at the timeout: whoever ends
// the program does not wait longer for a slow disk.
func (q *captureQueue) end(timeout time.Duration) {
	q.set(&q.closed)
	t := time.NewTimer(timeout)
	defer t.Stop()
	select {
	case <-q.ended:
	case <-t.C:
		if n := q.set(&q.given); n > 0 {
			fmt.Fprintf(q.stderr, "warning: %d captures are not written: the disk did not take them in time before the end\n", n)
		}
	}
}

// set sets a flag and returns how many captures wait.
func (q *captureQueue) set(flag *bool) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	*flag = true
	q.wake.Signal()
	return len(q.waiting) + q.inHand
}

func (q *captureQueue) run() {
	defer close(q.ended)
	for {
		w, ok := q.next()
		if !ok {
			break
		}
		_, err := q.write(w.unit, w.capture)
		q.tell(w.unit, err)
	}
	if q.lost > 1 {
		fmt.Fprintf(q.stderr, "warning: %d captures were not written\n", q.lost)
	}
}

// next waits for a capture; ok is false at the end.
func (q *captureQueue) next() (w wave, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.inHand = 0
	for len(q.waiting) == 0 && !q.closed {
		q.wake.Wait()
	}
	if len(q.waiting) == 0 || q.given {
		return wave{}, false
	}
	w, q.waiting[0] = q.waiting[0], wave{} // let it go once it is written
	q.waiting, q.inHand = q.waiting[1:], 1
	return w, true
}

// tell says the first failure of a row, and how long the row was once it ends.
func (q *captureQueue) tell(unit string, err error) {
	switch {
	case err == nil && q.lost > 0:
		fmt.Fprintf(q.stderr, "captures are written again; %d were not\n", q.lost)
		q.lost = 0
	case err != nil:
		if q.lost == 0 {
			fmt.Fprintf(q.stderr, "warning: the capture of %s is not written: %v; others are tried\n", unit, err)
		}
		q.lost++
	}
}
