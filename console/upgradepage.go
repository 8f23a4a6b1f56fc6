package console

import (
	"errors"
	"strings"

	"switchroom/commission"
	"switchroom/ui"
)

func (v *visit) upgradeForm(p *commission.Project, digest string) form {
	get := v.r.PostFormValue
	f := form{Action: packageURL(p.Number, digest), Do: "Put it in, one after the other", Danger: true, Upload: true}
	for i := range p.Breakers {
		id := p.Breakers[i].ID
		chosen := get("breaker-"+id) != "" || v.r.URL.Query().Get("breaker") == id
		f.Fields = append(f.Fields, ui.Field{ID: ui.ID("breaker", id), Name: "breaker-" + id, Label: id + " " + p.Breakers[i].Name, Type: "checkbox", Checked: chosen})
	}
	f.Fields = append(f.Fields,
		ui.Field{ID: "rehearsal", Name: "rehearsal", Label: "Evidence of the rehearsal", Type: "file", Accept: ".json,application/json", Hint: "Made by switchroom rehearse: the package was tried on virtual twins of these breakers (E6)."},
		ui.Field{ID: "not_rehearsed", Name: "not_rehearsed", Label: "Or why there is none", Value: get("not_rehearsed"), Hint: "It stands in the audit.", Attrs: long},
		ui.Field{ID: "member", Name: "member", Label: "Of several IO modules, which", Value: get("member"), Hint: "io1 or io2; empty otherwise.", Attrs: long})
	reach := v.vaultFields("Of level 4, the same for all. It is not kept. Empty, if the vault is to give it.")
	reach[1].Hint = "usb:///PATH?unit={}: {} stands for the id of each breaker. Firmware goes by no other way (A13). Empty, if the vault is to give it."
	f.Fields = append(f.Fields, reach...)
	return f
}

// upgradeAsked begins to put a package into the breakers that were chosen.
func (v *visit) upgradeAsked() {
	number := v.r.PathValue("number")
	p, err := v.s.Office.Project(v.r.Context(), v.token, number)
	if err != nil {
		v.failed(err)
		return
	}
	evidence, err := v.sent("rehearsal", rehearsalMost)
	if errors.Is(err, errNoFile) {
		err = nil // there is a reason instead, or that is told
	}
	a := upgradeSent{Package: v.r.PathValue("digest"), Member: strings.TrimSpace(v.r.PostFormValue("member")), Rehearsal: evidence, NotRehearsed: v.r.PostFormValue("not_rehearsed"), Reach: *v.reachTyped()}
	for i := range p.Breakers {
		if v.r.PostFormValue("breaker-"+p.Breakers[i].ID) != "" {
			a.Breakers = append(a.Breakers, p.Breakers[i].ID)
		}
	}
	var t *runTold
	if err == nil {
		t, err = v.upgrades(number, &a)
	}
	if isDenied(err) {
		v.denied(err)
		return
	}
	if err != nil {
		v.packagePage(statusOf(err), sentence(err.Error()))
		return
	}
	v.see(runURL(number, t.ID))
}

// rehearsalMost bounds the evidence, bytes.
const rehearsalMost = 4 << 20
