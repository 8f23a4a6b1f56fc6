package site

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Secret is a password or community that stands in a site file, or in a file of its
// own. It never prints.
type Secret struct {
	text *string // behind a pointer: fmt prints fields past String where a verb is wrong
	File string  // relative to the site file
}

// String keeps it out of what is printed.
func (Secret) String() string { return "…" }

// GoString keeps it out of what is printed in full.
func (Secret) GoString() string { return "…" }

// Given reports whether there is one.
func (s Secret) Given() bool { return s.text != nil || s.File != "" }

// inline is the secret that stands in the site file itself; "": none does.
func (s Secret) inline() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// secretMax bounds a file with a secret, in bytes.
const secretMax = 4096

// Load returns the secret. dir is where the site file is. The newline at the end of a
// file is no part of it.
func (s Secret) Load(dir string) (string, error) {
	if s.File == "" {
		return s.inline(), nil
	}
	path := s.File
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Size() > secretMax || !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s: a file with a secret has one line of up to %d bytes", path, secretMax)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	text := strings.TrimRight(string(b), "\r\n")
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 }) {
		return "", fmt.Errorf("%s: a file with a secret has one line, which is it", path)
	}
	return text, nil
}

// secretFields are the two fields of a secret.
func secretFields(name, help string) []Field {
	return []Field{
		{Name: name, Kind: Text, Help: help + "; rather in a file of its own"},
		{Name: name + "_file", Kind: Text, Help: "file that holds " + name + ", from where the site file is"},
	}
}

// secret makes a secret of its two fields.
func (c *checker) secret(at, text, file string) Secret {
	if text != "" && file != "" {
		c.problem(at, "is given here and as a file; leave one out")
	}
	if text == "" {
		return Secret{File: file}
	}
	return Secret{&text, file}
}

// needed checks that a secret is given, if it is needed.
func (c *checker) needed(at string, s Secret, why string) {
	if !s.Given() {
		c.problem(at, "is missing: "+why+"; or "+at[strings.LastIndexByte(at, '.')+1:]+"_file")
	}
}
