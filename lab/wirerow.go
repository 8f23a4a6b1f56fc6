package lab

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/trace"
)

// kindNames are the kinds of exchanges as they are filtered by.
var kindNames = map[trace.Kind]string{trace.Reads: "read", trace.Orders: "order", trace.Trouble: "trouble"}

// operationKind is the kind of what came by another path than Modbus.
const operationKind = "operation"

// commandPoint is what the command in a request does.
func commandPoint(request []byte) (points.ID, bool) {
	k := trace.Means(&trace.Exchange{Request: request, Ended: trace.Open}, noMap)
	if k.Command == nil {
		return 0, false
	}
	id, err := points.Lookup(k.Command.Name)
	return id, err == nil
}

// noMap is for meanings of which no register is wanted.
var noMap = &regmap.Map{}

// endings are the outcomes that a client got, where it was not answered.
var endings = map[trace.Ending]string{trace.Raw: "garbled", trace.Dropped: "no answer", trace.HungUp: "cut", trace.Open: "open"}

// wireRow is a request over Modbus as people see it. op is nil where no breaker
// was asked to do anything; said is what the client read of the command's end.
func (s *Server) wireRow(h *trace.Heard, op *operation, said string) remote.WireRow {
	id := int(h.Unit)
	r := remote.WireRow{
		Number: h.Number, T: h.Time, Path: access.Modbus.String(), Client: h.Client.String(), Server: h.Server.String(), UnitID: &id,
		Unit: s.wire.name(h.Server, h.Unit), Kind: kindNames[h.Kind], MS: float64(h.Took.Microseconds()) / 1000,
		Request: hex.EncodeToString(h.Request), Reply: hex.EncodeToString(h.Reply), Clear: h.Password,
	}
	m := s.mapOf(r.Unit)
	if r.Says = trace.Words(h.Request, m); h.Kind == trace.Reads {
		r.Says = trace.Means(&h.Exchange, m).String()
	}
	if p, ok := commandPoint(h.Request); ok {
		r.Point = p.String()
	}
	r.Password = passwordWord(op, h.Password)
	s.outcome(&r, h, op, said)
	return r
}

// passwordWord says whether a password came, and what it proved.
func passwordWord(op *operation, given bool) string {
	switch {
	case op != nil && op.Password && op.Actor.Levels == 0:
		return "wrong"
	case op != nil && op.Password:
		return "level " + op.Actor.Levels.String()
	case given:
		return "given"
	}
	return ""
}

// outcome says what the client got, and what the breaker decided.
func (s *Server) outcome(r *remote.WireRow, h *trace.Heard, op *operation, said string) {
	if x, ok := h.Exception(); ok {
		r.Outcome, r.Detail = "exception", x.String()
		return
	}
	if op != nil {
		r.Refused = s.refusal(&op.Asked)
	}
	word, lost := endings[h.Ended]
	switch {
	case lost && h.Kind == trace.Orders:
		r.Outcome, r.Detail = word, lostWord(op, r.Refused)
		return
	case lost:
		r.Outcome = word
		return
	case op != nil:
		r.Outcome, r.Detail = s.became(&op.Asked, r.Refused)
	default:
		r.Outcome = "answered"
		s.notAsked(r, h, said)
	}
	if said != "" {
		r.Detail = strings.TrimPrefix(r.Detail+"; the client then read in 8021: "+said, "; ")
	}
}

// lostWord says what may have happened, where the client was not answered.
func lostWord(op *operation, refused *remote.WireRefusal) string {
	switch {
	case op == nil:
		return "the breaker was not asked"
	case refused != nil:
		return "the breaker refused it: " + refused.Remedy
	}
	return "and yet the breaker took it"
}

// notAsked says of a command that no breaker was asked to do why that is.
func (s *Server) notAsked(r *remote.WireRow, h *trace.Heard, said string) {
	k := trace.Means(&h.Exchange, noMap).Command
	if k == nil || k.Name != "" && k.Password == "" {
		return // a command that asks, which the interface answers
	}
	r.Detail = "the interface did not hand it to the breaker"
	if said != "" && said != regmap.Success.String() {
		r.Outcome, r.Refused = "refused", &remote.WireRefusal{By: "interface", Reason: said, Remedy: said}
	}
}

// became says what became of an operation that a breaker was asked for.
func (s *Server) became(a *imu.Asked, refused *remote.WireRefusal) (outcome, detail string) {
	switch {
	case refused != nil:
		return "refused", ""
	case a.Result.Order == nil:
		return "done", ""
	}
	u := s.unit(a.Unit)
	if u == nil {
		return "under way", ""
	}
	done, r := u.Outcome(s.lab.World.Now(), a.Result.Order)
	switch {
	case !done:
		return "under way", "the mechanism carries it out"
	case r != imu.None:
		return "failed", r.Remedy()
	}
	return "done", ""
}

