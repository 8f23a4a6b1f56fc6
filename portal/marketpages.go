package portal

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchroom/ui"
)

func (v *visit) showMarket() {
	t := ui.Table{ID: "modules", Caption: "Digital modules", Columns: columns("Module", "Reference", "Maker's reference", "What it does", "Least firmware", "Certainty", "Sold")}
	for i := range Catalogue {
		o := &Catalogue[i]
		sold := "yes"
		if o.Absent != "" {
			sold = "no"
		}
		t.Rows = append(t.Rows, row(linkTo("/market/"+o.Reference, o.Name), ui.Text(o.Reference), ui.Text(o.Number()), ui.Text(o.Effect), ui.Text(o.Least()), ui.CertaintyBadge(o.Certainty), ui.Text(sold)))
	}
	v.show(http.StatusOK, "Marketplace", "Digital modules: each unlocks a function of one control unit.", marketView(t))
}

type modulesTold struct{ Body []Offer }

func (v *visit) listModules(*struct{}) (*modulesTold, error) { return &modulesTold{Catalogue}, nil }

func (o *Offer) facts() []ui.KV {
	reference := o.Reference
	if o.Ours {
		reference += " (ours: the maker's is not known)"
	}
	return []ui.KV{
		{Name: "Reference", Value: ui.Text(reference)},
		{Name: "Name in a licence", Value: ui.Text(o.Module)},
		{Name: "Least firmware of the control unit", Value: ui.Text(o.Least())},
		{Name: "Known from", Value: ui.Text(o.Source), Certainty: o.Certainty},
	}
}

func (v *visit) buyForm(o *Offer) *form {
	key := v.r.PostFormValue("key")
	if key == "" {
		key = rand.Text()
	}
	return &form{Action: "/market/" + o.Reference, Do: "Buy it with the test payment", Hidden: []ui.Pair{{Name: "key", Value: key}}, Fields: []ui.Field{
		{Name: "serial", Label: "Serial number of the control unit", Required: true, Attrs: most("32"), Autocomplete: "off", Hint: "The module runs on this unit and on no other."},
		{Name: "expires", Label: "Last day of the licence", Type: "date", Hint: "Empty: it never ends."},
		{Name: "payment", Label: "Payment", Type: "select", Required: true, Options: []ui.Option{{Value: TestPayment, Text: "Test payment: nothing is charged"}}},
	}}
}

func (v *visit) showOffer() { v.offerPage(http.StatusOK, nil) }

func (v *visit) offerPage(status int, wrong error) {
	o, err := offered(v.r.PathValue("reference"))
	if err != nil {
		v.failed(errNone)
		return
	}
	var f *form
	if anyOf(v.roles(), []Role{Customer}) {
		f = v.buyForm(o).of(v, wrong)
		f.Fields[2].Value = "" // whatever was typed there is not shown again
	}
	v.show(status, o.Name, "", offerView(o, o.facts(), f, v.person == nil))
}

func (v *visit) buyAsked() {
	get := v.r.PostFormValue
	_, err := v.s.buy(v.r.Context(), &v.actor, Purchase{Reference: v.r.PathValue("reference"), Serial: get("serial"), Expires: get("expires"), Payment: get("payment"), Key: get("key")})
	if err != nil {
		if len(wrongs(err)) == 0 {
			v.failed(err)
			return
		}
		v.offerPage(statusOf(err), err)
		return
	}
	v.see("/orders")
}

func (v *visit) showOrders() {
	all, err := v.s.orders(v.r.Context(), &v.actor)
	if err != nil {
		v.failed(err)
		return
	}
	t := ui.Table{ID: "orders", Caption: "Your orders, the newest first", Columns: columns("Order", "Module", "Control unit", "Last day", "Bought", "SHA-256", "Package"), Empty: "You have bought nothing yet."}
	for i := range all {
		o := &all[i]
		t.Rows = append(t.Rows, row(ui.Text(o.ID), ui.Text(o.Module+" ("+o.Reference+")"), ui.Text(o.Serial), ui.Text(o.Ends()), ui.Text(minute(o.At)), ui.Text(o.SHA256), linkTo("/orders/"+o.ID+"/package", "Download "+o.File())))
	}
	v.show(http.StatusOK, "Your orders", "Give a package to the commissioning software: it installs the module over USB.", ordersView(t))
}

func ordersView(t ui.Table) templ.Component {
	return tableWith(t, []ui.Link{{Text: "To the catalogue", URL: "/market"}})
}

func (v *visit) packageServed() {
	o, b, err := v.s.bought(v.r.Context(), &v.actor, v.r.PathValue("id"))
	if err != nil {
		v.failed(err)
		return
	}
	v.file(b, "application/octet-stream", o.File())
}

// orderTold is an order as the API tells it.
type orderTold struct {
	ID        string     `json:"id"`
	Reference string     `json:"reference"`
	Module    string     `json:"module"`
	Serial    string     `json:"serial"`
	Expires   *time.Time `json:"expires"`
	Payment   string     `json:"payment"`
	At        time.Time  `json:"at"`
	SHA256    string     `json:"sha256"`
	Size      int        `json:"size"`
	Package   string     `json:"package"`
}

func (s *Server) orderTold(o *Order) orderTold {
	t := orderTold{o.ID, o.Reference, o.Module, o.Serial, nil, o.Payment, o.At, o.SHA256, o.Size, s.url + "/api/v1/orders/" + o.ID + "/package"}
	if !o.Expires.IsZero() {
		t.Expires = &o.Expires
	}
	return t
}

type ordersTold struct{ Body []orderTold }

func (v *visit) listOrders(*struct{}) (*ordersTold, error) {
	all, err := v.s.orders(v.r.Context(), &v.actor)
	out := &ordersTold{[]orderTold{}}
	for i := range all {
		out.Body = append(out.Body, v.s.orderTold(&all[i]))
	}
	return out, err
}

type buySent struct{ Body Purchase }
type bought struct{ Body orderTold }

func (v *visit) buyModule(in *buySent) (*bought, error) {
	o, err := v.s.buy(v.r.Context(), &v.actor, in.Body)
	if err != nil {
		return nil, err
	}
	return &bought{v.s.orderTold(o)}, nil
}

type orderAsked struct {
	ID string `path:"id" maxLength:"60"`
}

type packageTold struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (v *visit) downloadPackage(in *orderAsked) (*packageTold, error) {
	_, b, err := v.s.bought(v.r.Context(), &v.actor, strings.TrimSpace(in.ID))
	return &packageTold{"application/octet-stream", b}, err
}
