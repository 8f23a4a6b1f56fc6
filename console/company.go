package console

import (
	"errors"
	"net/http"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
	"switchroom/ui"
)

// CompanyPath is where a company's identity provider sends people back to: it is to be
// registered there, behind the console's address.
const CompanyPath = "/signin/company"

// ticketFor is how long somebody may take at the provider, ours.
const ticketFor = 5 * time.Minute

func (s *Server) ticketName() string { return s.cookie() + "-ticket" }

// keepTicket gives the browser the ticket that it comes back with. It comes from another
// site then, which a strict cookie would not.
func (v *visit) keepTicket(t credential.Secret) {
	c := &http.Cookie{Name: v.s.ticketName(), Value: t.Reveal(), Path: "/", HttpOnly: true, Secure: v.s.Certificate != nil, SameSite: http.SameSiteLaxMode, MaxAge: int(ticketFor.Seconds())}
	if t.Empty() {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
}

// companyBegun sends a browser to the provider.
func (v *visit) companyBegun() {
	if v.s.Provider == nil {
		v.s.unknown(v.w, v.r)
		return
	}
	address, ticket, err := v.s.Provider.Begin(v.r.Context(), v.now, v.source, false)
	if err != nil {
		v.failed(err)
		return
	}
	v.keepTicket(ticket)
	v.see(address)
}

// companyBack lets somebody in whom the provider knows. The next page is asked for by this
// one: a browser that came from another site has no strict cookie on its way.
func (v *visit) companyBack() {
	c, err := v.r.Cookie(v.s.ticketName())
	if v.s.Provider == nil || err != nil {
		v.s.unknown(v.w, v.r)
		return
	}
	v.keepTicket(credential.Secret{})
	if err := v.fromCompany(credential.NewSecret(c.Value)); err != nil {
		f := v.signInForm()
		f.Wrong = sentence(err.Error())
		v.show(statusOf(err), "Sign in", "", signInView(f, v))
		return
	}
	v.w.Header().Set("Refresh", "0; url=/")
	v.show(http.StatusOK, "You are signed in", "", message(ui.Notice{Title: "Welcome, " + v.who.Name + "."}))
}

func (v *visit) fromCompany(ticket credential.Secret) error {
	rec := audit.Record{Who: "somebody unknown", What: "person.signed_in", Where: "console by the company's provider, from " + v.source}
	who, err := v.s.Provider.Finish(v.r.Context(), v.now, ticket, v.r.URL.Query())
	var token credential.Secret
	if err == nil {
		token, err = v.s.People.CompanySignIn(v.r.Context(), v.now, who, v.source)
	}
	if err != nil {
		v.wrong(rec, errors.New("not let in")) // what the provider says may be anything
		return err
	}
	if p, err := v.s.People.Who(v.now, token, false); err == nil {
		rec.Who = p.Login
	}
	v.who = accounts.Person{}
	return v.entered(rec, token)
}
