package console

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"switchroom/ui"
)

// showPackages asks for a package, and shows those that are kept.
func (v *visit) showPackages() { v.packagesPage(http.StatusOK, packageForm(v.r.PathValue("number"))) }

func packageForm(number string) form {
	return form{Action: firmwareURL(number) + "/package", Do: "Judge it", Upload: true, Fields: []ui.Field{{ID: "file", Name: "file", Label: "Package", Type: "file", Required: true, Hint: "Firmware or a digital module. This software judges it before anything is sent; the breaker judges it again."}}}
}

func (v *visit) packagesPage(status int, f form) {
	number := v.r.PathValue("number")
	digests, err := v.s.Trust.digests()
	if err != nil {
		v.failed(err)
		return
	}
	t := ui.Table{ID: "packages", Caption: "Packages that were taken", Columns: []ui.Column{{Title: "SHA-256"}}, Empty: "None yet."}
	for _, d := range digests {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{linkTo(packageURL(number, d)+v.chosen(), d)}})
	}
	wrong := ""
	if v.s.Trust.Set == "" {
		wrong = sentence(errNoTrust.Error())
	}
	f.Action += v.chosen()
	v.crumbed(status, "A package for "+number, v.firmwareCrumbs(number, ui.Link{Text: "Package"}), packagesView(f, t, wrong))
}

// chosen is the breaker that somebody came from, to be kept along.
func (v *visit) chosen() string {
	if b := v.r.URL.Query().Get("breaker"); b != "" {
		return "?breaker=" + url.QueryEscape(b)
	}
	return ""
}

// packageAsked judges a package that was sent.
func (v *visit) packageAsked() {
	v.patient()
	number := v.r.PathValue("number")
	var told *packageTold
	b, err := v.sent("file", packageMost)
	if err == nil {
		told, err = v.took(b)
	}
	if err != nil {
		v.wrongIn(err, func(f *form) { v.packagesPage(statusOf(err), *f) }, packageForm(number))
		return
	}
	v.see(packageURL(number, told.SHA256) + v.chosen())
}

var errNoFile = errors.New("choose a file")

// sent is a file of a form, of a bounded size.
func (v *visit) sent(name string, most int64) ([]byte, error) {
	file, head, err := v.r.FormFile(name)
	if _, large := errors.AsType[*http.MaxBytesError](err); large || err == nil && head.Size > most {
		return nil, fmt.Errorf("the file is larger than %d MiB", most>>20)
	}
	if err != nil {
		return nil, errNoFile
	}
	defer file.Close()
	return io.ReadAll(file)
}

// packageShown is what the page of a package shows.
type packageShown struct {
	Told *packageTold
	Form form
}

// KV is what a package says of itself, and who says so.
func (s *packageShown) KV() []ui.KV {
	p := s.Told
	all := []ui.KV{{Name: "Judged by this software", Value: ui.Text("accepted: nothing was sent yet")}, {Name: "What", Value: ui.Text(p.Title())}, {Name: "Sequence", Value: ui.Text(fmt.Sprint(p.Sequence))}, {Name: "Built", Value: ui.Text(p.Built)},
		{Name: "Signed by", Value: ui.Text(p.Signer)}, {Name: "Serial number of the certificate", Value: ui.Text(p.Serial)}, {Name: "SHA-256", Value: ui.Text(p.SHA256)}, {Name: "Size", Value: ui.Text(fmt.Sprintf("%d bytes", p.Bytes))}}
	if !p.Stamped.IsZero() {
		all = append(all, ui.KV{Name: "Timestamp", Value: ui.Text(p.Stamped.UTC().Format("2006-01-02 15:04:05"))})
	}
	if p.Module != "" {
		all = append(all, ui.KV{Name: "Licence ends", Value: ui.Text(p.Expires)})
	}
	return all
}

func (v *visit) showPackage() { v.packagePage(http.StatusOK, "") }

func (v *visit) packagePage(status int, wrong string) {
	number := v.r.PathValue("number")
	p, err := v.s.Office.Project(v.r.Context(), v.token, number)
	var told *packageTold
	if err == nil {
		told, err = v.again(v.r.PathValue("digest"))
	}
	if err != nil {
		v.failed(err)
		return
	}
	f := v.upgradeForm(p, told.SHA256)
	f.Wrong = wrong
	v.crumbed(status, sentence(told.Title()), v.firmwareCrumbs(number, ui.Link{Text: "Package"}), packageView(&packageShown{told, f}))
}

// again judges a package that is kept, as the lists are now.
func (v *visit) again(digest string) (*packageTold, error) {
	v.s.judging.Lock()
	defer v.s.judging.Unlock()
	b, err := v.s.Trust.packaged(digest)
	if err != nil {
		return nil, err
	}
	return v.s.Trust.judged(b, v.s.Now)
}
