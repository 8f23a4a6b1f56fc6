package comtrade

import (
	"fmt"
	"path/filepath"
	"strings"
)

// WriteAs writes the recording to path: a .cfg with the .dat beside it, and the
// .hdr and .inf if there is text for them, or all in one .cff. It returns the
// names. Files that exist are not overwritten.
func (r *Recording) WriteAs(path string) ([]string, error) {
	ext := filepath.Ext(path)
	base := strings.TrimSuffix(path, ext)
	switch strings.ToLower(ext) {
	case ".cfg":
		return r.writeParts(base)
	case ".cff":
		b, err := r.AppendCombined(nil)
		if err != nil {
			return nil, err
		}
		return []string{path}, writeNew(path, b)
	}
	return nil, fmt.Errorf("comtrade: %s: write to a .cfg or a .cff file", filepath.Base(path))
}

// writeParts writes base.cfg, base.dat and what else there is. If one cannot
// be written, the names of those that were are returned.
func (r *Recording) writeParts(base string) ([]string, error) {
	data, err := r.appendData(nil)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, part := range []struct {
		ext  string
		text []byte
	}{{".cfg", r.AppendConfig(nil)}, {".dat", data}, {".hdr", []byte(r.Header)}, {".inf", []byte(r.Information)}} {
		if len(part.text) == 0 {
			continue
		}
		if err := writeNew(base+part.ext, part.text); err != nil {
			return names, err
		}
		names = append(names, base+part.ext)
	}
	return names, nil
}

// AppendCombined appends the recording as a combined file (2013 clause 10): the
// configuration, the texts and the data, in this order.
func (r *Recording) AppendCombined(dst []byte) ([]byte, error) {
	if r.Revision < 2013 {
		return nil, fmt.Errorf("comtrade: combined files exist since 2013: choose that revision, or a .cfg file")
	}
	data, err := r.appendData(nil)
	if err != nil {
		return nil, err
	}
	for _, s := range []struct {
		kind, text string
	}{{"CFG", string(r.AppendConfig(nil))}, {"INF", r.Information}, {"HDR", r.Header}} {
		if separates(s.text) {
			return nil, fmt.Errorf("comtrade: the %s text has a line that would begin another section: write separate files", s.kind)
		}
		dst = append(append(dst, "--- file type: "+s.kind+" ---\r\n"...), s.text...)
		if !strings.HasSuffix(s.text, "\n") {
			dst = appendEnd(dst)
		}
	}
	kind := r.Type.String()
	if r.Type != ASCII {
		kind = fmt.Sprintf("%s: %d", r.Type, len(data))
	}
	dst = append(dst, "--- file type: DAT "+kind+" ---\r\n"...)
	return append(dst, data...), nil
}

// separates reports whether a text has a line that ends a section.
func separates(text string) bool {
	c := cursor{rest: text}
	for line, ok := c.next(); ok; line, ok = c.next() {
		if parseSeparator([]byte(line)) != nil {
			return true
		}
	}
	return false
}
