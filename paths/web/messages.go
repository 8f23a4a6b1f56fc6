package web

import (
	"context"
	"errors"
	"strings"

	"switchroom/access"
	"switchroom/notify"
	"switchroom/notify/mail"
	"switchroom/notify/snmp"
)

// Mail sends the e-mails of a device.
type Mail interface {
	SetMail(mail.Service, []mail.List) error // acts at once; an error: nothing has changed
	TestMail(ctx context.Context, s mail.Service, to []string) error
	MailCounts() []notify.Fare // of each list, in their order
}

// SNMP is how a device is read by SNMP.
type SNMP interface {
	Delivered() (snmp.Setup, error) // before its page says otherwise
	SetSNMP(snmp.Setup) error       // acts at once
	SNMPAddress() string            // HOST:PORT; "": it is not read now
}

func noMail(d *Device) bool { return d.options.Mail == nil }
func noSNMP(d *Device) bool { return d.options.SNMP == nil }

// readMessages reads what the pages of e-mails and of SNMP have kept.
func (d *Device) readMessages(b *book, s *setups) error {
	s.mail.Security = "starttls"
	err := errors.Join(b.read(mailPart, &s.mail), b.read(listsPart, &s.lists))
	if d.options.SNMP != nil && b.Parts[snmpPart] == "" {
		var failed error
		s.snmp, failed = d.options.SNMP.Delivered()
		return errors.Join(err, failed)
	}
	return errors.Join(err, b.read(snmpPart, &s.snmp))
}

// beginMessages makes it act. What cannot be is told on its page: the address of SNMP
// is missing there then.
func (d *Device) beginMessages(s *setups) {
	if d.options.Mail != nil {
		d.options.Mail.SetMail(s.mail, s.lists)
	}
	if d.options.SNMP != nil && d.book().Parts[snmpPart] != "" {
		d.options.SNMP.SetSNMP(s.snmp)
	}
}

func (d *Device) mailHere() here {
	if d.options.Mail == nil {
		return here{locked: "this unit has none"}
	}
	s, _ := d.setups()
	return here{on: s.mail.On, page: "/setup/mail"}
}

func (d *Device) snmpHere() here {
	if d.options.SNMP == nil {
		return here{locked: "this unit has none"}
	}
	h := here{page: "/setup/snmp"}
	if a := d.options.SNMP.SNMPAddress(); a != "" {
		h.on, h.port = true, "UDP "+a[strings.LastIndexByte(a, ':')+1:]
	}
	return h
}

// mayHaveCommunity reports whether versions 1 and 2c may be on: not in profile hardened.
func (d *Device) mayHaveCommunity() bool { return d.profile != access.Hardened }

// kept is a secret that was typed, or the one that is there where none was.
func kept(typed, there string) string {
	if typed == "" {
		return there
	}
	return typed
}
