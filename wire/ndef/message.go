package ndef

import (
	"errors"
	"fmt"
)

// Message is the records of a message.
type Message []Record

// Parse reads a message. Nothing at all is a message without records. Chunks are
// joined.
func Parse(b []byte) (Message, error) {
	if len(b) > MaxMessage {
		return nil, ErrTooLong
	}
	var m Message
	open, ended := false, false // a chunk is to follow; the last record was read
	for n := 0; len(b) > 0; n++ {
		r, rest, err := take(b)
		if err == nil {
			err = r.placed(n == 0, open, ended)
		}
		if err == nil && len(m) >= maxRecords {
			err = fmt.Errorf("more than %d records", maxRecords)
		}
		if err != nil {
			return nil, fmt.Errorf("NDEF record %d: %w", n+1, err)
		}
		if b = rest; open {
			last := &m[len(m)-1]
			last.Payload = append(last.Payload, r.Payload...)
		} else {
			m = append(m, r.Record)
		}
		open, ended = r.flags&chunked != 0, r.flags&ends != 0
	}
	if len(m) > 0 && !ended {
		return nil, errors.New("NDEF message without its last record")
	}
	return m, nil
}

// placed says what is wrong with where a record stands.
func (r *raw) placed(first, open, ended bool) error {
	switch {
	case ended:
		return errors.New("something follows the last record")
	case first != (r.flags&begins != 0):
		return errors.New("the first record, and it alone, is marked as the beginning")
	case open != (r.TNF == unchanged):
		return errors.New("a chunk without its record, or a record among chunks")
	case r.flags&chunked != 0 && r.flags&ends != 0:
		return errors.New("the last record is a chunk that goes on")
	case open && r.ID != "":
		return errors.New("a further chunk with an id")
	}
	return r.whole()
}

// Bytes writes the message, unchunked.
func (m Message) Bytes() ([]byte, error) {
	var out []byte
	if len(m) > maxRecords {
		return nil, fmt.Errorf("more than %d records", maxRecords)
	}
	for i := range m {
		var flags byte
		if i == 0 {
			flags |= begins
		}
		if i == len(m)-1 {
			flags |= ends
		}
		var err error
		if out, err = m[i].append(out, flags); err != nil {
			return nil, fmt.Errorf("NDEF record %d: %w", i+1, err)
		}
	}
	if len(out) > MaxMessage {
		return nil, ErrTooLong
	}
	return out, nil
}
