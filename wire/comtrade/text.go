package comtrade

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeText turns the bytes of a text file into UTF-8. UTF-16 is told by its
// byte order mark; what is not UTF-8 is taken as Windows-1252, in which every
// byte means something and which has ISO-8859-1's letters in their places.
func decodeText(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeUTF16(data[2:], binary.BigEndian)
	case !utf8.Valid(data):
		return decodeWindows1252(trimTail(data))
	}
	return string(trimTail(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
}

func decodeUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(trimTail([]byte(string(utf16.Decode(units)))))
}

// windows1252 are the characters of 0x80 to 0x9F, the only ones that differ
// from ISO-8859-1 (and so from Unicode). Five bytes stand for none.
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}

func decodeWindows1252(data []byte) string {
	out := make([]byte, 0, len(data)+len(data)/8)
	for _, c := range data {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = windows1252[c-0x80]
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// trimTail drops what DOS programs leave at the end of a text file: 0x1A, the
// end-of-file character, often a whole sector of it, and NUL.
func trimTail(data []byte) []byte { return bytes.TrimRight(data, "\x1a\x00") }

// cursor walks over the lines of a text without copying it: a hostile file of
// sixteen million empty lines must not become sixteen million strings.
type cursor struct {
	file string // for errors
	line int    // number of the line last returned, from 1
	rest string
}

// next returns the next line without its end. LF, CRLF and CR all end a line;
// so does CR CR LF, which a text-mode copy makes of CRLF, and which must not
// look like a blank line since a blank line can mean something.
func (c *cursor) next() (string, bool) {
	if c.rest == "" {
		return "", false
	}
	c.line++
	i := strings.IndexAny(c.rest, "\r\n")
	if i < 0 {
		line := c.rest
		c.rest = ""
		return line, true
	}
	line := c.rest[:i]
	c.rest = c.rest[i+endOfLine(c.rest[i:]):]
	return line, true
}

// endOfLine is the length of the line end that s begins with.
func endOfLine[T ~string | ~[]byte](s T) int {
	for i := range len(s) {
		if s[i] == '\n' {
			return i + 1
		}
		if s[i] != '\r' {
			break
		}
	}
	return 1
}

// fail makes an error about the line last returned.
func (c *cursor) fail(what, remedy string) error {
	return &Error{File: c.file, Line: c.line, What: what, Remedy: remedy}
}

// maxFields is the most fields that a line is cut into, well beyond what any
// line may have. A line of sixteen million commas is not worth its memory.
const maxFields = 64

// splitFields appends the comma-separated fields of line to dst, cleaned. It
// drops empty fields at the end beyond the first keep: a comma too many is a
// common habit and says nothing.
func splitFields(dst []string, line string, keep int) []string {
	for more := true; more; {
		var field string
		if len(dst) < maxFields {
			field, line, more = strings.Cut(line, ",")
		} else {
			field, more = line, false
		}
		dst = append(dst, clean(field))
	}
	for len(dst) > keep && dst[len(dst)-1] == "" {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// clean trims a field and keeps only what can be printed. Names come from a
// foreign file and are listed on terminals and pages: an escape sequence or a
// change of writing direction inside one could rewrite what the reader sees.
func clean(s string) string {
	s = strings.Trim(s, " \t")
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return cleanSlow(s)
		}
	}
	return s
}

func cleanSlow(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return -1
	}, s)
	return strings.Trim(s, " ")
}
