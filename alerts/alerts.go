// Package alerts tells what happens in a running laboratory to those whom its site file
// names ([switchroom/site.Events]), and has its interfaces read by SNMP
// ([switchroom/site.SNMP]).
//
// It listens to the breakers and puts what it hears into bounded queues
// ([switchroom/notify]); nothing that happens at a breaker ever waits for it.
package alerts

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"switchroom/imu"
	"switchroom/notify"
	"switchroom/notify/snmp"
	"switchroom/points"
	"switchroom/site"
)

// Alerts are those of one laboratory.
type Alerts struct {
	lab    *site.Lab
	tell   func(string)
	queues []*notify.Queue
	agents []*agent
	stop   context.CancelFunc
	work   sync.WaitGroup
}

// Counts is how the events for one target fare.
type Counts struct {
	Target string `json:"target"`
	notify.Counts
}

// New makes what a laboratory's site file asks for. data is where engines remember how
// often they started; tell is called with what goes wrong later, on several goroutines.
// A secret that cannot be read is an error.
func New(l *site.Lab, data string, tell func(string)) (*Alerts, error) {
	a := &Alerts{lab: l, tell: tell}
	engines, err := a.engines(data)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(a.syslog(), a.traps(engines), a.mail(), a.interfaces(engines)); err != nil {
		return nil, err
	}
	if len(a.queues) > 0 {
		for _, u := range l.Units {
			u.Subscribe(a.heard)
		}
	}
	return a, nil
}

// trapEngine is the name of the engine that sends traps. It is no name of an address.
const trapEngine = "traps"

// engines starts the SNMP engines that are needed, by the address of the interface.
func (a *Alerts) engines(data string) (map[string]*snmp.Engine, error) {
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
	e, err := snmp.OpenEngines(data)
	if err != nil {
		return nil, err
	}
	return e.Start(names...)
}

// Listen opens the agents' sockets.
func (a *Alerts) Listen() error {
	for k, g := range a.agents {
		if err := g.Listen(); err != nil {
			for _, open := range a.agents[:k] {
				open.Close()
			}
			return fmt.Errorf("SNMP agent of %s: %w; is another switchroom running? choose another snmp.port in the site file", g.name, err)
		}
	}
	return nil
}

// Start begins to tell and to answer. Listen comes before it.
func (a *Alerts) Start() {
	ctx, stop := context.WithCancel(context.Background())
	a.stop = stop
	for _, q := range a.queues {
		a.work.Go(func() { q.Run(ctx) })
	}
	for _, g := range a.agents {
		a.work.Go(func() {
			if err := g.Serve(ctx); err != nil {
				a.tell(fmt.Sprintf("SNMP agent of %s: %v", g.name, err))
			}
		})
	}
}

// Close ends all of it. What waits and can go out at once goes out; that takes part of
// a second.
func (a *Alerts) Close() {
	if a.stop != nil {
		a.stop()
	}
	a.work.Wait()
}

// Counts says how each target fares, in the order of the site file.
func (a *Alerts) Counts() (all []Counts) {
	for _, q := range a.queues {
		all = append(all, Counts{q.Name(), q.Counts()})
	}
	return all
}

// heard takes an event. It is on the goroutine of whoever caused it and must not wait.
func (a *Alerts) heard(r imu.Record) {
	e := event(r)
	e.Site = a.lab.Site.Name
	for _, q := range a.queues {
		q.Put(e)
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

// add makes a queue for a target. Of several with one name the later ones are numbered.
func (a *Alerts) add(name string, t notify.Target, f notify.Filter) {
	same := 1
	for _, q := range a.queues {
		if q.Name() == name || strings.HasPrefix(q.Name(), name+" #") {
			same++
		}
	}
	if same > 1 {
		name = fmt.Sprintf("%s #%d", name, same)
	}
	a.queues = append(a.queues, notify.NewQueue(name, t, f, a.tell))
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
