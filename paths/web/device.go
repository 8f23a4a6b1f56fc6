package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/web/datalog"
	"switchroom/paths/web/sntp"
	"switchroom/regmap"
)

// Options are what a device's pages are set up with.
type Options struct {
	Address      netip.AddrPort // where its pages are, by plain HTTP
	Secure       netip.AddrPort // and by HTTPS, where it has certificates
	Certificates Certificates   // nil: it has no HTTPS
	File         string         // where its state is kept; "": nowhere, it is forgotten at the end
	Firmware     string         // of the interface, XXX.YYY.ZZZ; "": by the profile
	Registers    Registers      // what Modbus shows; nil: no page reads registers
	Map          *regmap.Map    // what they mean; nil: not told
	Modbus       Modbus         // its Modbus TCP; nil: no page sets it up
	Log          *datalog.Log   // of its measurements; nil: none
	Mail         Mail           // its e-mails; nil: no page of them
	SNMP         SNMP           // how it is read by SNMP; nil: no page of that
	LAN          bool           // the site may use the network
	// Migrate takes over what others keep of the device, when its firmware crosses
	// from groups to roles, and tells what it did, a step a line. It may be called
	// again for the same crossing. nil: there is nothing.
	Migrate func() ([]string, error)
	Now     func() time.Time
}

// Registers reads the registers that the interface shows by Modbus: count of them
// from first on, big-endian. ok is false where there is none.
type Registers func(first, count uint16) (data []byte, ok bool)

// Device is the web side of one IFE or EIFE. Its methods may be called from several
// goroutines.
type Device struct {
	unit    *imu.Unit
	world   *imu.World
	options Options
	profile access.Profile
	now     func() time.Time

	cookieName string
	sessions   sessions
	guesses    guesses
	handler    http.Handler
	streams    atomic.Int32 // pages that are followed
	answered   atomic.Uint64
	server     *Server // that it was added to
	sync       *sntp.Client
	beat       time.Duration

	eventMu sync.Mutex
	event   chan struct{} // closed when something happens at the breaker; nil: nobody waits

	mu    sync.Mutex // held while the state changes and while it is written
	store store
	kept  *book // replaced, never changed

	ended chan struct{} // closed when the server ends: what follows ends then
	once  sync.Once

	logMu sync.Mutex
	log   []Entry
	subs  []func(Entry)
}

// Firmware of the interface where the site says none: the last of the generation with
// groups, and the first of that with roles (RN).
const (
	lastByGroup = "003.010.005"
	firstByRole = "004.001.000"
)

// Open returns the web side of a unit, with what it has kept. What does not read is
// an error that says what to do: it is never taken for a device as delivered.
func Open(u *imu.Unit, w *imu.World, o Options) (*Device, error) {
	d := &Device{unit: u, world: w, options: o, profile: u.Config().Profile, now: o.Now, ended: make(chan struct{}), beat: usualBeat}
	if d.now == nil {
		d.now = time.Now
	}
	if d.options.Firmware == "" {
		d.options.Firmware = lastByGroup
		if d.profile.ByRole() {
			d.options.Firmware = firstByRole
		}
	}
	d.sessions.now, d.guesses.now = d.now, d.now
	d.guesses.known = func(name string) bool { return d.book().named(name) != nil }
	sum := sha256.Sum256([]byte(o.Address.String()))
	d.cookieName = "switchroom_" + hex.EncodeToString(sum[:5])
	d.handler = d.guarded()
	d.store = store{path: o.File, disk: realDisk{}}
	if err := d.load(); err != nil {
		return nil, fmt.Errorf("web pages of %s: %w", u.Name(), err)
	}
	d.sync = sntp.New(sntp.Clock{Date: d.date, Set: d.setDate}, o.LAN)
	if err := d.takeUp(); err != nil {
		return nil, fmt.Errorf("web pages of %s: %w", u.Name(), err)
	}
	u.Subscribe(d.happened)
	return d, nil
}

// end ends what a device does by itself.
func (d *Device) end() { d.once.Do(func() { close(d.ended) }) }

// book is what is kept, to be looked at only.
func (d *Device) book() *book {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kept
}

// alter changes what is kept: f changes a copy, which is checked, written, and then is
// what holds. When it returns nil it is on the disk.
func (d *Device) alter(f func(*book) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := d.kept.clone()
	if err := f(next); err != nil {
		return err
	}
	if err := next.check(); err != nil {
		return err
	}
	next.Log = d.Log()
	if err := d.store.save(next); err != nil {
		return fmt.Errorf("it cannot be written and does not hold now (after a restart it may): %w", err)
	}
	d.kept = next
	return nil
}

// actor is somebody who is logged in, as access wants to know them. The guard has
// found their session an instant ago.
func (v *visit) actor() access.Actor {
	return access.Actor{
		Path: access.Web, Login: true, Roles: v.who.Roles, Until: v.d.world.Now() + time.Minute,
		Source: v.source, Person: v.who.Name,
	}
}

// has are the pages that a device has.
func (d *Device) has() []*page {
	var all []*page
	for i := range pages {
		if p := &pages[i]; p.absent == nil || !p.absent(d) {
			all = append(all, p)
		}
	}
	return all
}
