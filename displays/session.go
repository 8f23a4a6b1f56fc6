package displays

import "context"

// login asks who it is.
func (p *Panel) login() {
	p.ask("user", false, func(_ context.Context, user string) {
		p.ask("password of "+user, true, func(_ context.Context, password string) { p.enter(user, password) })
	})
}

// enter logs somebody in, and warns of a password of the factory.
func (p *Panel) enter(user, password string) {
	role, factory := p.Logins.Check(user, password)
	if role == Guest {
		p.leave()
		p.refuse("user or password is wrong")
		return
	}
	p.user, p.role, p.says = user, role, "logged in as "+role.String()
	if factory {
		p.screen = warning
	}
}

// goOn leaves the warning. Hardened does not let anybody.
func (p *Panel) goOn() {
	switch {
	case p.screen != warning:
	case p.Hardened:
		p.refuse("change the password first")
	default:
		p.screen = overview
	}
}

// change asks for a new password twice.
func (p *Panel) change() {
	if p.user == "" {
		p.refuse("log in first")
		return
	}
	p.ask("new password", true, func(_ context.Context, first string) {
		p.ask("new password, again", true, func(_ context.Context, again string) { p.changeTo(first, again) })
	})
}

func (p *Panel) changeTo(first, again string) {
	if first != again {
		p.refuse("the two are not the same; the password is as it was")
		return
	}
	if err := p.Logins.Change(p.user, first); err != nil {
		p.refuse("the password is as it was: %v", err)
		return
	}
	p.says = "the password of " + p.user + " is changed"
	if p.screen == warning {
		p.screen = overview
	}
}

// forget gives the logins back the passwords of the factory: ten seconds on the button
// (facts: FDM128 guide). Whoever stands there can do it, which is one more reason for
// the lock of the room (D1).
func (p *Panel) forget() {
	if err := p.Logins.Reset(); err != nil {
		p.refuse("%v", err)
		return
	}
	p.leave()
	p.says = "the logins are those of the factory again"
}
