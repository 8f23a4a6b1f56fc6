package portal

import (
	"net/http"
	"strconv"
	"strings"

	"switchroom/ui"
)

func (v *visit) showPolicy() {
	v.show(http.StatusOK, "Policy for vulnerabilities", "How they are declared, handled and published.", policyView())
}

// policyTold is the policy with the states of a case.
type policyTold struct {
	Body struct {
		Policy      []Clause     `json:"policy"`
		Transitions []Transition `json:"transitions"`
	}
}

func (v *visit) readPolicy(*struct{}) (*policyTold, error) {
	out := new(policyTold)
	out.Body.Policy, out.Body.Transitions = Policy, Transitions
	return out, nil
}

func (v *visit) showResources() {
	v.show(http.StatusOK, "Resources", "What to look at first, by the kind of place.", resourcesView())
}

type resourcesTold struct{ Body []Environment }

func (v *visit) listResources(*struct{}) (*resourcesTold, error) {
	return &resourcesTold{Environments}, nil
}

func (v *visit) showIncidents() {
	all, err := v.s.incidents(v.r.Context())
	if err != nil {
		v.failed(err)
		return
	}
	v.show(http.StatusOK, "Incidents", "What has happened, as far as everybody may read of it.", incidentsView(all))
}

// incidentTold is what everybody may read.
type incidentTold struct {
	Number      string `json:"number"`
	Title       string `json:"title"`
	Product     string `json:"product"`
	Environment string `json:"environment"`
	Statement   string `json:"statement"`
	Changed     string `json:"changed"`
}

type incidentsTold struct{ Body []incidentTold }

func (v *visit) listIncidents(*struct{}) (*incidentsTold, error) {
	all, err := v.s.incidents(v.r.Context())
	out := &incidentsTold{[]incidentTold{}}
	for _, c := range all {
		out.Body = append(out.Body, incidentTold{c.Number, c.Title, c.Product, c.Environment, c.Statement, dated(c.Changed)})
	}
	return out, err
}

func (v *visit) showPKI() {
	lists, certs, err := v.s.pki(v.now)
	if err != nil {
		v.failed(err)
		return
	}
	l := ui.Table{ID: "lists", Caption: "Revocation lists, by branch (E8)", Columns: columns("List of", "Branch", "Products", "State", "Number", "Next update", "Revoked", "DER", "PEM")}
	for _, x := range lists {
		path := "/pki/" + x.Branch + "/" + x.Issuer
		l.Rows = append(l.Rows, row(ui.Text(x.Issuer), ui.Text(x.Title), ui.Text(or(strings.Join(x.Products, ", "), "–")), ui.Badge(x.State), ui.Text(or(x.Number, "–")), ui.Text(minute(x.Next)), ui.Text(strconv.Itoa(x.Revoked)), linkTo(path+".crl", x.Issuer+".crl"), linkTo(path+".pem", x.Issuer+".pem")))
	}
	c := ui.Table{ID: "certificates", Caption: "Certificates", Columns: columns("Certificate", "Branch", "Issuer", "Serial", "Until", "Revoked", "DER", "PEM")}
	for _, x := range certs {
		revoked := "no"
		if x.Revoked != nil {
			revoked = "as of " + minute(*x.Revoked) + ": " + x.Reason
		}
		path := "/pki/" + x.Name
		c.Rows = append(c.Rows, row(ui.Text(x.Name), ui.Text(branchTitles[x.Branch]), ui.Text(x.Issuer), ui.Text(x.Serial), ui.Text(day(x.Until)), ui.Text(revoked), linkTo(path+".crt", x.Name+".crt"), linkTo(path+".pem", x.Name+".pem")))
	}
	v.show(http.StatusOK, "Firmware PKI", "Who signs firmware and digital modules, and whose certificates were revoked.", pkiView(l, c))
}

// pkiServed is /pki/index.json.
func (v *visit) pkiServed() {
	lists, _, err := v.s.pki(v.now)
	if err != nil {
		v.failed(err)
		return
	}
	v.file([]byte(encoded(lists)+"\n"), "application/json", "")
}

type pkiTold struct {
	Body struct {
		Lists        []Listed  `json:"lists"`
		Certificates []Signing `json:"certificates"`
	}
}

func (v *visit) listPKI(*struct{}) (*pkiTold, error) {
	out := new(pkiTold)
	var err error
	out.Body.Lists, out.Body.Certificates, err = v.s.pki(v.now)
	return out, err
}

func (v *visit) showFirmware() {
	shown, withheld, err := v.s.firmware(v.now)
	if err != nil {
		v.failed(err)
		return
	}
	t := ui.Table{ID: "firmware", Caption: "Packages that verify", Columns: columns("File", "Component", "Version", "Sequence", "Built", "Signed by", "Timestamp", "Size", "SHA-256"), Empty: "There is no firmware here yet."}
	for _, x := range shown {
		t.Rows = append(t.Rows, row(linkTo("/firmware/"+x.File, x.File), ui.Text(productName(x.Component)), ui.Text(x.Version), ui.Text(strconv.FormatUint(x.Sequence, 10)), ui.Text(x.Built), ui.Text(x.Signer), ui.Text(minute(x.Timestamp)), ui.Text(strconv.FormatInt(x.Size, 10)), ui.Text(x.SHA256)))
	}
	var w *ui.Table
	if anyOf(v.roles(), []Role{Coordinator}) {
		w = withheldTable(withheld)
	}
	v.show(http.StatusOK, "Firmware", "Signed packages. Software and unit verify them again.", firmwareView(t, w))
}

func withheldTable(all []Withheld) *ui.Table {
	t := &ui.Table{ID: "withheld", Caption: "Not shown to others", Columns: columns("File", "Reason", "Detail"), Empty: "Every file is shown."}
	for _, x := range all {
		t.Rows = append(t.Rows, row(ui.Text(x.File), ui.Badge(x.Reason), ui.Text(x.Detail)))
	}
	return t
}

func (v *visit) firmwareServed() {
	f, x, err := v.s.stocked(v.now, v.r.PathValue("file"))
	if err != nil {
		v.failed(err)
		return
	}
	defer f.Close()
	v.w.Header().Set("Content-Type", "application/octet-stream")
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+x.File+`"`)
	v.w.Header().Set("ETag", `"`+x.SHA256+`"`)
	info, err := f.Stat()
	if err != nil {
		v.failed(err)
		return
	}
	http.ServeContent(v.w, v.r, x.File, info.ModTime(), f)
}

type firmwareTold struct{ Body []Firmware }

func (v *visit) listFirmware(*struct{}) (*firmwareTold, error) {
	shown, _, err := v.s.firmware(v.now)
	return &firmwareTold{shown}, err
}

type withheldTold struct{ Body []Withheld }

func (v *visit) listWithheld(*struct{}) (*withheldTold, error) {
	_, withheld, err := v.s.firmware(v.now)
	return &withheldTold{append([]Withheld{}, withheld...)}, err
}
