package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// Reading is one point as it was read.
type Reading struct {
	Point     points.ID
	Value     points.Value
	Register  regmap.Register
	Certainty points.Certainty // of the register
}

// Read reads points. Registers that lie close together are read in one
// request. A bit whose quality bit says invalid is not available, nor is a
// point whose register the unit does not have; a unit that has none of them is
// an error.
func (c *Client) Read(ctx context.Context, ids ...points.ID) ([]Reading, error) {
	places := make([]regmap.Place, len(ids))
	var rows []*regmap.Row
	for i, id := range ids {
		p, ok := c.m.Find(id)
		if !ok {
			return nil, fmt.Errorf("%v: stands in no register", id)
		}
		if c.opt.Strict && p.Row.Certainty >= points.Inferred {
			return nil, fmt.Errorf("%v: register %d is %v, and strict reading refuses that", id, p.Row.Register, p.Row.Certainty)
		}
		places[i] = p
		rows = append(rows, p.Row)
		if q, ok := c.m.QualityOf(p.Row.Register); ok && p.Bit >= 0 {
			rows = append(rows, q)
		}
	}
	data, err := c.fetch(ctx, rows)
	if err != nil {
		return nil, err
	}
	out := make([]Reading, len(ids))
	for i, p := range places {
		out[i] = Reading{ids[i], c.value(p, data), p.Row.Register, p.Row.Certainty}
		c.relyOnRow(p.Row, ids[i].String())
		if data[p.Row.Register] != nil {
			c.relyOnLayout(p.Row, out[i].Value)
		}
	}
	return out, nil
}

// value decodes a point, heeding its quality bit.
func (c *Client) value(p regmap.Place, data map[regmap.Register][]byte) points.Value {
	if data[p.Row.Register] == nil {
		return points.Value{}
	}
	if q, ok := c.m.QualityOf(p.Row.Register); ok && p.Bit >= 0 {
		w := data[q.Register]
		c.relyOnRow(q, fmt.Sprintf("quality of each bit of %d", p.Row.Register))
		if len(w) == 2 && (uint16(w[0])<<8|uint16(w[1]))>>p.Bit&1 == 0 {
			return points.Value{}
		}
	}
	return p.Decode(data[p.Row.Register])
}

// span is registers to read in one request.
type span struct {
	first regmap.Register
	count uint16
}

// gapMax is how many registers nobody asked for a request may span: reading
// them costs less than one more request. Ours.
const gapMax = 40

// spans joins the rows into as few requests as the protocol and the mapped
// blocks allow.
func (c *Client) spans(rows []*regmap.Row) []span {
	slices.SortFunc(rows, func(a, b *regmap.Row) int { return cmp.Compare(a.Register, b.Register) })
	var out []span
	for _, r := range rows {
		if n := len(out); n > 0 {
			s := &out[n-1]
			end := max(int(s.first)+int(s.count), int(r.Last())+1)
			block, _ := c.m.BlockOf(s.first)
			if int(r.Register) <= int(s.first)+int(s.count)+gapMax && end-int(s.first) <= modbus.MaxRead && r.Last() <= block.Last {
				s.count = uint16(end - int(s.first))
				continue
			}
		}
		out = append(out, span{r.Register, r.Count})
	}
	return out
}

// fetch reads the rows and returns the bytes of each.
func (c *Client) fetch(ctx context.Context, rows []*regmap.Row) (map[regmap.Register][]byte, error) {
	data := map[regmap.Register][]byte{}
	var absent error
	for _, s := range c.spans(rows) {
		b, err := c.registers(ctx, s.first, s.count)
		if errors.Is(err, modbus.IllegalDataAddress) {
			absent = err
			if err := c.fetchEach(ctx, rows, s, data); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if off := 2 * (int(r.Register) - int(s.first)); r.Register >= s.first && off+2*int(r.Count) <= len(b) {
				data[r.Register] = b[off : off+2*int(r.Count)]
			}
		}
	}
	if len(data) == 0 && absent != nil {
		return nil, absent
	}
	return data, nil
}

// fetchEach reads the rows of a span one by one, after the unit has refused the
// span: it may have each of them, and not what lies between.
func (c *Client) fetchEach(ctx context.Context, rows []*regmap.Row, s span, data map[regmap.Register][]byte) error {
	for _, r := range rows {
		if r.Register < s.first || int(r.Last()) >= int(s.first)+int(s.count) {
			continue
		}
		b, err := c.registers(ctx, r.Register, r.Count)
		switch {
		case err == nil:
			data[r.Register] = b
		case !errors.Is(err, modbus.IllegalDataAddress):
			return err
		}
	}
	return nil
}
