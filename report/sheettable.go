package report

import "slices"

// Around the text of a cell, in points.
const padX, padY = 4.0, 2.6

// rowLine is the line under a row.
const rowLine = 0.5

// grid is a table that is being drawn: a column has its place and its width.
type grid struct {
	t      Table
	widths []float64
}

// table draws a table; its head stands on each page again.
func (s *sheet) table(t Table) {
	if len(t.Head) == 0 {
		return
	}
	g := grid{t, s.columns(t)}
	s.room(60)
	s.tableHead(g)
	for _, r := range t.Lines() {
		s.tableRow(g, r)
	}
	s.y += 8
}

func (s *sheet) tableHead(g grid) {
	s.letter(true, tableSize, soft)
	cells := make([][]string, len(g.t.Head))
	for i, h := range g.t.Head {
		cells[i] = wrap(h, g.widths[i]-2*padX, s.measure)
		cells[i] = cells[i][:min(len(cells[i]), 6)]
	}
	h := s.tall(cells)
	s.box(margin, s.y, sum(g.widths), h, band)
	x := margin
	for i, c := range cells {
		s.lines(x+padX, s.y+padY, c)
		x += g.widths[i]
	}
	s.y += h
	s.box(margin, s.y, sum(g.widths), 0.8, line)
}

// tableRow draws a row. One that is taller than a page goes on on the next.
func (s *sheet) tableRow(g grid, row []Cell) {
	cells := make([][]string, len(row))
	for i, c := range row {
		s.letter(c.bold(i), tableSize, ink)
		cells[i] = wrap(c.Told(), g.widths[i]-2*padX, s.measure)
	}
	for {
		if s.room(min(s.tall(cells), s.height/3)) {
			s.tableHead(g)
		}
		fit := max(1, int((s.height-below-s.y-2*padY)/(tableSize*leading)))
		now, later := cut(cells, fit)
		s.drawRow(g, row, now)
		if later == nil {
			return
		}
		cells = later
		s.newPage()
		s.tableHead(g)
	}
}

func (c Cell) bold(column int) bool { return column == 0 || c.Tone == Fail }

func (s *sheet) drawRow(g grid, row []Cell, cells [][]string) {
	h, x := s.tall(cells), margin
	for i, c := range cells {
		look := row[i].Tone.look()
		if row[i].Tone != Neutral {
			s.box(x, s.y+rowLine, g.widths[i], h-rowLine, look.paper)
		}
		s.letter(row[i].bold(i), tableSize, look.ink)
		s.lines(x+padX, s.y+padY, c)
		x += g.widths[i]
	}
	s.y += h
	s.box(margin, s.y, sum(g.widths), rowLine, line)
}

// cut takes the first n lines of each cell; later is nil if that was all.
func cut(cells [][]string, n int) (now, later [][]string) {
	more := false
	now, later = make([][]string, len(cells)), make([][]string, len(cells))
	for i, c := range cells {
		k := min(n, len(c))
		now[i], later[i] = c[:k], c[k:]
		more = more || k < len(c)
	}
	if !more {
		return now, nil
	}
	return now, later
}

// tall is the height of a row.
func (s *sheet) tall(cells [][]string) float64 {
	n := 1
	for _, c := range cells {
		n = max(n, len(c))
	}
	return float64(n)*tableSize*leading + 2*padY
}

// columns divides the width of the page: as the table says, or by what stands in
// the columns, so that short ones do not wrap and long ones share the rest.
func (s *sheet) columns(t Table) []float64 {
	want := make([]float64, len(t.Head))
	if len(t.Widths) == len(t.Head) && slices.Min(t.Widths) > 0 {
		for i, w := range t.Widths {
			want[i] = max(w, slices.Max(t.Widths)/20) // room for a letter
		}
		return scaleTo(want, s.inner())
	}
	for i, h := range t.Head {
		s.letter(true, tableSize, ink)
		want[i] = s.measure(printable(h))
	}
	for _, r := range t.Lines() {
		for i, c := range r {
			s.letter(c.bold(i), tableSize, ink)
			want[i] = max(want[i], s.measure(printable(c.Told())))
		}
	}
	for i := range want {
		want[i] = min(want[i]+2*padX+1, 4*s.inner())
	}
	return s.divide(want)
}

// divide gives each column what it wants, up to a fair share; what is left over
// goes to those that want more.
func (s *sheet) divide(want []float64) []float64 {
	if sum(want) <= s.inner() {
		return scaleTo(want, s.inner())
	}
	out := make([]float64, len(want))
	left, open := s.inner(), len(want)
	for given := true; given; {
		given = false
		for i := range want {
			if out[i] == 0 && want[i] <= left/float64(open) {
				out[i], left, open, given = want[i], left-want[i], open-1, true
			}
		}
	}
	var rest []float64
	for i := range want {
		if out[i] == 0 {
			rest = append(rest, soften(want[i]))
		}
	}
	total := sum(rest)
	for i := range want {
		if out[i] == 0 {
			out[i] = left * soften(want[i]) / total
		}
	}
	return out
}

// soften keeps one endless text from taking all the room of the others.
func soften(w float64) float64 { return min(w, 700) + 150 }

func scaleTo(w []float64, width float64) []float64 {
	total := sum(w)
	for i := range w {
		w[i] *= width / total
	}
	return w
}

func sum(w []float64) (total float64) {
	for _, x := range w {
		total += x
	}
	return total
}
