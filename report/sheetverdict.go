package report

import "strconv"

// verdict draws the verdict, a bar of its counts, and the counts in words.
func (s *sheet) verdict(v Verdict) {
	const pad, edge, size = 12.0, 5.0, 15.0
	look := v.Tone.look()
	s.letter(true, size, look.ink)
	text := wrap(v.Told(), s.inner()-edge-2*pad, s.measure)
	text = text[:min(len(text), 12)]
	h := 2*pad + float64(len(text))*size*leading
	parts := bar(v.Counts)
	if parts != nil {
		h += 14
	}
	rows := s.countRows(v.Counts, s.inner()-edge-2*pad)
	h += float64(len(rows)) * bodySize * leading
	s.room(h)
	paper := look.paper
	if v.Tone == Neutral {
		paper = band
	}
	s.box(margin, s.y, s.inner(), h, paper)
	s.box(margin, s.y, edge, h, look.bar)
	x, y := margin+edge+pad, s.y+pad
	s.letter(true, size, look.ink)
	y += s.lines(x, y, text)
	if parts != nil {
		for _, p := range parts {
			s.box(x+p.X/1000*(s.inner()-edge-2*pad), y+3, p.W/1000*(s.inner()-edge-2*pad), 5, p.Tone.look().bar)
		}
		y += 14
	}
	for _, r := range rows {
		s.counts(x, y, r)
		y += bodySize * leading
	}
	s.y += h + 8
}

const countGap, swatch = 18.0, 6.0

func (c Count) words() string { return strconv.Itoa(c.N) + " " + printable(c.Label) }

// countRows puts the counts in rows.
func (s *sheet) countRows(all []Count, width float64) [][]Count {
	s.letter(true, bodySize, ink)
	var rows [][]Count
	used := width + 1
	for _, c := range all {
		w := s.measure(c.words()) + countGap + swatch
		if used+w > width {
			rows, used = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], c)
		used += w
	}
	return rows
}

func (s *sheet) counts(x, y float64, row []Count) {
	for _, c := range row {
		s.box(x, y+3.5, swatch, swatch, c.Tone.look().bar)
		s.letter(false, bodySize, ink)
		l := first(wrap(c.words(), s.inner()/2, s.measure))
		s.lines(x+swatch+4, y, l)
		x += s.measure(l[0]) + swatch + countGap
	}
}
