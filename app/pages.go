package app

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"switchroom/client"
	"switchroom/points"
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

func (v *visit) showSettings() {
	all, err := v.phone.Settings(v.r.Context())
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.show(http.StatusOK, "Settings", "", settingsView(groupsOf(all)))
}

// group is settings that stand together.
type group struct {
	Name     string
	Settings []Setting
}

// groupsOf parts settings by what they belong to: protection.long_time.
func groupsOf(all []Setting) (groups []group) {
	for _, s := range all {
		name := s.Point
		if i := strings.LastIndex(name, "."); i > 0 {
			name = name[:i]
		}
		if len(groups) == 0 || groups[len(groups)-1].Name != name {
			groups = append(groups, group{Name: name})
		}
		g := &groups[len(groups)-1]
		g.Settings = append(g.Settings, s)
	}
	return groups
}

// showSetting asks for a new value, and with one asks whether it is meant.
func (v *visit) showSetting() {
	s, err := v.phone.Setting(v.r.Context(), v.r.PathValue("point"))
	if err != nil {
		v.failed("Not read", err)
		return
	}
	if !v.r.URL.Query().Has("to") {
		v.show(http.StatusOK, capital(s.Title), s.Point, settingView(s, valueField(s)))
		return
	}
	to, err := Plan(Change{Point: s.Point, To: v.r.URL.Query().Get("to")})
	if err != nil {
		f := valueField(s)
		f.Value, f.Error = v.r.URL.Query().Get("to"), sentence(err.Error())
		v.show(http.StatusUnprocessableEntity, capital(s.Title), s.Point, settingView(s, f))
		return
	}
	v.show(http.StatusOK, capital(s.Title), s.Point, reviewView(s, s.Value, to, ""))
}

// valueField asks for the new value of a setting.
func valueField(s Setting) ui.Field {
	f := ui.Field{ID: "to", Name: "to", Label: "New value", Value: s.Value, Required: true, Unit: s.Unit, Autocomplete: "off", Attrs: templ.Attributes{"maxlength": "64"}}
	switch {
	case len(s.Choices) > 0:
		f.Type, f.Unit, f.Attrs = "select", "", nil
		for _, c := range s.Choices {
			f.Options = append(f.Options, ui.Option{Value: c, Text: c})
		}
	case s.Range != "":
		f.Hint = strings.TrimSpace(s.Range + " " + s.Unit)
	}
	return f
}

func (v *visit) changeSetting() {
	c := Change{v.r.PathValue("point"), v.r.PostFormValue("was"), v.r.PostFormValue("to")}
	done, err := v.phone.Change(v.r.Context(), v.r.PostFormValue("password"), c)
	if err != nil {
		v.failed("Not changed", err)
		return
	}
	v.show(http.StatusOK, "Changed", "", changedView(done))
}

func (v *visit) showDeeds() {
	v.show(http.StatusOK, "Operate", "", deedsView(v.phone.State(), Deeds()))
}

func (v *visit) showDeed() {
	d, err := DeedOf(v.r.PathValue("deed"))
	if err != nil {
		v.s.tell(v.w, v.r, http.StatusNotFound, sentence(err.Error()))
		return
	}
	s := v.phone.State()
	if !s.Connected() {
		v.failed(d.Title, ErrNoLink)
		return
	}
	v.show(http.StatusOK, d.Title, s.Breaker, deedView(d))
}

func (v *visit) doDeed() {
	name := v.r.PathValue("deed")
	if err := v.phone.Do(v.r.Context(), v.r.PostFormValue("password"), name); err != nil {
		v.failed("Not done", err)
		return
	}
	d, _ := DeedOf(name) // it was done
	v.show(http.StatusOK, "Done", "", message(ui.Notice{Severity: ui.Done, Title: d.Title + ": done.", Text: "The breaker has confirmed it."}))
}

// history reads what the address names; without a name that of trips.
func (v *visit) history() (*History, error) {
	return v.phone.History(v.r.Context(), historyOf(v.r.URL.Query().Get("history")))
}

func (v *visit) showEvents() {
	h, err := v.history()
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.show(http.StatusOK, "Events", "", eventsView(h, historyOf(v.r.URL.Query().Get("history"))))
}

func (v *visit) eventsCSV() {
	if h, err := v.history(); err != nil {
		v.failed("Not read", err)
	} else {
		v.take("events.csv", "text/csv; charset=utf-8", h.CSV())
	}
}

func (v *visit) eventsJSON() {
	if h, err := v.history(); err != nil {
		v.failed("Not read", err)
	} else {
		v.take("events.json", "application/json", asJSON(h))
	}
}

func (v *visit) showTrip() {
	t, err := v.phone.LastTrip(v.r.Context())
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.show(http.StatusOK, "Last trip", t.Breaker, tripView(t))
}

func (v *visit) tripCSV() {
	t, err := v.phone.LastTrip(v.r.Context())
	if err != nil {
		v.failed("Not read", err)
		return
	}
	h := &History{Breaker: t.Breaker}
	if t.Last != nil {
		h.Records = []Record{*t.Last}
	}
	v.take("trip.csv", "text/csv; charset=utf-8", h.CSV())
}

func (v *visit) tripJSON() {
	t, err := v.phone.LastTrip(v.r.Context())
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.take("trip.json", "application/json", asJSON(t))
}

func (v *visit) showRestore() {
	r, err := v.phone.Restore(v.r.Context())
	if err != nil {
		v.failed("Not read", err)
		return
	}
	v.show(http.StatusOK, "Bring the power back", r.Breaker, restoreView(r))
}

// wayOut is where an error leads.
func wayOut(err error, s State) ui.Link {
	switch {
	case errors.Is(err, client.ErrNotPaired), errors.Is(err, ErrUnasked):
		return ui.Link{Text: "Pair", URL: "/pair"}
	case !s.Connected():
		return ui.Link{Text: "Connect", URL: "/connect"}
	case !s.Proved():
		return ui.Link{Text: "Give the password", URL: "/password"}
	}
	return ui.Link{Text: "To the breaker", URL: "/"}
}

// happened is the title of an error: whether it may have happened.
func happened(err error) (string, ui.Severity) {
	if e, is := errors.AsType[*client.Error](err); is && e.MayHaveHappened {
		return "It may have happened: look before you do it again.", ui.High
	}
	return "It was not done.", ui.Medium
}

// stateOf is the position of the breaker as rows tell it.
func stateOf(s *Screen) ui.State {
	switch {
	case s.Value(points.BreakerClosed) == "true":
		return ui.Closed
	case s.Value(points.BreakerTripped) == "true", s.Value(points.BreakerFaultTripped) == "true":
		return ui.Tripped
	case s.Value(points.BreakerClosed) == "false":
		return ui.Open
	}
	return ui.Unknown
}

// shown is a value with its unit as people say it, or a dash.
func shown(r Row) string {
	switch id, _ := points.Lookup(r.Point); {
	case r.Value == "":
		return "–"
	case points.Of(id).Type == points.Bool && r.Value == "true":
		return "yes"
	case points.Of(id).Type == points.Bool:
		return "no"
	}
	return strings.TrimSpace(r.Value + " " + r.Unit)
}

func levelsLine(levels []int) string {
	if len(levels) == 0 {
		return "no password given yet"
	}
	return "password of level " + strings.Trim(strings.ReplaceAll(fmt.Sprint(levels), " ", ", "), "[]")
}
