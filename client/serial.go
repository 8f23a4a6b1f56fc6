package client

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"go.bug.st/serial"

	"switchroom/wire/modbus"
)

// serialAddress is rtu:///dev/ttyUSB0?baud=19200&parity=E&stop=1/5 in parts.
type serialAddress struct {
	device string
	mode   serial.Mode
	unit   byte
}

// DialSerial opens a serial line and asks the IFM at an address on it (A7):
// rtu:///dev/ttyUSB0?baud=19200&parity=E/5. What is left out is 19200, even parity, one
// stop bit (two without parity).
func DialSerial(_ context.Context, address string, o Options) (*Client, error) {
	a, err := parseSerial(address)
	if err != nil {
		return nil, err
	}
	port, err := serial.Open(a.device, &a.mode)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; is it a serial device, is it free, and may this user open it?", a.device, err)
	}
	m := modbus.NewMaster(port)
	return newClient(m, m.Unit(a.unit), o.filled()), nil
}

func parseSerial(address string) (a serialAddress, err error) {
	wrong := func(what string) (serialAddress, error) {
		return a, fmt.Errorf("address %q: %s; write rtu:///dev/ttyUSB0?baud=19200&parity=E/5", address, what)
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "rtu" || u.Host != "" || u.User != nil || u.Path == "" {
		return wrong("no serial device")
	}
	a.device = u.Path
	query, unit, behind := strings.Cut(u.RawQuery, "/")
	q, err := url.ParseQuery(query)
	if err != nil {
		return wrong("its parameters cannot be read")
	}
	if !behind {
		unit = q.Get("unit")
	}
	n, err := strconv.ParseUint(unit, 10, 8)
	if err != nil || n > 247 {
		return wrong("the unit is missing, or is no address from 1 to 247")
	}
	a.unit = byte(n)
	if what := a.speak(q); what != "" {
		return wrong(what)
	}
	return a, nil
}

// speak reads how characters cross the line, and says what is wrong.
func (a *serialAddress) speak(q url.Values) string {
	get := func(name, or string) string {
		if v := q.Get(name); v != "" {
			return v
		}
		return or
	}
	baud, err := strconv.Atoi(get("baud", "19200"))
	parity, known := map[string]serial.Parity{"E": serial.EvenParity, "O": serial.OddParity, "N": serial.NoParity}[get("parity", "E")]
	one := "1"
	if parity == serial.NoParity && known {
		one = "2"
	}
	stop, bits := map[string]serial.StopBits{"1": serial.OneStopBit, "2": serial.TwoStopBits}[get("stop", one)]
	switch {
	case err != nil || baud < 300 || baud > 1_000_000:
		return "baud is no speed"
	case !known:
		return "parity is E, O or N"
	case !bits:
		return "stop is 1 or 2"
	}
	a.mode = serial.Mode{BaudRate: baud, DataBits: 8, Parity: parity, StopBits: stop}
	return ""
}
