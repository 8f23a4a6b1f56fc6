package rehearsal

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"switchroom/points"
	"switchroom/regmap"
)

// Config is how a system is set up.
type Config struct {
	Port     int // on 127.0.0.1; 0 is a free one
	Devices  []Device
	Tags     []Tag
	Password string // of orders, where an order brings none
}

// Device is a breaker to ask, and how. The fields from NoReconnect on are
// mistakes.
type Device struct {
	Name    string
	Address string // host:port
	Unit    byte
	Period  time.Duration // between two rounds
	Timeout time.Duration // of an answer

	NoReconnect bool   // a connection that is lost is not made again
	GivesUp     bool   // ends polling after an exception
	KeepsLast   bool   // shows old values as if they were new
	InOrder     bool   // takes the next answer for the answer, whatever its number
	TakesHalf   bool   // fills up an answer that was cut off
	PerTag      bool   // a connection for each tag
	Repeats     bool   // sends an order again when its answer is lost
	Dest        uint16 // destination of orders; 0: the right one
}

// Tag is a point of a breaker and where it is read. The fields from Words on are
// mistakes.
type Tag struct {
	Breaker  string          // under this name it is shown
	Point    string          // dotted name
	Device   string          // which device is asked
	Register regmap.Register // the first
	Count    uint16          // registers
	Kind     regmap.Kind
	Scale    float64         // stored = value × Scale; 0 is 1
	Bit      int             // -1: no bit
	Quality  regmap.Register // of the bit; 0: none

	Words     bool          // the words are in the opposite order
	Bytes     bool          // the bytes of each word are swapped
	Inverted  bool          // the bit is shown the wrong way round
	Markers   bool          // the marker for "not available" is shown as a number
	Zero      bool          // what is not available is shown as 0
	Whole     bool          // decimals are cut off
	EnumShift int           // the names of an enumeration have slipped
	Zone      time.Duration // instants, and the times of values, are so much ahead
}

// The time limits of a default configuration. Ours.
const (
	defaultPeriod  = time.Second
	defaultTimeout = time.Second
)

// registers is the register map.
var registers = sync.OnceValue(regmap.Default)

// Default returns the right configuration for devices and points: every point that
// stands in a register, of every device. A device without period or timeout gets a
// second.
func Default(devices []Device, ids []points.ID) Config {
	m := registers()
	c := Config{Devices: slices.Clone(devices)}
	for i := range c.Devices {
		d := &c.Devices[i]
		if d.Period == 0 {
			d.Period = defaultPeriod
		}
		if d.Timeout == 0 {
			d.Timeout = defaultTimeout
		}
		for _, id := range ids {
			if t, ok := tagOf(m, id); ok {
				t.Breaker, t.Device = d.Name, d.Name
				c.Tags = append(c.Tags, t)
			}
		}
	}
	return c
}

// tagOf places a point by the register map.
func tagOf(m *regmap.Map, id points.ID) (Tag, bool) {
	p, ok := m.Find(id)
	if !ok {
		return Tag{}, false
	}
	t := Tag{Point: id.String(), Register: p.Row.Register, Count: p.Row.Count, Kind: p.Row.Kind, Scale: p.Row.Scale, Bit: p.Bit}
	if q, ok := m.QualityOf(p.Row.Register); ok && p.Bit >= 0 {
		t.Quality = q.Register
	}
	return t, true
}

// check names everything that is wrong with a configuration.
func (c *Config) check() error {
	var wrong []error
	names := map[string]bool{}
	for _, d := range c.Devices {
		if d.Name == "" || names[d.Name] {
			wrong = append(wrong, fmt.Errorf("device %q: give it a name of its own", d.Name))
		}
		if d.Period <= 0 || d.Timeout <= 0 {
			wrong = append(wrong, fmt.Errorf("device %q: period and timeout must be more than 0", d.Name))
		}
		names[d.Name] = true
	}
	for _, t := range c.Tags {
		if _, err := points.Lookup(t.Point); err != nil {
			wrong = append(wrong, fmt.Errorf("tag %s.%s: %w", t.Breaker, t.Point, err))
		}
		if !names[t.Device] {
			wrong = append(wrong, fmt.Errorf("tag %s.%s: there is no device %q", t.Breaker, t.Point, t.Device))
		}
		if t.Count < 1 || t.Count > 123 {
			wrong = append(wrong, fmt.Errorf("tag %s.%s: %d registers; 1 to 123", t.Breaker, t.Point, t.Count))
		}
	}
	return errors.Join(wrong...)
}
