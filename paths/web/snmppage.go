package web

import (
	"net/http"
	"net/url"

	"switchroom/notify/snmp"
	"switchroom/ui"
)

const snmpLead = "Who may read this unit by SNMP. Nobody can change anything by it."

// firstUser is the user that the page edits.
func firstUser(s snmp.Setup) snmp.User {
	if len(s.Users) > 0 {
		return s.Users[0]
	}
	return snmp.User{Auth: "sha256", Priv: "aes"}
}

func snmpFields(d *Device, s snmp.Setup) []ui.Field {
	u := firstUser(s)
	fields := []ui.Field{{ID: "on", Name: "on", Label: "Answer SNMP", Type: "checkbox", Checked: s.On}}
	if d.mayHaveCommunity() {
		fields = append(fields,
			ui.Field{ID: "old", Name: "old", Label: "Versions 1 and 2c, by a community", Type: "checkbox", Checked: s.Community != "", Hint: "It crosses the network in clear."},
			secretField("community", "Read community", s.Community))
	}
	return append(fields,
		ui.Field{ID: "user", Name: "user", Label: "User of version 3", Value: u.Name, Hint: "Empty: version 3 is off.", Attrs: map[string]any{"maxlength": "32", "spellcheck": "false"}},
		choice("auth", "Authentication", u.Auth, snmp.Auths()),
		secretField("auth_password", "Password for authentication", u.AuthPassword),
		choice("priv", "Privacy", orNone(u.Priv), append(snmp.Privs(), "none")),
		secretField("priv_password", "Password for privacy", u.PrivPassword))
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func choice(name, label, value string, all []string) ui.Field {
	f := ui.Field{ID: name, Name: name, Label: label, Type: "select", Value: value}
	for _, a := range all {
		f.Options = append(f.Options, ui.Option{Value: a, Text: a})
	}
	return f
}

func (d *Device) showSNMP(v *visit) {
	s, _ := d.setups()
	v.showPage(snmpLead, snmpView(v, snmpFields(d, s.snmp), nil))
}

func (d *Device) saveSNMP(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	s, _ := d.setups()
	next := d.typedSNMP(sent, s.snmp)
	if bad := wrongs(next.Check()); len(bad) > 0 {
		v.show(http.StatusUnprocessableEntity, v.page.title, snmpLead, snmpView(v, snmpFields(d, next), bad))
		return
	}
	err := d.keep(snmpPart, next)
	if err == nil {
		err = d.options.SNMP.SetSNMP(next)
	}
	if err != nil {
		v.unsaved("/setup/snmp", err)
		return
	}
	v.saved("/setup/snmp", "SNMP "+either(next.On, "on", "off"))
}

// typedSNMP is what was typed. A secret that was left empty stays, as long as it is the
// same user's.
func (d *Device) typedSNMP(sent url.Values, old snmp.Setup) snmp.Setup {
	s := snmp.Setup{On: sent.Get("on") == "yes"}
	if sent.Get("old") == "yes" && d.mayHaveCommunity() {
		s.Community = kept(sent.Get("community"), old.Community)
	}
	u, was := snmp.User{Name: sent.Get("user"), Auth: sent.Get("auth"), Priv: sent.Get("priv")}, firstUser(old)
	if u.Name == "" {
		return s
	}
	if u.Name != was.Name {
		was = snmp.User{}
	}
	u.AuthPassword = kept(sent.Get("auth_password"), was.AuthPassword)
	if u.Priv == "none" {
		u.Priv = ""
	} else {
		u.PrivPassword = kept(sent.Get("priv_password"), was.PrivPassword)
	}
	s.Users = []snmp.User{u}
	return s
}
