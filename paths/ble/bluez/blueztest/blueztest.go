// Package blueztest is a bus of its own for a test, and on it a stub that plays BlueZ as
// far as [switchroom/paths/ble/bluez] needs it: it takes what is registered, looks at it,
// and calls what a test says. It knows no adapter, and decides nothing.
package blueztest

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
)

// Bus starts a bus for one test and returns its address.
func Bus(t *testing.T) string {
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

// Connect connects to a bus for as long as a test lasts.
func Connect(t *testing.T, address string) *dbus.Conn {
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
	Adapter = dbus.ObjectPath("/org/bluez/hci0")
	First   = Adapter + "/dev_C0_11_22_33_44_55"
	Second  = Adapter + "/dev_C0_11_22_33_44_66"
)

// Names of BlueZ on the bus.
const (
	service       = "org.bluez"
	agentManager  = "org.bluez.AgentManager1"
	gattManager   = "org.bluez.GattManager1"
	advManager    = "org.bluez.LEAdvertisingManager1"
	advFace       = "org.bluez.LEAdvertisement1"
	deviceFace    = "org.bluez.Device1"
	objectManager = "org.freedesktop.DBus.ObjectManager"
	properties    = "org.freedesktop.DBus.Properties"
)

// Objects are what an application has: interfaces and properties by path.
type Objects = map[dbus.ObjectPath]map[string]map[string]dbus.Variant

// Stub plays BlueZ: it takes what is registered, looks at it as BlueZ does, and calls
// what a test says. What happened stands in its log.
type Stub struct {
	t    *testing.T
	Conn *dbus.Conn

	mu      sync.Mutex // guards the following
	log     []string
	client  string // who has registered
	objects Objects
	advert  map[string]dbus.Variant
	refuses string // a method that is answered with an error
}

// New puts a stub on a bus.
func New(t *testing.T, address string) *Stub {
	s := &Stub{t: t, Conn: Connect(t, address)}
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
		{Adapter, gattManager, map[string]any{
			"RegisterApplication": s.application,
			"UnregisterApplication": func(by dbus.Sender, p dbus.ObjectPath) *dbus.Error {
				return s.did(by, "UnregisterApplication", string(p))
			},
		}},
		{Adapter, advManager, map[string]any{
			"RegisterAdvertisement": s.advertisement,
			"UnregisterAdvertisement": func(by dbus.Sender, p dbus.ObjectPath) *dbus.Error {
				return s.did(by, "UnregisterAdvertisement", string(p))
			},
		}},
		{First, deviceFace, s.device("first")},
		{Second, deviceFace, s.device("second")},
	} {
		if err := s.Conn.ExportMethodTable(e.of, e.path, e.face); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := s.Conn.RequestName(service, dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%v, %v", r, err)
	}
	return s
}

func (s *Stub) device(name string) map[string]any {
	return map[string]any{
		"Disconnect":    func(by dbus.Sender) *dbus.Error { return s.did(by, "Disconnect", name) },
		"CancelPairing": func(by dbus.Sender) *dbus.Error { return s.did(by, "CancelPairing", name) },
	}
}

// did notes a call.
func (s *Stub) did(by dbus.Sender, method, what string) *dbus.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = string(by)
	s.log = append(s.log, method+" "+what)
	if s.refuses == method {
		return dbus.NewError("org.bluez.Error.NotPermitted", []any{"the stub refuses"})
	}
	return nil
}

func (s *Stub) application(by dbus.Sender, p dbus.ObjectPath, _ map[string]dbus.Variant) *dbus.Error {
	var all Objects
	if err := s.Conn.Object(string(by), p).Call(objectManager+".GetManagedObjects", 0).Store(&all); err != nil {
		return dbus.MakeFailedError(err)
	}
	s.mu.Lock()
	s.objects = all
	s.mu.Unlock()
	return s.did(by, "RegisterApplication", string(p))
}

func (s *Stub) advertisement(by dbus.Sender, p dbus.ObjectPath, _ map[string]dbus.Variant) *dbus.Error {
	var all map[string]dbus.Variant
	if err := s.Conn.Object(string(by), p).Call(properties+".GetAll", 0, advFace).Store(&all); err != nil {
		return dbus.MakeFailedError(err)
	}
	s.mu.Lock()
	s.advert = all
	s.mu.Unlock()
	return s.did(by, "RegisterAdvertisement", string(p))
}

// Said is the log so far.
func (s *Stub) Said() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Call calls an object of the radio.
func (s *Stub) Call(path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	s.mu.Lock()
	to := s.client
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return s.Conn.Object(to, path).CallWithContext(ctx, method, 0, args...)
}

// Linked says that a phone is connected, or not any more.
func (s *Stub) Linked(device dbus.ObjectPath, on bool) {
	err := s.Conn.Emit(device, properties+".PropertiesChanged", deviceFace, map[string]dbus.Variant{"Connected": dbus.MakeVariant(on)}, []string{})
	if err != nil {
		s.t.Error(err)
	}
}

// Until waits for what another goroutine brings about.
func Until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// Refuse has the stub refuse a method of its managers from now on, and forget its log.
func (s *Stub) Refuse(method string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses, s.log = method, nil
}

// Client is who has registered last.
func (s *Stub) Client() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.client
}

// Registered is what was registered: the attributes and the advertisement.
func (s *Stub) Registered() (Objects, map[string]dbus.Variant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.objects, s.advert
}

// Value finds the path of a characteristic by its UUID.
func (s *Stub) Value(uuid string) dbus.ObjectPath {
	all, _ := s.Registered()
	for path, faces := range all {
		if v, ok := faces["org.bluez.GattCharacteristic1"]; ok && v["UUID"].Value() == uuid {
			return path
		}
	}
	s.t.Errorf("there is no characteristic %s", uuid)
	return "/none"
}
