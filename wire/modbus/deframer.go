package modbus

// Direction says which messages a serial line carries where it is read: a
// device hears requests, and on a shared line also the replies of its neighbours.
type Direction byte

// The directions.
const (
	Either   Direction = iota // requests and replies; the zero value
	Requests                  // what a master sends
	Replies                   // what devices send
)

// Deframer finds frames in the bytes of a serial line. It goes by the length
// that each function has, and by the CRC: the silences that separate frames
// (Serial V1.02 §2.5.1.1, 3.5 characters) cannot be timed from a process that
// shares its processor, or through an adapter that sends in packets. A
// function whose length is unknown ends where the CRC fits.
//
// Bytes that begin no frame are dropped one by one until some do. Garbage ahead
// of a frame therefore costs nothing; but whoever can make a frame be damaged
// can have its content read as one. Where silences can be told, set UntilSilence.
type Deframer struct {
	Direction Direction

	// UntilSilence drops everything after a frame that failed until Silence is called.
	UntilSilence bool

	buf     []byte
	used    int  // bytes at the front of buf that Next has handed out or dropped
	silent  bool // nothing will complete what buf holds
	deaf    bool // something failed, and silence has not been told since
	garbage uint64
	frames  uint64
}

// Push takes bytes as they come. Call Next until it reports false after each Push.
func (d *Deframer) Push(b []byte) {
	d.compact()
	d.silent = false
	if d.deaf {
		d.garbage += uint64(len(b))
		return
	}
	d.buf = append(d.buf, b...)
}

// Silence says that the line has been silent for the time that separates
// frames: an unfinished frame will not be finished.
func (d *Deframer) Silence() {
	d.silent, d.deaf = true, false
}

// Garbage is how many bytes were dropped because they belonged to no frame.
func (d *Deframer) Garbage() uint64 { return d.garbage }

// Frames is how many frames were found.
func (d *Deframer) Frames() uint64 { return d.frames }

// Next returns the next frame, and false if there is none yet. The frame is
// valid until the next Push.
func (d *Deframer) Next() (Frame, bool) {
	for d.used < len(d.buf) {
		b := d.buf[d.used:]
		n, wait := d.measure(b)
		if n > 0 {
			d.used += n
			d.frames++
			f, _ := ParseFrame(b[:n])
			return f, true
		}
		if wait && !d.silent {
			return Frame{}, false
		}
		d.drop(len(b))
	}
	return Frame{}, false
}

// drop gives up the first byte, or all of them if only silence can tell where
// the next frame begins.
func (d *Deframer) drop(all int) {
	n := 1
	if d.UntilSilence {
		n = all
		d.deaf = !d.silent
	}
	d.used += n
	d.garbage += uint64(n)
}

// compact moves what Next has left to the front.
func (d *Deframer) compact() {
	d.buf = d.buf[:copy(d.buf, d.buf[d.used:])]
	d.used = 0
}

// measure returns the length of the frame b begins with, or 0, and then whether
// more bytes could still make it one.
func (d *Deframer) measure(b []byte) (n int, wait bool) {
	if len(b) < minFrame {
		return 0, true
	}
	if d.Direction != Replies {
		n, wait = fits(b, requestLen(b))
	}
	if n == 0 && d.Direction != Requests {
		var more bool
		n, more = fits(b, replyLen(b))
		wait = wait || more
	}
	return n, wait
}

// fits returns length if b begins with a frame of that length; for an unknown
// length the first at which the CRC fits.
func fits(b []byte, length int) (n int, wait bool) {
	switch {
	case length < 0:
		return scan(b)
	case length == 0 || length <= maxFrame && length > len(b):
		return 0, true
	case length <= maxFrame && CRC(b[:length]) == 0:
		return length, false
	}
	return 0, false
}

func scan(b []byte) (n int, wait bool) {
	crc := uint16(0xFFFF)
	for i, x := range b[:min(len(b), maxFrame)] {
		if crc = crc>>8 ^ crcTable[byte(crc)^x]; crc == 0 && i+1 >= minFrame {
			return i + 1, false
		}
	}
	return 0, len(b) < maxFrame
}
