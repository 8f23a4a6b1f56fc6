package client

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"switchroom/points"
	"switchroom/regmap"
)

// Breaker is a breaker at the other end of whatever wire: [Client] over Modbus,
// [Tag] by NFC, [Cable] by USB or Bluetooth.
type Breaker interface {
	// Read reads points. One that the breaker has and cannot tell now is not
	// available; one that this way does not carry is an error.
	Read(ctx context.Context, ids ...points.ID) ([]Reading, error)
	// Write writes settings with the password of a level that may; see [Client.Write].
	Write(ctx context.Context, password string, group int, settings ...Setting) error
	// Do carries out an action with its arguments.
	Do(ctx context.Context, op points.ID, password string, args ...Argument) ([]byte, error)
	Open(ctx context.Context, password string) error
	CloseBreaker(ctx context.Context, password string) error
	Reset(ctx context.Context, password string) error
	// Relied returns what was relied on and is not confirmed.
	Relied() []Reliance
	Close() error
}

// scheme is a way to a breaker: a row for each kind of address.
type scheme struct {
	name, like string
	bus        bool // registers: only what stands in one can be read
	dial       func(ctx context.Context, address string, o Options) (Breaker, error)
}

// schemes are the ways, by name.
var schemes = []scheme{
	{"ble", "ble:///run/room/ble.sock?unit=Q1", false, func(ctx context.Context, a string, o Options) (Breaker, error) { return DialBLE(ctx, a, o) }},
	{"mbaps", "mbaps://127.0.1.1:8020/255", true, func(ctx context.Context, a string, o Options) (Breaker, error) { return DialSecure(ctx, a, o) }},
	{"modbus", "modbus://127.0.1.1:5020/255", true, func(ctx context.Context, a string, o Options) (Breaker, error) { return Dial(ctx, a, o) }},
	{"nfc", "nfc:///run/room/nfc.sock?unit=Q1", false, func(ctx context.Context, a string, o Options) (Breaker, error) { return DialTag(ctx, a, o) }},
	{"rtu", "rtu:///dev/ttyUSB0?baud=19200&parity=E/5", true, func(ctx context.Context, a string, o Options) (Breaker, error) { return DialSerial(ctx, a, o) }},
	{"usb", "usb:///run/room/usb.sock?unit=Q1", false, func(ctx context.Context, a string, o Options) (Breaker, error) { return DialUSB(ctx, a, o) }},
}

// schemeOf finds the way that an address is of.
func schemeOf(address string) (*scheme, error) {
	name, _, _ := strings.Cut(address, "://")
	if i := slices.IndexFunc(schemes, func(s scheme) bool { return s.name == name }); i >= 0 {
		return &schemes[i], nil
	}
	var like []string
	for _, s := range schemes {
		like = append(like, s.like)
	}
	return nil, fmt.Errorf("address %q: write one such as %s", address, strings.Join(like, ", "))
}

// Connect connects to a breaker by an address of any kind.
func Connect(ctx context.Context, address string, o Options) (Breaker, error) {
	s, err := schemeOf(address)
	if err != nil {
		return nil, err
	}
	return s.dial(ctx, address, o)
}

// CheckAddress says what is wrong with an address, without using it.
func CheckAddress(address string) error {
	s, err := schemeOf(address)
	if err != nil {
		return err
	}
	switch s.name {
	case "mbaps":
		_, _, err = parseAddress(address, "mbaps", "802")
	case "modbus":
		_, _, err = ParseAddress(address)
	case "ble":
		_, err = parseBLE(address)
	case "rtu":
		_, err = parseSerial(address)
	default:
		_, _, err = atFront(address, s.name)
	}
	return err
}

// Carried returns what says whether a point can be read by an address, and how
// certain it is where it stands: by registers what stands in one, by other ways all
// of them, whose layout is ours.
func Carried(address string, m *regmap.Map) func(points.ID) (points.Certainty, bool) {
	if s, err := schemeOf(address); err == nil && !s.bus {
		return func(id points.ID) (points.Certainty, bool) {
			t := points.Of(id).Type
			return points.Ours, t != points.Action && t != points.Secret
		}
	}
	return InRegisters(m)
}

// InRegisters is what says it of registers.
func InRegisters(m *regmap.Map) func(points.ID) (points.Certainty, bool) {
	return func(id points.ID) (points.Certainty, bool) {
		p, ok := m.Find(id)
		if !ok {
			return points.Ours, false
		}
		return p.Row.Certainty, true
	}
}
