package report

import (
	"fmt"

	"codeberg.org/go-pdf/fpdf"
)

// A4, in points, and what is left free around.
const (
	shortSide, longSide = 595.28, 841.89
	margin              = 48.0
	below               = 54.0 // room of the footer
	wideFrom            = 8    // columns from which on pages lie on their side
)

// The sizes of letters, in points.
const (
	titleSize   = 20.0
	headingSize = 13.0
	bodySize    = 9.5
	tableSize   = 7.5
	footSize    = 7.0
	leading     = 1.4 // of lines, times the size
)

var (
	ink  = [3]int{28, 33, 40}
	soft = [3]int{87, 96, 106}
	line = [3]int{208, 215, 222}
	band = [3]int{243, 245, 247}
)

// sheet is a PDF that is being written, from the top down.
type sheet struct {
	d             *Document
	doc           *fpdf.Fpdf
	width, height float64
	y             float64 // upper edge of what comes next
	widths        map[bool]map[rune]float64
	bold          bool
	size          float64
}

func newSheet(d *Document) *sheet {
	s := &sheet{d: d, width: shortSide, height: longSide, widths: map[bool]map[rune]float64{false: {}, true: {}}}
	if d.wide() {
		s.width, s.height = longSide, shortSide
	}
	s.doc = NewPaper(printable(d.Title), d.Date, s.width, s.height)
	s.newPage()
	return s
}

// wide reports whether a table is too wide for an upright page.
func (d *Document) wide() bool {
	for _, sec := range d.Sections {
		for _, b := range sec.Blocks {
			if t, ok := b.(Table); ok && len(t.Head) >= wideFrom {
				return true
			}
		}
	}
	return false
}

func (s *sheet) newPage() {
	s.doc.AddPage()
	s.y = margin
}

// room starts a new page if less than so much is left, and says whether it did.
func (s *sheet) room(h float64) bool {
	if s.y+h <= s.height-below || s.y == margin {
		return false
	}
	s.newPage()
	return true
}

func (s *sheet) inner() float64 { return s.width - 2*margin }

// letter picks letters.
func (s *sheet) letter(bold bool, size float64, colour [3]int) {
	style := ""
	if bold {
		style = "B"
	}
	s.bold, s.size = bold, size
	s.doc.SetFont(Font, style, size)
	s.doc.SetTextColor(colour[0], colour[1], colour[2])
}

// measure is the width of a text in the present letters. Widths are kept by
// character: the library looks each up anew.
func (s *sheet) measure(t string) float64 {
	sum, known := 0.0, s.widths[s.bold]
	for _, r := range t {
		w, ok := known[r]
		if !ok {
			w = s.doc.GetStringWidth(string(r)) / s.size
			known[r] = w
		}
		sum += w
	}
	return sum * s.size
}

// lines writes lines at x from y on and returns the height they took.
func (s *sheet) lines(x, y float64, lines []string) float64 {
	step := s.size * leading
	for i, l := range lines {
		if l != "" {
			s.doc.Text(x, y+float64(i)*step+s.size, l)
		}
	}
	return float64(len(lines)) * step
}

// paragraph writes wrapped lines across the page, over as many pages as it takes.
func (s *sheet) paragraph(indent float64, text string) {
	bold, size, step := s.bold, s.size, s.size*leading
	r, g, b := s.doc.GetTextColor()
	for _, l := range wrap(text, min(s.inner(), 500)-indent, s.measure) {
		if s.room(step) {
			s.letter(bold, size, [3]int{r, g, b})
		}
		s.lines(margin+indent, s.y, []string{l})
		s.y += step
	}
}

func (s *sheet) box(x, y, w, h float64, colour [3]int) {
	s.doc.SetFillColor(colour[0], colour[1], colour[2])
	s.doc.Rect(x, y, w, h, "F")
}

func (s *sheet) rule(y float64, width float64, colour [3]int) {
	s.box(margin, y, s.inner(), width, colour)
}

