// Package alerts tells what happens in a running laboratory to those whom its site file
// names ([switchroom/site.Events]), and has its interfaces read by SNMP
// ([switchroom/site.SNMP]).
//
// It listens to the breakers and puts what it hears into bounded queues
// ([switchroom/notify]); nothing that happens at a breaker ever waits for it.
package alerts

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"switchroom/imu"
	"switchroom/notify"
	"switchroom/notify/snmp"
	"switchroom/points"
	"switchroom/site"
)

// Alerts are those of one laboratory. Its methods may be called from several
// goroutines once New has returned.
type Alerts struct {
	lab     *site.Lab
	tell    func(string)
	book    book
	engines *snmp.Engines
	data    string
}

// New makes what a laboratory's site file asks for. data is where engines remember how
// often they started; tell is called with what goes wrong later, on several goroutines.
// A secret that cannot be read is an error.
func New(l *site.Lab, data string, tell func(string)) (*Alerts, error) {
	a := &Alerts{lab: l, tell: tell, data: data}
	engines, err := a.begin()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(a.syslog(), a.traps(engines), a.mail(), a.interfaces(engines)); err != nil {
		return nil, err
	}
	for _, u := range l.Units {
		u.Subscribe(a.heard)
	}
	return a, nil
}

// trapEngine is the name of the engine that sends traps. It is no name of an address.
const trapEngine = "traps"

// begin starts the SNMP engines that the site file needs, by the address of the
// interface.
func (a *Alerts) begin() (map[string]*snmp.Engine, error) {
	var names []string
	if len(a.lab.Site.Events.Traps) > 0 {
		names = append(names, trapEngine)
	}
	for _, b := range a.lab.Site.Breakers {
		if b.SNMP {
			names = append(names, b.Address.Addr().String())
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	return a.boot(names...)
}

// boot starts engines.
func (a *Alerts) boot(names ...string) (started map[string]*snmp.Engine, err error) {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	if a.engines == nil {
		if a.engines, err = snmp.OpenEngines(a.data); err != nil {
			return nil, err
		}
	}
	return a.engines.Start(names...)
}

// Listen opens the agents' sockets.
func (a *Alerts) Listen() error {
	for k, g := range a.book.agents {
		if err := g.Listen(); err != nil {
			for _, open := range a.book.agents[:k] {
				open.Close()
			}
			return fmt.Errorf("SNMP agent of %s: %w; is another switchroom running? choose another snmp.port in the site file", g.name, err)
		}
	}
	return nil
}

// Start begins to tell and to answer. Listen comes before it.
func (a *Alerts) Start() {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	a.book.started = true
	for _, j := range a.book.jobs {
		j.start(j.Run)
	}
	for _, g := range a.book.agents {
		a.serve(g)
	}
}

// Close ends all of it. What waits and can go out at once goes out; that takes part of
// a second.
func (a *Alerts) Close() {
	a.book.mu.Lock()
	a.book.over = true
	jobs, agents := a.book.jobs, a.book.agents
	a.book.mu.Unlock()
	var all sync.WaitGroup
	for _, j := range jobs {
		all.Go(j.end)
	}
	for _, g := range agents {
		all.Go(g.end)
	}
	all.Wait()
}

// Counts says how each target fares: those of the site file, then those of pages.
func (a *Alerts) Counts() (all []notify.Fare) {
	a.book.mu.RLock()
	defer a.book.mu.RUnlock()
	for _, j := range a.book.jobs {
		all = append(all, notify.Fare{Target: j.Name(), Counts: j.Queue.Counts()})
	}
	return all
}

// heard takes an event. It is on the goroutine of whoever caused it and must not wait.
func (a *Alerts) heard(r imu.Record) {
	a.book.mu.RLock()
	defer a.book.mu.RUnlock()
	if len(a.book.jobs) == 0 {
		return
	}
	e := event(r)
	e.Site = a.lab.Site.Name
	for _, j := range a.book.jobs {
		if j.wants(r.Unit) {
			j.Put(e)
		}
	}
}

// security are the events that are about who may do what, sorted.
var security = []points.Code{
	points.CodeClockSet, points.CodeProtectionSet, points.CodePasswordSet, points.CodeLockSet, points.CodeRemoteSet, points.CodeGroupSet,
	points.CodePasswordRefused, points.CodeRefused, points.CodeLockedOut,
}

// event is a record as it is told.
func event(r imu.Record) notify.Event {
	phase := map[imu.Transition]notify.Phase{imu.Entry: notify.Began, imu.Exit: notify.Ended}[r.What]
	if phase == "" {
		phase = notify.Happened
	}
	return notify.Event{At: r.Time(), Breaker: r.Unit, Code: r.Code, Phase: phase, Detail: r.Detail, Security: slices.Contains(security, r.Code)}
}

// add makes a queue for a target of the site file.
func (a *Alerts) add(name string, t notify.Target, f notify.Filter) {
	a.book.put(name, "", t, f, a.tell)
}

// roots reads the authority that a file names; "": those of the system.
func (a *Alerts) roots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(a.lab.Site.Dir, file)
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s has no certificate; it must be PEM", file)
	}
	return pool, nil
}

// first is the address that traps of version 1 say they come from: that of the first
// breaker.
func (a *Alerts) first() net.IP {
	for _, b := range a.lab.Site.Breakers {
		if b.Address.IsValid() {
			return b.Address.Addr().AsSlice()
		}
	}
	return nil
}
