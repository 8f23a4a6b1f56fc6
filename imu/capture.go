package imu

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"switchroom/access"
	"switchroom/points"
	"switchroom/wire/comtrade"
)

// Bits are the status channels of a capture.
type Bits uint8

// The status channels (UG, waveform capture).
const (
	TripBit    Bits = 1 << iota // the trip solenoid (MITOP) is told to trip
	SDEBit                      // the breaker has tripped on a fault
	OpenBit                     // the contacts are open
	OperateBit                  // the delay of a function has elapsed
	ZSIOutBit                   // restrains the breakers upstream
	ZSIInBit                    // is restrained by one downstream
)

// CaptureKind is one of the two captures that a trip leaves.
type CaptureKind uint8

const (
	ShortCapture CaptureKind = iota // currents, closely sampled
	LongCapture                     // currents and voltages
)

// captureKinds are the two as the user guide has them: cycles before and after
// the trip, sampling period, how many are kept, channels.
var captureKinds = [...]struct {
	name          string
	before, after int
	period        time.Duration
	depth         int
	channels      int
	bits          []namedBit
}{
	ShortCapture: {"short", 4, 1, 512 * time.Microsecond, 1, 4, []namedBit{{TripBit, "TRIP"}, {SDEBit, "SDE"}, {OpenBit, "OPEN"}, {ZSIOutBit, "ZSI-OUT"}, {ZSIInBit, "ZSI-IN"}}},
	LongCapture:  {"long", 35, 15, 625 * time.Microsecond, 3, 7, []namedBit{{OperateBit, "OPERATE"}, {TripBit, "TRIP"}, {SDEBit, "SDE"}, {OpenBit, "OPEN"}, {ZSIOutBit, "ZSI-OUT"}, {ZSIInBit, "ZSI-IN"}}},
}

type namedBit struct {
	bit  Bits
	name string
}

func (k CaptureKind) String() string {
	if int(k) < len(captureKinds) {
		return captureKinds[k].name
	}
	return fmt.Sprintf("capture(%d)", uint8(k))
}

// Capture is the waveform around one trip.
type Capture struct {
	Kind     CaptureKind   `json:"kind"`
	At       time.Duration `json:"at"`   // world time of the trip
	Date     int64         `json:"date"` // the unit's clock then, ms since 2000-01-01
	Cause    string        `json:"cause"`
	Hz       float64       `json:"hz"`
	Before   time.Duration `json:"before"`   // from the first sample to the trip
	Channels int           `json:"channels"` // l1 l2 l3 n in A, then l1n l2n l3n in V
	Values   []byte        `json:"values"`   // 32-bit floats, little-endian, sample by sample
	Status   []byte        `json:"status"`   // [Bits] of each sample
}

// Period is the time between samples.
func (c *Capture) Period() time.Duration { return captureKinds[c.Kind].period }

// Samples is how many there are.
func (c *Capture) Samples() int { return len(c.Status) }

// Value returns channel ch at sample k.
func (c *Capture) Value(k, ch int) float64 {
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(c.Values[4*(k*c.Channels+ch):])))
}

// valid reports whether a capture that was read back is one.
func (c *Capture) valid() bool {
	return int(c.Kind) < len(captureKinds) && c.Channels == captureKinds[c.Kind].channels && len(c.Values) == 4*c.Channels*len(c.Status) && len(c.Status) > 0
}

// Name says which capture of which unit it is, fit for a file's name.
func (c *Capture) Name(unit string) string {
	date := points.Epoch.Add(time.Duration(c.Date) * time.Millisecond)
	return fmt.Sprintf("%s-%s-%s", fileName(unit), date.UTC().Format("20060102-150405.000"), c.Kind)
}

// fileName keeps of a unit's name what every file system takes.
func fileName(s string) string {
	out := []byte(s)
	for i, b := range out {
		if !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_') {
			out[i] = '_'
		}
	}
	return string(out)
}

