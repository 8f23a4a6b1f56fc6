//go:build !linux

package serial

import (
	"fmt"
	"os"
)

// Pty is a pseudo-terminal as a serial line.
type Pty struct {
	Path string
	*os.File
}

// OpenPty makes one, where we know how.
func OpenPty() (*Pty, error) {
	return nil, fmt.Errorf("%w on this system; give the line a serial device", ErrNoPty)
}

// Baud is not known.
func (*Pty) Baud() (int, bool) { return 0, false }
