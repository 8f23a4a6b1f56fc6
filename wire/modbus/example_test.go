package modbus_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"switchroom/wire/modbus"
)

// meter has two registers, 32028 and 32029, and takes no writes.
type meter struct{}

func (meter) ReadRegisters(_ *modbus.Query, addr, count uint16, out []byte) ([]byte, modbus.Exception) {
	if addr < 32027 || addr+count > 32029 {
		return out, modbus.IllegalDataAddress
	}
	image := []byte{0x44, 0x7A, 0x00, 0x00} // 1000.0 as FLOAT32
	return append(out, image[2*(addr-32027):2*(addr+count-32027)]...), modbus.NoException
}

func (meter) WriteRegisters(*modbus.Query, uint16, []byte) modbus.Exception {
	return modbus.IllegalDataAddress
}

// A device is served, asked, and refuses.
func Example() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	endpoint := &modbus.Endpoint{Handler: modbus.NewBank(meter{})}
	server := &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return endpoint }}
	done := make(chan error)
	go func() { done <- server.Serve(l) }()

	ctx := context.Background()
	conn, _ := modbus.Dial(ctx, l.Addr().String())
	values, err := conn.Unit(255).ReadRegisters(ctx, 32027, 2)
	fmt.Printf("% x %v\n", values, err)
	err = conn.Unit(255).WriteRegister(ctx, 32027, 1)
	fmt.Println(err, modbus.MayHaveHappened(err))

	conn.Close()
	server.Close()
	fmt.Println(<-done)
	// Output:
	// 44 7a 00 00 <nil>
	// modbus: the device answered 2 (illegal data address) false
	// modbus: server closed
}

// An interceptor delays every write by a while and lets reads pass: the reactor
// is not held up, and the unit behind it knows nothing of it.
func ExampleRouter_SetIntercept() {
	var router modbus.Router
	router.SetDefault(modbus.NewBank(meter{}))
	router.SetIntercept(func(q *modbus.Query, out []byte, next modbus.Handler) []byte {
		if q.Function() != modbus.FuncWriteOne {
			return next.Serve(q, out)
		}
		p := q.Later()
		time.AfterFunc(time.Millisecond, func() { p.Resume(next) })
		return out
	})
	request := modbus.WriteOneRequest{Address: 32027, Value: 1}
	reply, err := modbus.Ask(context.Background(), &router, modbus.Query{Unit: 255, PDU: request.Append(nil)})
	fmt.Printf("% x %v\n", reply.Bytes, err)
	// Output: 86 02 <nil>
}
