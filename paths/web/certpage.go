package web

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"switchroom/paths/web/cert"
	"switchroom/ui"
)

// Keeper is certificates that the pages show and change.
type Keeper interface {
	Certificates
	Show() ([]cert.Info, error)
	Trouble() error
	Import(pkg []byte, password string) error
	Regenerate() error
	Delete() error
}

func (d *Device) keeper() Keeper {
	k, _ := d.options.Certificates.(Keeper)
	return k
}

func noKeeper(d *Device) bool { return d.keeper() == nil }

const certLead = "What a browser is shown that comes by HTTPS."

func (d *Device) showCertificates(v *visit) {
	all, err := d.keeper().Show()
	if err = errors.Join(err, d.keeper().Trouble()); err != nil {
		v.show(http.StatusOK, v.page.title, certLead, certView(v, all, err.Error()))
		return
	}
	v.showPage(certLead, certView(v, all, ""))
}

// filePart is the name of the package in the form.
const filePart = "package"

// importCertificate takes a package with its password. Neither is shown, kept or
// logged.
func (d *Device) importCertificate(v *visit) {
	if err := v.r.ParseMultipartForm(bodyMax); err != nil {
		v.unsaved("/setup/certificates", errors.New("not imported: what was sent does not read, or is larger than 128 kB"))
		return
	}
	defer v.r.MultipartForm.RemoveAll()
	pkg, err := uploaded(v.r, filePart)
	if err == nil {
		err = d.keeper().Import(pkg, v.r.PostFormValue("password"))
	}
	d.certChanged(v, "certificate imported", err)
}

func uploaded(r *http.Request, name string) ([]byte, error) {
	f, _, err := r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil // Import says that there is none
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, cert.PackageMax+1))
}

func (d *Device) regenerateCertificate(v *visit) {
	d.certChanged(v, "product certificate made anew", d.keeper().Regenerate())
}

func (d *Device) deleteCertificate(v *visit) {
	d.certChanged(v, "imported certificate deleted", d.keeper().Delete())
}

// certChanged tells how it went. Where browsers now get another certificate,
// everybody has been logged out, also who has asked for it.
func (d *Device) certChanged(v *visit, what string, err error) {
	if err != nil {
		v.unsaved("/setup/certificates", err)
		return
	}
	v.note(SettingChanged, what)
	v.lead("/setup/certificates")
}

func certRows(c cert.Info) []ui.KV {
	t := func(x time.Time) templ.Component { return ui.Text(x.UTC().Format("2006-01-02 15:04 UTC")) }
	covers := "yes"
	if !c.Covers {
		covers = "no: a browser will warn"
	}
	return []ui.KV{
		{Name: "Type", Value: ui.Text(c.Type)}, {Name: "Subject", Value: ui.Text(c.Subject)}, {Name: "Issuer", Value: ui.Text(c.Issuer)},
		{Name: "Valid from", Value: t(c.From)}, {Name: "Expires", Value: t(c.Expiry)},
		{Name: "Names this unit's address", Value: ui.Text(covers)}, {Name: "SHA-256 fingerprint", Value: ui.Text(c.Fingerprint)},
	}
}

func certTitle(c cert.Info) string {
	if c.Serving {
		return c.Type + ", shown to browsers"
	}
	return c.Type
}

// renewWhat says what making the product certificate anew does.
func renewWhat(all []cert.Info, i int) string {
	if all[i].Serving {
		return "Browsers that trusted the old one will warn of the new one. Everybody is logged out, you too."
	}
	return "It is not the one that browsers are shown now: nobody is logged out."
}