// Recording returns the capture as a COMTRADE recording of a unit.
func (c *Capture) Recording(unit string) *comtrade.Recording {
	station := strings.Join(strings.FieldsFunc(unit, func(r rune) bool { return r == ',' || r < ' ' }), " ") // fields end with commas
	r := comtrade.NewFloat(station, c.Kind.String()+" capture on trip", c.Hz)
	r.Trigger = points.Epoch.Add(time.Duration(c.Date) * time.Millisecond)
	r.Start = r.Trigger.Add(-c.Before)
	r.Header = "Tripped by " + c.Cause + "\n"
	for k := range c.Samples() {
		r.Times = append(r.Times, (time.Duration(k) * c.Period()).Seconds())
	}
	for ch, name := range []string{"I1", "I2", "I3", "IN", "V1N", "V2N", "V3N"}[:c.Channels] {
		a := comtrade.Analog{Name: name, Phase: []string{"L1", "L2", "L3", "N"}[ch%4], Unit: "A", Values: make([]float64, c.Samples())}
		if ch >= 4 {
			a.Unit = "V"
		}
		for k := range a.Values {
			a.Values[k] = c.Value(k, ch)
		}
		r.Analog = append(r.Analog, a)
	}
	for _, b := range captureKinds[c.Kind].bits {
		on := make([]bool, c.Samples())
		for k := range on {
			on[k] = Bits(c.Status[k])&b.bit != 0
		}
		r.Digital = append(r.Digital, comtrade.Digital{Name: b.name, Values: comtrade.BitsOf(on)})
	}
	return r
}

// Captures returns the captures that are kept, the oldest first. It is part of
// reading and asks the monitor.
func (u *Unit) Captures(now time.Duration, a access.Actor) (all []*Capture, d access.Decision) {
	d = u.decideRead(a, now)
	if d.OK() {
		u.with(now, func() { all = slices.Clone(u.captures) })
	}
	return all, d
}

// statusBits are the status channels as the mechanism stands.
func (u *Unit) statusBits() (b Bits) {
	if !u.mech.Closed() {
		b |= OpenBit
	}
	if u.mech.State().Tripped {
		b |= SDEBit
	}
	return b
}

// pendingCapture is a trip whose captures are not complete yet. A process that
// ends within fifteen cycles of a trip loses them; the trip itself is kept.
type pendingCapture struct {
	at    time.Duration
	until time.Duration
	cause string
}

// capture orders the captures of a trip. While one is pending another trip adds
// none: it is the same fault.
func (u *Unit) capture(at time.Duration, cause string) {
	if u.pending != nil {
		return
	}
	after := time.Duration(captureKinds[LongCapture].after) * u.cycle()
	u.pending = &pendingCapture{at, at + after, cause}
}

// cycle is the rated one.
func (u *Unit) cycle() time.Duration {
	return time.Duration(math.Round(float64(time.Second) / u.cfg.Rating.Frequency))
}

// finishCapture cuts both captures from the tape once it has them whole.
func (u *Unit) finishCapture() {
	p := u.pending
	u.pending = nil
	for k := range captureKinds {
		u.keepCapture(u.cut(CaptureKind(k), p))
	}
	u.tape.trim(u.now)
	u.dirty = true
}

func (u *Unit) cut(k CaptureKind, p *pendingCapture) *Capture {
	kind := captureKinds[k]
	n := int(time.Duration(kind.before+kind.after) * u.cycle() / kind.period)
	before := (time.Duration(kind.before) * u.cycle()).Truncate(kind.period)
	c := &Capture{Kind: k, At: p.at, Date: u.clock.date(u.world, p.at), Cause: p.cause, Hz: u.cfg.Rating.Frequency, Before: before, Channels: kind.channels}
	for i := range n {
		at := p.at - before + time.Duration(i)*kind.period
		v := u.tape.at(at)
		for _, x := range v[:kind.channels] {
			c.Values = binary.LittleEndian.AppendUint32(c.Values, math.Float32bits(x))
		}
		c.Status = append(c.Status, byte(u.tape.bitsAt(at)))
	}
	return c
}

// keepCapture keeps as many of each kind as the unit does, the newest last.
func (u *Unit) keepCapture(c *Capture) {
	u.captures = keepCapture(u.captures, c)
	if u.memory != nil {
		u.unsavedCaptures = keepCapture(u.unsavedCaptures, c)
	}
	u.freshCaptures = append(u.freshCaptures, c)
}

func keepCapture(all []*Capture, c *Capture) []*Capture {
	all = append(all, c)
	n := 0
	for _, o := range slices.Backward(all) {
		if o.Kind == c.Kind {
			n++
		}
	}
	if n > captureKinds[c.Kind].depth {
		i := slices.IndexFunc(all, func(o *Capture) bool { return o.Kind == c.Kind })
		all = slices.Delete(all, i, i+1)
	}
	return all
}
