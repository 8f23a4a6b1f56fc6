package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"switchroom/access"
	"switchroom/credential"
	"switchroom/ui"
)

// passwordRule says what is wrong with a new password, all of it at once.
func (d *Device) passwordRule(a *account, password string) error {
	for _, c := range []byte(password) {
		if c < 0x20 || c > 0x7E {
			return errors.New("use letters, digits and the special characters of a keyboard")
		}
	}
	switch {
	case !d.profile.ByRole():
		return byLength(password, 0, 11) // IFEi: an empty one is legal
	case d.hardened():
		return strong.Wrong(credential.Owner{Login: a.Name}, credential.NewSecret(password)).Err()
	}
	return errors.Join(byLength(password, 8, 32), byClasses(password))
}

func byLength(p string, least, most int) error {
	if len(p) < least || len(p) > most {
		return fmt.Errorf("it has %d to %d characters", least, most)
	}
	return nil
}

// byClasses: the password that a migration gives shows upper, lower, digit and special
// (facts: M), and so does C6.
func byClasses(p string) error {
	var upper, lower, digit, special bool
	for _, c := range p {
		switch {
		case c >= 'A' && c <= 'Z':
			upper = true
		case c >= 'a' && c <= 'z':
			lower = true
		case c >= '0' && c <= '9':
			digit = true
		default:
			special = true
		}
	}
	if !upper || !lower || !digit || !special {
		return errors.New("it has an upper-case and a lower-case letter, a digit and a special character")
	}
	return nil
}

// strong is the rule of profile hardened: the guide's (C6 to C8), up to what the field
// takes.
var strong = func() credential.Policy {
	p := credential.Guide
	p.Longest = 64
	return p
}()

// outworn reports whether a password has to be changed for its age.
func (d *Device) outworn(a *account) bool {
	return d.hardened() && !a.Set.IsZero() && d.now().Sub(a.Set) >= strong.Oldest
}

// hint says what a password has to be.
func (d *Device) passwordHint() string {
	switch {
	case !d.profile.ByRole():
		return "Up to 11 letters, digits and special characters. An empty one is accepted, and lets everybody in."
	case d.hardened():
		return "10 to 64 characters with upper and lower case, a digit and a special character; more than usual words; none of the last eight, and not the user name. It holds for 3 days at least and 180 at most."
	}
	return "8 to 32 characters with upper and lower case, a digit and a special character."
}

func (d *Device) passwordFields() []ui.Field {
	return []ui.Field{
		{ID: "current", Name: "current", Label: "Current password", Type: "password", Autocomplete: "current-password", Attrs: map[string]any{"maxlength": "128"}},
		{ID: "new", Name: "new", Label: "New password", Type: "password", Hint: d.passwordHint(), Autocomplete: "new-password", Attrs: map[string]any{"maxlength": "128"}},
		{ID: "again", Name: "again", Label: "New password, again", Type: "password", Autocomplete: "new-password", Attrs: map[string]any{"maxlength": "128"}},
	}
}

// showPassword is the page on which one changes one's own password.
func (d *Device) showPassword(v *visit) { d.passwordPage(v, http.StatusOK, d.passwordFields()) }

func (d *Device) passwordPage(v *visit, status int, fields []ui.Field) {
	v.show(status, "Change your password", "", passwordView(v, fields))
}

// changePassword changes one's own password: with the current one, and it ends every
// other session of the account.
func (d *Device) changePassword(v *visit) {
	form, ok := v.form()
	if !ok {
		return
	}
	fields := d.passwordFields()
	// As at the login, with what slows down and locks there: who guesses here has only
	// found a browser that somebody left.
	switch _, err := d.prove(v.r.Context(), v.who.Name, form.Get("current"), v.source); {
	case errors.Is(err, credential.ErrCrowded):
		v.refuse(http.StatusServiceUnavailable, wrongCrowded)
		return
	case errors.Is(err, errSlow):
		fields[0].Error = errSlow.Error()
	case err != nil:
		fields[0].Error = "This is not your current password, or the account is locked."
	}
	next := form.Get("new")
	if fields[0].Error == "" { // who guesses learns nothing of the passwords before
		fields[1].Error = d.newPassword(v, next, form.Get("current"))
	}
	if next != form.Get("again") {
		fields[2].Error = "The two are not the same."
	}
	for _, f := range fields {
		if f.Error != "" {
			d.passwordPage(v, http.StatusUnprocessableEntity, fields)
			return
		}
	}
	d.setOwn(v, next)
}

// newPassword says why a password cannot be the new one.
func (d *Device) newPassword(v *visit, next, current string) string {
	if d.hardened() {
		return d.judged(v, next)
	}
	if err := d.passwordRule(v.who, next); err != nil {
		return strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	if next == current {
		return "it is the current one; take another"
	}
	return ""
}

// judged says all that the policy has against a new password.
func (d *Device) judged(v *visit, next string) string {
	ctx, stop := context.WithTimeout(v.r.Context(), 4*patience) // it is compared with eight
	defer stop()
	wrong, err := strong.Judge(ctx, passwords, &credential.Change{
		Owner: credential.Owner{Login: v.who.Name}, New: credential.NewSecret(next),
		Ordered: v.who.Change, Set: v.who.Set, Now: d.now(),
		Kept: append([]credential.Hash{v.who.Password}, v.who.Past...),
	})
	if err != nil {
		return wrongCrowded
	}
	return wrong.Error()
}

// pastMax: the last eight are not reusable (C8); the current one is the eighth.
const pastMax = 7

// setOwn sets it and begins a session with a new id.
func (d *Device) setOwn(v *visit, next string) {
	h, err := hash(v.r.Context(), next)
	if err == nil {
		err = d.alter(func(b *book) error {
			a := b.account(v.who.ID)
			if a == nil || a.Password != v.who.Password {
				return errors.New("the account has been changed meanwhile; log in again")
			}
			a.replace(h, d.profile)
			a.Change, a.Factory, a.Set = false, false, d.now()
			return nil
		})
	}
	if err != nil {
		v.refuse(http.StatusServiceUnavailable, "The password was not changed: "+err.Error())
		return
	}
	d.sessions.endAll(v.who.ID)
	http.SetCookie(v.w, d.cookie(v.r, d.sessions.begin(v.who.ID, v.source)))
	v.note(PasswordChanged, "by its owner")
	v.lead("/")
}

// replace puts a password in the place of the one before.
func (a *account) replace(h credential.Hash, p access.Profile) {
	if p == access.Hardened {
		a.Past = append([]credential.Hash{a.Password}, a.Past...)
		a.Past = a.Past[:min(len(a.Past), pastMax)]
	}
	a.Password = h
}

// postpone puts off the change that is asked for, where that can be.
func (d *Device) postpone(v *visit) {
	if d.hardened() {
		v.refuse(http.StatusForbidden, "The change cannot be put off.")
		return
	}
	d.sessions.with(v.session, func(s *session) { s.postponed = true })
	v.note(PasswordChanged, "put off: the password is still one that somebody else has set")
	v.lead("/")
}
