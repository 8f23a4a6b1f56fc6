package main

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

//go:generate go test -run ^TestDocs$ . -update

var update = flag.Bool("update", false, "write the generated documents and golden files anew")

// TestDocs fails when a generated document is stale.
func TestDocs(t *testing.T) {
	var b bytes.Buffer
	if err := registersDoc(&b); err != nil {
		t.Fatal(err)
	}
	fresh(t, "../../docs/registers.md", b.Bytes())
	b.Reset()
	accessDoc(&b)
	fresh(t, "../../docs/access.md", b.Bytes())
	b.Reset()
	pointsDoc(&b)
	fresh(t, "../../docs/points.md", b.Bytes())
	b.Reset()
	hmiDoc(&b)
	fresh(t, "../../docs/hmi.md", b.Bytes())
	b.Reset()
	modelDoc(&b)
	fresh(t, "../../docs/model.md", b.Bytes())
	b.Reset()
	if err := faultsDoc(&b); err != nil {
		t.Fatal(err)
	}
	fresh(t, "../../docs/faults.md", b.Bytes())
	b.Reset()
	functionsDoc(&b)
	fresh(t, "../../docs/commission-functions.md", b.Bytes())
	b.Reset()
	iomoduleDoc(&b)
	fresh(t, "../../docs/iomodule.md", b.Bytes())
	b.Reset()
	if err := curvesDoc(&b); err != nil {
		t.Fatal(err)
	}
	fresh(t, "../../docs/curves.svg", b.Bytes())
}

func fresh(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is stale (%v); run go generate ./cmd/switchroom", file, err)
	}
}
