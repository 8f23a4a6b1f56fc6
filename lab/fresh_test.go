package lab

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The generated files are what templ makes of the templates. The tool is taken from
// the module cache and never from the network.
func TestFresh(t *testing.T) {
	dir := t.TempDir()
	tool := filepath.Join(dir, "templ")
	build := exec.Command("go", "build", "-modfile=../tools/go.mod", "-o", tool, "github.com/a-h/templ/cmd/templ")
	build.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: generated templates are not checked: templ is not in the module cache (go tool -modfile=tools/go.mod templ version fetches it): %s", out)
	}
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f), text, 0o644); err != nil {
			t.Fatal(err)
		}
		made := strings.TrimSuffix(f, ".templ") + "_templ.go"
		run := exec.Command(tool, "generate", "-f", f) // under its own name, which is in what it makes
		run.Dir = dir
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", f, err, out)
		}
		want, err := os.ReadFile(filepath.Join(dir, made))
		if err != nil {
			t.Fatal(err)
		}
		if have, err := os.ReadFile(made); err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is stale; run go generate ./lab (%v)", made, err)
		}
	}
}
