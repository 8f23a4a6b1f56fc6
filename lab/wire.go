package lab

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/regmap"
	"switchroom/trace"
	"switchroom/wire/modbus"
)

// Bounds of what is told of the wire at once, ours.
const (
	wireRows  = 40   // in the page
	wireMost  = 1000 // by the API
	busyReads = 2    // reads a second: a client that asks more often is summed up, not listed
	busyOther = 5    // orders or failures of a kind a second: of a client that has more, the newest so many are listed
)

// wireKinds are what can be filtered by, with what it is called.
var wireKinds = []struct{ key, text string }{
	{"", "Everything but polling"}, {"read", "Reads"}, {"order", "Commands and writes"}, {"refused", "Refused"},
	{"trouble", "Exceptions and no answers"}, {operationKind, "Operations by other paths"},
}

// wireFilter is a filter as it is asked for.
type wireFilter struct {
	Unit   string `query:"unit" doc:"a breaker"`
	Client string `query:"client" doc:"an address without its port, or what another path tells of who asks"`
	Kind   string `query:"kind" enum:"read,order,refused,trouble,operation" doc:"empty: all but the reads of who asks often"`
	After  uint64 `query:"after" doc:"only what has a higher number"`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
}

func (s *Server) readWire(_ context.Context, f *wireFilter) (*body[remote.Wire], error) {
	return &body[remote.Wire]{s.wireNow(f)}, nil
}

// wireNow is what crossed the paths lately.
func (s *Server) wireNow(f *wireFilter) remote.Wire {
	o := s.wire
	traffic := o.ring.Traffic(time.Now())
	w := remote.Wire{Since: o.since, Heard: o.heard(), Traffic: s.traffic(traffic), Rows: []remote.WireRow{}}
	busy := busyClients(traffic)
	// First the exchanges: an operation has a lower number than what follows it.
	w.Rows = append(s.exchanges(f, busy), s.operations(f)...)
	slices.SortFunc(w.Rows, func(a, b remote.WireRow) int { return cmp.Compare(b.Number, a.Number) })
	w.Rows = w.Rows[:min(len(w.Rows), f.Limit)]
	return w
}

// heard is what a listener on the network knows by now.
func (o *overheard) heard() remote.WireHeard {
	h := remote.WireHeard{Passwords: o.ring.Secrets(), Known: []remote.WireKnown{}}
	o.mu.Lock()
	defer o.mu.Unlock()
	h.Wrong = o.wrong
	for unit, l := range o.known {
		h.Known = append(h.Known, remote.WireKnown{Unit: unit, Levels: l.String()})
	}
	slices.SortFunc(h.Known, func(a, b remote.WireKnown) int { return cmp.Compare(a.Unit, b.Unit) })
	return h
}

// traffic tells who asks how much: whoever does now, first.
func (s *Server) traffic(all []trace.Traffic) []remote.WireTraffic {
	told := []remote.WireTraffic{}
	for i := range all[:min(len(all), wireMost)] {
		t := &all[i]
		told = append(told, remote.WireTraffic{
			Client: t.Client.String(), Server: t.Server.String(), UnitID: int(t.Unit), Unit: s.wire.name(t.Server, t.Unit),
			Reads: t.Rate[trace.Reads], Orders: t.Rate[trace.Orders], Trouble: t.Rate[trace.Trouble],
			Total: t.Total[trace.Reads] + t.Total[trace.Orders] + t.Total[trace.Trouble],
		})
	}
	return told
}

// doing is a client with a kind of request.
type doing struct {
	client netip.Addr
	kind   trace.Kind
}

// busyClients are those who ask too often to be listed one by one.
func busyClients(all []trace.Traffic) map[doing]bool {
	sums := map[doing]uint32{}
	for i := range all {
		for _, k := range []trace.Kind{trace.Reads, trace.Orders, trace.Trouble} {
			sums[doing{all[i].Client, k}] += all[i].Rate[k]
		}
	}
	busy := map[doing]bool{}
	for d, n := range sums {
		if n > busyOther || d.kind == trace.Reads && n > busyReads {
			busy[d] = true
		}
	}
	return busy
}

