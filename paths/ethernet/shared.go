package ethernet

import (
	"errors"
	"fmt"

	"switchroom/wire/modbus"
)

// shared is an address with several units behind it: an IFE server with IFMs
// stacked on it, a panel server, a gateway. The unit id says which. Addresses
// with one unit have none of it: a router is a table of 256.
type shared struct {
	router modbus.Router
	taken  [256]bool
}

// share puts a handler behind an endpoint that has, or may get, several.
func (s *Server) share(e *modbus.Endpoint, h modbus.Handler, o Options) error {
	if o.Behind && (o.Unit == 0 || o.Unit == 255) {
		return errors.New("a unit behind an interface or a gateway needs a unit id from 1 to 254")
	}
	sh := s.shared[o.Address]
	if sh == nil {
		sh = &shared{}
		if m, ok := e.Handler.(*member); ok {
			sh.set(m.Handler, m.ids())
		}
	}
	ids := (&member{h, o.Unit}).ids()
	if o.Behind {
		ids = []byte{o.Unit}
	}
	if err := sh.free(ids, o); err != nil {
		return err
	}
	sh.set(h, ids)
	e.Handler = &sh.router
	s.shared[o.Address] = sh
	return nil
}

// ids are the unit ids that a member answers to.
func (m *member) ids() []byte {
	if m.unit == 0 || m.unit == 255 {
		return []byte{0, 255}
	}
	return []byte{0, 255, m.unit}
}

func (sh *shared) free(ids []byte, o Options) error {
	for _, id := range ids {
		switch {
		case !sh.taken[id]:
		case id == 0 || id == 255:
			return fmt.Errorf("address %v is taken; give each unit its own address, or its own port", o.Address)
		default:
			return fmt.Errorf("unit id %d of address %v is taken; give each unit behind it its own", id, o.Address)
		}
	}
	return nil
}

func (sh *shared) set(h modbus.Handler, ids []byte) {
	for _, id := range ids {
		sh.router.Set(id, h)
		sh.taken[id] = true
	}
}
