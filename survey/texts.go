package survey

import (
	"switchroom/regmap"
)

// place is what the map says of a register, for one who looks for what it should
// not hold.
type place byte

const (
	noRow    place = iota // no row, or a gap
	number                // of a row of numbers or bits
	doubtful              // the same, and what was read cannot be that, or is one register of two letters
	plain                 // of a text that may be shared
)

// contents hides what betrays itself by its content. Each answer is searched, and
// what all of them have together, since a text may be cut between two requests.
func (r *redactor) contents() {
	at := r.places()
	for i := range r.c.Answers {
		a := &r.c.Answers[i]
		r.search(a.Span(), a.Words, at)
	}
	v := r.c.View()
	for _, run := range v.Runs() {
		words := make([]uint16, run.Count)
		for i := range words {
			words[i] = v.words[run.First+regmap.Register(i)]
		}
		r.search(run, words, at)
	}
}

func (r *redactor) places() map[regmap.Register]place {
	at := map[regmap.Register]place{}
	rows := r.m.Rows()
	for i := range rows {
		row := &rows[i]
		if row.Kind == regmap.Gap {
			continue
		}
		p := number
		if row.Kind == regmap.Chars {
			p = plain // or hidden already
		}
		for k := range row.Count {
			at[row.Register+regmap.Register(k)] = p
		}
	}
	r.doubt(at)
	return at
}

// doubt marks the rows whose content is not what the map says. Many a float is
// four letters; a text that stands where numbers should be is hardly ever a
// number throughout.
func (r *redactor) doubt(at map[regmap.Register]place) {
	v := r.c.View()
	for _, j := range Judge(v, r.m, true) {
		for k := range j.Row.Count {
			here := j.Row.Register + regmap.Register(k)
			w, _ := v.Word(here)
			if at[here] == number && (j.Verdict == Contradicts || j.Row.Count == 1 && letters(w) == 2) {
				at[here] = doubtful
			}
		}
	}
}

// search hides what one row of words betrays.
func (r *redactor) search(s Span, words []uint16, at map[regmap.Register]place) {
	for i := 0; i < len(words); {
		n := run(words[i:], func(k int) bool { return at[s.First+regmap.Register(i+k)] != plain && letters(words[i+k]) > 0 })
		r.text(Span{s.First + regmap.Register(i), uint16(n)}, words[i:i+n], at)
		i += max(n, 1)
	}
	for i, w := range words {
		here := s.First + regmap.Register(i)
		if at[here] != noRow {
			continue
		}
		r.hideIf(true, Span{here, 1}, "unmapped")
		r.hideIf(private(w), around(here, at), "addresses")
		r.hideIf(i+1 < len(words) && vendorMAC(w, words[min(i+1, len(words)-1)]), around(here, at), "addresses")
	}
}

func (r *redactor) hideIf(is bool, s Span, class string) {
	if is {
		r.hide(s, class)
	}
}

func run(words []uint16, is func(int) bool) int {
	n := 0
	for n < len(words) && is(n) {
		n++
	}
	return n
}

// letters counts the bytes of a register that could be of a text, in whatever
// order they stand.
func letters(w uint16) int {
	n := 0
	for _, b := range []byte{byte(w >> 8), byte(w)} {
		if b >= 0x20 && b < 0x7F {
			n++
		}
	}
	return n
}

// How much text-like content is taken for text. Where there is no row, one
// register of two characters is enough, or three of one (UTF-16): better a number
// too many gone than a name left. Across rows of numbers it takes four registers,
// since two are often a number.
const (
	fullMost  = 1
	halfMost  = 3
	rowsMost  = 4
	addressOf = 2 // registers before and after that go along with an address
)

// text hides a run of registers that each have a letter.
func (r *redactor) text(s Span, words []uint16, at map[regmap.Register]place) {
	full, best, n, doubts := 0, 0, 0, false
	for i, w := range words {
		doubts = doubts || at[s.First+regmap.Register(i)] == doubtful
		if letters(w) == 2 {
			full++
			n++
			best = max(best, n)
		} else {
			n = 0
		}
	}
	for i := range words {
		here := s.First + regmap.Register(i)
		across := best >= rowsMost && doubts
		alone := at[here] == noRow && (full >= fullMost || len(words) >= halfMost)
		if across || alone {
			r.hide(Span{here, 1}, "texts")
		}
	}
}

// private reports whether a register begins or ends a private IPv4 address of
// 192.168 or 172.16 to 172.31, in either byte order. 10 cannot be told from a
// number.
func private(w uint16) bool {
	for _, w := range []uint16{w, w<<8 | w>>8} {
		if w == 0xC0A8 || w >= 0xAC10 && w <= 0xAC1F {
			return true
		}
	}
	return false
}

// vendorMAC reports whether two registers begin a MAC address of the maker (00
// 80 F4), in either byte order.
func vendorMAC(a, b uint16) bool {
	return a == 0x0080 && b>>8 == 0xF4 || a == 0x8000 && b&0xFF == 0xF4
}

// around is the registers without a row around one.
func around(r regmap.Register, at map[regmap.Register]place) Span {
	first, last := r, r
	for range addressOf {
		if first > 1 && at[first-1] == noRow {
			first--
		}
		if last < 65535 && at[last+1] == noRow {
			last++
		}
	}
	return Span{first, uint16(last-first) + 1}
}
