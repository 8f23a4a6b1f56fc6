package ndef

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A phone is held to a virtual tag over a stream: each message is its length in two
// bytes, most significant first, and that many bytes. The phone begins by saying
// whose tag, and who holds it; the tag answers with nothing, or with why not. Then
// come commands and answers. This framing is ours.

// maxFrame is a command or an answer with its status, or a greeting.
const maxFrame = 300

// WriteFrame writes one message.
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

// Hold holds a phone to a unit's tag. by is who holds it; "" is whoever stands
// there. The error is the tag's.
func Hold(s io.ReadWriter, unit, by string) (exchange func(apdu []byte) ([]byte, error), err error) {
	if strings.Contains(unit+by, "\n") {
		return nil, errors.New("a name of several lines")
	}
	if err := WriteFrame(s, []byte(unit+"\n"+by)); err != nil {
		return nil, err
	}
	why, err := ReadFrame(s)
	if err != nil {
		return nil, err
	}
	if len(why) > 0 {
		return nil, errors.New(strings.ToValidUTF8(string(why), "?"))
	}
	return func(apdu []byte) ([]byte, error) {
		if err := WriteFrame(s, apdu); err != nil {
			return nil, err
		}
		return ReadFrame(s)
	}, nil
}

// Held reads the greeting of a phone.
func Held(r io.Reader) (unit, by string, err error) {
	b, err := ReadFrame(r)
	if err != nil {
		return "", "", err
	}
	unit, by, ok := strings.Cut(string(b), "\n")
	if !ok {
		return "", "", errors.New("a greeting without its second line")
	}
	return unit, by, nil
}

// Answer answers a greeting: why not, or "".
func Answer(w io.Writer, why string) error {
	return WriteFrame(w, []byte(why[:min(len(why), maxFrame)]))
}
