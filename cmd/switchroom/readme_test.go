package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readmeCalls is a line of the README that calls the program, after its name. An echo may
// stand before it.
var readmeCalls = regexp.MustCompile(`(?m)^(?:echo \d+ \| )?(?:go run \./cmd/switchroom|\./switchroom) +(.*)$`)

// TestReadme holds the README to the program and to the tree: each command that it
// shows exists with the flags that it is shown with, and each document is in its table.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	docs, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(docs) == 0 {
		t.Fatal(docs, err)
	}
	asReader(t)
	lines := readmeCalls.FindAllStringSubmatch(string(text), -1)
	if len(lines) < 30 {
		t.Errorf("only %d commands were found", len(lines))
	}
	for _, l := range lines {
		line, _, _ := strings.Cut(l[1], " #")
		line, _, _ = strings.Cut(line, ">")
		if out, status := call(append(strings.Fields(line), "--help")...); status != 0 || !strings.Contains(out, "Usage: switchroom") {
			t.Errorf("%q: status %d\n%s", line, status, out)
		}
	}
	for _, d := range docs {
		if row := "| [docs/" + filepath.Base(d) + "]"; !strings.Contains(string(text), row) {
			t.Errorf("no row begins with %q", row)
		}
	}
}

// asReader goes where the files are that the README speaks of.
func asReader(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS("../../examples")); err != nil {
		t.Fatal(err)
	}
	for _, made := range []string{"plant.yaml", "plan.yaml", "result.json", "q1.capture"} {
		put(t, filepath.Join(dir, made), nil)
	}
	t.Chdir(dir)
}

// TestReadmePackages has every package be somewhere in the README, so that whoever
// looks for something finds where it lives.
func TestReadmePackages(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	lattice, err := os.ReadFile("../../layout_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(lattice), "const lattice = `")
	list, _, _ = strings.Cut(list, "`")
	for _, row := range regexp.MustCompile(`(?m)^([a-z/]+):`).FindAllStringSubmatch(list, -1) {
		if pkg := row[1]; pkg != "dev/pack" && pkg != "notify/notifytest" && !strings.Contains(string(text), "]("+pkg+")") {
			t.Errorf("the README does not say what lives in %s", pkg)
		}
	}
}
