package trace

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"switchroom/regmap"
)

// encoder is a format.
type encoder interface {
	head() []byte // how a file begins
	request(out []byte, e *Exchange) []byte
	end(out []byte, e *Exchange) []byte
	lost(out []byte, at time.Time, n uint64) []byte
	finish(out []byte) []byte // how it ends
}

type jsonEncoder struct{ m *regmap.Map }

func (j *jsonEncoder) head() []byte                           { return nil }
func (j *jsonEncoder) request(out []byte, _ *Exchange) []byte { return out }
func (j *jsonEncoder) end(out []byte, e *Exchange) []byte     { return e.AppendJSON(out, j.m) }
func (j *jsonEncoder) finish(out []byte) []byte               { return out }
func (j *jsonEncoder) lost(out []byte, at time.Time, n uint64) []byte {
	return appendLost(out, at, n)
}

type pcapEncoder struct{ talks *talks }

func (p *pcapEncoder) head() []byte {
	p.talks = newTalks()
	return appendPcapHeader(nil)
}

func (p *pcapEncoder) request(out []byte, e *Exchange) []byte { return p.talks.request(out, e) }

func (p *pcapEncoder) end(out []byte, e *Exchange) []byte {
	if e.Ended == Open {
		return out // its request is there, and its end is not known
	}
	return p.talks.end(out, e)
}

func (p *pcapEncoder) finish(out []byte) []byte { return p.talks.ends(out) }
func (p *pcapEncoder) lost(out []byte, at time.Time, n uint64) []byte {
	return appendLostRecord(out, at, n)
}

// flushAt is how many bytes are gathered at most before they are written.
const flushAt = 1 << 16

// file is a trace on the disk. What is written is whole records only: after a
// failure the next ones take the place of those that were not written whole.
type file struct {
	path string
	enc  encoder
	max  int64 // of this file alone; 0: no bound
	disk *os.File

	good    int64  // bytes that are written whole
	buf     []byte // records that wait
	ends    uint64 // exchanges in buf
	lost    uint64 // exchanges that the file was not told are missing
	told    uint64 // exchanges that a note in buf says are missing
	missing uint64 // those that the file says are missing
	failing bool
}

func openFile(path string, o Options) (*file, error) {
	enc, err := encoderFor(path, o)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, enc: enc, max: o.Max / 2}
	return f, f.open()
}

// open begins the file anew. Whoever may read it may learn what is switched
// when: it is the owner's alone.
func (f *file) open() error {
	disk, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	f.disk, f.good, f.buf = disk, 0, append(f.buf[:0], f.enc.head()...)
	return f.write()
}

// add takes the beginning of an exchange, or its end.
func (f *file) add(e *Exchange, over bool) {
	if !over {
		f.buf = f.enc.request(f.buf, e)
		return
	}
	f.buf = f.enc.end(f.buf, e)
	f.ends++
}

// tellLost puts into the file what is missing at this place.
func (f *file) tellLost(at time.Time) {
	if f.lost > 0 {
		f.buf = f.enc.lost(f.buf, at, f.lost)
		f.told, f.lost = f.told+f.lost, 0
	}
}

// flush writes what waits. What cannot be written is counted, and let go: memory
// is bounded, and a disk may stay full for ever.
func (f *file) flush() error {
	if f.disk == nil {
		waits := f.buf
		f.buf = nil
		if err := f.open(); err != nil {
			return f.giveUp(err)
		}
		f.buf = waits
	}
	if f.lost > 0 {
		waits := f.buf
		f.buf = nil
		f.tellLost(time.Now())
		f.buf = append(f.buf, waits...)
	}
	if err := f.write(); err != nil {
		return f.giveUp(err)
	}
	f.missing, f.told, f.ends = f.missing+f.told, 0, 0
	if f.max > 0 && f.good >= f.max {
		return f.rotate()
	}
	return nil
}

// giveUp counts what waits as missing.
func (f *file) giveUp(err error) error {
	f.lost, f.told, f.ends, f.buf = f.lost+f.told+f.ends, 0, 0, f.buf[:0]
	return err
}

// write writes the records that wait behind those that are whole.
func (f *file) write() error {
	if len(f.buf) == 0 {
		return nil
	}
	if _, err := f.disk.WriteAt(f.buf, f.good); err != nil {
		return err
	}
	f.good += int64(len(f.buf))
	f.buf = f.buf[:0]
	return nil
}

// Predecessor is the name of the file that holds what was written before the
// bound was reached: up.pcap becomes up.1.pcap.
func Predecessor(path string) string {
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + ".1" + ext
}

// rotate makes the file its own predecessor and begins it anew.
func (f *file) rotate() error {
	f.buf = f.enc.finish(f.buf[:0])
	if err := f.write(); err != nil {
		return err
	}
	if err := f.close(); err != nil {
		return err
	}
	return errors.Join(os.Rename(f.path, Predecessor(f.path)), f.open()) // the bound holds, even where the name cannot be had
}

func (f *file) finish() { f.buf = f.enc.finish(f.buf) }

// close cuts off what was not written whole.
func (f *file) close() error {
	if f.disk == nil {
		return nil
	}
	cut := f.disk.Truncate(f.good)
	if err := f.disk.Close(); err != nil {
		return err
	}
	f.disk = nil
	return cut
}
