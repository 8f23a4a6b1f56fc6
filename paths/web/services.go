package web

import (
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"switchroom/access"
	"switchroom/points"
	"switchroom/ui"
)

// service is one thing that the interface offers to the network, or asks of it.
type service struct {
	key, title string
	ports      string             // of the real interface
	delivered  [3]bool            // profiles 2017, rbac, hardened
	here       func(*Device) here // how it is with this unit; nil: this unit does not have it
	known      points.Certainty   // that the real interface has it; which are on is ours
	source     string
}

// here is a service of this unit.
type here struct {
	port   string // "": it does not listen
	on     bool
	page   string // where it is set up; "": it is switched here
	locked string // why it cannot be switched; "": it can
}

// services is every service that the documents name of IFE and EIFE, sorted by title.
// No document gives their ports together or which are on as delivered: those are the
// protocols' usual ports, and our choice.
var services = []service{
	{"discovery", "Discovery (DPWS)", "UDP 3702", [3]bool{true, true, false}, nil, points.Confirmed, "cybersecurity guide, later edition"},
	{"smtp", "E-mail (SMTP, SMTPS)", "asks TCP 25, 465, 587", [3]bool{}, (*Device).mailHere, points.Confirmed, "cybersecurity guide, later edition; IFEs"},
	{"ftp", "File transfer (FTP, FTPS)", "TCP 21, 990", [3]bool{}, nil, points.Confirmed, "IFEs: device FTP server; cybersecurity guide, later edition"},
	{"iec61850", "IEC 61850 (MMS)", "TCP 102", [3]bool{}, nil, points.Confirmed, "cybersecurity guide, later edition"},
	{"modbus", "Modbus TCP", "TCP 502", [3]bool{true, true, true}, (*Device).modbusHere, points.Confirmed, "DOCA0105EN-09"},
	{"mbaps", "Modbus TCP over TLS", "TCP 802", [3]bool{}, nil, points.Confirmed, "cybersecurity guide, later edition"},
	{"snmp", "Network management (SNMP)", "UDP 161", [3]bool{}, (*Device).snmpHere, points.Ours, "menu of a later edition"},
	{"sntp", "Time from a server (SNTP)", "asks UDP 123", [3]bool{}, (*Device).sntpHere, points.Confirmed, "DOCA0102: SNTP overrides manual"},
	{"http", "Web pages (HTTP)", "TCP 80", [3]bool{true, true, false}, (*Device).httpHere, points.Confirmed, "IFEi"},
	{"https", "Web pages (HTTPS)", "TCP 443", [3]bool{false, true, true}, (*Device).httpsHere, points.Confirmed, "cybersecurity guide, later edition"},
}

func serviceOf(key string) *service {
	for i := range services {
		if services[i].key == key {
			return &services[i]
		}
	}
	return nil
}

// asDelivered is whether a service is on in a profile as delivered.
func (s *service) asDelivered(p access.Profile) bool {
	return s.delivered[map[access.Profile]int{access.Faithful: 0, access.RBAC: 1, access.Hardened: 2}[p]]
}

// offers reports whether the unit offers a service: as delivered, unless it was
// switched since.
func (d *Device) offers(key string) bool {
	switched := map[string]bool{}
	if d.book().read(servicesPart, &switched) != nil {
		return false
	}
	if on, ok := switched[key]; ok {
		return on
	}
	return serviceOf(key).asDelivered(d.profile)
}

func (d *Device) modbusHere() here {
	m := d.options.Modbus
	if m == nil {
		return here{locked: "this unit has no Modbus TCP"}
	}
	h := here{port: "TCP " + portOf(m.Address()), on: m.Listens()}
	if m.Shared() {
		h.locked = "other units are behind the same address"
	}
	return h
}

func (d *Device) sntpHere() here { return here{on: d.sync.Settings().On, page: "/setup/time"} }

func (d *Device) httpHere() here {
	h := here{port: "TCP " + portOf(d.options.Address), on: d.server != nil && d.server.plain.enabled(d.options.Address)}
	if d.options.Certificates == nil {
		h.locked = "without it there would be no web pages: this firmware has no HTTPS"
	}
	return h
}

func (d *Device) httpsHere() here {
	if d.options.Certificates == nil {
		return here{locked: "this firmware has none"}
	}
	return here{port: "TCP " + portOf(d.options.Secure), on: d.server != nil && d.server.secure.enabled(d.options.Secure)}
}

