package inject

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"switchroom/lab/remote"
	"switchroom/wire/modbus"
)

// communication are the faults between the wire and the unit.
var communication = []Kind{
	{Kind: remote.Kind{Name: "busy", Layer: remote.Communication, Title: "every request is answered with exception 06, busy", Proves: "it asks again later, and shows values as not current meanwhile", Undo: "requests reach the unit again"}, wire: busy},
	{Kind: remote.Kind{Name: "connection-limit", Layer: remote.Communication, Title: "the interface admits no more than so many connections", Proves: "it does with few connections, keeps them, and says so when it gets none", Undo: "the interface's own limit holds again"},
		params: []Param{{Name: "connections", Help: "that may be open; those that are open stay", Default: 1, Min: 1, Max: 64}}, gate: limit},
	{Kind: remote.Kind{Name: "duplicate", Layer: remote.Communication, Title: "every answer comes twice", Proves: "it matches answers to requests by transaction id, and takes no second one for the next", Undo: "answers come once"}, wire: duplicate},
	{Kind: remote.Kind{Name: "exceptions", Layer: remote.Communication, Title: "a share of the requests is answered with an exception", Proves: "one failed request spoils neither the others nor the connection", Undo: "requests reach the unit again"},
		params: []Param{{Name: "code", Help: "exception", Default: 4, Min: 1, Max: 11}, {Name: "share", Help: "of the requests", Default: 1, Min: 0.001, Max: 1}}, wire: storm},
	{Kind: remote.Kind{Name: "garbage", Layer: remote.Communication, Title: "answers are noise, in which no message can be found", Proves: "it drops the connection and makes a new one, and believes nothing of the noise", Undo: "answers are whole again"},
		params: []Param{{Name: "bytes", Help: "of noise in place of an answer", Default: 20, Min: 1, Max: 1000}}, wire: garbage},
	{Kind: remote.Kind{Name: "half", Layer: remote.Communication, Title: "answers end in their middle", Proves: "it waits no longer than its time-out, and does not take the next answer for the rest of this one", Undo: "answers are whole again"},
		params: []Param{{Name: "then", Help: "what follows the half", Words: []string{"hangup", "nothing"}}}, wire: half},
	{Kind: remote.Kind{Name: "link-down", Layer: remote.Communication, Title: "the link is down: nothing crosses, connections hang without a word", Proves: "it tells old values as old within its time-out, and is back without anybody's help", Undo: "what was asked meanwhile is answered late, as TCP delivers it"}, wire: linkDown},
	{Kind: remote.Kind{Name: "restart", Layer: remote.Communication, Title: "the interface restarts: its connections are cut, and it admits none for a while", Proves: "it connects again by itself", Undo: "the interface is back"},
		params: []Param{{Name: "seconds", Help: "until it is back", Unit: "s", Default: 10, Min: 0.1, Max: 600}}, gate: restart, needs: func(o *order) float64 { return o.number("seconds") }},
	{Kind: remote.Kind{Name: "silent", Layer: remote.Communication, Title: "requests are never answered, and connections stay", Proves: "it has a time-out, and tells old values as old", Undo: "requests are answered again; those that were not stay so"}, wire: silent},
	{Kind: remote.Kind{Name: "slow", Layer: remote.Communication, Title: "answers take their time", Proves: "its time-outs and poll periods fit a slow interface", Undo: "answers come at once"},
		params: []Param{{Name: "distribution", Help: "of the delays", Words: []string{"constant", "uniform", "normal", "exponential"}}, {Name: "ms", Help: "mean delay", Unit: "ms", Default: 500, Min: 1, Max: 60000}, {Name: "spread", Help: "half the range of uniform, standard deviation of normal", Unit: "ms", Default: 100, Min: 0.001, Max: 60000}}, wire: slow},
	{Kind: remote.Kind{Name: "wrong-transaction", Layer: remote.Communication, Title: "answers carry another transaction id", Proves: "it believes no answer that is not to its request", Undo: "answers carry the id of their request"}, wire: wrongTransaction},
	{Kind: remote.Kind{Name: "wrong-unit", Layer: remote.Communication, Title: "answers carry another unit id", Proves: "it believes no answer of another unit", Undo: "answers carry the id of their unit"}, wire: wrongUnit},
}

// made is an interceptor that has nothing to end.
func made(f modbus.Interceptor) (modbus.Interceptor, func(), error) { return f, nil, nil }

func silent(o *order) (modbus.Interceptor, func(), error) {
	return made(func(q *modbus.Query, out []byte, _ modbus.Handler) []byte {
		o.hit()
		return out
	})
}

func busy(o *order) (modbus.Interceptor, func(), error) {
	return made(func(q *modbus.Query, out []byte, _ modbus.Handler) []byte {
		o.hit()
		return modbus.AppendException(out, q.Function(), modbus.DeviceBusy)
	})
}

