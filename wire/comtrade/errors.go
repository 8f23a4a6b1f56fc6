package comtrade

import (
	"fmt"
	"strings"
)

// Error says what is wrong with a recording, where, and what to do about it.
type Error struct {
	File   string // base name, or "cfg", "dat", "cff" when read from a stream
	Line   int    // line of a text file, from 1; 0 in binary data
	Sample int    // sample number, from 1; 0 where no sample is concerned
	Offset int64  // byte offset of the sample in binary data (Line is 0)
	What   string // what is wrong
	Remedy string // what to do
}

// Error is "3.cfg:2: what: remedy", "3.dat:17: sample 17: what: remedy" or
// "3.dat: sample 17 (byte 1024): what: remedy".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	switch {
	case e.Line > 0 && e.Sample > 0:
		fmt.Fprintf(&b, ":%d: sample %d", e.Line, e.Sample)
	case e.Line > 0:
		fmt.Fprintf(&b, ":%d", e.Line)
	case e.Sample > 0:
		fmt.Fprintf(&b, ": sample %d (byte %d)", e.Sample, e.Offset)
	}
	b.WriteString(": ")
	b.WriteString(e.What)
	b.WriteString(": ")
	b.WriteString(e.Remedy)
	return b.String()
}

// quote shows a piece of a foreign file: escaped, and short however long the
// piece is, since an error ends up on a terminal or in a log.
func quote[T ~string | ~[]byte](s T) string {
	const most = 60
	if len(s) > most {
		return fmt.Sprintf("%q…", string(s[:most]))
	}
	return fmt.Sprintf("%q", string(s))
}
