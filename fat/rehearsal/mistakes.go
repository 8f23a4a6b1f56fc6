package rehearsal

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"switchroom/points"
	"switchroom/regmap"
)

// Mistake is one that people make.
type Mistake struct {
	Name string
	What string // what people do, and what comes of it

	device func(d *Device)                   // made at one device; nil: see tag
	fits   func(t *Tag) bool                 // tags that it can be made at
	tag    func(c *Config, t *Tag, r *picks) // made at one tag, or at all that fit of one device
	all    bool                              // at all of one device
	pair   bool                              // needs two devices
}

// Made is where a mistake was made.
type Made struct {
	Mistake string
	Device  string
	Tags    []string // breaker.point; empty: what the device does, not a tag
}

// picks are the choices that a seed decides.
type picks struct {
	*rand.Rand
	dropped []string // tags to take off the list
	also    []string // tags that the mistake shows at besides
}

// table is sorted by name.
var table = []Mistake{
	{Name: "addresses-swapped", What: "the addresses of two breakers are swapped: each shows the other", pair: true, fits: anyTag, all: true, tag: nothing},
	{Name: "answers-in-order", What: "takes the next answer for the answer to the last question, whatever its transaction id", device: func(d *Device) { d.InOrder = true }},
	{Name: "bit-inverted", What: "the bit is shown the wrong way round", fits: isBit, tag: func(_ *Config, t *Tag, _ *picks) { t.Inverted = true }},
	{Name: "byte-swap", What: "the bytes of each register are swapped (BADC)", fits: isNumber, all: true, tag: func(_ *Config, t *Tag, _ *picks) { t.Bytes = true }},
	{Name: "command-destination", What: "orders go to the communication interface and not to the control unit", device: func(d *Device) { d.Dest = regmap.DestInterface }},
	{Name: "command-repeated", What: "sends an order again when its answer is lost", device: func(d *Device) { d.Repeats = true }},
	{Name: "connection-per-tag", What: "opens a connection for each tag, more than a device takes", device: func(d *Device) { d.PerTag = true }},
	{Name: "data-type", What: "reads a FLOAT32 as a whole number", fits: isKind(regmap.F32), tag: func(_ *Config, t *Tag, _ *picks) { t.Kind = regmap.U32 }},
	{Name: "enum-shifted", What: "the names of an enumeration have slipped by one", fits: isEnum, tag: func(_ *Config, t *Tag, _ *picks) { t.EnumShift = 1 }},
	{Name: "extreme-for-value", What: "shows the maximum or the minimum for the value", fits: hasExtreme, tag: toExtreme},
	{Name: "gives-up", What: "ends the polling of a device after its first exception", device: func(d *Device) { d.GivesUp = true }},
	{Name: "half-answer", What: "fills up an answer that was cut off with zeros", device: func(d *Device) { d.TakesHalf = true }},
	{Name: "keeps-last", What: "goes on to show the last values as if they were new", device: func(d *Device) { d.KeepsLast = true }},
	{Name: "nan-as-zero", What: "shows 0 where the device has no value", fits: isNumber, all: true, tag: func(_ *Config, t *Tag, _ *picks) { t.Zero = true }},
	{Name: "no-decimals", What: "cuts the decimals off", fits: isKind(regmap.F32), all: true, tag: func(_ *Config, t *Tag, _ *picks) { t.Whole = true }},
	{Name: "no-reconnect", What: "a connection that is lost is not made again", device: func(d *Device) { d.NoReconnect = true }},
	{Name: "not-available-shown", What: "shows the marker for not available as a number", fits: isWhole, all: true, tag: func(_ *Config, t *Tag, _ *picks) { t.Markers = true }},
	{Name: "off-by-one-high", What: "register numbers are taken for addresses: one too high", fits: anyTag, all: true, tag: func(_ *Config, t *Tag, _ *picks) { t.shift(1) }},
	{Name: "off-by-one-low", What: "one is taken off twice: one register too low", fits: anyTag, all: true, tag: func(_ *Config, t *Tag, _ *picks) { t.shift(-1) }},
	{Name: "phases-swapped", What: "two phases are swapped", fits: hasPhase, tag: swapPhase},
	{Name: "poll-slow", What: "polls once in five minutes, slower than the time limit", device: func(d *Device) { d.Period = 5 * time.Minute }},
	{Name: "quality-ignored", What: "shows bits whose quality bit says invalid", fits: func(t *Tag) bool { return isBit(t) && t.Quality != 0 }, all: true, tag: func(_ *Config, t *Tag, _ *picks) { t.Quality = 0 }},
	{Name: "scale-kilo", What: "shows a thousandth: kilo in place of the unit itself", fits: isNumber, tag: func(_ *Config, t *Tag, _ *picks) { t.factor(0.001) }},
	{Name: "scale-ten", What: "shows ten times the value", fits: isNumber, tag: func(_ *Config, t *Tag, _ *picks) { t.factor(10) }},
	{Name: "signedness", What: "reads a signed number as an unsigned one", fits: isSigned, tag: func(_ *Config, t *Tag, _ *picks) { t.Kind = unsigned[t.Kind] }},
	{Name: "tag-forgotten", What: "a tag of the list was not set up", fits: anyTag, tag: func(_ *Config, t *Tag, p *picks) { p.dropped = append(p.dropped, t.name()) }},
	{Name: "time-zone", What: "tells the local time of a zone two hours east as UTC", fits: anyTag, all: true, tag: func(_ *Config, t *Tag, _ *picks) { t.Zone = 2 * time.Hour }},
	{Name: "unit-id", What: "asks for another unit id", device: func(d *Device) { d.Unit = d.Unit%247 + 1 }},
	{Name: "width", What: "reads an energy of 64 bits as one of 32", fits: func(t *Tag) bool { return t.Count == 4 && isNumber(t) }, tag: narrow},
	{Name: "word-swap", What: "the words are in the opposite order (CDAB)", fits: func(t *Tag) bool { return t.Count > 1 && isNumber(t) }, all: true, tag: func(_ *Config, t *Tag, _ *picks) { t.Words = true }},
	{Name: "wrong-bit", What: "shows the bit beside", fits: isBit, tag: wrongBit},
}

