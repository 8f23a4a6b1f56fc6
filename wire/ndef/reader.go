package ndef

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ReadTag reads the message of a Type 4 Tag as a phone does: exchange sends one
// command and returns the answer. What the tag says of itself is believed within
// bounds only.
func ReadTag(exchange func(apdu []byte) ([]byte, error)) (Message, error) {
	ask := func(what string, apdu []byte) ([]byte, error) {
		a, err := exchange(apdu)
		if err != nil {
			return nil, err
		}
		if len(a) < 2 || binary.BigEndian.Uint16(a[len(a)-2:]) != ok {
			return nil, fmt.Errorf("the tag refuses to %s (%x)", what, a[max(0, len(a)-2):])
		}
		return a[:len(a)-2], nil
	}
	if _, err := ask("open its NDEF application", append(append([]byte{0, 0xa4, 4, 0, byte(len(application))}, application...), 0)); err != nil {
		return nil, err
	}
	if _, err := ask("select its capability container", selecting(capability)); err != nil {
		return nil, err
	}
	cc, err := ask("read its capability container", []byte{0, 0xb0, 0, 0, 15})
	if err != nil {
		return nil, err
	}
	if len(cc) < 15 || cc[2]>>4 != 2 || cc[7] != 4 || cc[13] != 0 {
		return nil, errors.New("the tag's capability container is not that of a readable Type 4 Tag, version 2")
	}
	if _, err := ask("select its message", selecting(binary.BigEndian.Uint16(cc[9:]))); err != nil {
		return nil, err
	}
	file, err := readFile(ask, max(1, min(int(binary.BigEndian.Uint16(cc[3:])), maxRead)))
	if err != nil {
		return nil, err
	}
	return Parse(file)
}

func selecting(file uint16) []byte {
	return binary.BigEndian.AppendUint16([]byte{0, 0xa4, 0, 0x0c, 2}, file)
}

// readFile reads a message by its length, so many bytes at once.
func readFile(ask func(string, []byte) ([]byte, error), most int) ([]byte, error) {
	head, err := ask("tell its length", []byte{0, 0xb0, 0, 0, 2})
	if err != nil {
		return nil, err
	}
	if len(head) != 2 {
		return nil, errors.New("the tag does not tell its length")
	}
	size := int(binary.BigEndian.Uint16(head))
	if size > MaxMessage {
		return nil, ErrTooLong
	}
	var file []byte
	for len(file) < size {
		at := 2 + len(file)
		part, err := ask("be read", []byte{0, 0xb0, byte(at >> 8), byte(at), byte(min(most, size-len(file)))})
		if err != nil {
			return nil, err
		}
		if len(part) == 0 || len(part) > size-len(file) {
			return nil, errors.New("the tag answers with more or less than it was asked for")
		}
		file = append(file, part...)
	}
	return file, nil
}
