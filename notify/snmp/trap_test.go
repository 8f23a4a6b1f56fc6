package snmp

import (
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/notify"
	"switchroom/notify/notifytest"
	"switchroom/points"
)

var trip = notify.Event{At: time.Date(2026, 3, 4, 5, 6, 7, 800_000_000, time.UTC), Site: "Hall", Breaker: "Q1", Code: points.CodeTripLong, Phase: notify.Happened, Detail: "l1 1234 A\nforged"}

// receiver runs Debian's snmptrapd, which writes what it accepts to a file.
func receiver(t *testing.T, conf string) (address, log string) {
	t.Helper()
	path, err := exec.LookPath("snmptrapd")
	if err != nil {
		if path = "/usr/sbin/snmptrapd"; !exists(path) {
			t.Skip("SKIPPED: no snmptrapd; install the Debian package snmptrapd")
		}
	}
	dir, port := t.TempDir(), notifytest.FreePort(t)
	log = filepath.Join(dir, "log")
	if err := os.WriteFile(filepath.Join(dir, "snmptrapd.conf"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "-f", "-Lf", log, "-On", "-m", "", "-C", "-c", filepath.Join(dir, "snmptrapd.conf"), "udp:127.0.0.1:"+port)
	c.Env = []string{"SNMP_PERSISTENT_DIR=" + dir, "SNMPCONFPATH=/nonexistent"}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	notifytest.Eventually(t, "snmptrapd listens", func() bool { return strings.Contains(read(log), "NET-SNMP version") })
	return "127.0.0.1:" + port, log
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func read(path string) string { b, _ := os.ReadFile(path); return string(b) }

func TestTraps(t *testing.T) {
	es, err := OpenEngines(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	started, err := es.Start("traps")
	if err != nil {
		t.Fatal(err)
	}
	e := started["traps"]
	id := hex.EncodeToString([]byte(e.ID))
	address, log := receiver(t, fmt.Sprintf("authCommunity log %s\ncreateUser -e 0x%s reader SHA-256 %s AES %s\nauthUser log reader authPriv\ncreateUser -e 0x%s signer SHA %s\nauthUser log signer auth\n",
		community, id, authPass, privPass, id, authPass))
	for _, c := range []struct {
		version string
		user    User
		want    []string
	}{
		{"1", User{}, []string{".1.3.6.1.4.1.32473.1 Enterprise Specific Trap (3)", "127.0.9.9"}},
		{"2c", User{}, []string{".1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.4.1.32473.1.0.3"}},
		{"3", users[0], []string{".1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.4.1.32473.1.0.3"}},
		{"3", users[1], []string{".1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.4.1.32473.1.0.3"}},
	} {
		t.Run(c.version+c.user.Name, func(t *testing.T) {
			s, err := NewSender(TrapConfig{Address: address, Version: c.version, Community: community, User: c.user, Engine: e, Agent: net.ParseIP("127.0.9.9")})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			event := trip
			event.Detail = "mark-" + c.version + c.user.Name
			if n, err := s.Send(t.Context(), []notify.Event{event}); n != 1 || err != nil {
				t.Fatalf("%d sent: %v", n, err)
			}
			notifytest.Eventually(t, "the trap is logged", func() bool { return strings.Contains(read(log), event.Detail) })
			all := read(log)
			all = all[strings.LastIndex(all[:strings.Index(all, event.Detail)], "\n20"):]
			for _, want := range append(c.want, `.1.3.6.1.4.1.32473.1.1.3.2.0 = STRING: "Q1"`, `.3.3.0 = STRING: "`+points.CodeTripLong.String()+`"`, ".3.7.0 = INTEGER: 3",
				"Hex-STRING: 07 EA 03 04 05 06 07 08 2B 00 00") {
				if !strings.Contains(all, want) {
					t.Errorf("without %q:\n%s", want, all)
				}
			}
		})
	}
}

// TestTrapIsOneLine holds that nothing from outside begins a new line in the log of a
// receiver.
func TestTrapIsOneLine(t *testing.T) {
	for _, v := range bindings(&trip) {
		if s, ok := v.Value.(string); ok && strings.ContainsAny(s, "\r\n") {
			t.Errorf("%s: %q", v.Name, s)
		}
	}
	if got := fmt.Sprint(len(bindings(&trip))); got != fmt.Sprint(len(eventTable)) {
		t.Errorf("%s bindings for %d objects", got, len(eventTable))
	}
}

func TestTrapConfig(t *testing.T) {
	for _, c := range []struct {
		cfg TrapConfig
		why string
	}{
		{TrapConfig{Address: "127.0.0.1", Version: "1", Community: "x"}, "HOST:PORT"},
		{TrapConfig{Address: "127.0.0.1:1", Version: "2"}, "none of 1, 2c, 3"},
		{TrapConfig{Address: "127.0.0.1:1", Version: "2c"}, "need a community"},
		{TrapConfig{Address: "127.0.0.1:1", Version: "3", User: User{"u", "md5", authPass, "", ""}}, "none of sha"},
		{TrapConfig{Address: "127.0.0.1:1", Version: "3", User: User{"u", "sha", "canary", "", ""}}, "fewer than 8"},
		{TrapConfig{Address: "127.0.0.1:1", Version: "3", User: User{"u", "sha", authPass, "aes", "canary"}}, "privacy has fewer"},
		{TrapConfig{Address: "127.0.0.1:1", Version: "3", User: User{"u", "sha", authPass, "des", privPass}}, "none of aes"},
	} {
		if _, err := NewSender(c.cfg); err == nil || !strings.Contains(err.Error(), c.why) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%+v: %v", c.cfg.Version, err)
		}
	}
}