// Mistakes returns the table, sorted by name.
func Mistakes() []Mistake { return slices.Clone(table) }

// Make makes a mistake in c, at a device that the seed decides. The same
// configuration, name and seed give the same.
func (c *Config) Make(name string, seed uint64) (Made, error) { return c.MakeAt(name, "", seed) }

// MakeAt makes a mistake at one device; the seed decides at which of its tags.
func (c *Config) MakeAt(name, device string, seed uint64) (Made, error) {
	i, ok := slices.BinarySearchFunc(table, name, func(m Mistake, n string) int { return strings.Compare(m.Name, n) })
	if !ok {
		return Made{}, fmt.Errorf("there is no mistake %q in the table", name)
	}
	c.Devices, c.Tags = slices.Clone(c.Devices), slices.Clone(c.Tags)
	m, p := &table[i], picksOf(name, seed)
	at := slices.IndexFunc(c.Devices, func(d Device) bool { return d.Name == device })
	switch {
	case len(c.Devices) == 0 || m.pair && len(c.Devices) < 2:
		return Made{}, fmt.Errorf("%s: there are too few breakers for it", name)
	case device != "" && at < 0:
		return Made{}, fmt.Errorf("%s: there is no device %q", name, device)
	case device == "" && (m.pair || m.device != nil):
		at = p.IntN(len(c.Devices))
	}
	switch {
	case m.pair:
		return c.swapAddresses(m, at), nil
	case m.device != nil:
		m.device(&c.Devices[at])
		return Made{Mistake: name, Device: c.Devices[at].Name}, nil
	}
	return c.makeAtTags(m, device, p)
}

// picksOf returns the choices for a mistake and a seed.
func picksOf(name string, seed uint64) *picks {
	h := fnv.New64a()
	h.Write([]byte(name))
	return &picks{Rand: rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// swapAddresses swaps address and unit id of a device and the next.
func (c *Config) swapAddresses(m *Mistake, i int) Made {
	a, b := &c.Devices[i], &c.Devices[(i+1)%len(c.Devices)]
	a.Address, b.Address, a.Unit, b.Unit = b.Address, a.Address, b.Unit, a.Unit
	made := Made{Mistake: m.Name, Device: a.Name}
	for k := range c.Tags {
		if t := &c.Tags[k]; t.Device == a.Name || t.Device == b.Name {
			made.Tags = append(made.Tags, t.name())
		}
	}
	return made
}

func (c *Config) makeAtTags(m *Mistake, device string, p *picks) (Made, error) {
	var at []int
	for i := range c.Tags {
		if t := &c.Tags[i]; m.fits(t) && (device == "" || t.Device == device) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return Made{}, fmt.Errorf("%s: none of the points is one that it can be made at", m.Name)
	}
	hit := at[p.IntN(len(at))]
	made := Made{Mistake: m.Name, Device: c.Tags[hit].Device}
	for _, i := range at {
		if t := &c.Tags[i]; i == hit || m.all && t.Device == made.Device {
			made.Tags = append(made.Tags, t.name())
			m.tag(c, t, p)
		}
	}
	made.Tags = append(made.Tags, p.also...)
	c.Tags = slices.DeleteFunc(c.Tags, func(t Tag) bool { return slices.Contains(p.dropped, t.name()) })
	return made, nil
}

func (t *Tag) name() string { return t.Breaker + "." + t.Point }

func (t *Tag) id() points.ID {
	id, _ := points.Lookup(t.Point)
	return id
}
