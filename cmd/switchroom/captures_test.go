package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/imu"
)

func someCapture() *imu.Capture {
	return &imu.Capture{Kind: imu.ShortCapture, Cause: "test", Hz: 50, Channels: 4, Values: make([]byte, 4*4*20), Status: make([]byte, 20)}
}

// TestCaptureNames: two units whose names are one to a file system, tripping in
// the same millisecond, leave two recordings.
func TestCaptureNames(t *testing.T) {
	dir, err := newCaptureDir(filepath.Join(t.TempDir(), "new"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, unit := range []string{"Q 1", "Q_1", "Q/1"} {
		files, err := dir.write(unit, someCapture())
		if err != nil || len(files) != 3 {
			t.Fatalf("%s: %v, %v", unit, files, err)
		}
		for _, f := range files {
			if other := seen[f]; other != "" {
				t.Errorf("%s is of %s and of %s", f, other, unit)
			}
			seen[f] = unit
		}
		if b, err := os.ReadFile(files[0]); err != nil || !strings.HasPrefix(string(b), unit+",") {
			t.Errorf("%s is not of %s: %.20q, %v", files[0], unit, b, err)
		}
	}
}

// TestCaptureQueue: however many units trip at once, every capture is written,
// and nothing is said.
func TestCaptureQueue(t *testing.T) {
	const units, each = 50, 40
	written := map[string]int{}
	hold := make(chan struct{})
	var said bytes.Buffer
	q := newCaptureQueue(func(unit string, _ *imu.Capture) ([]string, error) {
		<-hold // no disk keeps up with that
		written[unit]++
		return nil, nil
	}, &said)
	var all sync.WaitGroup
	for u := range units {
		all.Go(func() {
			for range each {
				q.add(fmt.Sprint(u), nil)
			}
		})
	}
	all.Wait()
	close(hold)
	q.end(time.Minute)
	for u := range units {
		if n := written[fmt.Sprint(u)]; n != each {
			t.Errorf("%d of %d captures of unit %d", n, each, u)
		}
	}
	if said.Len() != 0 {
		t.Errorf("said %s", said.String())
	}
}

// TestCaptureQueueWarnings: a disk that fails is two lines and not thousands, and
// one that hangs does not hold up the end.
func TestCaptureQueueWarnings(t *testing.T) {
	full, n := errors.New("no space"), 0
	var said bytes.Buffer
	q := newCaptureQueue(func(string, *imu.Capture) ([]string, error) {
		if n++; n <= 100 || n > 150 {
			return nil, full
		}
		return nil, nil
	}, &said)
	for range 200 {
		q.add("Q1", nil)
	}
	q.end(time.Minute)
	want := "warning: the capture of Q1 is not written: no space; others are tried\ncaptures are written again; 100 were not\n" +
		"warning: the capture of Q1 is not written: no space; others are tried\nwarning: 50 captures were not written\n"
	if said.String() != want {
		t.Errorf("said\n%swant\n%s", said.String(), want)
	}

	said.Reset()
	began, hang := make(chan struct{}), make(chan struct{})
	q = newCaptureQueue(func(string, *imu.Capture) ([]string, error) { close(began); <-hang; return nil, nil }, &said)
	for range 3 {
		q.add("Q1", nil)
	}
	<-began
	q.end(0)
	if want := "warning: 3 captures are not written: the disk did not take them in time before the end\n"; said.String() != want {
		t.Errorf("said %q, want %q", said.String(), want)
	}
	close(hang)
	<-q.ended
}
