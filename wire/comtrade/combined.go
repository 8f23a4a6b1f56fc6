package comtrade

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// section is one part of a combined file (2013 clause 10): its header line, as
// "--- file type: DAT BINARY: 702 ---", and what follows it.
type section struct {
	kind   string // CFG, INF, HDR or DAT
	data   string // data type of a DAT section; may be empty
	length string // bytes of a DAT section in binary; may be empty
	at     place  // where the body begins
	body   []byte
}

// ReadCombined reads a combined file, .cff. Its sections may come in any order.
func ReadCombined(r io.Reader) (*Recording, error) {
	name := nameOf(r, "cff")
	all, err := readAll(r, name, MaxConfig+MaxData)
	if err != nil {
		return nil, err
	}
	sections, err := splitCombined(all, name)
	if err != nil {
		return nil, err
	}
	cfg := sections["CFG"]
	if cfg == nil {
		return nil, &Error{File: name, What: "there is no configuration section", Remedy: `a combined file has a line "--- file type: CFG ---"; copy it from the device again`}
	}
	if len(cfg.body) > MaxConfig {
		return nil, &Error{File: name, What: fmt.Sprintf("the configuration is larger than %d MiB", MaxConfig>>20), Remedy: "it is no configuration; copy the file from the device again"}
	}
	rec, err := parseConfig(&cursor{file: name, line: cfg.at.line - 1, rest: decodeText(cfg.body)})
	if err != nil {
		return nil, err
	}
	rec.Information = sections["INF"].text()
	rec.Header = sections["HDR"].text()
	if err := rec.readSection(sections["DAT"], name); err != nil {
		return nil, err
	}
	return rec, nil
}

// text is the body of a section for people; empty if there is no section.
func (s *section) text() string {
	if s == nil {
		return ""
	}
	return strings.Trim(decodeText(s.body), "\r\n")
}

// readSection reads the data section.
func (r *Recording) readSection(s *section, name string) error {
	if s == nil {
		return &Error{File: name, What: "there is no data section", Remedy: `a combined file has a line "--- file type: DAT ASCII ---" or DAT BINARY; copy it from the device again`}
	}
	// The two places that name the type must agree on text or binary: reading
	// one as the other gives numbers, only wrong ones.
	kind, ok := parseType(s.data)
	if s.data != "" && (!ok || kind != r.Type && (kind != Binary || r.Type == ASCII)) {
		return &Error{File: name, Line: s.at.line - 1, What: fmt.Sprintf("the data section is %s, the configuration says %s", quote(s.data), r.Type),
			Remedy: "write the same data type in both"}
	}
	return r.readData(s.body, s.at)
}

// splitCombined cuts a combined file into its sections, by kind.
func splitCombined(all []byte, name string) (map[string]*section, error) {
	sections := map[string]*section{}
	var open *section
	line, pos := 0, 0
	for pos < len(all) {
		start := pos
		text, end := cutLine(all[pos:])
		line, pos = line+1, pos+end
		next := parseSeparator(text)
		if next == nil {
			continue
		}
		if open != nil {
			open.body = all[open.at.offset:start]
		}
		if sections[next.kind] != nil {
			return nil, &Error{File: name, Line: line, What: "a second " + next.kind + " section", Remedy: "a combined file holds one recording; split it"}
		}
		next.at = place{file: name, line: line + 1, offset: int64(pos)}
		sections[next.kind], open = next, next
		if n, err := next.binaryLength(all[pos:]); err != nil {
			return nil, err
		} else if n >= 0 {
			// Binary data end lines at random, and a separator in them is chance.
			next.body, open = all[pos:pos+n], nil
			pos += n
		}
	}
	if open != nil {
		open.body = all[open.at.offset:]
	}
	return sections, nil
}

// cutLine returns the first line of data and where the next begins.
func cutLine(data []byte) (line []byte, next int) {
	i := bytes.IndexAny(data, "\r\n")
	if i < 0 {
		return data, len(data)
	}
	return data[:i], i + endOfLine(data[i:])
}

// binaryLength is how many bytes of rest are binary data of this section; -1 if
// the section is text.
func (s *section) binaryLength(rest []byte) (int, error) {
	if s.kind != "DAT" || s.data == "" || s.data == "ASCII" {
		return -1, nil
	}
	if s.length == "" {
		return len(rest), nil
	}
	n, err := strconv.ParseUint(s.length, 10, 64)
	if err != nil || n > uint64(len(rest)) {
		return 0, &Error{File: s.at.file, Line: s.at.line - 1, What: fmt.Sprintf("%s bytes of data are declared, %d follow", quote(s.length), len(rest)),
			Remedy: "copy the file again if it is cut short; correct the number if it is whole"}
	}
	return int(n), nil
}

// parseSeparator reads "--- file type: DAT FLOAT32: 4214 ---"; nil if the line
// is not a separator.
func parseSeparator(line []byte) *section {
	if !bytes.Contains(line, []byte("---")) || len(line) > 200 {
		return nil // the cheap test first: this sees every line of a file
	}
	text := strings.ToUpper(strings.Trim(decodeText(line), "- \t"))
	rest, ok := strings.CutPrefix(text, "FILE TYPE")
	rest = strings.TrimPrefix(strings.TrimLeft(rest, " "), ":") // which some leave out
	if !ok || !bytes.HasPrefix(bytes.TrimLeft(line, " \t\xef\xbb\xbf"), []byte("--")) {
		return nil
	}
	head, length, _ := strings.Cut(rest, ":")
	f := append(strings.Fields(head), "", "")
	if f[0] == "" || len(f) > 4 {
		return nil
	}
	return &section{kind: f[0], data: f[1], length: strings.TrimSpace(length)}
}
