package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"switchroom/wire/ble"
	"switchroom/wire/ble/host"
	"switchroom/wire/usblink"
)

// The profile of a unit, ours: [switchroom/paths/ble] has it too.
var (
	bleService  = ble.MustUUID("53570001-5357-4c56-8342-7377726d0001")
	bleQuestion = ble.MustUUID("53570002-5357-4c56-8342-7377726d0001")
	bleAnswer   = ble.MustUUID("53570003-5357-4c56-8342-7377726d0001")
	bleEvent    = ble.MustUUID("53570004-5357-4c56-8342-7377726d0001")
	bleApp      = ble.MustUUID("53570005-5357-4c56-8342-7377726d0001")
	bleCCCD     = ble.Short(0x2902)
)

// enterWithin is how long a person may take to type a code: the unit gives up after 30 s.
const enterWithin = 28 * time.Second

// bleAddress is ble:///PATH?unit=NAME, with &phone=NAME and &at=METRES.
type bleAddress struct {
	path, unit, phone string
	at                float64 // how far from the board the phone is held; -1: not said
}

func parseBLE(address string) (a bleAddress, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "ble" || u.Host != "" || u.User != nil || u.Path == "" || u.Query().Get("unit") == "" {
		return a, fmt.Errorf("address %q: write ble:///PATH?unit=NAME, as the ready file and the table at the start have it", address)
	}
	q := u.Query()
	a = bleAddress{u.Path, q.Get("unit"), q.Get("phone"), -1}
	if strings.ContainsAny(a.phone, `/\`) || strings.HasPrefix(a.phone, ".") {
		return a, fmt.Errorf("address %q: a phone's name has no path in it", address)
	}
	if at := q.Get("at"); at != "" {
		if a.at, err = strconv.ParseFloat(at, 64); err != nil || !(a.at >= 0 && a.at <= 1000) {
			return a, fmt.Errorf("address %q: at is how many metres the phone is away, 0 to 1000", address)
		}
	}
	return a, nil
}

// CheckPhoneAddress says what is wrong with an address of Bluetooth.
func CheckPhoneAddress(address string) error {
	_, err := parseBLE(address)
	return err
}

// name is what the phone is called.
func (a bleAddress) name() string {
	if a.phone == "" {
		return "phone"
	}
	return a.phone
}

// file is where the phone of an address is kept: beside the socket.
func (a bleAddress) file() string {
	return filepath.Join(filepath.Dir(a.path), "ble-"+a.name()+".json")
}

// ErrNotPaired is why a phone that was never paired reaches nothing.
var ErrNotPaired = errors.New("this phone is not paired with it: `switchroom phone pair` does that, with the code that its display shows")

// ErrPairAgain is why a phone that was paired is not taken: the unit has forgotten it, or
// what answers is not the unit that it was paired with.
var ErrPairAgain = errors.New("pair again")

// DialBLE connects to a unit as a phone does. The address is ble:///PATH?unit=NAME, with
// &phone=NAME for another phone than the one that is used else, and &at=METRES for one
// that is not beside the board. A phone that is not paired yet pairs if
// [Options.Passkey] says where the code comes from.
func DialBLE(ctx context.Context, address string, o Options) (*Cable, error) {
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	a, err := parseBLE(address)
	if err != nil {
		return nil, err
	}
	p, err := OpenPhone(a.file())
	if err != nil {
		return nil, err
	}
	if o.App != nil {
		if p.App, err = o.App.absolute(); err != nil {
			return nil, err
		}
		if _, _, err := p.App.load(); err != nil {
			return nil, err // before anybody types a code for nothing
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 3*o.Timeout+enterWithin)
	defer cancel()
	c, err := dialCentral(ctx, a.path, p.address())
	if err != nil {
		return nil, err
	}
	l, err := c.reach(ctx, a, p, o)
	var s *bleConn
	if err == nil {
		s, err = c.stream(ctx, l, p)
	}
	if err != nil {
		c.close()
		return nil, fmt.Errorf("%s: %w", a.unit, err)
	}
	s.onEvent = o.Event
	return &Cable{conn: s, in: usblink.NewReader(s), opt: o, unit: a.unit, way: "the Bluetooth profile"}, nil
}

// reach finds a unit, connects, and proves who the phone is.
func (c *central) reach(ctx context.Context, a bleAddress, p *Phone, o Options) (*host.Link, error) {
	c.loop.Post(func() { c.host.Name(a.name()) })
	if a.at >= 0 {
		carried := make(chan error, 1)
		c.loop.Post(func() { c.host.Place(0, a.at, func(s ble.Status) { carried <- statusError(s) }) })
		if err := awaitError(ctx, c, carried); err != nil {
			return nil, fmt.Errorf("this radio cannot be carried about: %w", err)
		}
	}
	within, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	to, err := c.find(within, a.unit)
	if err != nil {
		return nil, err
	}
	bond, known := p.Bonds[to.String()]
	if !known && o.Passkey == nil {
		return nil, ErrNotPaired
	}
	l, err := c.connect(within, to)
	if err != nil {
		return nil, err
	}
	if o.Passkey != nil {
		return l, c.pairAs(ctx, l, p, a.unit, o)
	}
	if err := c.prove(ctx, l, bond); err != nil {
		return nil, fmt.Errorf("it does not take what this phone proves itself by (%w): %w", err, ErrPairAgain)
	}
	return l, nil
}

func statusError(s ble.Status) error {
	if s == 0 {
		return nil
	}
	return s
}

// pairAs pairs and keeps the bond.
func (c *central) pairAs(ctx context.Context, l *host.Link, p *Phone, unit string, o Options) error {
	err := c.pair(ctx, l, func(ctx context.Context) (uint32, error) {
		ctx, cancel := context.WithTimeout(ctx, enterWithin)
		defer cancel()
		text, err := o.Passkey(ctx, unit)
		if err != nil {
			return 0, err
		}
		text = strings.TrimSpace(text)
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil || len(text) != 6 {
			return 0, errors.New("the code is six digits")
		}
		return uint32(n), nil
	})
	if err != nil {
		return err
	}
	return p.keep(l.Peer.String(), c.bond)
}

// stream finds the characteristics of the profile, shows that the app is a genuine one
// where that is asked for, and makes a stream of them.
func (c *central) stream(ctx context.Context, l *host.Link, p *Phone) (*bleConn, error) {
	mtu, err := c.request(ctx, l, ble.ATT{Op: ble.ATTMTURequest, MTU: 247})
	if err != nil {
		return nil, err
	}
	found, err := c.request(ctx, l, ble.ATT{Op: ble.ATTFindValue, Handle: 1, End: 0xFFFF, Type: ble.Short(0x2800), Value: bleService.Bytes()})
	if err != nil || len(found.Value) < 4 {
		return nil, errors.New("it has not the service that this program speaks")
	}
	h, err := c.handles(ctx, l, u16(found.Value), u16(found.Value[2:]))
	if err != nil {
		return nil, err
	}
	room := max(ble.DefaultMTU, min(int(mtu.MTU), 247))
	if h.app != 0 {
		if err := c.show(ctx, l, h.app, p, room); err != nil {
			return nil, err
		}
	}
	s := newBLEConn(c, l, h, room)
	for _, cccd := range []uint16{h.answerCCCD, h.eventCCCD} {
		if _, err := c.request(ctx, l, ble.ATT{Op: ble.ATTWrite, Handle: cccd, Value: []byte{1, 0}}); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

func u16(b []byte) uint16 { return uint16(b[0]) | uint16(b[1])<<8 }

// handles are where the values of the profile stand. app is 0 where none is asked for.
type handles struct{ question, answer, answerCCCD, event, eventCCCD, app uint16 }

// handles asks what stands from first to last.
func (c *central) handles(ctx context.Context, l *host.Link, first, last uint16) (h handles, err error) {
	of := (*uint16)(nil) // the subscription that comes next
	for first != 0 && first <= last {
		p, err := c.request(ctx, l, ble.ATT{Op: ble.ATTFindInfo, Handle: first, End: last})
		if errors.Is(err, ble.NotFound) {
			break
		}
		if err != nil {
			return h, err
		}
		size := map[byte]int{1: 4, 2: 18}[p.Size]
		if size == 0 || len(p.Value) < size {
			return h, errors.New("it describes itself in a way that makes no sense")
		}
		for b := p.Value; len(b) >= size; b = b[size:] {
			u, _ := ble.ParseUUID(b[2:size])
			of = h.note(u16(b), u, of)
			if u16(b) < first {
				return h, errors.New("it describes itself in a way that makes no sense")
			}
			first = u16(b) + 1
		}
	}
	if h.question == 0 || h.answer == 0 || h.answerCCCD == 0 || h.eventCCCD == 0 {
		return h, errors.New("it has not all of the service that this program speaks")
	}
	return h, nil
}

// note takes up one attribute. It returns where the next subscription belongs.
func (h *handles) note(handle uint16, kind ble.UUID, of *uint16) *uint16 {
	switch kind {
	case bleQuestion:
		h.question = handle
	case bleAnswer:
		h.answer = handle
		return &h.answerCCCD
	case bleEvent:
		h.event = handle
		return &h.eventCCCD
	case bleApp:
		h.app = handle
		return nil
	case bleCCCD:
		if of != nil {
			*of = handle
		}
		return nil
	}
	return of
}

var _ net.Conn = (*bleConn)(nil)
