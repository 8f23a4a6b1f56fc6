package study

import (
	"io"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"switchroom/report"
)

// pdf draws on a PDF page, on light paper.
type pdf struct{ doc *fpdf.Fpdf }

func newPDF(title string, made time.Time) *pdf {
	doc := report.NewPaper(title, made, pageWidth, pageHeight) // the same plot is the same file
	doc.AddPage()
	doc.SetLineJoinStyle("round")
	return &pdf{doc}
}

func (p *pdf) stroke(all []xy, with pen) {
	if len(all) < 2 {
		return
	}
	p.doc.SetDrawColor(rgb(with.role))
	p.doc.SetLineWidth(with.width)
	p.doc.SetDashPattern(with.dash, 0)
	p.path(all)
	p.doc.DrawPath("D")
}

func (p *pdf) fill(all []xy, with role, opacity float64) {
	p.doc.SetFillColor(rgb(with))
	p.doc.SetAlpha(opacity, "Normal")
	p.path(all)
	p.doc.ClosePath()
	p.doc.DrawPath("F")
	p.doc.SetAlpha(1, "Normal")
}

func (p *pdf) path(all []xy) {
	p.doc.MoveTo(all[0].x, all[0].y)
	for _, v := range all[1:] {
		p.doc.LineTo(v.x, v.y)
	}
}

func (p *pdf) text(at xy, s string, l lettering) {
	style := ""
	if l.bold {
		style = "B"
	}
	p.doc.SetFont(report.Font, style, l.size*0.94) // as wide as Helvetica
	p.doc.SetTextColor(rgb(l.role))
	shift := 0.0
	if l.anchor != start {
		shift = p.doc.GetStringWidth(s) / float64(3-l.anchor)
	}
	if l.turned {
		p.doc.TransformBegin()
		p.doc.TransformRotate(90, at.x, at.y)
		defer p.doc.TransformEnd()
	}
	p.doc.Text(at.x-shift, at.y, s)
}

func (p *pdf) clip(from, to xy) {
	p.doc.ClipRect(from.x, from.y, to.x-from.x, to.y-from.y, false)
}

// unclip ends a clip. The page then has the colours from before it; the library
// does not know, and would leave out those it believes are set.
func (p *pdf) unclip() {
	p.doc.ClipEnd()
	p.doc.SetFillColor(rgb(paper))
}

func (p *pdf) writeTo(w io.Writer) error { return p.doc.Output(w) }

// rgb is the colour of a role on light paper.
func rgb(r role) (red, green, blue int) {
	n, _ := strconv.ParseUint(colours[r].light[1:], 16, 32) // a table of ours
	return int(n >> 16), int(n >> 8 & 255), int(n & 255)
}
