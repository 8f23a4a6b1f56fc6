package web

import (
	"context"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"

	"switchroom/access"
	"switchroom/notify"
	"switchroom/notify/mail"
	"switchroom/notify/snmp"
)

// mailNoted and snmpNoted note what the pages do to a unit's e-mails and SNMP.
type mailNoted struct {
	service mail.Service
	lists   []mail.List
	tested  []string
	fail    error
}

func (m *mailNoted) SetMail(s mail.Service, l []mail.List) error {
	if m.fail == nil {
		m.service, m.lists = s, l
	}
	return m.fail
}
func (m *mailNoted) TestMail(_ context.Context, _ mail.Service, to []string) error {
	m.tested = to
	return m.fail
}
func (m *mailNoted) MailCounts() []notify.Fare {
	return []notify.Fare{{Target: "a@example.org", Counts: notify.Counts{Sent: 7, Failing: "down"}}}
}

type snmpNoted struct{ setup snmp.Setup }

func (s *snmpNoted) Delivered() (snmp.Setup, error) { return snmp.Setup{}, nil }
func (s *snmpNoted) SetSNMP(n snmp.Setup) error     { s.setup = n; return nil }
func (s *snmpNoted) SNMPAddress() string {
	if s.setup.On {
		return "127.0.8.1:1161"
	}
	return ""
}

func (p *place) mail() *mailNoted { return p.d.options.Mail.(*mailNoted) }
func (p *place) snmp() *snmpNoted { return p.d.options.SNMP.(*snmpNoted) }

var aService = url.Values{"on": {"yes"}, "server": {"localhost:587"}, "security": {"starttls"}, "user": {"desk"}, "password": {"canary-mail"}, "from": {"q1@example.org"}}

// changed is a form with other values.
func changed(f url.Values, pairs ...string) url.Values {
	n := url.Values{}
	for k, v := range f {
		n[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		n.Set(pairs[i], pairs[i+1])
	}
	return n
}

// TestMailService holds that the service is kept and acts, that its password is never
// shown and goes to no other server, and that what is wrong is not kept.
func TestMailService(t *testing.T) {
	p := newPlace(t, access.Faithful)
	who := p.boss()
	who.post("/setup/mail", aService)
	if s := p.mail().service; !s.On || s.Server != "localhost:587" || s.Password != "canary-mail" {
		t.Fatalf("%+v", s)
	}
	holds(t, "the page", who.get("/setup/mail"), 200, "localhost:587", "One is kept", "7 events sent", "down")
	for _, path := range []string{"/setup/mail", "/setup/events", "/setup/services", "/maintenance/security"} {
		if a := who.get(path); strings.Contains(a.body, "canary") {
			t.Errorf("%s shows the password", path)
		}
	}
	who.post("/setup/mail", changed(aService, "password", "", "from", "q2@example.org"))
	if s := p.mail().service; s.Password != "canary-mail" || s.From != "q2@example.org" {
		t.Errorf("%+v", s)
	}
	a := who.post("/setup/mail", changed(aService, "password", "", "server", "localhost:25"))
	if holds(t, "another server", a, 422, "go together"); p.mail().service.Server != "localhost:587" {
		t.Errorf("the password went to another server: %+v", p.mail().service)
	}
	holds(t, "injection", who.post("/setup/mail", changed(aService, "from", "a@example.org\r\nBcc: b@example.org")), 422, "no e-mail address")
	if info, err := os.Stat(p.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the state, which has the password: %v %v", info, err)
	}
}

// TestMailEvents holds that an event list is kept and acts, and its limits.
func TestMailEvents(t *testing.T) {
	p := newPlace(t, access.Faithful)
	who := p.boss()
	list := url.Values{"to": {"a@example.org, b@example.org"}, "text": {"Hall 2"}, "severity": {"high"}, "h-trip": {"yes"}, "h-diagnostic": {"yes"}}
	who.post("/setup/events", list)
	l := p.mail().lists
	if len(l) != 1 || len(l[0].To) != 2 || l[0].Text != "Hall 2" || len(l[0].Filter.Events) != 2 || l[0].Filter.Least.String() != "high" {
		t.Fatalf("%+v", l)
	}
	holds(t, "the page", who.get("/setup/events"), 200, "a@example.org, b@example.org", "Do not rely on e-mails alone")
	for what, c := range map[string]struct {
		form url.Values
		why  string
	}{
		"thirteen":   {changed(list, "to", strings.Repeat("a@example.org,", 13)), "13 recipients"},
		"long text":  {changed(list, "text", strings.Repeat("x", 64)), "up to 63 characters"},
		"no address": {changed(list, "to", "nobody"), "no e-mail address"},
		"no history": {url.Values{"to": {"a@example.org"}}, "no history is chosen"},
	} {
		holds(t, what, who.post("/setup/events", c.form), 422, c.why)
	}
	who.post("/setup/mail/test", nil)
	if p.mail().tested != nil {
		t.Error("a test went out while e-mails are off")
	}
	who.post("/setup/mail", aService)
	who.post("/setup/mail/test", nil)
	if len(p.mail().tested) != 2 {
		t.Errorf("the test went to %v", p.mail().tested)
	}
	p.mail().fail = errors.New("beyond this machine")
	who.post("/setup/events", changed(list, "text", "other"))
	if s, _ := p.d.setups(); s.lists[0].Text != "Hall 2" {
		t.Error("what cannot act was kept")
	}
	who.post("/setup/events", url.Values{})
}

// TestSNMPPage holds that the parameters are kept and act, that no secret is shown, and
// that profile hardened has no community.
func TestSNMPPage(t *testing.T) {
	form := url.Values{"on": {"yes"}, "old": {"yes"}, "community": {"canary-c"}, "user": {"reader"}, "auth": {"sha256"}, "auth_password": {"canary-auth"}, "priv": {"aes"}, "priv_password": {"canary-priv"}}
	for _, profile := range profiles {
		p := newPlace(t, profile)
		who := p.boss()
		who.post("/setup/snmp", form)
		s := p.snmp().setup
		if !s.On || len(s.Users) != 1 || s.Users[0].PrivPassword != "canary-priv" || (s.Community == "") != (profile == access.Hardened) {
			t.Fatalf("%v: %+v", profile, s)
		}
		a := who.get("/setup/snmp")
		holds(t, "the page", a, 200, "127.0.8.1:1161", "reader", "One is kept")
		if strings.Contains(a.body, "canary") {
			t.Errorf("%v: the page shows a secret", profile)
		}
		who.post("/setup/snmp", changed(form, "community", "", "auth_password", "", "priv_password", ""))
		if n := p.snmp().setup; n.Users[0].AuthPassword != "canary-auth" || n.Community != s.Community {
			t.Errorf("%v: secrets that were left empty: %+v", profile, n)
		}
		holds(t, "another user", who.post("/setup/snmp", changed(form, "user", "other", "auth_password", "", "priv_password", "")), 422, "fewer than 8 characters")
		holds(t, "services", who.get("/setup/services"), 200, "UDP 1161", "/setup/snmp", "/setup/mail")
	}
}

// TestMailIsForgotten is steps 5 to 7 of the release note.
func TestMailIsForgotten(t *testing.T) {
	old := &book{Parts: map[string]part{mailPart: "{}", listsPart: "[]", snmpPart: "{}"}}
	b, m := &book{Parts: old.Parts}, Migration{}
	b.forgetMail(&m)
	if len(b.Parts) != 1 || b.Parts[snmpPart] == "" || len(old.Parts) != 3 || len(m.Told) != 3 {
		t.Errorf("%v %v %v", b.Parts, old.Parts, m.Told)
	}
}
