package polling

import (
	"encoding/csv"
	"fmt"

	"switchroom/regmap"
)

// pollingColumns are the columns of the polling list, a row per device and point.
var pollingColumns = []string{"device", "host", "port", "unit", "point", "register", "address", "count", "type", "bit", "factor", "measured_in", "quality_register", "not_available", "title", "certainty", "source"}

func pollingCSV(o *printer, p *Plan) {
	c := csv.NewWriter(o.w)
	c.Write(pollingColumns) // errors stay with the writer under it
	for _, d := range p.Devices {
		for i := range p.Items {
			c.Write(append([]string{d.Name, d.Host, fmt.Sprint(d.Port), fmt.Sprint(d.Unit)}, p.Items[i].record()...))
		}
	}
	c.Flush()
}

func (it *Item) record() []string {
	r, info := it.Row, it.Info()
	bit, quality, none := "", "", ""
	if it.Bit >= 0 {
		bit = fmt.Sprint(it.Bit)
	}
	if it.Quality != nil {
		quality = fmt.Sprint(it.Quality.Register)
	}
	if n := r.Kind.None(); len(n) > 0 {
		none = n[0]
	} else if r.Kind == regmap.F32 {
		none = "NaN"
	}
	return []string{
		info.Name, fmt.Sprint(r.Register), fmt.Sprint(r.Register.Address()), fmt.Sprint(r.Count), r.Kind.String(), bit,
		number(it.Factor()), info.Unit, quality, none, info.Title, r.Certainty.String(), r.Source,
	}
}
