package trace

import (
	"encoding/binary"
	"slices"
	"time"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Rules is the table of rules, sorted by name.
var Rules = []Rule{
	{"answered", "every request is answered, in time", []RuleParam{{"within", false, "", "the longest time to an answer", isDuration}}, (*judge).answered},
	{"confirmed", "every command that was accepted is followed, before the client's next one, by reading its end in 8020 and 8021, and open and close (904, 905) by reading 32001", nil, (*judge).confirmed},
	{"connections", "no client opens more connections to an address in any second", []RuleParam{{"most", true, "", "connections", isNumber}}, (*judge).connections},
	{"exceptions", "no unit answers with an exception, but for those allowed", []RuleParam{{"allow", false, "", "numbers of exceptions, as in 2,6", areNumbers}}, (*judge).exceptions},
	{"mapped", "no client reads outside the mapped blocks", nil, (*judge).mapped},
	{"period", "each client that reads a register reads it at even times; one that nobody reads breaks it", []RuleParam{
		{"max", false, "", "the longest time between two reads", isDuration},
		{"min", false, "", "the shortest time between two reads", isDuration},
		{"of", true, "", "a register or a point, as in 32028 or current.l1", isPlace},
	}, (*judge).period},
	{"reads", "no request reads more registers", []RuleParam{{"most", false, "125", "registers", isNumber}}, (*judge).reads},
	{"repeats", "no client sends a command again whose answer was lost, before it has read the state (8020 and 8021, or 32001)", nil, (*judge).repeats},
	{"requests", "no client sends more requests to an address in any second", []RuleParam{{"most", true, "", "requests", isNumber}}, (*judge).rate},
	{"transactions", "the transaction ids of a connection increase", nil, (*judge).transactions},
	{"whole", "no value of several registers is read in part: its halves may be of two moments", nil, (*judge).whole},
	{"writes", "nothing is written but these commands; none: nothing at all", []RuleParam{{"only", false, "", "codes of commands, as in 904,905", areNumbers}}, (*judge).writes},
}

func (j *judge) answered() {
	within := j.x.duration("within")
	j.requests(func(i int, e *Exchange) {
		j.v.Checked++
		switch {
		case e.Ended == Raw:
			j.broken(i, "the answer is none to this request")
		case e.Ended == HungUp:
			j.broken(i, "the connection was cut instead of an answer")
		case e.Ended != Answered:
			j.broken(i, "no answer")
		case within > 0 && e.Took > within:
			j.broken(i, "answered after %v", e.Took)
		}
	})
}

func (j *judge) exceptions() {
	allowed := j.x.numbers("allow")
	j.requests(func(i int, e *Exchange) {
		j.v.Checked++
		if x, ok := e.Exception(); ok && !slices.Contains(allowed, int(x)) {
			j.broken(i, "exception %d (%v) to %s", int(x), x, Means(&Exchange{Request: e.Request}, j.m))
		}
	})
}

func (j *judge) mapped() {
	j.requests(func(i int, e *Exchange) {
		for _, b := range asked(e) {
			if j.v.Checked++; !mapped(b, j.m) {
				j.broken(i, "reads %v, which lies in no mapped block", b)
			}
		}
	})
}

func (j *judge) period() {
	r, ok := j.x.place("of", j.m)
	least, most := j.x.duration("min"), j.x.duration("max")
	last := map[asker]time.Time{}
	j.requests(func(i int, e *Exchange) {
		if !ok || !covers(e, r) {
			return
		}
		j.v.Checked++
		before, again := last[e.asker()]
		last[e.asker()] = e.Time
		switch d := e.Time.Sub(before); {
		case !again:
		case least > 0 && d < least:
			j.broken(i, "read again after %v", d)
		case most > 0 && d > most:
			j.broken(i, "read again only after %v", d)
		}
	})
	if j.v.Checked == 0 {
		j.broken(-1, "nobody reads %s", j.x.args["of"])
	}
}

// lengths is how many registers a request reads, well formed or not.
func lengths(pdu []byte) (int, bool) {
	switch {
	case len(pdu) >= 5 && (pdu[0] == modbus.FuncReadHolding || pdu[0] == modbus.FuncReadInput || pdu[0] == modbus.FuncReadWrite):
		return int(binary.BigEndian.Uint16(pdu[3:])), true
	case len(pdu) >= 4 && pdu[0] == modbus.FuncScattered:
		return (len(pdu) - 4) / 2, true
	}
	return 0, false
}

func (j *judge) reads() {
	most := j.x.number("most")
	j.requests(func(i int, e *Exchange) {
		n, ok := lengths(e.Request)
		if !ok {
			return
		}
		if j.v.Checked++; n > most {
			j.broken(i, "reads %d registers at once", n)
		}
	})
}

func (j *judge) whole() {
	j.requests(func(i int, e *Exchange) {
		if e.Function() == modbus.FuncScattered {
			return // one request: all of one moment
		}
		for _, b := range asked(e) {
			j.v.Checked++
			for k := range j.m.Rows() {
				if r := &j.m.Rows()[k]; severed(b, r) {
					j.broken(i, "reads %v, which cuts %s (%d-%d)", b, r.Describe(), r.Register, r.Last())
				}
			}
		}
	})
}

// severed reports whether b ends or begins inside a value.
func severed(b block, r *regmap.Row) bool {
	if r.Count < 2 || r.Kind == regmap.Chars || r.Kind == regmap.Gap {
		return false
	}
	first, last := int(b.addr), int(b.addr)+b.count-1
	from, to := int(r.Register.Address()), int(r.Last().Address())
	return first <= to && last >= from && (first > from || last < to)
}

func (j *judge) transactions() {
	last := map[pair]*Exchange{}
	j.requests(func(i int, e *Exchange) {
		p := pair{e.Client, e.Server}
		before := last[p]
		last[p] = e
		if before == nil || before.Time.Equal(e.Time) {
			return // of two at one moment nobody knows which came first
		}
		j.v.Checked++
		if d := e.Transaction - before.Transaction; d == 0 || d > 1<<15 {
			j.broken(i, "transaction %d after %d", e.Transaction, before.Transaction)
		}
	})
}

func (j *judge) connections() {
	seen, crowd := map[pair]bool{}, crowd{}
	most := j.x.number("most")
	j.requests(func(i int, e *Exchange) {
		p := pair{e.Client, e.Server}
		if seen[p] {
			return
		}
		seen[p] = true
		j.v.Checked++
		if n := crowd.add(party{e.Client.Addr(), e.Server}, e.Time); n > most {
			j.broken(i, "connection %d within a second", n)
		}
	})
}

func (j *judge) rate() {
	crowd, most := crowd{}, j.x.number("most")
	j.requests(func(i int, e *Exchange) {
		j.v.Checked++
		if n := crowd.add(party{e.Client.Addr(), e.Server}, e.Time); n > most {
			j.broken(i, "request %d within a second", n)
		}
	})
}

func (j *judge) writes() {
	only := j.x.numbers("only")
	j.requests(func(i int, e *Exchange) {
		j.v.Checked++
		if !Writes(e.Request) {
			return
		}
		if c, ok := commanded(e); ok && slices.Contains(only, c.Code) {
			return
		}
		j.broken(i, "%s", Means(&Exchange{Request: e.Request}, j.m))
	})
}

// Writes reports whether a request may change something. What is not known to be
// a question is taken for an order.
func Writes(pdu []byte) bool {
	if len(pdu) == 0 {
		return false
	}
	switch pdu[0] {
	case modbus.FuncReadHolding, modbus.FuncReadInput:
		return false
	case modbus.FuncDiagnostics:
		d, x := modbus.ParseDiagnostic(pdu)
		return x != modbus.NoException || d.Sub != modbus.DiagEcho && d.Sub != modbus.DiagMessages && d.Sub != modbus.DiagCommsErrors
	case modbus.FuncEncapsulated:
		return len(pdu) < 2 || pdu[1] != modbus.MEIIdentification && pdu[1] != modbus.MEIReadClock
	case modbus.FuncScattered:
		return len(pdu) < 3 || pdu[2] != modbus.ScatteredRead
	}
	return true
}

func (j *judge) repeats() {
	lost := map[asker]int{} // code of the command without an answer
	j.requests(func(i int, e *Exchange) {
		a := e.asker()
		if covers(e, regmap.CommandStatus) || covers(e, breakerStatus) {
			delete(lost, a)
		}
		c, ok := commanded(e)
		if !ok {
			return
		}
		if j.v.Checked++; lost[a] == c.Code {
			j.broken(i, "command %d again, though the one before may have been done", c.Code)
		}
		if delete(lost, a); e.Ended != Answered {
			lost[a] = c.Code
		}
	})
}

// breakerStatus is the register in which open and close are confirmed (MB).
const breakerStatus regmap.Register = 32001

// ordered is a command on its way to its confirmation.
type ordered struct {
	i           int
	code        int
	ended, seen bool // its end was read in 8021; the state in 32001
}

func (o *ordered) operates() bool { return o.code == 904 || o.code == 905 }

func (j *judge) confirmed() {
	under := map[asker]*ordered{}
	j.requests(func(i int, e *Exchange) {
		a := e.asker()
		o := under[a]
		if o != nil {
			echo, status, ok := told(e)
			o.ended = o.ended || ok && int(echo) == o.code && status != regmap.InProgress
			o.seen = o.seen || o.ended && covers(e, breakerStatus) && e.Ended == Answered
		}
		c, ok := commanded(e)
		if _, refused := e.Exception(); !ok || refused || e.Ended != Answered {
			return
		}
		j.unconfirmed(o, "before the next command")
		under[a] = &ordered{i: i, code: c.Code}
		j.v.Checked++
	})
	for _, o := range under {
		j.unconfirmed(o, "before the trace ends")
	}
}

func (j *judge) unconfirmed(o *ordered, before string) {
	switch {
	case o == nil:
	case !o.ended:
		j.broken(o.i, "command %d: its end is not read in 8020 and 8021 %s", o.code, before)
	case o.operates() && !o.seen:
		j.broken(o.i, "command %d: what it did is not read in 32001 %s", o.code, before)
	}
}
