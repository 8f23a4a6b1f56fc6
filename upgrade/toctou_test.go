package upgrade_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"switchroom/client"
	"switchroom/trust"
	"switchroom/trust/issue"
	"switchroom/upgrade"
)

// swapper is a breaker during whose update somebody swaps the file, and what was read of
// it, each time the software turns to it.
type swapper struct {
	swap            func()
	running         client.FirmwareSlot
	sent, installed []byte
}

func (b *swapper) Firmware(context.Context, string) (*client.Firmware, error) {
	return &client.Firmware{Members: []client.FirmwareMember{{Name: "control_unit", Component: "control_unit", Running: b.running, Phase: "idle"}}}, nil
}

func (b *swapper) Send(_ context.Context, _ string, p client.Package, _ func(sent, all int64)) error {
	b.swap()
	b.sent = bytes.Clone(p.Bytes)
	return nil
}

func (b *swapper) Install(_ context.Context, _ string, p client.Package) error {
	b.swap()
	b.installed = bytes.Clone(p.Bytes)
	return nil
}

func (b *swapper) Settled(ctx context.Context, _ func(client.FirmwareMember)) (*client.Firmware, error) {
	b.running.Version, b.running.Sequence = "002.000.003", 7
	return b.Firmware(ctx, "")
}

// TestFileSwapped: MFST.TOCTOU. The file is another one after the verdict; what is sent
// and installed is what was judged.
func TestFileSwapped(t *testing.T) {
	const pass = "a passphrase of a test"
	began := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	s, err := issue.Init(filepath.Join(t.TempDir(), "pki"), pass, began)
	if err != nil {
		t.Fatal(err)
	}
	image := []byte("application of a control unit")
	good, err := s.Build(issue.Order{Manifest: trust.Manifest{Vendor: "Switchroom", Class: trust.Firmware, Component: "control_unit", Version: "002.000.003",
		Sequence: 7, BuildDate: "2020-02-01T00:00:00Z", Images: []trust.Image{{Name: "application"}}}, Images: [][]byte{image}, Signer: "micrologic-signing-1"}, pass)
	if err != nil {
		t.Fatal(err)
	}
	side, err := s.Side()
	if err != nil {
		t.Fatal(err)
	}
	evil := bytes.Replace(good, []byte("application of"), []byte("APPLICATION OF"), 1)
	if bytes.Equal(evil, good) {
		t.Fatal("nothing is swapped")
	}
	file := filepath.Join(t.TempDir(), "p")
	if err := os.WriteFile(file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b := &swapper{running: client.FirmwareSlot{Version: "002.000.002", Sequence: 6}}
	b.swap = func() {
		copy(read, evil)
		if err := os.WriteFile(file, evil, 0o600); err != nil {
			t.Error(err)
		}
	}
	j := upgrade.Job{Kit: &upgrade.Kit{Branches: side.Branches, Now: func() time.Time { return began.AddDate(0, 2, 0) }}, Package: read, Tell: func(upgrade.Step) {}}
	if _, err := j.Run(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.sent, good) || !bytes.Equal(b.installed, good) {
		t.Error("what was sent or installed is not what was judged")
	}
	// And a file that was swapped before is judged as it is then.
	if _, err := j.Run(t.Context(), &swapper{running: client.FirmwareSlot{Version: "002.000.002", Sequence: 6}, swap: func() { t.Error("it was sent") }}); err == nil {
		t.Error("the other file is taken")
	}
}
