//go:build !linux

package serial

import (
	"errors"
	"os"
)

// Pty is a pseudo-terminal as a serial line.
type Pty struct {
	Path string
	*os.File
}

// OpenPty makes one, where we know how.
func OpenPty() (*Pty, error) {
	return nil, errors.New("a pseudo-terminal as a serial line is made on Linux only; give the line a serial device")
}

// Baud is not known.
func (*Pty) Baud() (int, bool) { return 0, false }
