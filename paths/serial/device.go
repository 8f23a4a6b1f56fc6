package serial

import (
	"fmt"
	"io"

	"go.bug.st/serial"
)

// OpenDevice opens a serial device for a line, and has its driver switch an RS-485
// transceiver where it can. Where it cannot, the adapter does that by itself.
func OpenDevice(path string, r Rate) (io.ReadWriteCloser, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	enableRS485(path)
	parity := map[Parity]serial.Parity{Even: serial.EvenParity, Odd: serial.OddParity, None: serial.NoParity}[r.Parity]
	stop := serial.OneStopBit
	if r.Stop == 2 {
		stop = serial.TwoStopBits
	}
	p, err := serial.Open(path, &serial.Mode{BaudRate: r.Baud, DataBits: 8, Parity: parity, StopBits: stop})
	if err != nil {
		return nil, fmt.Errorf("%s: %w; is it a serial device, and may this user open it?", path, err)
	}
	return p, nil
}
