package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"switchroom/notify"
	"switchroom/notify/mail"
	"switchroom/points"
	"switchroom/ui"
)

const mailLead = "The mail server by which this unit sends e-mails."

func mailFields(s mail.Service) []ui.Field {
	return []ui.Field{
		{ID: "on", Name: "on", Label: "Send e-mails", Type: "checkbox", Checked: s.On},
		{ID: "server", Name: "server", Label: "Mail server", Value: s.Server, Hint: "Its name and port: mail.example.org:587.", Attrs: map[string]any{"maxlength": "200", "spellcheck": "false"}},
		{ID: "security", Name: "security", Label: "Security", Type: "select", Value: s.Security, Options: []ui.Option{{Value: "starttls", Text: "STARTTLS"}, {Value: "tls", Text: "TLS from the beginning"}, {Value: "none", Text: "None, in clear"}}, Hint: "The server's certificate is verified. A password is never sent in clear."},
		{ID: "user", Name: "user", Label: "User", Value: s.User, Hint: "Empty: no login.", Attrs: map[string]any{"maxlength": "200", "spellcheck": "false"}},
		secretField("password", "Password", s.Password),
		{ID: "from", Name: "from", Label: "From", Value: s.From, Hint: "The address that the e-mails come from.", Attrs: map[string]any{"maxlength": "254", "spellcheck": "false"}},
	}
}

// secretField is the field of a secret, which is never shown.
func secretField(name, label, there string) ui.Field {
	hint := "None is kept."
	if there != "" {
		hint = "One is kept. Empty: it stays."
	}
	return ui.Field{ID: name, Name: name, Label: label, Type: "password", Hint: hint, Autocomplete: "new-password", Attrs: map[string]any{"maxlength": "200"}}
}

func (d *Device) showMail(v *visit) {
	s, _ := d.setups()
	v.showPage(mailLead, mailView(v, mailFields(s.mail), nil))
}

// saveMail keeps the mail server and has it act.
func (d *Device) saveMail(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	s, _ := d.setups()
	next := typedMail(sent, s.mail)
	if bad := wrongs(next.Check()); len(bad) > 0 {
		v.show(http.StatusUnprocessableEntity, v.page.title, mailLead, mailView(v, mailFields(next), bad))
		return
	}
	d.keepMail(v, "/setup/mail", "E-mail service "+either(next.On, "on", "off"), next, s.lists)
}

// typedMail is what was typed. Who takes the user away takes the password away too; who
// names another server must give the password again, lest it go to whoever asks for it.
func typedMail(sent url.Values, old mail.Service) mail.Service {
	s := mail.Service{On: sent.Get("on") == "yes", Server: sent.Get("server"), Security: sent.Get("security"), CA: old.CA, User: sent.Get("user"), From: sent.Get("from")}
	if s.User != "" {
		s.Password = sent.Get("password")
		if s.Server == old.Server && s.User == old.User {
			s.Password = kept(s.Password, old.Password)
		}
	}
	return s
}

// keepMail makes it act, and keeps it: what cannot act is not kept.
func (d *Device) keepMail(v *visit, path, what string, s mail.Service, lists []mail.List) {
	err := d.options.Mail.SetMail(s, lists)
	if err == nil {
		err = errors.Join(d.keep(mailPart, s), d.keep(listsPart, lists))
	}
	if err != nil {
		v.unsaved(path, err)
		return
	}
	v.saved(path, what)
}

// testWithin is how long a test may take, ours.
const testWithin = 15 * time.Second

// testMail sends an e-mail to everybody on the lists, so that whoever sets it up sees
// whether it arrives.
func (d *Device) testMail(v *visit) {
	s, _ := d.setups()
	var to []string
	for _, l := range s.lists {
		to = append(to, l.To...)
	}
	switch {
	case !s.mail.On:
		v.unsaved("/setup/mail", errors.New("e-mails are off: switch them on and save first"))
		return
	case len(to) == 0:
		v.unsaved("/setup/mail", errors.New("nobody gets e-mails yet: give recipients under E-mail events first"))
		return
	}
	ctx, cancel := context.WithTimeout(v.r.Context(), testWithin)
	defer cancel()
	if err := d.options.Mail.TestMail(ctx, s.mail, to); err != nil {
		v.unsaved("/setup/mail", err)
		return
	}
	v.done("/setup/mail", notice{Severity: ui.Done, Title: "The mail server has taken the test", Text: "Look whether it arrives: that is not told here."})
}

