package app

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestFresh: the generated file is what templ makes of the template. The tool is taken
// from the module cache and never from the network.
func TestFresh(t *testing.T) {
	dir := t.TempDir()
	tool := filepath.Join(dir, "templ")
	build := exec.Command("go", "build", "-modfile=../tools/go.mod", "-o", tool, "github.com/a-h/templ/cmd/templ")
	build.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: the generated template is not checked: templ is not in the module cache (go tool -modfile=tools/go.mod templ version fetches it): %s", out)
	}
	if err := os.WriteFile(filepath.Join(dir, "pages.templ"), must(os.ReadFile("pages.templ")), 0o644); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(tool, "generate", "-f", "pages.templ") // under its own name, which is in what it makes
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if want, have := must(os.ReadFile(filepath.Join(dir, "pages_templ.go"))), must(os.ReadFile("pages_templ.go")); !bytes.Equal(have, want) {
		t.Error("pages_templ.go is stale; run go generate ./app")
	}
}
