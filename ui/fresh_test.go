package ui

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFresh checks that the generated files are what templ makes of the
// templates. It takes the tool from the module cache and never the network.
func TestFresh(t *testing.T) {
	tool := templTool(t)
	for _, pattern := range []string{"*.templ", "storybook/*.templ"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, f := range files {
			made := strings.TrimSuffix(f, ".templ") + "_templ.go"
			have, err := os.ReadFile(made)
			if err != nil {
				t.Errorf("%s: %v; run go generate ./ui", f, err)
				continue
			}
			if want := generate(t, tool, f); !bytes.Equal(have, want) {
				t.Errorf("%s is stale; run go generate ./ui", made)
			}
		}
	}
}

// templTool builds the tool, or skips loudly where it cannot be had.
func templTool(t *testing.T) string {
	t.Helper()
	tool := filepath.Join(t.TempDir(), "templ")
	cmd := exec.Command("go", "build", "-modfile=../tools/go.mod", "-o", tool, "github.com/a-h/templ/cmd/templ")
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: generated templates are not checked: templ is not in the module cache (go tool -modfile=tools/go.mod templ version fetches it): %s", out)
	}
	return tool
}

// generate makes one file in a directory of its own, under its own name: the
// generated code has the name in it.
func generate(t *testing.T, tool, file string) []byte {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(file)), 0o755); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, file)
	if err := os.WriteFile(copied, text, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool, "generate", "-f", file)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", file, err, out)
	}
	made, err := os.ReadFile(strings.TrimSuffix(copied, ".templ") + "_templ.go")
	if err != nil {
		t.Fatal(err)
	}
	return made
}
