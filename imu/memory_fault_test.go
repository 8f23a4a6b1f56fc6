package imu_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// faulty is a file whose disk fails as it is told to.
type faulty struct {
	imu.LogFile
	writes func(n int) (written int, err error) // nil: as they should be
	syncs  error
}

func (f *faulty) WriteAt(b []byte, off int64) (int, error) {
	if f.writes == nil {
		return f.LogFile.WriteAt(b, off)
	}
	n, err := f.writes(len(b))
	if n > 0 {
		f.LogFile.WriteAt(b[:n], off)
	}
	return n, err
}

func (f *faulty) Sync() error {
	if f.syncs != nil {
		return f.syncs
	}
	return f.LogFile.Sync()
}

var errDisk = errors.New("no space left on device")

// TestDiskThatFails: whatever a write leaves behind, what is read back is a
// state that was handed over, never older than the last that was synced, and
// no record is lost once the disk works again.
func TestDiskThatFails(t *testing.T) {
	for name, fail := range map[string]func(*faulty, int){
		"nothing is written":    func(f *faulty, _ int) { f.writes = func(int) (int, error) { return 0, errDisk } },
		"half is written":       func(f *faulty, _ int) { f.writes = func(n int) (int, error) { return n / 2, errDisk } },
		"all but a byte":        func(f *faulty, _ int) { f.writes = func(n int) (int, error) { return n - 1, errDisk } },
		"all, and not synced":   func(f *faulty, _ int) { f.syncs = errDisk },
		"all is said to fail":   func(f *faulty, _ int) { f.writes = func(n int) (int, error) { return n, errDisk } },
		"now and then, by half": func(f *faulty, i int) { f.writes = func(n int) (int, error) { return n * (i % 2), errDisk } },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, m, _ := kept(t, dir)
			f := &faulty{}
			imu.Wrap(m, func(l imu.LogFile) imu.LogFile { f.LogFile = l; return f })
			s.step(time.Second)
			set := func(ir float64) {
				s.step(time.Second)
				s.must(imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.ProtectionLongTimeIr, Value: points.Number(ir)})
			}
			for i := range 4 {
				set(float64(600 + i))
				fail(f, i)
				if m.Flush(s.now) == nil || m.Err() == nil {
					t.Error("a failed write is told as done")
				}
				f.writes, f.syncs = nil, nil
				at := readBack(t, dir)
				if i > 0 && at < float64(599+i) || at > float64(600+i) && at != 1000 {
					t.Errorf("round %d: Ir %g after the failure", i, at)
				}
				flush(t, m, s.now)
				if at := readBack(t, dir); at != float64(600+i) {
					t.Errorf("round %d: Ir %g after the disk works again", i, at)
				}
			}
			m.Close()
			r, _, _ := kept(t, dir)
			if n := r.count(points.ConfigurationHistory, points.CodeProtectionSet); n != 4 {
				t.Errorf("%d of 4 records came through", n)
			}
		})
	}
}

// readBack returns what a process would find now that began after a kill.
func readBack(t *testing.T, dir string) float64 {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "units.nv"))
	if err != nil {
		t.Fatal(err)
	}
	at := t.TempDir()
	if err := os.WriteFile(filepath.Join(at, "units.nv"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, m, _ := kept(t, at)
	defer m.Close()
	return r.read().Values[points.ProtectionLongTimeIr]
}

// slow is a disk that takes its time.
type slow struct {
	imu.LogFile
	sync chan struct{}
}

func (s *slow) Sync() error { <-s.sync; return s.LogFile.Sync() }

// TestSlowDiskHoldsUpNothing: while the disk takes for ever, a unit reads,
// operates and trips.
func TestSlowDiskHoldsUpNothing(t *testing.T) {
	s, m, _ := kept(t, t.TempDir())
	disk := &slow{sync: make(chan struct{})}
	imu.Wrap(m, func(l imu.LogFile) imu.LogFile { disk.LogFile = l; return disk })
	s.step(time.Second)
	flushed := make(chan error)
	now := s.now
	go func() { flushed <- m.Flush(now) }()
	done := make(chan struct{})
	go func() {
		defer close(done)
		time.Sleep(10 * time.Millisecond) // let the flush reach the disk
		s.must(modbus(points.BreakerOpen, "3333"))
		s.step(5 * time.Second)
		s.must(modbus(points.BreakerClose, "3333"))
		s.load(20000)
		s.step(time.Second)
		s.is(points.BreakerFaultTripped, 1)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Error("the unit waits for the disk")
	}
	close(disk.sync)
	if err := <-flushed; err != nil {
		t.Error(err)
	}
}

// TestRewriteIsAtomic finds the old log or the new one, and never neither,
// whatever a kill leaves of the new one.
func TestRewriteIsAtomic(t *testing.T) {
	dir := t.TempDir()
	s, m, _ := kept(t, dir)
	s.step(time.Second)
	imu.CompactFrom(m, 1)
	for i := range 5 {
		s.must(imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.ProtectionLongTimeIr, Value: points.Number(float64(700 + i))})
		flush(t, m, s.now)
		if at := readBack(t, dir); at != float64(700+i) {
			t.Fatalf("after rewrite %d: Ir %g", i, at)
		}
		imu.CompactFrom(m, 1)
	}
	if err := os.WriteFile(filepath.Join(dir, "units.nv.new"), []byte("half of a new log"), 0o600); err != nil {
		t.Fatal(err)
	}
	if at := readBack(t, dir); at != 704 {
		t.Errorf("Ir %g", at)
	}
	m.Close()
	r, _, _ := kept(t, dir)
	if n := r.count(points.ConfigurationHistory, points.CodeProtectionSet); n != 5 {
		t.Errorf("%d of 5 records survived five rewrites", n)
	}
}

// flaky is a file whose disk fails until it is mended.
type flaky struct {
	imu.LogFile
	mended atomic.Bool
}

func (f *flaky) Sync() error {
	if !f.mended.Load() {
		return errDisk
	}
	return f.LogFile.Sync()
}

// TestFailureIsToldOnce: who runs the memory hears when it begins to fail and
// when it works again, and not each second in between.
func TestFailureIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, m, _ := kept(t, t.TempDir())
		f := &flaky{}
		imu.Wrap(m, func(l imu.LogFile) imu.LogFile { f.LogFile = l; return f })
		ctx, cancel := context.WithCancel(context.Background())
		told := make(chan error, 10)
		begin := time.Now()
		go func() {
			defer close(told)
			m.Run(ctx, func() time.Duration { return time.Since(begin) }, func(err error) { told <- err })
		}()
		time.Sleep(3500 * time.Millisecond)
		if err := <-told; !errors.Is(err, errDisk) {
			t.Errorf("told %v while the disk fails", err)
		}
		f.mended.Store(true)
		time.Sleep(2 * time.Second)
		cancel()
		if err := <-told; err != nil {
			t.Errorf("told %v after the disk works again", err)
		}
		if err, more := <-told; more {
			t.Errorf("told once more: %v", err)
		}
	})
}
