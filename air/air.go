package air

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"switchroom/wire/ble"
	"switchroom/wire/ble/loop"
)

// Distances in metres. That a phone is heard for 20 to 30 m is the guide's (A4).
const (
	Sure  = 20.0
	Reach = 30.0
)

// Place is where a radio is, metres.
type Place struct{ X, Y float64 }

// To is the distance between two places.
func (p Place) To(q Place) float64 { return math.Hypot(p.X-q.X, p.Y-q.Y) }

// Jammer drowns every packet whose receiver it is near.
type Jammer struct {
	Place
	Metres float64
}

// Heard is one packet of a link or of an advertiser, as whoever listens on every
// channel hears it.
type Heard struct {
	From, To ble.Address // To is zero for advertising
	Header   byte        // the first of the packet: what it is
	Payload  []byte      // as it was sent: sealed, where the link is encrypted
	Sealed   bool
}

// Air is one room's. Its methods may be called from several goroutines unless they say
// otherwise.
type Air struct {
	Loop *loop.Loop // everything happens on it

	radios  map[*Radio]struct{}
	left    map[string]Place // where somebody has carried what is called so
	rng     *rand.Rand
	jammers []Jammer
	ears    []func(Heard)
	between func(Heard) []byte // somebody who changes packets on their way; nil: nobody
	ticking bool
	born    time.Time
	number  uint32 // of the next radio without an address of its own
}

// New returns an empty room. seed decides which packets are lost between [Sure] and
// [Reach].
func New(seed uint64) *Air {
	return &Air{Loop: loop.New(), radios: map[*Radio]struct{}{}, left: map[string]Place{}, rng: rand.New(rand.NewPCG(seed, 0x5357)), born: time.Now()}
}

// Close ends it. Radios hear nothing more.
func (a *Air) Close() { a.Loop.Close() }

// Jam puts jammers into the room in place of those that were there.
func (a *Air) Jam(all ...Jammer) {
	a.Loop.Post(func() { a.jammers = all; a.moved() })
}

// Listen calls f with every packet from now on, on the loop.
func (a *Air) Listen(f func(Heard)) { a.Loop.Post(func() { a.ears = append(a.ears, f) }) }

func (a *Air) hear(h Heard) {
	for _, f := range a.ears {
		f(h)
	}
}

// loss is the share of packets between two radios that do not arrive.
func (a *Air) loss(from, to *Radio) float64 {
	for _, j := range a.jammers {
		if j.To(to.place) < j.Metres {
			return 1
		}
	}
	d := from.place.To(to.place)
	return min(1, max(0, (d-Sure)/(Reach-Sure)))
}

// apart reports whether nothing gets from one to the other and back.
func (a *Air) apart(x, y *Radio) bool {
	return !x.there || !y.there || a.loss(x, y) >= 1 || a.loss(y, x) >= 1
}

// rssi is how loud a radio is heard, dBm: free space at 2.4 GHz and 0 dBm, ours.
func rssi(d float64) int8 {
	return int8(max(-100, -40-20*math.Log10(max(d, 0.1))))
}

// moved looks at every link anew.
func (a *Air) moved() {
	for r := range a.radios {
		for _, l := range r.links {
			l.look()
		}
	}
}

// tick is how often those who scan or want to connect listen.
const tick = 50 * time.Millisecond

// listen has the air look for advertisers while anybody wants to hear them.
func (a *Air) listen() {
	if !a.ticking {
		a.ticking = true
		a.Loop.After(tick, a.round)
	}
}

func (a *Air) round() {
	a.ticking = false
	if a.hearken(time.Since(a.born)) {
		a.listen()
	}
}

// hearken has everybody who wants to hear the advertisers of the last tick. It reports
// whether anybody does.
func (a *Air) hearken(now time.Duration) (any bool) {
	for r := range a.radios {
		if r.scanning || r.wants != nil {
			r.listen(now)
			any = true
		}
	}
	return any
}

// phase spreads the advertising of radios over their interval.
func phase(a ble.Address) time.Duration {
	h := fnv.New32a()
	h.Write(a.Octets[:])
	return time.Duration(h.Sum32()%1000) * time.Millisecond
}

// Seen is a radio as the room shows it.
type Seen struct {
	Name        string  `json:"name"`
	Address     string  `json:"address"`
	X           float64 `json:"x"`
	Y           float64 `json:"y"`
	Advertising bool    `json:"advertising"`
	Links       int     `json:"links"`
}

// Radios returns what radios there are, in no order.
func (a *Air) Radios() (all []Seen) {
	a.Loop.Call(func() {
		for r := range a.radios {
			all = append(all, Seen{r.name, r.address().String(), r.place.X, r.place.Y, r.advertising, len(r.links)})
		}
	})
	return all
}

// leftMax bounds the names whose place is kept.
const leftMax = 1000

// Move carries the radios of a name to a place, where they are when they come again. It
// reports whether there are any, or were.
func (a *Air) Move(name string, to Place) (found bool) {
	a.Loop.Call(func() {
		_, found = a.left[name]
		for r := range a.radios {
			if r.name == name {
				r.place, found = to, true
			}
		}
		if found && len(a.left) < leftMax {
			a.left[name] = to
		}
		a.moved()
	})
	return found
}
