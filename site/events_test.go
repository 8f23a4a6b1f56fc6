package site_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchroom/points"
	"switchroom/site"
)

const told = `
events:
  syslog:
    - {address: "127.0.0.1:514", events: [trip, breaker.opened], breakers: [Q1], severity: medium}
    - {address: "[::1]:6514", network: tls, facility: audit, ca_file: ca.pem}
  snmp_traps:
    - {address: "localhost:162", version: 2c, community: canary-1}
    - {address: "127.0.0.1:162", user: reader, auth_password: canary-2, priv_password_file: pw}
  email:
    server: localhost:587
    user: desk
    password: canary-3
    from: room@example.org
    lists:
      - {to: [a@example.org, b@example.org], text: "Call 112", severity: high}
snmp:
  community: canary-4
  users:
    - {name: reader, auth: sha512, auth_password: canary-5, priv: none}
`

func TestEvents(t *testing.T) {
	s := parse(t, small+told)
	e := s.Events
	if len(e.Syslog) != 2 || e.Syslog[0].Network != "udp" || e.Syslog[0].Facility != "local0" || e.Syslog[0].Filter.Least != points.Medium || e.Syslog[1].CA != "ca.pem" {
		t.Errorf("%+v", e.Syslog)
	}
	if len(e.Traps) != 2 || e.Traps[1].Version != "3" || e.Traps[1].User.Auth != "sha256" || e.Traps[1].User.Priv != "aes" {
		t.Errorf("%+v", e.Traps)
	}
	if e.Mail.Security != "starttls" || len(e.Mail.Lists) != 1 || e.Mail.Lists[0].Text != "Call 112" {
		t.Errorf("%+v", e.Mail)
	}
	if s.SNMP.Port != site.DefaultSNMPPort || !s.Breakers[0].SNMP || !s.Breakers[1].SNMP || s.SNMP.Users[0].Priv != "" {
		t.Errorf("%+v", s.SNMP)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if out := fmt.Sprintf(verb+verb+verb, s.Events, *s.Events.Mail, *s.SNMP); strings.Contains(out, "canary") {
			t.Errorf("%s prints a secret: %s", verb, out)
		}
	}
	if pw, err := e.Mail.Password.Load(""); pw != "canary-3" || err != nil {
		t.Errorf("%q %v", pw, err)
	}
}

// TestSNMPOfInterfaces holds that each interface has one agent, with what is behind it.
func TestSNMPOfInterfaces(t *testing.T) {
	s := parse(t, `site: x
breakers:
  - {name: Q1, in: 1000, variant: 6.0}
  - {name: Q2, in: 630, variant: "5.0", via: Q1, unit: 3}
  - {name: Q3, in: 630, variant: "5.0", snmp: false}
  - {name: Q4, in: 630, variant: "5.0", interface: none}
snmp: {community: public}
`)
	for i, want := range []bool{true, false, false, false} {
		if s.Breakers[i].SNMP != want {
			t.Errorf("breaker %d: %v", i+1, s.Breakers[i].SNMP)
		}
	}
	if got := s.Behind(0); len(got) != 2 || got[1] != 1 {
		t.Errorf("behind Q1: %v", got)
	}
}

func TestEventsAreChecked(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"events: {syslog: [{address: 10.0.0.1:514}]}", "is beyond this machine; write listen: lan"},
		{"events: {syslog: [{address: collector.example.org:514}]}", "is beyond this machine"},
		{"events: {syslog: [{address: 127.0.0.1}]}", "write HOST:PORT"},
		{"events: {syslog: [{address: '127.0.0.1:514', facility: kern}]}", "none of audit"},
		{"events: {syslog: [{address: '127.0.0.1:514', ca_file: x}]}", "only network: tls"},
		{"events: {syslog: [{address: '127.0.0.1:514', events: [tripp]}]}", `events.syslog[0].events[0]: no event is named "tripp"`},
		{"events: {syslog: [{address: '127.0.0.1:514', breakers: [Q9]}]}", `there is no breaker "Q9"`},
		{"events: {snmp_traps: [{address: '127.0.0.1:162', version: 2c}]}", "community: is missing"},
		{"events: {snmp_traps: [{address: '127.0.0.1:162', version: 3}]}", "auth_password: is missing"},
		{"events: {snmp_traps: [{address: '127.0.0.1:162', user: u, auth_password: canary, priv: none}]}", "fewer than 8 characters"},
		{"events: {snmp_traps: [{address: '127.0.0.1:162', user: u, auth_password: canary-long, auth_password_file: f, priv: none}]}", "is given here and as a file"},
		{"events: {email: {server: 'localhost:25', from: a@example.org, lists: []}}", "no list"},
		{"events: {email: {server: 'localhost:25', from: a@example.org, user: u, lists: [{to: [b@example.org]}]}}", "go together"},
		{"events: {email: {server: 'localhost:25', security: none, user: u, password: canary, from: a@example.org, lists: [{to: [b@example.org]}]}}", "not sent in clear"},
		{"events: {email: {server: 'localhost:25', from: nobody, lists: [{to: [b@example.org]}]}}", `"nobody" is no e-mail address`},
		{"events: {email: {server: 'localhost:25', from: a@example.org, lists: [{to: [b@example.org], text: '" + strings.Repeat("x", 64) + "'}]}}", "up to 63 characters"},
		{"snmp: {port: 1161}", "nobody may read"},
		{"profile: hardened\nsnmp: {community: canary}", "profile hardened has none"},
		{"snmp: {users: [{name: u, auth_password: canary-long, priv: none}, {name: u, auth_password: canary-long, priv: none}]}", "another user's name"},
	} {
		file := strings.Replace(c.file, `" + strings.Repeat("x", 64) + "`, strings.Repeat("x", 64), 1)
		_, err := site.Parse("test.yaml", []byte(small+file+"\n"))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", c.file, err)
		}
	}
	if _, err := site.Parse("test.yaml", []byte("listen: lan\n"+small+"events: {syslog: [{address: 10.0.0.1:514}]}\n")); err != nil {
		t.Error(err)
	}
	if _, err := site.Parse("test.yaml", []byte(strings.Replace(small, `variant: "5.0"`, `variant: "5.0", snmp: true`, 1))); err == nil || !strings.Contains(err.Error(), "there is no snmp:") {
		t.Error(err)
	}
}

func TestSecretFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("good", "secret word\n")
	write("empty", "\n")
	write("two", "a\nb\n")
	write("long", strings.Repeat("x", 5000))
	for name, want := range map[string]string{"good": "secret word", "empty": "", "two": "", "long": "", "absent": "", ".": ""} {
		got, err := site.Secret{File: name}.Load(dir)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}
