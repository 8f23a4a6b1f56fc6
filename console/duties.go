package console

import (
	"net/http"
	"time"

	"switchroom/commission"
	"switchroom/trust/duty"
	"switchroom/trust/fetch"
)

// trustTold is what is to be done about revoked certificates.
type trustTold struct {
	Trusted   bool           `json:"trusted" doc:"a directory of certificates was given"`
	Portal    string         `json:"portal" doc:"that is asked for lists; empty: those in the directory count"`
	Note      string         `json:"note"`
	Lists     []fetch.Answer `json:"lists" doc:"as they were found just now; none, if nobody looked now"`
	Duties    []duty.Duty    `json:"duties"`
	NeverRead []string       `json:"never_read" doc:"breakers of which no firmware is known: project and id"`
}

// duties says what is due, with the firmware that is known of the breakers of all projects.
func (v *visit) duties() (*trustTold, error) {
	t := &trustTold{Trusted: v.s.Trust.Set != "", Portal: v.s.Trust.Portal, Lists: []fetch.Answer{}, NeverRead: []string{}}
	checks, err := v.s.Trust.book()
	if err != nil {
		return nil, err
	}
	installed, err := v.installed(t)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, p := range duty.Products {
		all = append(all, p.Component)
	}
	t.Duties = duty.Of(all, checks, installed, v.now)
	return t, nil
}

// installed is the firmware of all breakers, as each was last read.
func (v *visit) installed(t *trustTold) (all []duty.Installed, err error) {
	numbers, err := v.s.Office.Projects(v.r.Context(), v.token)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		p, err := v.s.Office.Project(v.r.Context(), v.token, n)
		if err != nil {
			return nil, err
		}
		for i := range p.Breakers {
			kept, err := v.s.Office.FirmwareOf(v.r.Context(), v.token, n, p.Breakers[i].ID)
			if err != nil {
				return nil, err
			}
			if kept == nil {
				t.NeverRead = append(t.NeverRead, n+" "+p.Breakers[i].ID)
				continue
			}
			all = append(all, membersOf(n, kept)...)
		}
	}
	return all, nil
}

// membersOf is the firmware of one breaker. That of the factory does not say when it was
// built.
func membersOf(number string, kept *commission.FirmwareKept) (all []duty.Installed) {
	for _, m := range kept.Firmware.Members {
		built, _ := time.Parse(time.RFC3339, m.Running.Built) // "": not known
		all = append(all, duty.Installed{Breaker: number + " " + kept.Breaker, Member: m.Name, Component: m.Component, Version: m.Running.Version, Built: built})
	}
	return all
}

func (v *visit) readTrust(*struct{}) (*body[*trustTold], error) {
	t, err := v.duties()
	return &body[*trustTold]{t}, err
}

func (v *visit) checkTrust(*struct{}) (*body[*trustTold], error) {
	lists, note, err := v.looked()
	if err != nil {
		return nil, err
	}
	t, err := v.duties()
	if err != nil {
		return nil, err
	}
	t.Lists, t.Note = lists, note
	return &body[*trustTold]{t}, nil
}

// checkAsked looks at the lists and shows what is to be done.
func (v *visit) checkAsked() {
	http.NewResponseController(v.w).SetWriteDeadline(time.Now().Add(lookWithin + toldWithin))
	_, note, err := v.looked()
	if isDenied(err) {
		v.denied(err)
		return
	}
	if err != nil {
		v.trustPage(statusOf(err), sentence(err.Error()))
		return
	}
	if note != "" {
		v.trustPage(http.StatusOK, sentence(note))
		return
	}
	v.see("/trust")
}
