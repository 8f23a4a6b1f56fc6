// Package report turns a document into a page for the browser and into a PDF:
// headings, text, lists, tables and a verdict, to read on a screen or a phone, to
// print, and to sign. Both are one file each that needs nothing else, and the same
// document gives the same bytes.
//
// It knows nothing of breakers, and it interprets no markup: text comes out as it
// is, whatever it contains. A verdict is never told by its colour alone.
package report

import (
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Document is what is reported.
type Document struct {
	Title      string
	Subtitle   string
	Date       time.Time // when it was made; zero: not told
	Facts      []Fact    // what it is about, above everything else
	Sections   []Section
	Signatures []Signature // lines to sign on, at the end
	Footer     string      // on every page: a checksum, say
}

// Fact is a label and a value.
type Fact struct{ Label, Value string }

// Section is a heading and what stands below it.
type Section struct {
	Heading string
	Blocks  []Block
}

// Block is a part of a section: Text, List, Table, Verdict or Figure.
type Block interface{ block() }

// Text is a paragraph; line ends in it are kept.
type Text string

// List is a list of points.
type List []string

// Table is rows under a head. A row may have fewer cells than the head; cells
// beyond it are left out. The first column names the row.
type Table struct {
	Head   []string
	Rows   [][]Cell
	Widths []float64 // of the columns on paper, one to another; empty: by content
}

// Cell is a text with a tone.
type Cell struct {
	Text string
	Tone Tone
}

// Verdict is a line that nobody overlooks, with counts below it.
type Verdict struct {
	Tone   Tone
	Text   string
	Counts []Count
}

// Figure is a drawing with what it shows in words, for who cannot see it.
type Figure struct {
	Caption       string
	Width, Height float64                    // of the drawing, in points
	Paper         func(doc *fpdf.Fpdf) error // draws it with its upper left corner at 0, 0
	SVG           func(w io.Writer) error    // writes it for a page
}

// Count is how many there are of something.
type Count struct {
	Tone  Tone
	Label string
	N     int
}

// Signature is a line to sign on. What is empty is left to fill in by hand.
type Signature struct{ Role, Name, Organisation string }

func (Text) block()    {}
func (List) block()    {}
func (Table) block()   {}
func (Verdict) block() {}
func (Figure) block()  {}
