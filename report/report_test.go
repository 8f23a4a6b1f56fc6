package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden page anew")

// sample has every kind of block, and every letter that people will put in.
func sample() *Document {
	return &Document{
		Title: "Factory acceptance: Werk Süd", Subtitle: "Supervision “Leitwarte 1” against forty virtual breakers",
		Date:  time.Date(2026, 11, 27, 14, 30, 0, 0, time.UTC),
		Facts: []Fact{{"Site", "Werk Süd, Gebäude 3"}, {"System under test", "Contrôle général é à ç œ, version 8.1"}, {"Checksum", strings.Repeat("0123456789abcdef", 4)}},
		Sections: []Section{
			{"Result", []Block{
				Verdict{Fail, "3 of 120 steps did not pass", []Count{{Pass, "passed", 112}, {Fail, "failed", 3}, {Open, "by hand", 4}, {Neutral, "not run", 1}}},
				Text("The order of the steps follows the general structure of IEC 62381.\nResistance in Ω, current in µA, 1.5 × In, IΔn, mm²."),
				List{"<script>alert(1)</script> is a text like any other", "Größe & Maß: äöüß ÄÖÜ € √3 ≤ ≥ …"},
			}},
			{"Steps", []Block{Table{Head: []string{"Step", "Breaker", "Expected", "Shown", "Verdict"}, Rows: rows(60)}}},
		},
		Signatures: []Signature{{"Integrator", "Jürgen Groß", "Anlagenbau GmbH"}, {"Customer", "", "Société Électrique"}, {"Witness", "", ""}},
		Footer:     "SHA-256 " + strings.Repeat("0123456789abcdef", 4),
	}
}

func rows(n int) [][]Cell {
	var out [][]Cell
	for i := range n {
		v := Cell{"pass", Pass}
		shown := Cell{fmt.Sprintf("%d.25 A", i), Neutral}
		switch i % 13 {
		case 4:
			v, shown = Cell{"word-swap: the two words of each 32 bits are swapped (CDAB)", Fail}, Cell{"6.02e+23 A", Neutral}
		case 7:
			v = Cell{"for a person to judge", Open}
		}
		out = append(out, []Cell{{fmt.Sprintf("Q%02d current.l%d", i/3+1, i%3+1), Neutral}, {fmt.Sprintf("Q%02d", i/3+1), Neutral}, {fmt.Sprintf("%d.25 A", i), Neutral}, shown, v})
	}
	return out
}

func html(t testing.TB, d *Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func pdf(t testing.TB, d *Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.WritePDF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHTML holds the page to the one that somebody has looked at.
func TestHTML(t *testing.T) {
	got, golden := html(t, sample()), filepath.Join("testdata", "sample.html")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the page differs from %s; look at it in a browser, then run the test with -update", golden)
	}
}

// TestNothingIsMarkup: a text can be anything and stays a text.
func TestNothingIsMarkup(t *testing.T) {
	const evil = `"><script>x</script><img src=x onerror=y>&lt;` + "`{{.}}"
	d := &Document{Title: evil, Subtitle: evil, Facts: []Fact{{evil, evil}}, Footer: evil, Signatures: []Signature{{evil, evil, evil}},
		Sections: []Section{{evil, []Block{Text(evil), List{evil}, Verdict{Pass, evil, []Count{{Fail, evil, 1}}}, Table{Head: []string{evil}, Rows: [][]Cell{{{evil, Fail}}}}}}}}
	page := html(t, d)
	for _, not := range []string{"<script", "<img"} {
		if strings.Contains(page, not) {
			t.Errorf("%q came through", not)
		}
	}
	if n := strings.Count(page, "&lt;script&gt;x"); n != 16 {
		t.Errorf("the text stands %d times on the page, want 16", n)
	}
	pdf(t, d)
}

func TestToneIsTold(t *testing.T) {
	for _, c := range []struct {
		cell Cell
		want string
		why  string
	}{
		{Cell{"12 A", Neutral}, "12 A", "nothing to tell"},
		{Cell{"", Fail}, "fail", "a colour alone tells nothing"},
		{Cell{"12 A", Fail}, "fail: 12 A", "the word is missing"},
		{Cell{"3 failed", Fail}, "3 failed", "the word is there"},
		{Cell{"passed", Pass}, "passed", "the word is there"},
		{Cell{"bypass", Pass}, "pass: bypass", "within another word it is not the word"},
		{Cell{"x", Tone(99)}, "x", "a tone that is none is neutral"},
	} {
		if got := c.cell.Told(); got != c.want {
			t.Errorf("%+v is told as %q, want %q: %s", c.cell, got, c.want, c.why)
		}
	}
}

// TestPDFText reads the PDF with a program that knows nothing of ours.
func TestPDFText(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("SKIPPED: pdftotext is not installed (apt-get install poppler-utils); the text of the PDF is not checked")
	}
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf(t, sample()))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	for _, want := range []string{
		"Factory acceptance: Werk Süd", "Contrôle général é à ç œ", "Ω", "µA", "1.5 × In", "IΔn", "mm²", "äöüß ÄÖÜ €", "√3 ≤ ≥",
		"<script>alert(1)</script>", "Fail: 3 of 120 steps", "fail: word-swap", "open: for a person", "Q20 current.l3", "Jürgen Groß, Anlagenbau GmbH",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the PDF lacks %q", want)
		}
	}
	pages := strings.Split(strings.TrimSuffix(text, "\f"), "\f")
	for i, p := range pages {
		if want := fmt.Sprintf("page %d of %d", i+1, len(pages)); !strings.Contains(p, want) {
			t.Errorf("page %d lacks %q", i+1, want)
		}
		if strings.Contains(p, "current.l") && !strings.Contains(p, "Expected") {
			t.Errorf("page %d has rows and no head", i+1)
		}
	}
	if len(pages) < 2 {
		t.Error("the sample has one page: the head that stands again is not tried")
	}
}

