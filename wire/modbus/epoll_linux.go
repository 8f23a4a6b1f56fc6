package modbus

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls of the reactor's loop go past the scheduler (RawSyscall): none of
// them can block, and telling the scheduler about each costs more than some of
// them do.

// poll returns how many of events are ready now, without waiting.
func poll(ep int, events []unix.EpollEvent) (int, syscall.Errno) {
	for {
		n, _, e := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(ep), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
		// A signal must not look like "nothing ready": the loop would park on an
		// edge that has passed.
		if e != unix.EINTR {
			return int(n), e
		}
	}
}

// recv reads from a non-blocking socket into b, which is not empty.
func recv(fd int, b []byte) (int, syscall.Errno) {
	n, _, e := syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), 0, 0, 0)
	if e != 0 {
		return 0, e
	}
	return int(n), 0
}

// send writes b, which is not empty, to a non-blocking socket. MSG_NOSIGNAL: a
// client that has gone must not raise a signal in this process.
func send(fd int, b []byte) (int, syscall.Errno) {
	n, _, e := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), unix.MSG_NOSIGNAL, 0, 0)
	if e != 0 {
		return 0, e
	}
	return int(n), 0
}