// refusal is why an operation was refused; nil if it was not.
func (s *Server) refusal(a *imu.Asked) *remote.WireRefusal {
	d, r := a.Result.Decision, a.Result.Refusal
	switch {
	case !d.OK():
		return &remote.WireRefusal{By: "access", Rule: d.Rule, Reason: d.Reason.String(), Remedy: d.Reason.Remedy(), Explain: explainCommand(a, s.profileOf(a.Unit))}
	case r != imu.None:
		x := &remote.WireRefusal{By: "breaker", Rule: d.Rule, Reason: r.String(), Remedy: r.Remedy()}
		if a.Result.Detail != "" {
			x.Remedy += " (" + a.Result.Detail + ")"
		}
		return x
	}
	return nil
}

func (s *Server) profileOf(unit string) access.Profile {
	if u := s.unit(unit); u != nil {
		return u.Config().Profile
	}
	return access.NoProfile
}

// explainCommand is the command that shows every check of a decision: with the
// same proof, and the locks as they were.
func explainCommand(a *imu.Asked, p access.Profile) string {
	words := []string{"switchroom access explain", "--path", a.Actor.Path.String()}
	if a.Password || a.Actor.Levels != 0 {
		words = append(words, "--level", fmt.Sprint(topLevel(a.Actor.Levels)))
	}
	if p != access.Faithful && p != access.NoProfile {
		words = append(words, "--profile", p.String())
	}
	for _, f := range []struct {
		flag string
		is   bool
	}{
		{"--absent", !a.Actor.Present && a.Result.Decision.Reason == access.NotPresent},
		{"--no-login", a.Result.Decision.Reason == access.NotLoggedIn},
		{"--pad-locked", a.Locks.RemoteControl == access.Off},
		{"--inhibited", a.Locks.CloseInhibited == access.On},
		{"--closed", a.Locks.Closed == access.On},
		{"--hmi-lock", a.Locks.HMIProtection == access.On},
		{"--remote-lock", a.Locks.RemoteProtection == access.On},
		{"--mode " + a.Locks.Mode.String(), a.Locks.Mode != access.ModeUnset && a.Locks.Mode != access.ModeUnknown},
		{"--factory", p == access.Hardened && a.Locks.Factory&a.Actor.Levels != 0},
	} {
		if f.is {
			words = append(words, f.flag)
		}
	}
	return strings.Join(append(words, shortOp(a)), " ")
}

// shortOp is an operation as the command line takes it.
func shortOp(a *imu.Asked) string {
	switch a.Op {
	case 0:
		return "read"
	case points.BreakerOpen:
		return "open"
	case points.BreakerClose:
		return "close"
	case points.BreakerReset:
		return "reset"
	}
	return a.Op.String()
}

// topLevel is the highest level of a set, which speaks for it; 0 if there is none.
func topLevel(l access.Levels) int {
	for n := 4; n > 0; n-- {
		if l.Has(n) {
			return n
		}
	}
	return 0
}

// operationRow is an operation by another path than Modbus as people see it.
func (s *Server) operationRow(x *operation) remote.WireRow {
	r := remote.WireRow{
		Number: x.number, T: x.at, Path: x.Actor.Path.String(), Client: x.Actor.Source, Person: x.Actor.Person, Unit: x.Unit,
		Kind: operationKind, Says: operationWords(&x.Asked), Password: passwordWord(x, false), Refused: s.refusal(&x.Asked),
		Clear: x.Password && x.Actor.Path == access.Serial, // a serial line is as open as a network; of other paths it is not known here
	}
	if x.Op != 0 {
		r.Point = x.Op.String()
	}
	r.Outcome, r.Detail = s.became(&x.Asked, r.Refused)
	return r
}

// operationWords says what was asked for by another path than Modbus.
func operationWords(a *imu.Asked) string {
	info := points.Of(a.Op)
	switch {
	case a.Op == 0:
		return "prove a password, to connect"
	case len(a.Set) > 0:
		var all []string
		for _, x := range a.Set {
			i := points.Of(x.Point)
			all = append(all, strings.TrimSpace(i.Name+" = "+i.Format(points.Number(x.Value))+" "+i.Unit))
		}
		return "set " + strings.Join(all, ", ")
	case info.Type == points.Secret:
		return "change the " + info.Title
	case info.Type == points.Action:
		return info.Title
	case a.Value.Available():
		return strings.TrimSpace("set " + info.Name + " = " + info.Format(a.Value) + " " + info.Unit)
	}
	return "set " + info.Title
}

// statuses are what clients read of the ends of their commands.
type statuses []status

type status struct {
	client netip.Addr
	server netip.AddrPort
	unit   byte
	number uint64
	echo   int
	said   string
}

// said is what the client of a command read of its end first: not that it was in
// progress. "" is nothing yet, or it is forgotten.
func (all statuses) said(h *trace.Heard) string {
	k := trace.Means(&trace.Exchange{Request: h.Request, Ended: trace.Open}, noMap).Command
	if k == nil {
		return ""
	}
	for _, x := range all { // the oldest first
		if x.number > h.Number && x.client == h.Client.Addr() && x.server == h.Server && x.unit == h.Unit {
			if x.echo != k.Code {
				return "" // of a later command
			}
			return x.said
		}
	}
	return ""
}
