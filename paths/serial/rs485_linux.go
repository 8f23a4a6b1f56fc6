package serial

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// rs485 is struct serial_rs485 of linux/serial.h.
type rs485 struct {
	flags              uint32
	delayBefore, after uint32 // ms, of the driver's enable line
	_                  [5]uint32
}

const (
	rs485Enabled   = 1 << 0
	rs485RTSOnSend = 1 << 1
)

// enableRS485 asks a driver to switch the transceiver with its enable line. Drivers
// without one refuse, which is no fault: most adapters switch by themselves.
func enableRS485(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	set := rs485{flags: rs485Enabled | rs485RTSOnSend}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), unix.TIOCSRS485, uintptr(unsafe.Pointer(&set)))
	return errno == 0
}