func TestSameBytes(t *testing.T) {
	for range 3 {
		if !bytes.Equal(pdf(t, sample()), pdf(t, sample())) {
			t.Fatal("two PDFs of one document differ")
		}
	}
	if d := new(Document); !bytes.Equal(pdf(t, d), pdf(t, d)) {
		t.Error("two PDFs of an empty document differ")
	}
}

// TestLongTable: 4,000 rows are a file that can be mailed.
func TestLongTable(t *testing.T) {
	d := sample()
	d.Sections[1].Blocks = []Block{Table{Head: d.Sections[1].Blocks[0].(Table).Head, Rows: rows(4000)}}
	began := time.Now()
	if n := len(pdf(t, d)); n > 3<<20 {
		t.Errorf("the PDF has %d kB", n>>10)
	} else {
		t.Logf("%d kB in %v", n>>10, time.Since(began))
	}
	if n := len(html(t, d)); n > 3<<20 {
		t.Errorf("the page has %d kB", n>>10)
	}
}

// FuzzDocument: no text changes the page, and a text comes out of the wrapping
// whole, in lines that fit.
func FuzzDocument(f *testing.F) {
	f.Add("a", "b\nc", uint8(2), uint8(3), int64(4))
	f.Add("\x00\xff\u202e🎉", strings.Repeat("long", 300), uint8(9), uint8(1), int64(-1))
	f.Add(strings.Repeat("word ", 600), "", uint8(0), uint8(0), int64(1<<62))
	f.Fuzz(func(t *testing.T, a, b string, columns, tone uint8, n int64) {
		if page := html(t, odd(a, b, columns, tone, n)); strings.Count(page, "<section") != 2 || strings.Contains(strings.ToLower(page), "<script") {
			t.Error("a text has changed the page")
		}
		measure := func(s string) float64 { return float64(utf8.RuneCountInString(s)) }
		width := float64(columns%40 + 1)
		lines := wrap(a, width, measure)
		if bare(strings.Join(lines, "")) != bare(printable(a)) {
			t.Errorf("%q was wrapped to %q", a, lines)
		}
		for _, l := range lines {
			if measure(l) > width {
				t.Errorf("%q is wider than %v", l, width)
			}
		}
	})
}

// bare is a text without what a line may begin or end with.
func bare(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }

// odd is a document of any texts and sizes.
func odd(a, b string, columns, tone uint8, n int64) *Document {
	head := make([]string, columns%20)
	for i := range head {
		head[i] = b
	}
	row := []Cell{{a, Tone(tone)}, {b, Fail}, {a + b, Pass}}
	return &Document{Title: a, Subtitle: b, Facts: []Fact{{a, b}}, Footer: b, Signatures: []Signature{{a, b, a}}, Sections: []Section{{b, []Block{
		Text(a), List{b}, nil, Verdict{Tone(tone), a, []Count{{Pass, b, int(n)}, {Fail, a, 3}}}, Table{Head: head, Rows: [][]Cell{row, nil, row}, Widths: []float64{float64(tone), 1}},
	}}}}
}

// TestAnyPDF: no text and no size breaks a PDF.
func TestAnyPDF(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("ab Ω🎉\n\x00/-")), 0, 900, -1))
		d := odd(text.Draw(r, "a"), text.Draw(r, "b"), rapid.Uint8().Draw(r, "columns"), rapid.Uint8().Draw(r, "tone"), rapid.Int64().Draw(r, "n"))
		if out := pdf(t, d); !bytes.HasPrefix(out, []byte("%PDF-")) {
			r.Error("no PDF")
		}
	})
}

// TestWriteSamples writes the sample where a person can look at it.
func TestWriteSamples(t *testing.T) {
	dir := os.Getenv("SWITCHROOM_SAMPLES")
	if dir == "" {
		t.Skip("SKIPPED: set SWITCHROOM_SAMPLES to a folder to look at the page and the PDF")
	}
	for name, data := range map[string][]byte{"sample.html": []byte(html(t, sample())), "sample.pdf": pdf(t, sample())} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
