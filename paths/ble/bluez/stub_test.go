package bluez

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bus starts a bus for one test and returns its address.
func bus(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("SKIPPED: BlueZ by D-Bus: install the Debian package dbus-daemon")
	}
	dir, err := os.MkdirTemp("", "bus") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", "--address=unix:dir="+dir)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait(); os.RemoveAll(dir) })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}

func connect(t *testing.T, address string) *dbus.Conn {
	t.Helper()
	c, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// Paths of the stub.
const (
	adapter = dbus.ObjectPath("/org/bluez/hci0")
	first   = adapter + "/dev_C0_11_22_33_44_55"
	second  = adapter + "/dev_C0_11_22_33_44_66"
)

// stub plays BlueZ: it takes what is registered, looks at it as BlueZ does, and calls
// what a test says. What happened stands in its log.
type stub struct {
	t    *testing.T
	conn *dbus.Conn

	mu      sync.Mutex // guards the following
	log     []string
	client  string // who has registered
	objects map[dbus.ObjectPath]map[string]map[string]dbus.Variant
	advert  map[string]dbus.Variant
	refuses string // a method that is answered with an error
}

func newStub(t *testing.T, address string) *stub {
	s := &stub{t: t, conn: connect(t, address)}
	for _, e := range []struct {
		path dbus.ObjectPath
		face string
		of   map[string]any
	}{
		{"/org/bluez", agentManager, map[string]any{
			"RegisterAgent": func(by dbus.Sender, p dbus.ObjectPath, can string) *dbus.Error {
				return s.did(by, "RegisterAgent", string(p)+" "+can)
			},
			"RequestDefaultAgent": func(by dbus.Sender, p dbus.ObjectPath) *dbus.Error {
				return s.did(by, "RequestDefaultAgent", string(p))
			},
			"UnregisterAgent": func(by dbus.Sender, p dbus.ObjectPath) *dbus.Error {
				return s.did(by, "UnregisterAgent", string(p))
			},
		}},
		{adapter, gattManager, map[string]any{
			"RegisterApplication": s.application,
			"UnregisterApplication": func(by dbus.Sender, p dbus.ObjectPath) *dbus.Error {
				return s.did(by, "UnregisterApplication", string(p))
			},
		}},
		{adapter, advManager, map[string]any{
			"RegisterAdvertisement": s.advertisement,
			"UnregisterAdvertisement": func(by dbus.Sender, p dbus.ObjectPath) *dbus.Error {
				return s.did(by, "UnregisterAdvertisement", string(p))
			},
		}},
		{first, deviceFace, s.device("first")},
		{second, deviceFace, s.device("second")},
	} {
		if err := s.conn.ExportMethodTable(e.of, e.path, e.face); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := s.conn.RequestName(service, dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%v, %v", r, err)
	}
	return s
}

func (s *stub) device(name string) map[string]any {
	return map[string]any{
		"Disconnect":    func(by dbus.Sender) *dbus.Error { return s.did(by, "Disconnect", name) },
		"CancelPairing": func(by dbus.Sender) *dbus.Error { return s.did(by, "CancelPairing", name) },
	}
}

// did notes a call.
func (s *stub) did(by dbus.Sender, method, what string) *dbus.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = string(by)
	s.log = append(s.log, method+" "+what)
	if s.refuses == method {
		return dbus.NewError("org.bluez.Error.NotPermitted", []any{"the stub refuses"})
	}
	return nil
}

func (s *stub) application(by dbus.Sender, p dbus.ObjectPath, _ map[string]dbus.Variant) *dbus.Error {
	var all map[dbus.ObjectPath]map[string]map[string]dbus.Variant
	if err := s.conn.Object(string(by), p).Call(objectManager+".GetManagedObjects", 0).Store(&all); err != nil {
		return dbus.MakeFailedError(err)
	}
	s.mu.Lock()
	s.objects = all
	s.mu.Unlock()
	return s.did(by, "RegisterApplication", string(p))
}

func (s *stub) advertisement(by dbus.Sender, p dbus.ObjectPath, _ map[string]dbus.Variant) *dbus.Error {
	var all map[string]dbus.Variant
	if err := s.conn.Object(string(by), p).Call(properties+".GetAll", 0, advFace).Store(&all); err != nil {
		return dbus.MakeFailedError(err)
	}
	s.mu.Lock()
	s.advert = all
	s.mu.Unlock()
	return s.did(by, "RegisterAdvertisement", string(p))
}

// said is the log so far.
func (s *stub) said() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// call calls an object of the radio.
func (s *stub) call(path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	s.mu.Lock()
	to := s.client
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return s.conn.Object(to, path).CallWithContext(ctx, method, 0, args...)
}

// linked says that a phone is connected, or not any more.
func (s *stub) linked(device dbus.ObjectPath, on bool) {
	err := s.conn.Emit(device, properties+".PropertiesChanged", deviceFace, map[string]dbus.Variant{"Connected": dbus.MakeVariant(on)}, []string{})
	if err != nil {
		s.t.Error(err)
	}
}

// until waits for what another goroutine brings about.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
