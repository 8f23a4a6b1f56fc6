package web

import (
	"context"
	"errors"
	"net/http"

	"switchroom/access"
	"switchroom/ui"
)

// home leads to the first page that there is for whoever is here.
func (d *Device) home(v *visit) {
	for m := monitoringMenu; m < numMenus; m++ {
		if all := v.within(m); len(all) > 0 {
			v.lead(all[0].path)
			return
		}
	}
	v.show(http.StatusOK, "Welcome", "", refusalView(v, "There is no page that you may look at: "+d.remedy()))
}

func (d *Device) showLogin(v *visit) { d.loginPage(v, http.StatusOK, "", "") }

// loginPage is the page to log in on. name is what was given the last time.
func (d *Device) loginPage(v *visit, status int, name, wrong string) {
	fields := []ui.Field{
		{ID: "name", Name: "name", Label: "User name", Value: name, Required: true, Autocomplete: "username", Attrs: map[string]any{"maxlength": "15", "autocapitalize": "none", "spellcheck": "false"}},
		{ID: "password", Name: "password", Label: "Password", Type: "password", Error: wrong, Autocomplete: "current-password", Attrs: map[string]any{"maxlength": "128"}},
	}
	v.show(status, "Log in", "The web pages of the "+d.unit.Config().Interface.String()+" interface of "+d.unit.Name()+".", loginView(v, fields))
}

// passwordMax bounds what is hashed of what was sent.
const passwordMax = 128

// Every refusal of a login reads the same, so that nobody learns which names there are.
const (
	wrongLogin   = "The name or the password is not right."
	wrongByRole  = "The name or the password is not right, or the account is locked or disabled. A security administrator unlocks it."
	wrongCrowded = "Too many people log in at once. Try again in some seconds."
)

// logIn begins a session. Whatever session the browser had ends: an id from before is
// never one of somebody who is logged in.
func (d *Device) logIn(v *visit) {
	form, ok := v.form()
	if !ok {
		return
	}
	name, password := form.Get("name"), form.Get("password")
	id, err := d.prove(v.r.Context(), name, password, v.source)
	switch {
	case errors.Is(err, errSlow):
		d.loginPage(v, http.StatusTooManyRequests, name, capital(err.Error())+".")
	case errors.Is(err, errCrowded):
		d.loginPage(v, http.StatusServiceUnavailable, name, wrongCrowded)
	case err != nil:
		d.loginPage(v, http.StatusUnauthorized, name, err.Error())
	default:
		d.sessions.end(v.id)
		http.SetCookie(v.w, d.cookie(v.r, d.sessions.begin(id, v.source)))
		d.note(Entry{Kind: LoggedIn, Who: name, Source: v.source})
		v.lead("/")
	}
}

// prove looks at a name and a password, and returns whose they are.
func (d *Device) prove(ctx context.Context, name, password, source string) (uint64, error) {
	name = clip(name)
	done, err := d.guesses.begin(d.profile, name, source)
	if err != nil {
		d.note(Entry{Kind: LoginRefused, Who: name, Source: source, Detail: "too many wrong passwords"})
		return 0, err
	}
	a := d.book().named(name)
	if a == nil {
		a = &account{} // it takes as long, and no password is right
	}
	right, err := a.Password.is(ctx, clip(password))
	if err != nil {
		done(false)
		return 0, err
	}
	right = d.judge(a, right, source)
	if done(right); !right {
		d.note(Entry{Kind: LoginRefused, Who: name, Source: source})
		return 0, errors.New(d.wrong())
	}
	return a.ID, nil
}

// judge counts what came of a password, and says whether it lets in. Where accounts are
// locked it is said with the account held, so that of passwords that are tried at once
// no more count than of those that are tried in a row.
func (d *Device) judge(a *account, right bool, source string) bool {
	if a.ID == 0 || a.Off || a.Password != d.current(a.ID) {
		return false
	}
	if d.profile != access.RBAC || right && d.untouched(a.ID) {
		return right
	}
	in, locked := false, false
	err := d.alter(func(b *book) error {
		now := b.account(a.ID)
		if now == nil || d.lockedIn(b, now) {
			return errGone
		}
		if in = right; right {
			now.Wrong, now.Locked = 0, noTime
			return nil
		}
		if now.Wrong++; now.Wrong >= wrongMax {
			now.Locked, locked = d.now(), true
			now.Wrong = 0
		}
		return nil
	})
	if locked && err == nil {
		d.note(Entry{Kind: AccountLocked, Who: a.Name, Source: source})
	}
	return in && err == nil
}

// current is the password of an account as it is now.
func (d *Device) current(id uint64) hashed {
	if a := d.book().account(id); a != nil {
		return a.Password
	}
	return ""
}

// untouched reports whether nothing is counted against an account.
func (d *Device) untouched(id uint64) bool {
	now := d.book().account(id)
	return now != nil && now.Wrong == 0 && now.Locked.IsZero()
}

func (d *Device) wrong() string {
	if d.profile.ByRole() {
		return wrongByRole
	}
	return wrongLogin
}

// clip bounds what came from outside.
func clip(s string) string { return s[:min(len(s), passwordMax)] }

// logOut ends the session.
func (d *Device) logOut(v *visit) {
	d.sessions.end(v.id)
	http.SetCookie(v.w, d.cookie(v.r, ""))
	v.note(LoggedOut, "")
	v.lead("/login")
}

// asset serves scripts and styles, which are the same for everybody.
func (d *Device) asset(v *visit) { ui.Assets().ServeHTTP(v.w, v.r) }
