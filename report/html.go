package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
)

//go:embed style.css
var style string

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{"bar": bar, "view": viewOf}).Parse(pageText))

// policy allows the one style sheet, by its hash, and nothing else: no script, no
// picture, no connection, whatever a text in the document tries.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}()

// WriteHTML writes the document as one page that needs nothing else.
func (d *Document) WriteHTML(w io.Writer) error {
	b := bufio.NewWriterSize(w, 64<<10)
	err := page.Execute(b, struct {
		*Document
		Policy string
		Style  template.CSS
	}{d, policy, template.CSS(style)})
	if err != nil {
		return err
	}
	return b.Flush()
}

// Made is the date as it is printed.
func (d *Document) Made() string { return d.Date.Format("2006-01-02 15:04 MST") }

// view is a block for the template, which cannot tell types apart.
type view struct {
	Kind    string
	Text    Text
	List    List
	Table   Table
	Verdict Verdict
	Caption string
	Image   template.URL // of a figure
}

func viewOf(b Block) view {
	switch b := b.(type) {
	case Text:
		return view{Kind: "text", Text: b}
	case List:
		return view{Kind: "list", List: b}
	case Verdict:
		return view{Kind: "verdict", Verdict: b}
	case Table:
		return view{Kind: "table", Table: b}
	case Figure:
		return view{Kind: "figure", Caption: b.Caption, Image: b.image()}
	}
	return view{Kind: "text"}
}

// Lines are the rows with exactly the cells of the head.
func (t Table) Lines() [][]Cell {
	out := make([][]Cell, len(t.Rows))
	for i, r := range t.Rows {
		if out[i] = r; len(r) != len(t.Head) {
			out[i] = make([]Cell, len(t.Head))
			copy(out[i], r)
		}
	}
	return out
}

// part is a piece of the bar under a verdict, in thousandths of its width.
type part struct {
	Tone Tone
	X, W float64
}

// bar divides a thousand among the counts. Of what there is at least one, something
// can be seen.
func bar(counts []Count) []part {
	total := 0.0
	for _, c := range counts {
		total += share(c)
	}
	if total == 0 {
		return nil
	}
	var out []part
	x, least := 0.0, total/250
	total = 0
	for _, c := range counts {
		if share(c) > 0 {
			total += max(share(c), least)
		}
	}
	for _, c := range counts {
		if share(c) > 0 {
			w := max(share(c), least) / total * 1000
			out = append(out, part{c.Tone, x, w})
			x += w
		}
	}
	return out
}

func share(c Count) float64 { return max(0, float64(c.N)) }

// image is the drawing inside of the page. One that cannot be drawn is its caption alone.
func (f Figure) image() template.URL {
	var b bytes.Buffer
	if f.SVG == nil || f.SVG(&b) != nil {
		return ""
	}
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(b.Bytes()))
}