// exchanges are those over Modbus that are wanted, the newest first.
func (s *Server) exchanges(f *wireFilter, busy map[doing]bool) []remote.WireRow {
	most := f.Limit
	if f.Kind == "refused" || f.Kind == "" && len(busy) > 0 {
		most = math.MaxInt // what is left out is known only when it has been looked at
	}
	all := s.wire.ring.Select(most, func(h *trace.Heard) bool { return s.wanted(f, h, busy) })
	return s.rowsOf(all, f, busy)
}

// wanted reports whether an exchange is among those that a filter wants, before
// anybody looks into it.
func (s *Server) wanted(f *wireFilter, h *trace.Heard, busy map[doing]bool) bool {
	switch {
	case h.Number <= f.After, f.Kind == operationKind,
		f.Unit != "" && s.wire.name(h.Server, h.Unit) != f.Unit,
		f.Client != "" && h.Client.Addr().String() != f.Client:
		return false
	case f.Kind == "":
		return h.Kind != trace.Reads || !busy[doing{h.Client.Addr(), h.Kind}]
	case f.Kind == "refused":
		return h.Kind == trace.Orders
	}
	return f.Kind == kindNames[h.Kind]
}

// rowsOf are exchanges as people see them. Of a client that is busy there are few.
func (s *Server) rowsOf(all []trace.Heard, f *wireFilter, busy map[doing]bool) (rows []remote.WireRow) {
	j, said, listed := s.wire.joins(), s.statuses(), map[doing]int{}
	for i := range all {
		h := &all[i]
		h.Mask() // nothing but a file that was asked for has passwords
		d := doing{h.Client.Addr(), h.Kind}
		if f.Kind == "" && busy[d] {
			if listed[d]++; listed[d] > busyOther {
				continue
			}
		}
		r := s.wireRow(h, j.find(s.wire.name(h.Server, h.Unit), h), said.said(h))
		if f.Kind == "refused" && r.Refused == nil {
			continue
		}
		if rows = append(rows, r); len(rows) == f.Limit {
			break
		}
	}
	return rows
}

// statuses gathers what clients read of the ends of their commands.
func (s *Server) statuses() (all statuses) {
	heard := s.wire.ring.Select(math.MaxInt, func(h *trace.Heard) bool { return h.Kind == trace.Reads && readsEnd(h.Request) })
	for i := range slices.Backward(heard) {
		h := &heard[i]
		if k := trace.Means(&h.Exchange, noMap); k.Status != "" && k.Status != "in progress" {
			all = append(all, status{h.Client.Addr(), h.Server, h.Unit, h.Number, k.Echo, k.Status})
		}
	}
	return all
}

// readsEnd reports whether a request reads how a command ended.
func readsEnd(request []byte) bool {
	r, x := modbus.ParseReadRequest(request)
	first, last := int(r.Address), int(r.Address)+int(r.Count)-1
	return x == modbus.NoException && first <= int(regmap.CommandEcho.Address()) && last >= int(regmap.CommandStatus.Address())
}

// operations are those by other paths that are wanted, the newest first.
func (s *Server) operations(f *wireFilter) (rows []remote.WireRow) {
	if f.Kind != "" && f.Kind != operationKind && f.Kind != "refused" {
		return nil
	}
	for _, x := range s.wire.others(func(x *operation) bool {
		return x.number > f.After && (f.Unit == "" || f.Unit == x.Unit) && (f.Client == "" || f.Client == x.Actor.Source || f.Client == x.Actor.Person)
	}) {
		r := s.operationRow(&x)
		if f.Kind == "refused" && r.Refused == nil {
			continue
		}
		if rows = append(rows, r); len(rows) == f.Limit {
			break
		}
	}
	return rows
}