// turn switches a service.
func (d *Device) turn(key string, on bool) error {
	switch key {
	case "modbus":
		return d.options.Modbus.Enable(on)
	case "http":
		return d.server.plain.enable(d.options.Address, on)
	}
	return d.server.secure.enable(d.options.Secure, on)
}

// serviceTrap is what switching a service off costs whoever does it; "": nothing.
func (d *Device) serviceTrap(q *http.Request, key string) string {
	switch {
	case key == "http" && q.TLS == nil:
		return "You are using it now. These pages are then at " + based("https", "443", d.options.Secure) + "/ only, and you log in there anew."
	case key == "https" && q.TLS != nil:
		return "You are using it now. These pages are then at " + based("http", "80", d.options.Address) + "/ only, in the clear: who listens on the network reads your password."
	case key == "modbus":
		return "Supervision and the commissioning software lose this unit until it is switched on again here."
	}
	return ""
}

const servicesLead = "What this interface offers to the network. What is off does not listen."

func (d *Device) showServices(v *visit) { v.showPage(servicesLead, servicesView(v, "", "")) }

// switchService switches one on or off.
func (d *Device) switchService(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	key, on := sent.Get("service"), sent.Get("to") == "on"
	s := serviceOf(key)
	if s == nil || s.here == nil || s.here(d).page != "" || sent.Get("to") != "on" && sent.Get("to") != "off" {
		v.refuse(http.StatusBadRequest, "There is no such service to switch.")
		return
	}
	if why := s.here(d).locked; why != "" {
		v.unsaved("/setup/services", fmt.Errorf("%s cannot be switched: %s", s.title, why))
		return
	}
	if trap := d.serviceTrap(v.r, key); trap != "" && !on && sent.Get("confirm") != "yes" {
		v.show(http.StatusUnprocessableEntity, v.page.title, servicesLead, servicesView(v, key, trap))
		return
	}
	if err := d.switched(key, on); err != nil {
		v.unsaved("/setup/services", err)
		return
	}
	v.note(SettingChanged, s.title+" "+map[bool]string{true: "on", false: "off"}[on])
	v.done("/setup/services", notice{Severity: ui.Done, Title: s.title + " is " + map[bool]string{true: "on", false: "off"}[on]})
}

// switched keeps that a service is switched, and switches it. The last way to the
// pages stays.
func (d *Device) switched(key string, on bool) error {
	other := map[string]string{"http": "https", "https": "http"}[key]
	if other != "" && !on && !serviceOf(other).here(d).on {
		return fmt.Errorf("without it nobody would reach these pages: switch %s on first", serviceOf(other).title)
	}
	var kept map[string]bool
	if err := d.book().read(servicesPart, &kept); err != nil {
		return err
	}
	next := map[string]bool{key: on}
	for k, x := range kept {
		if k != key {
			next[k] = x
		}
	}
	if err := d.keep(servicesPart, next); err != nil {
		return err
	}
	return d.turn(key, on)
}

// delivered says in which profiles a service is on as delivered.
func (s *service) deliveredOn() string {
	text := ""
	for i, p := range []access.Profile{access.Faithful, access.RBAC, access.Hardened} {
		if s.delivered[i] {
			if text != "" {
				text += ", "
			}
			text += p.String()
		}
	}
	if text == "" {
		return "off"
	}
	return "on in " + text
}

// servicesTable are all services.
func servicesTable(v *visit) ui.Table {
	t := ui.Table{ID: "services", Caption: "Services of the interface", Columns: []ui.Column{{Title: "Service"}, {Title: "Port of the real one"}, {Title: "Port here"}, {Title: "As delivered"}, {Title: "Known"}, {Title: "Now"}, {Title: "Switch"}}}
	for i := range services {
		s := &services[i]
		var h *here
		port := "–"
		if s.here != nil {
			now := s.here(v.d)
			if h = &now; now.port != "" {
				port = now.port
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(s.title), ui.Text(s.ports), ui.Text(port), ui.Text(s.deliveredOn()), ui.CertaintyBadge(s.known.String()), serviceNow(h), serviceSwitch(v, s, h),
		}})
	}
	return t
}

// cells are texts as cells.
func cells(texts ...string) (all []templ.Component) {
	for _, s := range texts {
		all = append(all, ui.Text(s))
	}
	return all
}
