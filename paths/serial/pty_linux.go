package serial

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Pty is a pseudo-terminal as a serial line: masters open Path as they would a serial
// device.
type Pty struct {
	Path string // /dev/pts/3
	*os.File
	other *os.File // kept open: else the line ends whenever a master lets go of it
}

// OpenPty makes one.
func OpenPty() (*Pty, error) {
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPty, err)
	}
	p := &Pty{File: f}
	if err := p.open(); err != nil {
		f.Close()
		return nil, fmt.Errorf("%w: %w", ErrNoPty, err)
	}
	return p, nil
}

func (p *Pty) open() error {
	n, err := p.number()
	if err != nil {
		return err
	}
	p.Path = fmt.Sprintf("/dev/pts/%d", n)
	if p.other, err = os.OpenFile(p.Path, os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		return err
	}
	return p.raw()
}

// number unlocks the other side and returns which it is.
func (p *Pty) number() (n int, err error) {
	err = p.do(func(fd int) error {
		if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
			return err
		}
		n, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		return err
	})
	return n, err
}

// raw has the terminal neither echo nor translate.
func (p *Pty) raw() error {
	return p.do(func(fd int) error {
		t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err != nil {
			return err
		}
		t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
		t.Cflag = unix.CREAD | unix.CS8 | unix.B19200
		return unix.IoctlSetTermios(fd, unix.TCSETS, t)
	})
}

// do works on the descriptor and leaves the file to the poller.
func (p *Pty) do(f func(fd int) error) error {
	c, err := p.SyscallConn()
	if err != nil {
		return err
	}
	var did error
	if err := c.Control(func(fd uintptr) { did = f(int(fd)) }); err != nil {
		return err
	}
	return did
}

// Baud is the speed to which the master has set its side. Parity cannot be told: the
// system does not keep it for pseudo-terminals.
func (p *Pty) Baud() (baud int, ok bool) {
	err := p.do(func(fd int) error {
		t, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
		if err == nil {
			baud = int(t.Ospeed)
		}
		return err
	})
	return baud, err == nil
}

// Close ends it.
func (p *Pty) Close() error {
	p.other.Close()
	return p.File.Close()
}
