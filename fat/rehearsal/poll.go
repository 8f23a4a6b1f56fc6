package rehearsal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// poller asks for some tags of one device, again and again.
type poller struct {
	s     *System
	link  *link
	tags  []int
	spans []span
}

// span is registers that are read in one request, and the tags in it.
type span struct {
	first regmap.Register
	count uint16
	tags  []int
}

// gapMax is how many registers nobody asked for a request may span. Ours.
const gapMax = 20

// spans joins the registers of tags into few requests.
func spans(all []Tag, tags []int) []span {
	order := slices.Clone(tags)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(all[a].from(), all[b].from()) })
	m := registers()
	var out []span
	for _, i := range order {
		t := &all[i]
		if n := len(out); n > 0 && out[n-1].takes(m, t) {
			s := &out[n-1]
			s.count = uint16(max(s.end(), t.end()) - int(s.first))
			s.tags = append(s.tags, i)
			continue
		}
		out = append(out, span{t.from(), uint16(t.end() - int(t.from())), []int{i}})
	}
	return out
}

// from and end are the registers of a tag with the quality of its bit: from the
// first to before end.
func (t *Tag) from() regmap.Register {
	if t.Quality != 0 {
		return min(t.Quality, t.Register)
	}
	return t.Register
}

func (t *Tag) end() int { return max(int(t.last()), int(t.Quality)) + 1 }

func (s *span) end() int { return int(s.first) + int(s.count) }

// takes reports whether a tag fits into the span: near it, and in the same block.
func (s *span) takes(m *regmap.Map, t *Tag) bool {
	block, ok := m.BlockOf(s.first)
	return ok && int(t.from()) <= s.end()+gapMax && max(s.end(), t.end())-int(s.first) <= modbus.MaxRead && t.end()-1 <= int(block.Last)
}

// run polls until ctx ends.
func (p *poller) run(ctx context.Context) {
	defer p.link.hangup()
	every := time.NewTicker(p.link.d.Period)
	defer every.Stop()
	for {
		refused := p.round(ctx)
		if refused && p.link.d.GivesUp {
			<-ctx.Done()
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// round reads every span once and reports whether one was refused.
func (p *poller) round(ctx context.Context) (refused bool) {
	for _, sp := range p.spans {
		err := p.read(ctx, sp)
		var x modbus.Exception
		switch {
		case err == nil:
		case errors.As(err, &x) && x == modbus.IllegalDataAddress && len(sp.tags) > 1:
			refused = p.each(ctx, sp) || refused
		case errors.As(err, &x):
			refused = true
			p.s.set(sp.tags, bad)
		default:
			p.s.set(p.tags, stale)
			return refused
		}
		if refused && p.link.d.GivesUp {
			return true
		}
	}
	return refused
}

// each reads the tags of a span one by one: the device may have each, and not what
// lies between.
func (p *poller) each(ctx context.Context, sp span) (refused bool) {
	for _, i := range sp.tags {
		t := &p.s.cfg.Tags[i]
		err := p.read(ctx, span{t.from(), uint16(t.end() - int(t.from())), []int{i}})
		var x modbus.Exception
		switch {
		case errors.As(err, &x):
			refused = true
			p.s.set([]int{i}, bad)
		case err != nil:
			p.s.set(p.tags, stale)
			return refused
		}
	}
	return refused
}

// read asks for a span and shows the tags in it.
func (p *poller) read(ctx context.Context, sp span) error {
	request := modbus.ReadRequest{Function: modbus.FuncReadHolding, Address: sp.first.Address(), Count: sp.count}
	pdu, err := p.link.ask(ctx, request.Append(nil))
	if err != nil {
		return err
	}
	reply, err := modbus.ParseReadReply(pdu)
	if err == nil && len(reply.Values) != 2*int(sp.count) && !p.link.d.InOrder {
		err = fmt.Errorf("asked for %d registers, got %d bytes", sp.count, len(reply.Values))
	}
	if err != nil {
		p.link.hangup()
		return err
	}
	values := make([]byte, 2*int(sp.count))
	copy(values, reply.Values)
	for _, i := range sp.tags {
		t := &p.s.cfg.Tags[i]
		v, q := t.decode(func(r regmap.Register, n uint16) []byte {
			off := 2 * (int(r) - int(sp.first))
			return values[off : off+2*int(n)]
		})
		p.s.show(i, v, q)
	}
	return nil
}

// show keeps what was read.
func (s *System) show(tag int, v points.Value, quality string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown[tag] = shown{v, quality, s.now()}
}

// set tells that tags could not be read. Their last values stay, with their time.
func (s *System) set(tags []int, quality string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range tags {
		if !s.cfg.device(s.cfg.Tags[i].Device).KeepsLast {
			s.shown[i].quality = quality
		}
	}
}

func (c *Config) device(name string) *Device {
	i := slices.IndexFunc(c.Devices, func(d Device) bool { return d.Name == name })
	return &c.Devices[i] // check has seen that there is one
}
