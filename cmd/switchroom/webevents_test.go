package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"switchroom/notify/notifytest"
)

// TestMessagesByPages sets a unit's e-mails and SNMP up in its web pages: both act at
// once, and still after the program has ended and begun again.
func TestMessagesByPages(t *testing.T) {
	dir, letters := t.TempDir(), make(chan []byte, 10)
	mail := postOffice(t, letters)
	file := fmt.Sprintf("site: Hall\nport: %s\nbreakers: [{name: Q1, in: 1000, variant: '6.0', address: 127.0.79.1}, {name: Q2, in: 630, variant: '6.0', address: 127.0.79.2}]\n", notifytest.FreePort(t))
	if err := os.WriteFile(filepath.Join(dir, "site.yaml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	up, ready, _ := runSite(t, dir)
	if ready.IMUs[0].SNMP != "" {
		t.Error("it is read by SNMP as delivered")
	}
	who := &visitor{t, newClient(t), ready.IMUs[0].Web}
	who.send("/login", "name", "Administrator", "password", "Gateway")
	who.send("/password", "current", "Gateway", "new", "Olga-17", "again", "Olga-17")
	who.send("/setup/events", "to", "desk@example.org", "h-operation", "yes", "severity", "low", "text", "Call 112")
	who.send("/setup/mail", "on", "yes", "server", mail, "security", "none", "from", "q1@example.org")
	who.send("/setup/snmp", "on", "yes", "user", "reader", "auth", "sha256", "auth_password", "canary-auth-1", "priv", "aes", "priv_password", "canary-priv-1")
	if got := readBySNMP(t, "127.0.79.1:1161"); got != "Q1" {
		t.Errorf("the agent shows %q", got)
	}
	who.send("/setup/mail/test")
	if m := letter(t, letters); !strings.Contains(m, "a test of its e-mails") {
		t.Errorf("the test: %s", m)
	}
	if err := up.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := up.Wait(); err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(dir, "ready"))
	_, ready, _ = runSite(t, dir)
	if got := readBySNMP(t, "127.0.79.1:1161"); got != "Q1" || ready.IMUs[1].SNMP != "" {
		t.Errorf("after a restart the agent shows %q; Q2 is at %q", got, ready.IMUs[1].SNMP)
	}
	for _, q := range []string{"Q2", "Q1"} { // whose letters are only Q1's
		if out, status := call("inject", "close", q, "--for", "5s", "--lab", ready.Lab); status != 0 {
			t.Fatal(out)
		}
	}
	if m := letter(t, letters); !strings.Contains(m, "Hall: Q1: ") || !strings.Contains(m, "Call 112") {
		t.Errorf("after a restart: %s", m)
	}
}

func letter(t *testing.T, letters <-chan []byte) string {
	t.Helper()
	select {
	case m := <-letters:
		return string(m)
	case <-time.After(20 * time.Second):
		t.Error("no e-mail")
		return ""
	}
}