func storm(o *order) (modbus.Interceptor, func(), error) {
	code, share := modbus.Exception(o.number("code")), o.number("share")
	return made(func(q *modbus.Query, out []byte, next modbus.Handler) []byte {
		if o.draw((*rand.Rand).Float64) >= share {
			return next.Serve(q, out)
		}
		o.hit()
		return modbus.AppendException(out, q.Function(), code)
	})
}

func slow(o *order) (modbus.Interceptor, func(), error) {
	mean, spread, how := o.number("ms"), o.number("spread"), o.word("distribution")
	return made(func(q *modbus.Query, out []byte, next modbus.Handler) []byte {
		o.hit()
		ms := o.draw(func(r *rand.Rand) float64 { return delay(r, how, mean, spread) })
		p := q.Later()
		time.AfterFunc(time.Duration(ms*float64(time.Millisecond)), func() { p.Resume(next) })
		return out
	})
}

// delayMax bounds a drawn delay, ms: an exponential has no end of its own.
const delayMax = 120_000

func delay(r *rand.Rand, how string, mean, spread float64) float64 {
	ms := mean
	switch how {
	case "uniform":
		ms += spread * (2*r.Float64() - 1)
	case "normal":
		ms += spread * r.NormFloat64()
	case "exponential":
		ms *= r.ExpFloat64()
	}
	return math.Min(math.Max(0, ms), delayMax)
}

// raw has the framed reply changed into the bytes to send.
func raw(o *order, f func(p *modbus.Pending, a modbus.ADU)) (modbus.Interceptor, func(), error) {
	return made(func(q *modbus.Query, out []byte, next modbus.Handler) []byte {
		transaction, unit := q.Transaction, q.Unit
		return change(q, out, next, func(p *modbus.Pending, pdu []byte) {
			o.hit()
			f(p, modbus.ADU{Transaction: transaction, Unit: unit, PDU: pdu})
		})
	})
}

func half(o *order) (modbus.Interceptor, func(), error) {
	hangup := o.word("then") == "hangup"
	return raw(o, func(p *modbus.Pending, a modbus.ADU) {
		b := a.Append(nil)
		p.AnswerRaw(b[:len(b)/2])
		if hangup {
			p.Hangup()
		}
	})
}

func duplicate(o *order) (modbus.Interceptor, func(), error) {
	return raw(o, func(p *modbus.Pending, a modbus.ADU) { p.AnswerRaw(a.Append(a.Append(nil))) })
}

func wrongTransaction(o *order) (modbus.Interceptor, func(), error) {
	return raw(o, func(p *modbus.Pending, a modbus.ADU) {
		a.Transaction += 1 + uint16(o.draw(func(r *rand.Rand) float64 { return float64(r.IntN(0xFFFF)) }))
		p.AnswerRaw(a.Append(nil))
	})
}

func wrongUnit(o *order) (modbus.Interceptor, func(), error) {
	return raw(o, func(p *modbus.Pending, a modbus.ADU) {
		a.Unit += 1 + byte(o.draw(func(r *rand.Rand) float64 { return float64(r.IntN(0xFF)) }))
		p.AnswerRaw(a.Append(nil))
	})
}

func garbage(o *order) (modbus.Interceptor, func(), error) {
	n := int(o.number("bytes"))
	return raw(o, func(p *modbus.Pending, _ modbus.ADU) {
		noise := make([]byte, n)
		for i := range noise {
			noise[i] = byte(o.draw(func(r *rand.Rand) float64 { return float64(r.IntN(256)) }))
		}
		p.AnswerRaw(noise)
	})
}

// held is what a link that is down keeps, at most: TCP has its bounds too.
const heldMax = 10_000

// linkDown keeps what is asked and has it answered when the link is back.
func linkDown(o *order) (modbus.Interceptor, func(), error) {
	var mu sync.Mutex
	var back bool
	var kept []func()
	hold := func(q *modbus.Query, out []byte, next modbus.Handler) []byte {
		mu.Lock()
		defer mu.Unlock()
		if back {
			return next.Serve(q, out)
		}
		if o.hit(); len(kept) < heldMax {
			p := q.Later()
			kept = append(kept, func() { p.Resume(next) })
		}
		return out
	}
	up := func() {
		mu.Lock()
		all := kept
		back, kept = true, nil
		mu.Unlock()
		for _, resume := range all {
			resume()
		}
	}
	return hold, up, nil
}

func limit(o *order, g Gate) (func(), error) {
	g.Narrow(int(o.number("connections")))
	return func() { g.Narrow(-1) }, nil
}

func restart(o *order, g Gate) (func(), error) {
	g.Narrow(0)
	g.Hangup()
	o.hit()
	back := time.AfterFunc(time.Duration(o.number("seconds")*float64(time.Second)), func() { g.Narrow(-1) })
	return func() {
		if back.Stop() {
			g.Narrow(-1)
		}
	}, nil
}
