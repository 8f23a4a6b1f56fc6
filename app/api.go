package app

import (
	"context"
	"net/http"

	"switchroom/points"
)

// Shapes of the API. A password is a field of a body, never of an address, and of no
// answer.
type (
	nothing     struct{}
	body[T any] struct{ Body T }
	named       struct {
		Name string `path:"name"`
	}
	wayAsked struct {
		Name string `path:"name"`
		Body struct {
			Way Way `json:"way" enum:"bluetooth,usb"`
		}
	}
	codeAsked struct {
		Body struct {
			Code string `json:"code" maxLength:"200"`
		}
	}
	passwordAsked struct {
		Body struct {
			Password string `json:"password" maxLength:"64" doc:"of the breaker"`
		}
	}
	deedAsked struct {
		Deed string `path:"deed"`
		Body struct {
			Password string `json:"password" maxLength:"64" doc:"of a level that may"`
		}
	}
	historyAsked struct {
		History string `path:"history" enum:"trip,protection,diagnostic,metering,configuration,operation,communication"`
	}
	settingAsked struct {
		Point string `path:"point"`
	}
	changeAsked struct {
		Point string `path:"point"`
		Body  struct {
			Was      string `json:"was" maxLength:"64" doc:"the value that the decision stands on, as it was read"`
			To       string `json:"to" maxLength:"64" doc:"the new value, as a person writes it"`
			Password string `json:"password" maxLength:"64" doc:"of a level that may"`
		}
	}
	choicesAsked struct {
		Body struct {
			Offline   bool `json:"offline" doc:"flight mode: no mobile network, no Wi-Fi"`
			Bluetooth bool `json:"bluetooth" doc:"switched on"`
		}
	}
	levelsTold struct {
		Levels []int `json:"levels" doc:"that have this password"`
	}
	breakerTold struct {
		Name      string `json:"name"`
		Bluetooth bool   `json:"bluetooth"`
		NFC       bool   `json:"nfc"`
		USB       bool   `json:"usb" doc:"with an Android phone"`
	}
	cookieTold struct {
		SetCookie http.Cookie `header:"Set-Cookie"`
	}
)

// answers wraps what is told, or passes the error on.
func answers[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	return &body[T]{v}, nil
}

func (v *visit) state(err error) (*body[State], error) {
	return answers(v.phone.State(), err)
}

func startAPI(_ context.Context, v *visit, in *codeAsked) (*cookieTold, error) {
	token, err := v.s.enter(in.Body.Code)
	if err != nil {
		return nil, err
	}
	return &cookieTold{http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode}}, nil
}

func showPhone(_ context.Context, v *visit, _ *nothing) (*body[State], error) { return v.state(nil) }

func choosePhone(_ context.Context, v *visit, in *choicesAsked) (*body[State], error) {
	v.phone.Choose(in.Body.Offline, in.Body.Bluetooth)
	return v.state(nil)
}

func listBreakers(_ context.Context, v *visit, _ *nothing) (*body[[]breakerTold], error) {
	all := []breakerTold{}
	for _, b := range v.phone.Breakers() {
		all = append(all, breakerTold{b.Name, b.BLE != "", b.NFC != "", b.USB != ""})
	}
	return answers(all, nil)
}

func holdTag(ctx context.Context, v *visit, in *named) (*body[tagTold], error) {
	t, err := v.phone.Hold(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	return answers(*t.told(), nil)
}

func beginPairing(ctx context.Context, v *visit, in *named) (*body[State], error) {
	return v.state(v.phone.Pair(ctx, in.Name))
}

func typeCode(ctx context.Context, v *visit, in *codeAsked) (*body[State], error) {
	return v.state(v.phone.Code(ctx, in.Body.Code))
}

func stopPairing(_ context.Context, v *visit, _ *nothing) (*body[State], error) {
	v.phone.Stop()
	return v.state(nil)
}

func connectLink(ctx context.Context, v *visit, in *wayAsked) (*body[State], error) {
	return v.state(v.phone.Connect(ctx, in.Name, in.Body.Way))
}

func endLink(_ context.Context, v *visit, _ *nothing) (*body[State], error) {
	v.phone.Leave()
	return v.state(nil)
}

func provePassword(ctx context.Context, v *visit, in *passwordAsked) (*body[levelsTold], error) {
	levels, err := v.phone.Login(ctx, in.Body.Password)
	return answers(levelsTold{levels}, err)
}

func readHealth(ctx context.Context, v *visit, _ *nothing) (*body[*Screen], error) {
	return answers(v.phone.Health(ctx))
}

func readMeasurements(ctx context.Context, v *visit, _ *nothing) (*body[*Screen], error) {
	return answers(v.phone.Measurements(ctx))
}

func listSettings(ctx context.Context, v *visit, _ *nothing) (*body[[]Setting], error) {
	return answers(v.phone.Settings(ctx))
}

func readSetting(ctx context.Context, v *visit, in *settingAsked) (*body[Setting], error) {
	return answers(v.phone.Setting(ctx, in.Point))
}

func changeSetting(ctx context.Context, v *visit, in *changeAsked) (*body[*Changed], error) {
	return answers(v.phone.Change(ctx, in.Body.Password, Change{in.Point, in.Body.Was, in.Body.To}))
}

func listDeeds(context.Context, *visit, *nothing) (*body[[]Deed], error) {
	return answers(Deeds(), nil)
}

func doIt(ctx context.Context, v *visit, in *deedAsked) (*body[State], error) {
	return v.state(v.phone.Do(ctx, in.Body.Password, in.Deed))
}

func readHistory(ctx context.Context, v *visit, in *historyAsked) (*body[*History], error) {
	return answers(v.phone.History(ctx, historyOf(in.History)))
}

func readTrip(ctx context.Context, v *visit, _ *nothing) (*body[*Trip], error) {
	return answers(v.phone.LastTrip(ctx))
}

func readRestoration(ctx context.Context, v *visit, _ *nothing) (*body[*Restoration], error) {
	return answers(v.phone.Restore(ctx))
}

// historyOf is the history of a name; that of trips for any other.
func historyOf(name string) points.History {
	for _, h := range points.Histories() {
		if h.String() == name {
			return h
		}
	}
	return points.TripHistory
}
