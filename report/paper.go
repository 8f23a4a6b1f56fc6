package report

import (
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Font is the family of the letters on paper, with the styles "" and "B": the Go
// fonts. The fonts that every reader has lack Δ and Ω.
const Font = "go"

// NewPaper returns an empty PDF with pages of so many points, with the letters of
// [Font], on which the same drawing is the same bytes. A zero made is 2000-01-01:
// the library would take the present.
func NewPaper(title string, made time.Time, width, height float64) *fpdf.Fpdf {
	if made.IsZero() {
		made = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: width, Ht: height}})
	doc.SetCatalogSort(true)
	doc.SetCreationDate(made)
	doc.SetModificationDate(made)
	doc.SetTitle(title, true)
	doc.SetProducer("Switchroom", true)
	doc.SetLang("en")
	doc.SetAutoPageBreak(false, 0)
	doc.AddUTF8FontFromBytes(Font, "", goregular.TTF)
	doc.AddUTF8FontFromBytes(Font, "B", gobold.TTF)
	return doc
}

// WritePDF writes the document as a PDF of A4 pages, on their side if a table has
// more than seven columns.
func (d *Document) WritePDF(w io.Writer) error {
	s := newSheet(d)
	s.head()
	for _, sec := range d.Sections {
		s.section(sec)
	}
	s.signatures(d.Signatures)
	s.footers()
	return s.doc.Output(w)
}
