package app

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"switchroom/ui"
)

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
