package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tone is what a cell or a verdict says at a glance.
type Tone uint8

// The tones. The zero Tone is Neutral.
const (
	Neutral Tone = iota
	Pass
	Fail
	Open // not decided yet
)

// look is how a tone is shown.
type look struct {
	name       string
	ink, paper [3]int // on paper, red green blue; 4.5:1 at least
	bar        [3]int
}

// looks is the table of tones. The colours of the page in a browser stand in
// style.css under the same names.
var looks = [...]look{
	Neutral: {"", [3]int{28, 33, 40}, [3]int{255, 255, 255}, [3]int{139, 148, 158}},
	Pass:    {"pass", [3]int{17, 99, 41}, [3]int{223, 245, 228}, [3]int{45, 135, 75}},
	Fail:    {"fail", [3]int{161, 14, 30}, [3]int{255, 230, 230}, [3]int{196, 40, 50}},
	Open:    {"open", [3]int{122, 75, 0}, [3]int{255, 242, 208}, [3]int{214, 150, 20}},
}

func (t Tone) look() look {
	if int(t) < len(looks) {
		return looks[t]
	}
	return looks[Neutral]
}

// String returns pass, fail, open, and nothing for Neutral.
func (t Tone) String() string { return t.look().name }

// Told is the text with its tone in words: a text that does not have the word
// itself gets it in front.
func (c Cell) Told() string {
	word := c.Tone.String()
	switch {
	case word == "" || hasWord(c.Text, word):
		return c.Text
	case c.Text == "":
		return word
	}
	return word + ": " + c.Text
}

// hasWord reports whether a text has a word that begins so: failed says fail.
func hasWord(text, word string) bool {
	for f := range strings.FieldsSeq(strings.ToLower(text)) {
		if strings.HasPrefix(strings.Trim(f, "(:,.;"), word) {
			return true
		}
	}
	return false
}

// Told is the verdict with its tone in words, which begin it.
func (v Verdict) Told() string {
	told := Cell{v.Text, v.Tone}.Told()
	r, n := utf8.DecodeRuneInString(told)
	if r == utf8.RuneError {
		return told
	}
	return string(unicode.ToUpper(r)) + told[n:]
}