// head writes title and facts.
func (s *sheet) head() {
	s.letter(true, titleSize, ink)
	s.paragraph(0, s.d.Title)
	s.letter(false, bodySize+1.5, soft)
	if s.d.Subtitle != "" {
		s.paragraph(0, s.d.Subtitle)
	}
	s.letter(false, bodySize, soft)
	if !s.d.Date.IsZero() {
		s.paragraph(0, s.d.Made())
	}
	if len(s.d.Facts) == 0 {
		return
	}
	s.y += 8
	s.rule(s.y, 1.2, ink)
	s.y += 8
	for _, f := range s.d.Facts {
		s.fact(f)
	}
}

func (s *sheet) fact(f Fact) {
	const labels = 120.0
	s.letter(false, bodySize, soft)
	label := wrap(f.Label, labels-10, s.measure)
	value := wrap(f.Value, s.inner()-labels, s.measure)
	step := bodySize * leading
	for i := range max(len(label), len(value)) {
		s.room(step)
		if i < len(label) {
			s.letter(false, bodySize, soft)
			s.lines(margin, s.y, label[i:i+1])
		}
		if i < len(value) {
			s.letter(false, bodySize, ink)
			s.lines(margin+labels, s.y, value[i:i+1])
		}
		s.y += step
	}
}

// heading writes a heading that stays with what follows it.
func (s *sheet) heading(text string, level int) {
	if s.y > margin {
		s.y += 18
	}
	s.room(headingSize*leading + 60)
	s.doc.Bookmark(printable(text), level, s.y)
	s.letter(true, headingSize, ink)
	s.paragraph(0, text)
	s.y += 4
}

func (s *sheet) section(sec Section) {
	s.heading(sec.Heading, 0)
	for _, b := range sec.Blocks {
		switch b := b.(type) {
		case Text:
			s.letter(false, bodySize, ink)
			s.paragraph(0, string(b))
			s.y += 5
		case List:
			s.list(b)
		case Verdict:
			s.verdict(b)
		case Table:
			s.table(b)
		case Figure:
			s.figure(b)
		}
	}
}

func (s *sheet) list(l List) {
	for _, item := range l {
		s.letter(false, bodySize, ink)
		s.room(bodySize * leading)
		s.lines(margin+2, s.y, []string{"•"})
		s.paragraph(14, item)
	}
	s.y += 5
}

// footers writes the foot of every page, now that their number is known.
func (s *sheet) footers() {
	n := s.doc.PageNo()
	for i := 1; i <= n; i++ {
		s.doc.SetPage(i)
		// The page has its own letters; the library remembers those of the last.
		s.doc.SetFont(Font, "B", footSize+1)
		s.letter(false, footSize, soft)
		y := s.height - below + 16
		s.box(margin, y-6, s.inner(), 0.5, line)
		no := fmt.Sprintf("page %d of %d", i, n)
		s.lines(s.width-margin-s.measure(no), y, []string{no})
		foot := wrap(s.d.Footer, s.inner()-90, s.measure)
		s.lines(margin, y, foot[:min(len(foot), 2)])
	}
}

// signatures draws lines to sign on, two beside each other.
func (s *sheet) signatures(all []Signature) {
	if len(all) == 0 {
		return
	}
	const tall = 88.0
	s.y += 18
	// All on one page, where one page can hold them.
	if h := headingSize*leading + 30 + tall*float64((len(all)+1)/2); h < s.height-below-margin {
		s.room(h)
	}
	s.heading("Signatures", 0)
	gap := 30.0
	w := (s.inner() - gap) / 2
	for i, sig := range all {
		if i%2 == 0 && i > 0 {
			s.y += tall
			s.room(tall)
		}
		s.signature(margin+float64(i%2)*(w+gap), w, sig)
	}
	s.y += tall
}

func (s *sheet) signature(x, w float64, sig Signature) {
	y := s.y + 44
	s.box(x, y, w, 0.7, ink)
	y += 3
	s.letter(true, bodySize, ink)
	y += s.lines(x, y, first(wrap(sig.Role, w, s.measure)))
	s.letter(false, bodySize-1, soft)
	who := sig.Name
	if who != "" && sig.Organisation != "" {
		who += ", "
	}
	y += s.lines(x, y, first(wrap(who+sig.Organisation, w, s.measure)))
	s.lines(x, y, []string{"Place, date, signature"})
}

// first is the first line.
func first(lines []string) []string { return lines[:min(len(lines), 1)] }
