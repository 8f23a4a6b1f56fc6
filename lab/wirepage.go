package lab

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/trace"
	"switchroom/ui"
	"switchroom/wire/modbus"
)

// wirePage is what crosses each path as its page shows it.
type wirePage struct {
	remote.Wire
	filter  wireFilter
	paused  bool
	keeps   bool // passwords
	fields  []ui.Field
	readers []imu.ReadCount
}

// wireFilterOf is what is asked for in an address. What is no filter is none.
func wireFilterOf(q url.Values) wireFilter {
	f := wireFilter{Unit: q.Get("unit"), Client: strings.TrimSpace(q.Get("client")), Kind: q.Get("kind"), Limit: wireRows}
	if len(f.Client) > 100 || !slices.ContainsFunc(wireKinds, func(k struct{ key, text string }) bool { return k.key == f.Kind }) {
		f.Kind, f.Client = "", ""
	}
	return f
}

// query is the filter as it stands in an address.
func (f *wireFilter) query() string {
	return remote.WireFilter{Unit: f.Unit, Client: f.Client, Kind: f.Kind}.Query().Encode()
}

// at is an address with the filter.
func (f *wireFilter) at(path string, more ...string) string {
	q := f.query()
	if len(more) > 0 {
		q = strings.Trim(q+"&"+strings.Join(more, "&"), "&")
	}
	if q == "" {
		return path
	}
	return path + "?" + q
}

func (s *Server) wirePage(f wireFilter) *wirePage {
	return &wirePage{Wire: s.wireNow(&f), filter: f, keeps: s.wire.ring.Passwords(), readers: s.readers()}
}

func (s *Server) showWire(w http.ResponseWriter, r *http.Request) {
	p := s.wirePage(wireFilterOf(r.URL.Query()))
	p.paused, p.fields = r.URL.Query().Get("pause") != "", s.wireFields(&p.filter)
	f := s.frame("The wire", "/wire")
	f.Lead = "What crosses each path to the breakers, as the clients got it and as the breakers decided it."
	if !p.paused {
		f = moving(f, nil)
	}
	s.show(w, r, http.StatusOK, wireView(f, p))
}

// wireFields are the fields of the filter.
func (s *Server) wireFields(f *wireFilter) []ui.Field {
	unit := s.whereField()
	unit.ID, unit.Value, unit.Required = "wire-unit", f.Unit, false
	if unit.Type == "select" {
		unit.Options = append([]ui.Option{{Text: "every breaker"}}, unit.Options[:len(unit.Options)-1]...)
	} else {
		unit.Hint = "Its name; empty: every breaker."
	}
	kind := ui.Field{ID: "wire-kind", Name: "kind", Label: "What", Type: "select", Value: f.Kind}
	for _, k := range wireKinds {
		kind.Options = append(kind.Options, ui.Option{Value: k.key, Text: k.text})
	}
	return []ui.Field{unit, {ID: "wire-client", Name: "client", Label: "Client (address)", Value: f.Client}, kind}
}

func (s *Server) watchWire(w http.ResponseWriter, r *http.Request) {
	f := wireFilterOf(r.URL.Query())
	s.watch(w, r, "wire "+f.query(), func(context.Context) []ui.Part {
		p := s.wirePage(f)
		return []ui.Part{{To: "wire-heard", How: ui.Morph, Is: wireHeardBox(p)}, {To: "wire-traffic", How: ui.Morph, Is: trafficBox(p)}, {To: "wire-rows", How: ui.Morph, Is: wireRowsBox(p)}}
	})
}

// secretsAsked is the capture with passwords: by a form that was confirmed.
func (s *Server) secretsAsked(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("confirm") != "yes" || !s.wire.ring.Passwords() {
		f := s.frame("The wire", "/wire")
		s.show(w, r, http.StatusConflict, refusedView(f, "No capture with passwords", sentence(errMasked)))
		return
	}
	out := s.saved(&wireFilter{}, "wire-with-passwords.pcap", true)
	w.Header().Set("Content-Type", out.Kind)
	w.Header().Set("Content-Disposition", out.Name)
	w.Write(out.Body)
}

// exchangePage is one request as its page shows it.
type exchangePage struct {
	remote.WireRow
	request, reply ui.Hex
	took           string
}

func (s *Server) showExchange(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.ParseUint(r.PathValue("number"), 10, 64)
	h, row, ok := s.exchangeOf(n)
	f := s.frame(fmt.Sprintf("Request %d", n), "")
	f.Crumbs = []ui.Link{{Text: "Switchroom", URL: "/"}, {Text: "Wire", URL: "/wire"}, {Text: f.Title}}
	if !ok {
		s.show(w, r, http.StatusNotFound, missingView(f, sentence(errForgotten(n))))
		return
	}
	f.Lead = sentence(row.Says)
	s.show(w, r, http.StatusOK, exchangeView(f, s.exchangePage(h, row)))
}

func (s *Server) exchangePage(h *trace.Heard, row remote.WireRow) *exchangePage {
	m := s.mapOf(row.Unit)
	p := &exchangePage{WireRow: row, took: fmt.Sprintf("%.3f ms", row.MS)}
	if len(h.Request) > 0 {
		p.request = framed("Request, as it crossed the wire", h, h.Request, trace.AnnotateRequest(&h.Exchange, m))
	}
	switch {
	case h.Ended == trace.Raw:
		p.reply = ui.Hex{Label: "What came in place of an answer", Bytes: h.Reply, Spans: spans(0, trace.AnnotateReply(&h.Exchange, m))}
	case len(h.Reply) > 0:
		p.reply = framed("Answer, as it crossed the wire", h, h.Reply, trace.AnnotateReply(&h.Exchange, m))
	}
	return p
}