const mailEventsLead = "Who gets an e-mail, of which events."

// mailHistories are the histories whose events can be sent, a checkbox each.
func mailHistories(l mail.List) (all []ui.Field) {
	for _, h := range points.Histories() {
		on := false
		for _, e := range l.Filter.Events {
			on = on || e == h.String()
		}
		all = append(all, ui.Field{ID: "h-" + h.String(), Name: "h-" + h.String(), Label: strings.ToUpper(h.String()[:1]) + h.String()[1:], Type: "checkbox", Checked: on})
	}
	return all
}

func mailListFields(l mail.List) []ui.Field {
	return []ui.Field{
		{ID: "to", Name: "to", Label: "Recipients", Value: strings.Join(l.To, ", "), Hint: fmt.Sprintf("Up to %d addresses, with commas between them. Empty: nobody.", mail.RecipientsMax), Attrs: map[string]any{"maxlength": "3200", "spellcheck": "false"}},
		{ID: "text", Name: "text", Label: "Your text", Value: l.Text, Hint: fmt.Sprintf("Up to %d characters, in each e-mail.", mail.TextMax), Attrs: map[string]any{"maxlength": fmt.Sprint(mail.TextMax)}},
		{ID: "severity", Name: "severity", Label: "Severity", Type: "select", Value: max(points.Low, l.Filter.Least).String(), Options: []ui.Option{{Value: "low", Text: "All"}, {Value: "medium", Text: "Medium and high"}, {Value: "high", Text: "High only"}}},
	}
}

// firstList is the list that the page edits. It is the only one that a page makes.
func firstList(lists []mail.List) mail.List {
	if len(lists) > 0 {
		return lists[0]
	}
	return mail.List{Filter: notify.Filter{Events: []string{points.TripHistory.String()}}}
}

func (d *Device) showMailEvents(v *visit) {
	s, _ := d.setups()
	v.showPage(mailEventsLead, mailEventsView(v, firstList(s.lists), nil))
}

func (d *Device) saveMailEvents(v *visit) {
	sent, ok := v.form()
	if !ok {
		return
	}
	s, _ := d.setups()
	l, err := typedList(sent)
	if bad := wrongs(err); len(bad) > 0 {
		v.show(http.StatusUnprocessableEntity, v.page.title, mailEventsLead, mailEventsView(v, l, bad))
		return
	}
	lists := []mail.List{}
	if len(l.To) > 0 {
		lists = append(lists, l)
	}
	d.keepMail(v, "/setup/events", fmt.Sprintf("E-mail events, %d recipients", len(l.To)), s.mail, lists)
}

// typedList is what was typed, with everything that is wrong.
func typedList(sent url.Values) (l mail.List, err error) {
	for a := range strings.FieldsFuncSeq(sent.Get("to"), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		l.To = append(l.To, a)
	}
	l.Text = sent.Get("text")
	for _, h := range points.Histories() {
		if sent.Get("h-"+h.String()) == "yes" {
			l.Filter.Events = append(l.Filter.Events, h.String())
		}
	}
	l.Filter.Least = map[string]points.Severity{"medium": points.Medium, "high": points.High}[sent.Get("severity")]
	if len(l.To) == 0 {
		return l, nil
	}
	if len(l.Filter.Events) == 0 {
		err = errors.New("no history is chosen: choose one at least, or leave the recipients empty")
	}
	return l, errors.Join(err, l.Check())
}

// forgetMail is steps 5 to 7 of the release note.
func (b *book) forgetMail(m *Migration) {
	parts := map[string]part{}
	for k, v := range b.Parts {
		if k != mailPart && k != listsPart {
			parts[k] = v
		}
	}
	b.Parts = parts
	m.say("5", "logs were never sent by e-mail here: nothing to disable")
	m.say("6", "e-mails of events are back to how they were delivered: off")
	m.say("7", "the addresses of those who got them are removed")
}
