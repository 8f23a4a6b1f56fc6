package portal

import (
	"net/mail"
	"slices"
	"time"

	"switchroom/credential"
)

// Kinds of cases.
const (
	Incident      = "incident"
	Vulnerability = "vulnerability"
)

var kinds = []string{Incident, Vulnerability}

// Products that a case can be about, sorted.
var products = []struct{ ID, Name string }{
	{"control_unit", "Micrologic X-compatible control unit"},
	{"eife", "EIFE (embedded Ethernet interface)"},
	{"ife", "IFE (Ethernet interface)"},
	{"ifm", "IFM (Modbus-SL interface)"},
	{"io", "IO module"},
	{"other", "Something else: software, a document, this portal"},
}

func productIDs() (all []string) {
	for _, p := range products {
		all = append(all, p.ID)
	}
	return all
}

func productName(id string) string {
	for _, p := range products {
		if p.ID == id {
			return p.Name
		}
	}
	return id
}

// Declaration is what somebody declares; they need no account.
type Declaration struct {
	Kind        string `json:"kind" enum:"incident,vulnerability"`
	Title       string `json:"title" maxLength:"200"`
	Text        string `json:"text" maxLength:"20000" doc:"What is wrong, what is affected, how to see it"`
	Product     string `json:"product" enum:"control_unit,eife,ife,ifm,io,other"`
	Version     string `json:"version,omitempty" maxLength:"100" doc:"Firmware, as far as known"`
	Environment string `json:"environment,omitempty" enum:",building,data-centre,electrical,industrial"`
	Contact     string `json:"contact,omitempty" maxLength:"200" doc:"E-mail; only the coordinator and a CERT see it"`
	Credit      string `json:"credit,omitempty" maxLength:"200" doc:"Name to thank in an advisory; empty: nobody is named"`
}

// check says all that is wrong with a declaration.
func (d *Declaration) check() error {
	all := []*Wrong{
		oneOf("kind", d.Kind, kinds), text("title", d.Title, 8, 200), text("text", d.Text, 20, 20000),
		oneOf("product", d.Product, productIDs()), text("version", d.Version, 0, 100), text("credit", d.Credit, 0, 200),
	}
	if d.Environment != "" {
		all = append(all, oneOf("environment", d.Environment, environmentIDs()))
	}
	if a, err := mail.ParseAddress(d.Contact); d.Contact != "" && (err != nil || a.Address != d.Contact || len(d.Contact) > 200) {
		all = append(all, wrong("contact", "write name@example.org, or nothing"))
	}
	return join(all...)
}

// Case is a declaration and what became of it.
type Case struct {
	Number string `json:"number"`
	Declaration
	State     State           `json:"state"`
	At        time.Time       `json:"at"`
	Changed   time.Time       `json:"changed"`
	By        string          `json:"by,omitempty"` // id of the person who declared it, if they were signed in
	Secret    credential.Code `json:"secret"`       // with which a reporter follows it
	Invited   []string        `json:"invited"`      // ids of people asked into it
	Advisory  string          `json:"advisory,omitempty"`
	Statement string          `json:"statement,omitempty"` // what everybody may read of an incident
}

// follow is the purpose of the secret of a case.
const follow credential.Purpose = "follow-case"

// followFor is how long a reporter can follow a case, ours.
const followFor = 10 * 365 * 24 * time.Hour

// rolesIn are the roles that somebody has in a case: none, and they do not see it.
func (c *Case) rolesIn(v *actor) (all []Role) {
	asked := v.person != nil && slices.Contains(c.Invited, v.person.ID)
	for _, r := range v.roles() {
		if r != Reporter && (asked || slices.Contains(seesAll, r)) {
			all = append(all, r)
		}
	}
	if v.follows == c.Number || v.person != nil && c.By != "" && v.person.ID == c.By {
		all = append(all, Reporter)
	}
	return all
}

// told is a case for somebody with roles in it: without the secret, and without the
// contact for who must not have it.
func (c *Case) told(roles []Role) Case {
	t := *c
	t.Secret = credential.Code{}
	if !anyOf(roles, []Role{CERT, Coordinator, Reporter}) {
		t.Contact = ""
	}
	return t
}
