package fat

import (
	"sync"

	"switchroom/points"
	"switchroom/regmap"
)

// picture is what the registers of one breaker tell in one pass: what was
// stimulated, on what the breaker shows by itself.
type picture struct {
	m      *regmap.Map
	values points.Values
	texts  map[points.ID]string

	mu    sync.Mutex
	image *regmap.Image // made when it is first asked for
}

func newPicture(m *regmap.Map) *picture {
	return &picture{m: m, values: points.NewValues(), texts: map[points.ID]string{}}
}

// set puts a value where its registers are.
func (p *picture) set(id points.ID, v points.Value) {
	p.image = nil
	if points.Of(id).Type == points.Text {
		p.texts[id] = v.Text()
		return
	}
	p.values[id] = v.Float()
}

// value is what the point has.
func (p *picture) value(id points.ID) points.Value {
	if points.Of(id).Type == points.Text {
		return points.String(p.texts[id])
	}
	return points.Number(p.values[id])
}

// registers returns count registers from r on, nil where the unit would answer
// with an exception.
func (p *picture) registers(r regmap.Register, count uint16) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.image == nil {
		p.image = p.m.NewImage()
		p.image.Fill(regmap.Source{Values: p.values, Text: func(id points.ID) string { return p.texts[id] }})
	}
	d, ok := p.image.Append(nil, r.Address(), count)
	if !ok {
		return nil
	}
	return d
}
