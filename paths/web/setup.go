package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"switchroom/notify/mail"
	"switchroom/notify/snmp"
	"switchroom/paths/ethernet/filtering"
	"switchroom/paths/web/datalog"
	"switchroom/paths/web/sntp"
	"switchroom/ui"
)

// Modbus is the Modbus TCP side of the interface, as far as its pages set it up.
type Modbus interface {
	Filter(filtering.Settings) error  // acts at once
	Counts() (closed, refused uint64) // by the filter, since the start
	Limit(connections int)            // how many may be open; called before the start
	Enable(on bool) error             // listens, or does not
	Listens() bool                    //
	Address() netip.AddrPort          //
	Shared() bool                     // other units are behind the same address
}

// The keys of what the pages here keep.
const (
	filterPart   = "filtering"
	logPart      = "datalog"
	syncPart     = "sntp"
	zonePart     = "zone"
	servicesPart = "services"
	mailPart     = "mail"
	listsPart    = "mail-events"
	snmpPart     = "snmp"
)

// read reads what a page has kept into x, which stays as it is where nothing was
// kept. What does not read is an error: it is never taken for nothing.
func (b *book) read(key string, x any) error {
	text, ok := b.Parts[key]
	if !ok {
		return nil
	}
	in := json.NewDecoder(strings.NewReader(string(text)))
	in.DisallowUnknownFields()
	if err := in.Decode(x); err != nil {
		return fmt.Errorf("what the page %s has kept does not read: %w", key, err)
	}
	if _, err := in.Token(); err != io.EOF {
		return fmt.Errorf("what the page %s has kept does not read: there is more behind it", key)
	}
	return nil
}

// keep keeps x for a page. When it returns nil it is on the disk.
func (d *Device) keep(key string, x any) error {
	text, err := json.Marshal(x)
	if err != nil {
		return err
	}
	return d.alter(func(b *book) error { b.Parts[key] = part(text); return nil })
}

// setups are what the set-up pages have kept, each with what is kept where nothing was.
type setups struct {
	filter   filtering.Settings
	log      datalog.Setup
	sync     sntp.Settings
	zone     zone
	services map[string]bool // that were switched otherwise than delivered
	mail     mail.Service
	lists    []mail.List
	snmp     snmp.Setup
}

// setups reads them. It fails only at the start: what was kept since was checked.
func (d *Device) setups() (s setups, err error) {
	b := d.book()
	s.filter.Generation = d.filterGeneration()
	s.log, s.sync = datalog.Default(), sntp.Default()
	err = errors.Join(b.read(filterPart, &s.filter), b.read(logPart, &s.log), b.read(syncPart, &s.sync), b.read(zonePart, &s.zone), b.read(servicesPart, &s.services), d.readMessages(b, &s))
	if d.filterGeneration() == filtering.ByRange {
		s.filter = s.filter.Crossed() // kept by firmware with the other page
	}
	if err == nil {
		err = errors.Join(s.filter.Validate(), s.log.Validate())
	}
	return s, err
}

// takeUp makes act what must before the first client comes: who may connect.
func (d *Device) takeUp() error {
	s, err := d.setups()
	m := d.options.Modbus
	if err != nil || m == nil {
		return err
	}
	m.Limit(s.filter.Connections)
	if on, ok := s.services["modbus"]; ok && !on {
		err = m.Enable(false)
	}
	return errors.Join(err, m.Filter(s.filter))
}

// KeptFilter reports whether a file of a device's state, also one that does not read,
// is of a device whose Modbus filter was set up.
func KeptFilter(file string) bool {
	data, err := (realDisk{}).read(file)
	return err == nil && bytes.Contains(data, []byte(`"`+filterPart+`":`))
}

// begin starts what runs by itself. What cannot be started is told on its page.
func (d *Device) begin() {
	s, err := d.setups()
	if err != nil {
		return // Open has refused it
	}
	if d.options.Log != nil {
		d.options.Log.Set(d.world.Now(), s.log)
	}
	d.sync.Set(s.sync)
	d.beginMessages(&s)
}

// finish ends it.
func (d *Device) finish() { d.sync.Close() }

// wrongs are fields with what is wrong in one of them, which stands for the form.
func wrongs(err error) []ui.Field {
	if err == nil {
		return nil
	}
	var all []ui.Field
	for line := range strings.SplitSeq(err.Error(), "\n") {
		all = append(all, ui.Field{ID: "form", Label: "Not saved", Error: line})
	}
	return all
}

// saved tells that something is kept and acts.
func (v *visit) saved(path, what string) {
	v.note(SettingChanged, what)
	v.done(path, notice{Severity: ui.Done, Title: what + ": saved", Text: "It acts now."})
}

// unsaved tells why it is not.
func (v *visit) unsaved(path string, err error) {
	v.done(path, notice{Severity: ui.High, Title: "Not done", Text: strings.ReplaceAll(err.Error(), "\n", "; ")})
}

// LogOutAll ends every session, as the device does when browsers get another
// certificate (interfaces facts §1.4).
func (d *Device) LogOutAll(why string) {
	d.sessions.endEvery()
	d.note(Entry{Kind: CertificateRenewed, Detail: why})
}

// CertificateRenewed is told when browsers get another certificate than before.
const CertificateRenewed Kind = "certificate renewed"

func (s *sessions) endEvery() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.all)
}
