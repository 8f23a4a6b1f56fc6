package portal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"regexp"
	"strings"
	"time"
)

// Issuer signs digital modules. The reference is that of a row of the [Catalogue]; a
// zero time is a licence that never ends.
type Issuer interface {
	Module(reference, serial string, expires time.Time) ([]byte, error)
}

// TestPayment is the only way to pay: it moves nothing.
const TestPayment = "test payment"

// Bounds of the marketplace, ours.
const (
	ordersMost = 500 // of one person
	yearsMost  = 20  // of a licence that ends
)

// Order is a digital module that somebody has bought.
type Order struct {
	ID        string    `json:"id"`
	Person    string    `json:"person"`
	Reference string    `json:"reference"`
	Module    string    `json:"module"`
	Serial    string    `json:"serial"`
	Expires   time.Time `json:"expires"` // zero: never
	Payment   string    `json:"payment"`
	At        time.Time `json:"at"`
	SHA256    string    `json:"sha256"` // of the package
	Size      int       `json:"size"`
	Key       string    `json:"key"` // drawn by the form: sent twice, it is one order
}

// Purchase is what somebody buys.
type Purchase struct {
	Reference string `json:"reference" maxLength:"40"`
	Serial    string `json:"serial" maxLength:"40" doc:"Of the control unit that the module will run on, and on no other"`
	Expires   string `json:"expires,omitempty" maxLength:"10" doc:"Last day of the licence, 2027-05-04; empty: it never ends"`
	Payment   string `json:"payment" maxLength:"100" doc:"test payment; nothing else is taken"`
	Key       string `json:"key,omitempty" maxLength:"40" doc:"A text of yours: sent twice, it is one order"`
}

var (
	serialForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,31}$`)
	keyForm    = regexp.MustCompile(`^[A-Za-z0-9-]{0,40}$`)
)

// errCard refuses anything else as a payment, and does not repeat it.
var errCard = wrong("payment", "only \"test payment\" is taken here, and no money: never type a card number. What you typed was not kept")

// check says all that is wrong with a purchase.
func (p *Purchase) check(now time.Time) (o *Offer, expires time.Time, err error) {
	o, err = offered(p.Reference)
	var all []error
	if err != nil {
		all = append(all, err)
	} else if o.Absent != "" {
		all = append(all, wrong("reference", "%s", o.Absent))
	}
	if p.Payment != TestPayment {
		all = append(all, errCard)
	}
	if !serialForm.MatchString(p.Serial) {
		all = append(all, wrong("serial", "give the serial number of the control unit as it shows it: letters, digits and -, up to 32"))
	}
	if !keyForm.MatchString(p.Key) {
		all = append(all, wrong("key", "letters, digits and -, up to 40"))
	}
	if p.Expires != "" {
		day, err := time.Parse(time.DateOnly, p.Expires)
		expires = day.AddDate(0, 0, 1) // the whole of the last day
		if err != nil || !expires.After(now) || expires.After(now.AddDate(yearsMost, 0, 1)) {
			all = append(all, wrong("expires", "give a day to come, like %s, at most %d years from now; or nothing", now.AddDate(1, 0, 0).Format(time.DateOnly), yearsMost))
		}
	}
	return o, expires, errors.Join(all...)
}

// buy issues a module and keeps the order with it: nobody is given a module of which no
// order tells.
func (s *Server) buy(ctx context.Context, a *actor, p Purchase) (*Order, error) {
	p.Serial = strings.TrimSpace(p.Serial)
	offer, expires, err := p.check(a.now)
	if err != nil {
		return nil, err
	}
	if p.Key == "" {
		p.Key = rand.Text()
	}
	s.buying.Lock() // signing takes long, and a form that is sent twice is one order
	defer s.buying.Unlock()
	if o, err := s.ordered(ctx, a, p); o != nil || err != nil {
		return o, err
	}
	pack, err := s.issuer.Module(offer.Reference, p.Serial, expires)
	if err != nil {
		return nil, errors.Join(errors.New("the module could not be signed; nothing was bought"), err)
	}
	sum := sha256.Sum256(pack)
	o := &Order{ID: orderID(a.now), Person: a.person.ID, Reference: offer.Reference, Module: offer.Module, Serial: p.Serial,
		Expires: expires, Payment: TestPayment, At: a.now.UTC(), SHA256: hex.EncodeToString(sum[:]), Size: len(pack), Key: p.Key}
	err = s.store.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO portal_orders (id, person, row, package) VALUES ($1, $2, $3, $4)`, o.ID, o.Person, encoded(o), pack); err != nil {
			return err
		}
		return note(ctx, tx, Step{At: a.now, Who: a.person.Login, Role: Customer, About: o.ID, What: "module.bought", Becomes: offer.Reference + " for " + p.Serial})
	})
	if err != nil {
		return nil, uncertain(err, "your orders")
	}
	return o, nil
}

// orderID sorts by time.
func orderID(now time.Time) string {
	return strings.Replace(now.UTC().Format("20060102-150405.000000-"), ".", "", 1) + rand.Text()[:4]
}

// ordered is the order that this purchase made before, if it did.
func (s *Server) ordered(ctx context.Context, a *actor, p Purchase) (*Order, error) {
	all, err := s.orders(ctx, a)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if o := &all[i]; o.Key == p.Key {
			if o.Reference != p.Reference || o.Serial != p.Serial {
				return nil, wrong("key", "this key is of another order: draw another")
			}
			return o, nil
		}
	}
	if len(all) >= ordersMost {
		return nil, &Busy{"you have bought as many modules as one account may; nothing was bought"}
	}
	return nil, nil
}

// orders are those of a person, the newest first.
func (s *Server) orders(ctx context.Context, a *actor) ([]Order, error) {
	return rowsOf[Order](ctx, s.store.Reader(), `SELECT row FROM portal_orders WHERE person = $1 ORDER BY id DESC`, a.person.ID)
}

// bought is the package of an order of a person.
func (s *Server) bought(ctx context.Context, a *actor, id string) (*Order, []byte, error) {
	var row, pack []byte
	err := s.store.Reader().QueryRowContext(ctx, `SELECT row, package FROM portal_orders WHERE id = $1 AND person = $2`, id, a.person.ID).Scan(&row, &pack)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, errNone
	}
	if err != nil {
		return nil, nil, err
	}
	o := new(Order)
	return o, pack, decode(row, o)
}

// File is the name of the package of an order.
func (o *Order) File() string { return o.Module + "-" + o.Serial + ".swpkg" }

// Ends is the last day of its licence as people read it.
func (o *Order) Ends() string {
	if o.Expires.IsZero() {
		return "never"
	}
	return o.Expires.AddDate(0, 0, -1).Format(time.DateOnly)
}
