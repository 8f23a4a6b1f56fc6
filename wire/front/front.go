// Package front is how a virtual thing is held to, or plugged into, the front of a
// breaker: a Unix socket of the laboratory stands for the air before the NFC zones,
// and one for the USB ports. Whoever connects says first at which breaker, and who
// does it; the answer is nothing, or why not. What follows is the way's own.
//
// It is ours: at a real breaker a hand does this.
package front

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxFrame bounds a message, bytes.
const maxFrame = 512

// WriteFrame writes one message: its length in two bytes, most significant first,
// and its bytes.
func WriteFrame(w io.Writer, b []byte) error {
	if len(b) > maxFrame {
		return fmt.Errorf("a message of %d bytes; %d are the most", len(b), maxFrame)
	}
	_, err := w.Write(append(binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(b)), uint16(len(b))), b...))
	return err
}

// ReadFrame reads one message.
func ReadFrame(r io.Reader) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(head[:]))
	if n > maxFrame {
		return nil, fmt.Errorf("a message of %d bytes; %d are the most", n, maxFrame)
	}
	b := make([]byte, n)
	_, err := io.ReadFull(r, b)
	return b, err
}

// Greeting is who comes, and to which breaker.
type Greeting struct {
	Unit string // name of the breaker
	By   string // who stands there; "": whoever does
	As   string // what it is that comes, where the way tells things apart: "pc", "phone"
}

// Greet begins. The error is why not.
func Greet(s io.ReadWriter, g Greeting) error {
	text := g.Unit + "\n" + g.By + "\n" + g.As
	if strings.Count(text, "\n") != 2 {
		return errors.New("a name of several lines")
	}
	if err := WriteFrame(s, []byte(text)); err != nil {
		return err
	}
	why, err := ReadFrame(s)
	if err != nil {
		return err
	}
	if len(why) > 0 {
		return errors.New(strings.ToValidUTF8(string(why), "?"))
	}
	return nil
}

// Greeted reads a greeting.
func Greeted(r io.Reader) (g Greeting, err error) {
	b, err := ReadFrame(r)
	if err != nil {
		return g, err
	}
	part := strings.Split(string(b), "\n")
	if len(part) != 3 {
		return g, errors.New("a greeting is three lines")
	}
	return Greeting{part[0], part[1], part[2]}, nil
}

// Answer answers a greeting: nil lets it in.
func Answer(w io.Writer, why error) error {
	if why == nil {
		return WriteFrame(w, nil)
	}
	text := why.Error()
	return WriteFrame(w, []byte(text[:min(len(text), maxFrame)]))
}
