package console

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"switchroom/accounts"
	"switchroom/client"
	"switchroom/commission"
	"switchroom/ui"
)

// firmwareShown is what the page of a breaker's firmware shows.
type firmwareShown struct {
	Number, ID string
	Kept       *commission.FirmwareKept // nil: it was never read
	Members    ui.Table
	Modules    ui.Table
	Read       form
	May        bool // put firmware in
}

func (v *visit) showFirmware() { v.firmwarePage(http.StatusOK, nil) }

// firmwarePage shows what was last read; wrong is its form with what is wrong in it.
func (v *visit) firmwarePage(status int, wrong *form) {
	number, b, err := v.at()
	var kept *commission.FirmwareKept
	if err == nil {
		kept, err = v.s.Office.FirmwareOf(v.r.Context(), v.token, number, b.ID)
	}
	if err != nil {
		v.failed(err)
		return
	}
	s := &firmwareShown{Number: number, ID: b.ID, Kept: kept, Read: v.firmwareForm(number, b.ID), May: v.may(accounts.FirmwareApply)}
	if wrong != nil {
		s.Read = *wrong
	}
	if kept != nil {
		s.Members, s.Modules = slotsTable(kept), modulesTable(kept.Firmware.Modules)
	}
	v.crumbed(status, "Firmware of "+b.ID, v.crumbs(number, b.ID, ui.Link{Text: "Firmware"}), firmwareView(s))
}

func (v *visit) firmwareForm(number, id string) form {
	return form{Action: breakerURL(number, id) + "/firmware", Do: "Read it now", Fields: v.vaultFields("One of its four. Empty, if the vault is to give it.")}
}

// vaultFields ask how a breaker is reached by a cable, and whether the vault gives the
// password.
func (v *visit) vaultFields(hint string) []ui.Field {
	all := reachFields(hint, false)
	all[1].Label, all[1].Hint, all[1].Value = "Cable", "usb:///PATH?unit=Q1 in a port of the computer that the console runs on: firmware goes by no other way (A13). Empty, if the vault is to give it.", v.r.PostFormValue("address")
	if v.may(accounts.VaultRotate) {
		all = append(all, ui.Field{ID: "from_vault", Name: "from_vault", Label: "The vault gives the password", Type: "checkbox", Hint: "To the address that it has; the vault has to be open."})
	}
	return all
}

// reachTyped is how a breaker is to be reached, as a form has it.
func (v *visit) reachTyped() *reachSent {
	r := v.reach()
	return &reachSent{Address: r.Address, Password: r.Password.Reveal(), FromVault: v.r.PostFormValue("from_vault") != ""}
}

// errNoCable says what to give: a project has addresses of the network only.
var errNoCable = errors.New("give the cable, usb:///PATH?unit=Q1, or have the vault give it: firmware goes by no other way (A13)")

// readsFirmware reads the firmware of a breaker.
func (v *visit) readsFirmware(number, id string, how *reachSent) (kept *commission.FirmwareKept, err error) {
	if how.Address == "" && !how.FromVault {
		return nil, errNoCable
	}
	err = how.by(v, id, "firmware", func(r commission.Reach) (err error) {
		kept, err = v.s.Office.Firmware(v.r.Context(), v.token, number, id, r)
		return err
	})
	return kept, err
}

func (v *visit) firmwareAsked() {
	number, id := v.r.PathValue("number"), v.r.PathValue("id")
	if _, err := v.readsFirmware(number, id, v.reachTyped()); err != nil {
		v.wrongIn(err, func(f *form) { v.firmwarePage(statusOf(err), f) }, v.firmwareForm(number, id))
		return
	}
	v.see(breakerURL(number, id) + "/firmware")
}

func slotsTable(kept *commission.FirmwareKept) ui.Table {
	t := ui.Table{ID: "members", Caption: fmt.Sprintf("As read %s by %s at %s", kept.At.UTC().Format("2006-01-02 15:04:05"), kept.By, kept.Address), Columns: []ui.Column{{Title: "Member"}, {Title: "Version"}, {Title: "Sequence"}, {Title: "Built"}, {Title: "Signed by"}, {Title: "Other slot"}, {Title: "Last update"}}}
	for _, m := range kept.Firmware.Members {
		sequence, state := "as it left the factory", m.Last
		if m.Running.Sequence > 0 {
			sequence = fmt.Sprint(m.Running.Sequence)
		}
		if m.Phase != "idle" {
			state = fmt.Sprintf("%s, %.0f %%", m.Phase, m.Progress)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(m.Name), ui.Text(m.Running.Version), ui.Text(sequence), ui.Text(m.Running.Built), ui.Text(m.Running.Signer), ui.Text(m.Other.Version), ui.Text(state)}})
	}
	return t
}

func modulesTable(all []client.DigitalModule) ui.Table {
	t := ui.Table{ID: "modules", Caption: "Digital modules", Columns: []ui.Column{{Title: "Module"}, {Title: "Reference"}, {Title: "What it adds"}, {Title: "Version"}, {Title: "Licence"}, {Title: "Ends"}, {Title: "Known as"}}, Empty: "None is installed."}
	for _, m := range all {
		version, ends := m.Version, m.Expires
		if version == "" {
			version = "with the unit"
		}
		if ends == "" {
			ends = "never"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(m.Name), ui.Text(m.Reference), ui.Text(m.Title), ui.Text(version), ui.Badge(m.State), ui.Text(ends), ui.CertaintyBadge(m.Certainty)}})
	}
	return t
}

func (v *visit) keptFirmware(in *OnBreaker) (*body[*commission.FirmwareKept], error) {
	kept, err := v.s.Office.FirmwareOf(v.r.Context(), v.token, in.Number, in.ID)
	if err == nil && kept == nil {
		err = &commission.NoneError{What: "firmware of " + in.ID + ": it was never read"}
	}
	return &body[*commission.FirmwareKept]{kept}, err
}

func (v *visit) readFirmware(in *struct {
	OnBreaker
	Body reachSent
}) (*body[*commission.FirmwareKept], error) {
	kept, err := v.readsFirmware(in.Number, in.ID, &in.Body)
	return &body[*commission.FirmwareKept]{kept}, err
}
