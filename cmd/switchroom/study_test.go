package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStudyDoc runs the commands of docs/study.md as they stand there and finds
// every line that it shows.
func TestStudyDoc(t *testing.T) {
	doc, err := os.ReadFile("../../docs/study.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"feeder-fault.cfg", "feeder-fault.dat", "feeder.csv"} {
		b, err := os.ReadFile(filepath.Join("../../examples", name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, "examples", name), b)
	}
	put(t, filepath.Join(dir, "wrong.csv"), []byte("point;value\nprotection.long_time.ir;800\nprotection.short_time.isd;1,5\n"))
	t.Chdir(dir)
	commands := 0
	for i, block := range strings.Split(string(doc), "\n```\n") {
		if strings.HasPrefix(block, "function,phase,") {
			put(t, "mine.csv", []byte(block))
		}
		if i%2 == 0 || !strings.HasPrefix(block, "$ ") {
			continue
		}
		shown := ""
		for _, line := range strings.Split(block, "\n") {
			if args, ok := strings.CutPrefix(line, "$ switchroom "); ok {
				shown = runShown(t, args)
				commands++
			} else if line != "…" && !strings.Contains(shown, line+"\n") {
				t.Errorf("docs/study.md shows %q, which is not in\n%s", line, shown)
			}
		}
	}
	if commands < 8 {
		t.Errorf("only %d commands found", commands)
	}
}

// runShown runs a command line, with a redirection perhaps, and returns what a
// terminal would show.
func runShown(t *testing.T, line string) string {
	t.Helper()
	line, file, redirected := strings.Cut(line, " > ")
	var out, errs bytes.Buffer
	if status := run(newApp(context.Background(), strings.NewReader(""), &out, &errs), strings.Fields(line)); status > 1 {
		t.Errorf("%s: status %d, %s", line, status, errs.String())
	}
	if redirected {
		put(t, file, out.Bytes())
	}
	return errs.String() + out.String()
}

func put(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
