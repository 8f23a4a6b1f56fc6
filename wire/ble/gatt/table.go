package gatt

import (
	"encoding/binary"

	"switchroom/wire/ble"
)

// Need is what a link must be for an attribute.
type Need byte

const (
	Nothing       Need = iota
	Encrypted          // by a key of 16 bytes
	Authenticated      // and the key was made with a passkey
)

// Props are what can be done with a characteristic, as its declaration has them.
type Props byte

const (
	Read            Props = 0x02
	WriteNoResponse Props = 0x04
	Write           Props = 0x08
	Notify          Props = 0x10
	Indicate        Props = 0x20
)

// Characteristic is a value of a service.
type Characteristic struct {
	UUID  ble.UUID
	Props Props
	Need  Need   // of reading, writing and subscribing
	Title string // its user description; "": none
	// OnRead returns the value for whoever is at the other end of b.
	OnRead func(b *Bearer) ([]byte, ble.Fault)
	// OnWrite takes a value.
	OnWrite func(b *Bearer, value []byte) ble.Fault

	handle uint16 // of the value
}

// Service is a group of characteristics.
type Service struct {
	UUID            ble.UUID
	Characteristics []*Characteristic
}

// Types of attributes.
var (
	primary     = ble.Short(0x2800)
	declaration = ble.Short(0x2803)
	description = ble.Short(0x2901)
	subscribing = ble.Short(0x2902)
)

// attribute is one row that requests are about.
type attribute struct {
	kind  ble.UUID
	end   uint16 // of a service: its last handle
	value []byte // what stands fast
	of    *Characteristic
}

// Table is the attributes of a device; their handles count from 1.
type Table struct{ all []attribute }

// NewTable numbers services.
func NewTable(services ...*Service) *Table {
	t := &Table{}
	for _, s := range services {
		first := len(t.all)
		t.all = append(t.all, attribute{kind: primary, value: s.UUID.Bytes()})
		for _, c := range s.Characteristics {
			t.add(c)
		}
		t.all[first].end = uint16(len(t.all))
	}
	return t
}

func (t *Table) add(c *Characteristic) {
	c.handle = uint16(len(t.all) + 2)
	head := binary.LittleEndian.AppendUint16([]byte{byte(c.Props)}, c.handle)
	t.all = append(t.all, attribute{kind: declaration, value: append(head, c.UUID.Bytes()...)}, attribute{kind: c.UUID, of: c})
	if c.Props&(Notify|Indicate) != 0 {
		t.all = append(t.all, attribute{kind: subscribing, of: c})
	}
	if c.Title != "" {
		t.all = append(t.all, attribute{kind: description, value: []byte(c.Title)})
	}
}

// at returns the attribute of a handle.
func (t *Table) at(handle uint16) *attribute {
	if handle == 0 || int(handle) > len(t.all) {
		return nil
	}
	return &t.all[handle-1]
}