// framed is a message with the head that it had on the wire.
func framed(label string, h *trace.Heard, pdu []byte, notes []trace.Note) ui.Hex {
	head := []ui.Span{
		{From: 0, To: 2, Meaning: fmt.Sprintf("transaction %d", h.Transaction)}, {From: 2, To: 4, Meaning: "protocol 0: Modbus"},
		{From: 4, To: 6, Meaning: fmt.Sprintf("%d bytes follow", len(pdu)+1)}, {From: 6, To: 7, Meaning: fmt.Sprintf("unit id %d", h.Unit)},
	}
	return ui.Hex{Label: label, Bytes: modbus.ADU{Transaction: h.Transaction, Unit: h.Unit, PDU: pdu}.Append(nil), Spans: append(head, spans(7, notes)...)}
}

func spans(by int, notes []trace.Note) (all []ui.Span) {
	for _, n := range notes {
		all = append(all, ui.Span{From: n.From + by, To: n.To + by, Meaning: n.Meaning})
	}
	return all
}

// outcomes are how a row ended, in words and by how grave that is.
var outcomes = map[string]struct {
	text     string
	severity ui.Severity
}{
	"answered": {"Answered", 0}, "done": {"Done", 0}, "under way": {"Under way", 0},
	"refused": {"Refused", ui.Medium}, "exception": {"Exception", ui.Medium}, "failed": {"Failed", ui.High},
	"no answer": {"No answer", ui.High}, "cut": {"Connection cut", ui.High}, "garbled": {"No proper answer", ui.High}, "open": {"Not ended", 0},
}

// passwordSays is what is said beside a row: the password that came, and how it crossed.
func passwordSays(r *remote.WireRow) string {
	switch {
	case r.Password == "":
		return ""
	case r.Clear && r.Password == "wrong":
		return "a wrong password, in clear"
	case r.Clear && r.Password == "given":
		return "a password in clear, which nobody looked at"
	case r.Clear:
		return r.Password + ", password in clear"
	case r.Password == "wrong":
		return "a wrong password"
	}
	return r.Password
}

// from is who asked, in words.
func from(r *remote.WireRow) string {
	who := strings.TrimSpace(r.Person + " " + r.Client)
	if who == "" {
		return "somebody"
	}
	return who
}

// target is whom a row asked.
func target(r *remote.WireRow) string {
	if r.Unit == "" && r.UnitID != nil {
		return fmt.Sprintf("nobody (unit id %d)", *r.UnitID)
	}
	return r.Unit
}

// heardTitle is what a listener on the network knows, in a sentence.
func heardTitle(h *remote.WireHeard) string {
	if h.Passwords == 0 {
		return "No password has crossed the network since the laboratory began"
	}
	return fmt.Sprintf("%s crossed the network in clear: whoever listened has %s", numbered(h.Passwords, "password", "passwords"), theyOrIt(h.Passwords))
}

func numbered(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return spaced(float64(n), 0) + " " + many
}

func theyOrIt(n uint64) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// knownMax is how many breakers a sentence names; ours.
const knownMax = 12

// heardText says what a listener can do with what was heard.
func heardText(h *remote.WireHeard) string {
	const why = " A request by Modbus TCP carries its password with it, and nothing encrypts it. Reading needs none: every value that crosses can be read by anybody on the way."
	if len(h.Known) == 0 && h.Wrong == 0 {
		return strings.TrimSpace(why)
	}
	var all []string
	for i, k := range h.Known {
		if i == knownMax {
			all = append(all, fmt.Sprintf("%d more breakers", len(h.Known)-i))
			break
		}
		all = append(all, "level "+k.Levels+" of "+k.Unit)
	}
	text := "Right ones: " + strings.Join(all, "; ") + "."
	if len(all) == 0 {
		text = "None of them was right."
	} else if h.Wrong > 0 {
		text += fmt.Sprintf(" Wrong ones: %d.", h.Wrong)
	}
	return text + why
}

// party is what one client asks, over all breakers.
type party struct {
	client                 string
	units                  []string
	reads, orders, trouble uint32
	total                  uint64
}

// parties sums up the traffic by client, the busiest first as it is given.
func parties(all []remote.WireTraffic) (sums []party) {
	for _, t := range all {
		i := slices.IndexFunc(sums, func(p party) bool { return p.client == t.Client })
		if i < 0 {
			i, sums = len(sums), append(sums, party{client: t.Client})
		}
		p := &sums[i]
		p.reads, p.orders, p.trouble, p.total = p.reads+t.Reads, p.orders+t.Orders, p.trouble+t.Trouble, p.total+t.Total
		if !slices.Contains(p.units, t.Unit) && t.Unit != "" {
			p.units = append(p.units, t.Unit)
		}
	}
	return sums[:min(len(sums), partiesShown)]
}

// partiesShown is how many clients the page tells of; ours.
const partiesShown = 8

// rate is what a client asks now, in words.
func (p *party) rate() string {
	var all []string
	for _, x := range []struct {
		n    uint32
		what string
	}{{p.reads, "reads/s"}, {p.orders, "commands/s"}, {p.trouble, "failures/s"}} {
		if x.n > 0 {
			all = append(all, spaced(float64(x.n), 0)+" "+x.what)
		}
	}
	if len(all) == 0 {
		return "quiet"
	}
	return strings.Join(all, ", ")
}

func (p *party) of() string {
	if len(p.units) > 4 {
		return fmt.Sprintf("%s and %d more", strings.Join(p.units[:3], ", "), len(p.units)-3)
	}
	return strings.Join(p.units, ", ")
}

// readsSummed reports whether reads are left out of the list for their number.
func (p *wirePage) readsSummed() bool {
	return p.filter.Kind == "" && slices.ContainsFunc(parties(p.Traffic), func(x party) bool { return x.reads > busyReads })
}
