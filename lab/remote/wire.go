package remote

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Wire is what crossed the paths to the breakers lately. It has no password in it.
type Wire struct {
	Since   time.Time     `json:"since"`   // when the laboratory began to listen
	Heard   WireHeard     `json:"heard"`   // what a listener on the network knows by now
	Traffic []WireTraffic `json:"traffic"` // who asks how much, the busiest first
	Rows    []WireRow     `json:"rows"`    // the newest first
}

// WireHeard is what whoever listened on the network has learnt.
type WireHeard struct {
	Passwords uint64      `json:"passwords"` // requests that carried one in clear
	Wrong     uint64      `json:"wrong"`     // of those that a breaker looked at: wrong ones
	Known     []WireKnown `json:"known"`     // breakers of which a right one crossed
}

// WireKnown is a breaker of which a right password has crossed in clear.
type WireKnown struct {
	Unit   string `json:"breaker"`
	Levels string `json:"levels"` // "3" or "3,4", as they were then
}

// WireTraffic is how much a client asks of a breaker.
type WireTraffic struct {
	Client  string `json:"client"` // without its port
	Unit    string `json:"breaker,omitempty"`
	Server  string `json:"server"`
	UnitID  int    `json:"unit"`
	Reads   uint32 `json:"reads"`   // in the last whole second
	Orders  uint32 `json:"orders"`  // likewise: what may change something
	Trouble uint32 `json:"trouble"` // likewise: exceptions, and no answers
	Total   uint64 `json:"total"`   // requests since the laboratory began
}

// WireRow is one request over Modbus and how it ended, or one operation that was
// asked of a breaker by another path.
type WireRow struct {
	Number   uint64       `json:"number"` // rises; one of an operation by Modbus is its request's
	T        time.Time    `json:"t"`
	Path     string       `json:"path"`              // modbus, hmi, web, …
	Client   string       `json:"client"`            // HOST:PORT over Modbus, or what the path tells
	Person   string       `json:"person,omitempty"`  // where the path knows who it is
	Unit     string       `json:"breaker,omitempty"` // empty: nobody behind that address and unit id
	Server   string       `json:"server,omitempty"`
	UnitID   *int         `json:"unit,omitempty"`
	Kind     string       `json:"kind"` // read, order, trouble, operation
	Says     string       `json:"says"` // what was asked, in words
	Point    string       `json:"point,omitempty"`
	Password string       `json:"password,omitempty"` // none; "wrong"; "level 3"; "given": nobody has looked at it
	Clear    bool         `json:"clear,omitempty"`    // it crossed the network unencrypted
	Outcome  string       `json:"outcome"`            // answered, done, under way, refused, no answer, cut, garbled, exception
	Detail   string       `json:"detail,omitempty"`   // more about it, in words
	Refused  *WireRefusal `json:"refused,omitempty"`
	MS       float64      `json:"ms,omitempty"`
	Request  string       `json:"request,omitempty"` // PDU, hexadecimal
	Reply    string       `json:"reply,omitempty"`   // PDU, or bytes as sent where they are no reply
}

// WireRefusal is why an operation was refused.
type WireRefusal struct {
	By      string `json:"by"`             // access: a rule did; breaker: it was let through and cannot be done
	Rule    string `json:"rule,omitempty"` // of the policy; default-deny where it has none
	Reason  string `json:"reason"`
	Remedy  string `json:"remedy"`
	Explain string `json:"explain,omitempty"` // the command that shows every check
}

// WireFilter is what is wanted of it.
type WireFilter struct {
	Unit, Client, Kind string // "" is all
	After              uint64 // only what has a higher number
	Limit              int    // 0: as many as the laboratory likes
}

// Query is the filter as it stands in an address.
func (f WireFilter) Query() url.Values {
	q := url.Values{}
	for name, v := range map[string]string{"unit": f.Unit, "client": f.Client, "kind": f.Kind} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if f.After > 0 {
		q.Set("after", strconv.FormatUint(f.After, 10))
	}
	if f.Limit > 0 {
		q.Set("limit", strconv.Itoa(f.Limit))
	}
	return q
}

// Wire tells what crossed the paths lately.
func (c *Client) Wire(ctx context.Context, f WireFilter) (w Wire, err error) {
	return w, c.ask(ctx, http.MethodGet, "/api/v1/wire?"+f.Query().Encode(), nil, &w)
}

// WireExchange is one request over Modbus with what each of its bytes is.
type WireExchange struct {
	WireRow
	RequestNotes []WireNote `json:"request_notes"`
	ReplyNotes   []WireNote `json:"reply_notes"`
}

// WireNote says what the bytes From up to but not including To are.
type WireNote struct {
	From    int    `json:"from"`
	To      int    `json:"to"`
	Meaning string `json:"meaning"`
}
