package ethernet

import (
	"switchroom/paths/bus"
	"switchroom/wire/modbus"
)

// panel is a panel server as a Modbus device: what answers to unit ids 0 and
// 255 where breakers are behind other unit ids. It is no breaker. That 255 is
// the server itself is known; none of its registers is, so it tells who it is by
// function 43/14 and answers every register with exception 02.
type panel struct{ name string }

// AddPanel puts a panel server in front of what is Behind an address. It must be
// called before Listen.
func (s *Server) AddPanel(name string, o Options) error {
	o.Behind = false
	_, err := s.put(modbus.NewBank(panel{name}), o)
	return err
}

func (panel) ReadRegisters(_ *modbus.Query, _, _ uint16, out []byte) ([]byte, modbus.Exception) {
	return out, modbus.IllegalDataAddress
}

func (panel) WriteRegisters(*modbus.Query, uint16, []byte) modbus.Exception {
	return modbus.IllegalDataAddress
}

// Identify says that it is ours: it does not claim to be a vendor's product.
func (p panel) Identify(*modbus.Query) []modbus.Object {
	return []modbus.Object{
		{ID: modbus.VendorName, Value: "Switchroom"},
		{ID: modbus.ProductCode, Value: "SWR-panel-server"},
		{ID: modbus.MajorMinorRevision, Value: "002.000.003"},
		{ID: modbus.ProductName, Value: "virtual panel server"},
		{ID: modbus.UserApplicationName, Value: p.name},
		{ID: bus.VirtualObject, Value: bus.VirtualMark},
	}
}
