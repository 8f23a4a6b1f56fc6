package schedule

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decode returns the text of a file in UTF-8.
func (r *reader) decode(data []byte) (string, bool) {
	switch {
	case len(data) > fileMax:
		r.problem(0, "", "%d bytes; a list has up to %d", len(data), fileMax)
		return "", false
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0")):
		r.problem(0, "", "this is a workbook; save it in the spreadsheet program as CSV (UTF-8)")
		return "", false
	}
	data = r.recode(data)
	if bytes.IndexByte(data, 0) >= 0 {
		r.problem(0, "", "this is no text; save the list as CSV (UTF-8)")
		return "", false
	}
	text := string(data)
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	return text, true
}

// recode turns the encodings that spreadsheets write into UTF-8.
func (r *reader) recode(data []byte) []byte {
	utf16 := func(e unicode.Endianness) []byte {
		r.note("read as UTF-16")
		return decoded(unicode.UTF16(e, unicode.UseBOM), data)
	}
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		r.note("byte order mark of UTF-8 passed over")
		if data = data[3:]; utf8.Valid(data) {
			return data
		}
	case bytes.HasPrefix(data, []byte("\xFF\xFE")) || nulls(data, 1):
		return utf16(unicode.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xFE\xFF")) || nulls(data, 0):
		return utf16(unicode.BigEndian)
	case utf8.Valid(data):
		return data
	}
	r.note("read as Windows-1252, since it is not UTF-8")
	return decoded(charmap.Windows1252, data)
}

// nulls reports whether every other byte of the beginning, from at on, is 0: Latin
// text in UTF-16.
func nulls(data []byte, at int) bool {
	n := 0
	for i := at; i < min(len(data), 200); i += 2 {
		if data[i] == 0 {
			n++
		}
	}
	return n > min(len(data), 200)/4 && n > 2
}

// decoded never fails: these encodings replace what they do not know.
func decoded(e encoding.Encoding, data []byte) []byte {
	out, _ := e.NewDecoder().Bytes(data)
	return out
}
