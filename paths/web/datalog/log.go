package datalog

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// Keeper writes the logs of all devices of a process, on one goroutine.
type Keeper struct {
	world *imu.World
	wake  chan struct{}

	mu    sync.Mutex
	dirty map[*Log]bool
}

// NewKeeper returns a keeper without logs. Run must be called for anything to be written.
func NewKeeper(w *imu.World) *Keeper {
	return &Keeper{world: w, wake: make(chan struct{}, 1), dirty: map[*Log]bool{}}
}

// Run writes records when there are some, until ctx ends, and then the last ones.
func (k *Keeper) Run(ctx context.Context) {
	for {
		select {
		case <-k.wake:
			k.flush()
		case <-ctx.Done():
			k.flush()
			return
		}
	}
}

func (k *Keeper) flush() {
	k.mu.Lock()
	logs := k.dirty
	k.dirty = map[*Log]bool{}
	k.mu.Unlock()
	for l := range logs {
		l.flush()
	}
}

func (k *Keeper) note(l *Log) {
	k.mu.Lock()
	k.dirty[l] = true
	k.mu.Unlock()
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Log is the log of one device. Its methods may be called from several goroutines.
type Log struct {
	keeper *Keeper
	unit   *imu.Unit
	path   string
	alarm  *imu.Alarm

	mu      sync.Mutex // guards the following: never held while a file is touched
	setup   Setup
	ids     []points.ID
	pending []Record // taken and not written yet
	lost    int      // records that could not be written
	trouble error

	disk sync.Mutex // guards file, and is taken before mu
	file *file      // nil: not open
}

// pendingMax is how many records wait for a disk that is slow.
const pendingMax = 1000

// Log returns the log of a unit that is kept in dir. It logs nothing until Set.
func (k *Keeper) Log(dir string, u *imu.Unit) *Log {
	l := &Log{keeper: k, unit: u, path: filepath.Join(dir, "data.log")}
	l.alarm = k.world.NewAlarm(l.take)
	return l
}

// Set makes a setup act. Other points or another interval begin a new log: the
// records of the old one are gone.
func (l *Log) Set(now time.Duration, s Setup) error {
	if err := s.Validate(); err != nil {
		return err
	}
	l.flush() // what was taken belongs to the old setup
	l.disk.Lock()
	defer l.disk.Unlock()
	err := l.openFor(s)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.trouble = err; err != nil {
		return err
	}
	l.setup, l.ids = s, s.ids()
	if s.On {
		l.alarm.Set(now + s.interval() - l.date(now)%s.interval())
	}
	return nil
}

// openFor opens the file that belongs to a setup. Switched off, what was logged
// can still be read. l.disk is held.
func (l *Log) openFor(s Setup) (err error) {
	if l.file != nil && l.file.setup.Same(s) {
		return nil
	}
	if l.file != nil {
		l.file.close()
		l.file = nil
	}
	if old := (&file{path: l.path, setup: s}); !s.On {
		if old.resume() {
			l.file = old
		}
		return nil
	}
	f, err := openFile(l.path, s)
	if err == nil {
		l.file = f
	}
	return err
}

// reader is the interface itself.
var reader = access.Actor{Path: access.Modbus}

// date is what the device's clock shows, since 2000-01-01.
func (l *Log) date(now time.Duration) time.Duration {
	var s imu.Snapshot
	l.unit.Read(now, reader, &s)
	if s.Values == nil {
		return now
	}
	return time.Duration(s.Values[points.DeviceClock] * float64(time.Second)).Truncate(time.Millisecond)
}

// take takes a record. It runs on the world's goroutine and touches no file.
func (l *Log) take(now time.Duration) {
	var s imu.Snapshot
	d, _ := l.unit.Read(now, reader, &s)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.setup.On || !d.OK() {
		return
	}
	clock := time.Duration(s.Values[points.DeviceClock] * float64(time.Second)).Truncate(time.Millisecond)
	r := Record{World: now, Date: points.Epoch.Add(clock), Values: make([]float64, len(l.ids))}
	for i, id := range l.ids {
		r.Values[i] = s.Values[id]
	}
	if len(l.pending) == pendingMax {
		l.lost++
	} else {
		l.pending = append(l.pending, r)
	}
	l.alarm.Set(now + l.setup.interval() - clock%l.setup.interval())
	l.keeper.note(l)
}

// flush writes what was taken.
func (l *Log) flush() {
	l.disk.Lock()
	defer l.disk.Unlock()
	l.flushLocked()
}

func (l *Log) flushLocked() {
	l.mu.Lock()
	records := l.pending
	l.pending = nil
	l.mu.Unlock()
	if len(records) == 0 {
		return
	}
	err := errors.New("not logged: the log is not open")
	if l.file != nil {
		err = l.file.add(records)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.trouble = err; err != nil {
		l.lost += len(records)
	}
}

// Setup is what is set up.
func (l *Log) Setup() Setup {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.setup
}

// Trouble is how many records could not be written since the program started,
// and why the last one was not.
func (l *Log) Trouble() (lost int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost, l.trouble
}

// Records are the records that are kept, oldest first, as they were counted.
func (l *Log) Records() ([]Record, error) {
	l.disk.Lock()
	defer l.disk.Unlock()
	l.flushLocked()
	if l.file == nil {
		return nil, nil
	}
	return l.file.records()
}

// Close writes what was taken and closes the file.
func (l *Log) Close() {
	l.flush()
	l.disk.Lock()
	defer l.disk.Unlock()
	if l.file != nil {
		l.file.close()
		l.file = nil
	}
}
