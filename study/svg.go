package study

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// colours of each role on light and on dark paper. Those of the devices are
// told apart by people who do not see all colours (Okabe and Ito, 2008),
// lighter where the paper is dark.
var colours = [...]struct{ light, dark string }{
	paper:      {"#ffffff", "#15181c"},
	ink:        {"#1a1d21", "#e8eaed"},
	quiet:      {"#5a6270", "#9aa3af"},
	frame:      {"#1a1d21", "#aab2bd"},
	strong:     {"#b4bac4", "#4a525e"},
	faint:      {"#e3e6ea", "#2a3038"},
	device + 0: {"#0072b2", "#56b4e9"},
	device + 1: {"#d55e00", "#ff9040"},
	device + 2: {"#008a63", "#2fd0a0"},
	device + 3: {"#a8408a", "#e59ac9"},
	device + 4: {"#8a6d00", "#e6c229"},
	device + 5: {"#4a4ec0", "#a3a6ff"},
	device + 6: {"#b0122f", "#ff7088"},
	device + 7: {"#3d6b73", "#8fc4cd"},
}

// svg draws on an SVG image. Colours stand as attributes, for programs that
// know no style sheets; a style sheet turns them for dark pages.
type svg struct {
	body  bytes.Buffer
	clips int
	title string
}

func newSVG(title string) *svg { return &svg{title: title} }

func (s *svg) stroke(p []xy, with pen) {
	if len(p) < 2 {
		return
	}
	fmt.Fprintf(&s.body, `<path class="s%d" d="%s" fill="none" stroke="%s" stroke-width="%g" stroke-linejoin="round"`, with.role, pathOf(p), colours[with.role].light, with.width)
	if len(with.dash) > 0 {
		fmt.Fprintf(&s.body, ` stroke-dasharray="%s"`, strings.Trim(fmt.Sprint(with.dash), "[]"))
	}
	s.body.WriteString("/>\n")
}

func (s *svg) fill(p []xy, with role, opacity float64) {
	fmt.Fprintf(&s.body, `<path class="f%d" d="%sZ" fill="%s" fill-opacity="%g"/>`+"\n", with, pathOf(p), colours[with].light, opacity)
}

func (s *svg) text(at xy, text string, l lettering) {
	fmt.Fprintf(&s.body, `<text class="f%d" x="%.1f" y="%.1f" font-size="%g" fill="%s"`, l.role, at.x, at.y, l.size, colours[l.role].light)
	if l.anchor != start {
		fmt.Fprintf(&s.body, ` text-anchor="%s"`, [...]string{"start", "middle", "end"}[l.anchor])
	}
	if l.bold {
		s.body.WriteString(` font-weight="bold"`)
	}
	if l.turned {
		fmt.Fprintf(&s.body, ` transform="rotate(-90 %.1f %.1f)"`, at.x, at.y)
	}
	fmt.Fprintf(&s.body, ">%s</text>\n", escape(text))
}

func (s *svg) clip(from, to xy) {
	s.clips++
	fmt.Fprintf(&s.body, `<clipPath id="c%d"><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"/></clipPath><g clip-path="url(#c%d)">`+"\n",
		s.clips, from.x, from.y, to.x-from.x, to.y-from.y, s.clips)
}

func (s *svg) unclip() { s.body.WriteString("</g>\n") }

func pathOf(p []xy) string {
	var b strings.Builder
	for i, v := range p {
		c := byte('L')
		if i == 0 {
			c = 'M'
		}
		fmt.Fprintf(&b, "%c%.2f %.2f", c, v.x, v.y)
	}
	return b.String()
}

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}

func (s *svg) writeTo(w io.Writer) error {
	var dark strings.Builder
	for i, c := range colours {
		fmt.Fprintf(&dark, ".f%d{fill:%s}.s%d{stroke:%s}", i, c.dark, i, c.dark)
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="Helvetica, Arial, sans-serif" role="img">
<title>%s</title>
<style>@media (prefers-color-scheme: dark){%s}</style>
%s</svg>
`, pageWidth, pageHeight, pageWidth, pageHeight, escape(s.title), dark.String(), s.body.String())
	return err
}
