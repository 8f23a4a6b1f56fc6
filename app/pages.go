package app

import (
	"net/http"

	"github.com/a-h/templ"

	"switchroom/ui"
)

// secretField asks for a password, which is never sent back and not offered to be saved.
func secretField(name, label, hint string) ui.Field {
	return ui.Field{ID: name, Name: name, Label: label, Type: "password", Required: true, Hint: hint, Autocomplete: "off", Attrs: templ.Attributes{"maxlength": "64"}}
}

// passwordField asks for a password of the breaker. levels says whose.
func passwordField(levels string) ui.Field {
	return secretField("password", "Password of the breaker", "Four characters, of "+levels+". It is asked for each time, and kept nowhere.")
}

func codeOfStart() ui.Field {
	f := secretField("code", "Code of the start", "From the link that the start of the app has printed. It is good once.")
	f.Attrs = templ.Attributes{"maxlength": "200", "data-hash": "yes"}
	return f
}

func (v *visit) showStart() {
	if v.in {
		v.see("/")
		return
	}
	v.show(http.StatusOK, "Take the phone", "The app is for the one person who holds the phone.", form("/start", "Take it", "", codeOfStart()))
}

func (v *visit) start() {
	token, err := v.s.enter(v.r.PostFormValue("code"))
	if err != nil {
		v.show(http.StatusUnauthorized, "Take the phone", "", form("/start", "Take it", sentence(err.Error()), codeOfStart()))
		return
	}
	v.keep(token)
	v.see("/")
}

// home shows the breaker, or leads to it.
func (v *visit) home() {
	s := v.phone.State()
	switch {
	case !s.Connected():
		v.see("/connect")
	case !s.Proved():
		v.see("/password")
	default:
		v.screen(v.phone.Health(v.r.Context()))
	}
}

func (v *visit) showMeasurements() { v.screen(v.phone.Measurements(v.r.Context())) }

func (v *visit) screen(s *Screen, err error) {
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.show(http.StatusOK, s.Breaker, "", screenView(s, v.r.URL.Path))
}

func (v *visit) about() {
	v.show(http.StatusOK, "About this app", "", aboutView())
}

func (v *visit) showConnect() {
	v.show(http.StatusOK, "Connect", "", connectView(v.phone.State(), v.phone.Breakers()))
}

func (v *visit) choose() {
	v.phone.Choose(v.r.PostFormValue("offline") == "yes", v.r.PostFormValue("bluetooth") == "yes")
	v.see("/connect")
}

func (v *visit) connect() {
	if err := v.phone.Connect(v.r.Context(), v.r.PostFormValue("breaker"), Way(v.r.PostFormValue("way"))); err != nil {
		v.failed("Not connected", err)
		return
	}
	v.see("/password")
}

func (v *visit) leave() {
	v.phone.Leave()
	v.see("/connect")
}

func (v *visit) readTag() {
	if _, err := v.phone.Hold(v.r.Context(), v.r.PostFormValue("breaker")); err != nil {
		v.failed("Not read", err)
		return
	}
	v.see("/tag")
}

func (v *visit) showTag() {
	t := v.phone.LastTag()
	if t == nil {
		v.see("/connect")
		return
	}
	v.show(http.StatusOK, "Tag of "+t.Label.Unit, "", tagView(t.told()))
}

func (v *visit) showPair() {
	v.show(http.StatusOK, "Pair", "", pairView(v.phone.State(), v.phone.Breakers()))
}

func (v *visit) pair() {
	if err := v.phone.Pair(v.r.Context(), v.r.PostFormValue("breaker")); err != nil {
		v.failed("Not paired", err)
		return
	}
	v.see("/pair")
}

func (v *visit) pairCode() {
	if err := v.phone.Code(v.r.Context(), v.r.PostFormValue("code")); err != nil {
		v.failed("Not paired", err)
		return
	}
	v.see("/password")
}

func (v *visit) pairStop() {
	v.phone.Stop()
	v.see("/connect")
}

func (v *visit) showPassword() {
	s := v.phone.State()
	if !s.Connected() {
		v.see("/connect")
		return
	}
	v.show(http.StatusOK, "Password of "+s.Breaker, "A phone asks for it when it has connected (B5).", form("/password", "Give it", "", passwordField(anyLevel+"; level 3 (operator) is enough to look")))
}

func (v *visit) password() {
	if _, err := v.phone.Login(v.r.Context(), v.r.PostFormValue("password")); err != nil {
		if s := v.phone.State(); s.Connected() {
			v.show(statusOf(err), "Password of "+s.Breaker, "", form("/password", "Give it", sentence(err.Error()), passwordField(anyLevel)))
			return
		}
		v.failed("Not taken", err)
		return
	}
	v.see("/")
}
