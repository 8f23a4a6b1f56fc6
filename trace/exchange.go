package trace

import (
	"net/netip"
	"time"

	"switchroom/wire/modbus"
)

// Exchange is one request and how it ended.
type Exchange struct {
	Time        time.Time      // when the request was read
	Client      netip.AddrPort // who asked
	Server      netip.AddrPort // who was asked
	Unit        byte           // unit id
	Transaction uint16         // MBAP transaction id
	Request     []byte         // PDU; empty where a capture has an answer to nothing
	Reply       []byte         // reply PDU if Answered, bytes as sent if Raw, else nil
	Ended       Ending
	Took        time.Duration // from request to end; 0 where it did not end
}

// Ending says how an exchange ended.
type Ending string

// The ways an exchange ends.
const (
	Answered Ending = "answered" // with a reply to this request
	Raw      Ending = "raw"      // with bytes that are no reply to it: half an answer, a wrong transaction id
	Dropped  Ending = "dropped"  // without an answer
	HungUp   Ending = "hung up"  // and the connection with it
	Open     Ending = "open"     // it had not ended when the record did
)

var endings = [...]Ending{modbus.Answered: Answered, modbus.AnsweredRaw: Raw, modbus.Dropped: Dropped, modbus.HungUp: HungUp}

// Function is the function code of the request, or 0.
func (e *Exchange) Function() byte {
	if len(e.Request) == 0 {
		return 0
	}
	return e.Request[0]
}

// Exception is the exception that the unit answered with.
func (e *Exchange) Exception() (modbus.Exception, bool) {
	if e.Ended != Answered {
		return modbus.NoException, false
	}
	return modbus.ParseException(e.Reply)
}

// addr is an address as it is written: IPv4 as such, however the system says it.
func addr(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
