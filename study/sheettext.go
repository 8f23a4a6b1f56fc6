package study

import "fmt"

// drawGrid draws the lines and numbers of both axes.
func (s *sheet) drawGrid(c canvas) {
	numbers := lettering{role: ink, size: 8, anchor: middle}
	for _, t := range ticks(s.x.low, s.x.high) {
		x := s.x.at(t.value)
		c.stroke([]xy{{x, s.y.b}, {x, s.y.a}}, t.pen())
		if t.labelled {
			c.text(xy{x, s.y.a + 12}, axisAmperes(t.value), numbers)
		}
	}
	numbers.anchor = end
	for _, t := range ticks(s.y.low, s.y.high) {
		y := s.y.at(t.value)
		c.stroke([]xy{{s.x.a, y}, {s.x.b, y}}, t.pen())
		if t.labelled {
			c.text(xy{s.x.a - 4, y + 3}, fmt.Sprintf("%g", t.value), numbers)
		}
	}
	titles := lettering{role: ink, size: 9, anchor: middle}
	c.text(xy{(s.x.a + s.x.b) / 2, s.y.a + 27}, "current (A, true RMS)", titles)
	titles.turned = true
	c.text(xy{20, (s.y.a + s.y.b) / 2}, "time (s)", titles)
}

func axisAmperes(a float64) string {
	if a >= 1000 {
		return fmt.Sprintf("%gk", a/1000)
	}
	return fmt.Sprintf("%g", a)
}

type tick struct {
	value    float64
	decade   bool
	labelled bool
}

func (t tick) pen() pen {
	if t.decade {
		return pen{role: strong, width: 0.7}
	}
	return pen{role: faint, width: 0.4}
}

// ticks are the whole multiples of powers of ten from low to high; 1, 2 and 5
// are labelled.
func ticks(low, high float64) []tick {
	var all []tick
	for unit := decadeOf(low); unit <= high; unit *= 10 {
		for m := 1.0; m < 10; m++ {
			v := m * unit
			if v < low*0.9999 || v > high*1.0001 {
				continue
			}
			all = append(all, tick{v, m == 1, m == 1 || m == 2 || m == 5})
		}
	}
	return all
}

// drawLegend writes what each band stands for, two side by side.
func (s *sheet) drawLegend(c canvas) {
	y := s.legend
	column := (float64(right) - left) / 2
	for i := range s.Devices {
		x := left + column*float64(i%2)
		s.drawKey(c, i, xy{x, y})
		if i%2 == 1 {
			y += s.rowHeight(i-1) + legendGap
		}
	}
}

func (s *sheet) drawKey(c canvas, i int, at xy) {
	r := device + role(i)
	c.fill(box(at.x, at.y+1, at.x+18, at.y+10), r, 0.22)
	c.stroke([]xy{{at.x, at.y + 5.5}, {at.x + 18, at.y + 5.5}}, pen{role: r, width: 1.8, dash: dashes[i%len(dashes)]})
	c.text(xy{at.x + 24, at.y + 9}, shorten(s.Devices[i].Name), lettering{role: ink, size: 10, bold: true})
	for k, line := range Legend(s.Devices[i]) {
		c.text(xy{at.x + 24, at.y + 9 + float64(k+1)*legendLine}, line, lettering{role: ink, size: 8.5})
	}
}

// shorten keeps a name within its column.
func shorten(name string) string {
	const most = 40
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}

func (s *sheet) footer() []string {
	return []string{
		bandText[s.Band],
		"By curves only: limits by energy and self-protection above Ii are the maker's, and not in this diagram.",
		"Times are mostly the predecessor's as published; middles are ours. Masterpact MTZ-compatible, not affiliated.",
	}
}

func (s *sheet) drawFooter(c canvas) {
	lines := s.footer()
	y := float64(pageHeight-bottomMargin) - footerLine*float64(len(lines)-1)
	for i, line := range lines {
		c.text(xy{left, y + footerLine*float64(i)}, line, lettering{role: quiet, size: 7.5})
	}
}