// readers are how often breakers were read by other paths, by path and source.
func (s *Server) readers() []imu.ReadCount {
	sums := map[imu.ReadCount]imu.ReadCount{}
	for _, u := range s.lab.Units {
		for _, n := range u.Reads() {
			if n.Path == access.Modbus || n.Path == looker.Path && n.Source == looker.Source {
				continue
			}
			k := imu.ReadCount{Path: n.Path, Source: n.Source}
			sums[k] = imu.ReadCount{Path: n.Path, Source: n.Source, Count: sums[k].Count + n.Count, Refused: sums[k].Refused + n.Refused}
		}
	}
	var all []imu.ReadCount
	for _, n := range sums {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b imu.ReadCount) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), strings.Compare(a.Source, b.Source))
	})
	return all
}

// saved is a file of exchanges; their passwords are masked unless they are wanted.
func (s *Server) saved(f *wireFilter, name string, passwords bool) *file {
	var all []trace.Exchange
	for _, h := range s.wire.ring.Select(math.MaxInt, func(h *trace.Heard) bool { return s.wanted(f, h, nil) }) {
		if !passwords {
			h.Mask()
		}
		all = append(all, h.Exchange)
	}
	if strings.HasSuffix(name, ".jsonl") {
		return fileNamed("application/jsonl", name, trace.AppendLines(nil, all, builtIn))
	}
	return fileNamed("application/vnd.tcpdump.pcap", name, trace.AppendPcap(nil, all))
}

func (s *Server) wirePcap(_ context.Context, f *wireFilter) (*file, error) {
	return s.saved(f, "wire.pcap", false), nil
}

func (s *Server) wireLines(_ context.Context, f *wireFilter) (*file, error) {
	return s.saved(f, "wire.jsonl", false), nil
}

// errMasked is why passwords cannot be had.
const errMasked = "the laboratory does not keep passwords: they are masked as they are heard; start it with --trace-passwords to keep them"

func (s *Server) wireSecrets(_ context.Context, f *wireFilter) (*file, error) {
	if !s.wire.ring.Passwords() {
		return nil, huma.Error409Conflict(errMasked)
	}
	return s.saved(f, "wire-with-passwords.pcap", true), nil
}

// exchangeOf is an exchange by its number, with its row.
func (s *Server) exchangeOf(number uint64) (*trace.Heard, remote.WireRow, bool) {
	all := s.wire.ring.Select(1, func(h *trace.Heard) bool { return h.Number == number })
	if len(all) == 0 {
		return nil, remote.WireRow{}, false
	}
	h := &all[0]
	h.Mask() // a page and an answer have no password, also where the memory has it
	r := s.wireRow(h, s.wire.joins().find(s.wire.name(h.Server, h.Unit), h), s.statuses().said(h))
	return h, r, true
}

// errForgotten is told of an exchange that is not there.
func errForgotten(number uint64) string {
	return fmt.Sprintf("request %d is not in the memory: it keeps the newest only; record with --trace FILE to keep all", number)
}

func (s *Server) readExchange(_ context.Context, in *struct {
	Number uint64 `path:"number"`
}) (*body[remote.WireExchange], error) {
	h, r, ok := s.exchangeOf(in.Number)
	if !ok {
		return nil, huma.NewError(http.StatusNotFound, errForgotten(in.Number))
	}
	m := s.mapOf(r.Unit)
	return &body[remote.WireExchange]{remote.WireExchange{WireRow: r, RequestNotes: notesOf(trace.AnnotateRequest(&h.Exchange, m)), ReplyNotes: notesOf(trace.AnnotateReply(&h.Exchange, m))}}, nil
}

func notesOf(all []trace.Note) []remote.WireNote {
	told := []remote.WireNote{}
	for _, n := range all {
		told = append(told, remote.WireNote{From: n.From, To: n.To, Meaning: n.Meaning})
	}
	return told
}
