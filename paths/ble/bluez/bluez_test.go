package bluez

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"

	"switchroom/paths/ble/bluez/blueztest"
	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/loop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Paths of the stub.
const (
	adapter = blueztest.Adapter
	first   = blueztest.First
	second  = blueztest.Second
)

// stand is a radio and what it tells.
type stand struct {
	*blueztest.Stub
	radio   *Radio
	loop    *loop.Loop
	address string
	open    *gatt.Characteristic
	closed  *gatt.Characteristic

	mu     sync.Mutex // guards the following
	heard  []string
	refuse bool
}

func (s *stand) note(format string, a ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, fmt.Sprintf(format, a...))
}

func (s *stand) has(text string) bool { return slices.Contains(s.hooks(), text) }

// hooks is what was told so far.
func (s *stand) hooks() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heard)
}

// refuses reports whether no phone may be paired.
func (s *stand) refusing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuse
}

func (s *stand) config(secure bool) Config {
	s.open = &gatt.Characteristic{UUID: ble.Short(0x2A29), Props: gatt.Read, OnRead: func(*gatt.Bearer) ([]byte, ble.Fault) { return []byte("Switchroom"), 0 }}
	s.closed = &gatt.Characteristic{UUID: ble.Short(0x2A57), Props: gatt.Read | gatt.Write | gatt.WriteNoResponse | gatt.Notify, Need: gatt.Authenticated,
		OnRead: func(*gatt.Bearer) ([]byte, ble.Fault) { return nil, ble.NeedsAuthorization },
		OnWrite: func(_ *gatt.Bearer, v []byte) ble.Fault {
			s.note("written %s", v)
			return 0
		}}
	return Config{
		Loop: s.loop, Adapter: "hci0", Name: "Q1", Advertised: ble.Short(0x180A), SecureOnly: secure,
		Services: []*gatt.Service{{UUID: ble.Short(0x180A), Characteristics: []*gatt.Characteristic{s.open, s.closed}}},
		Hooks: Hooks{
			MayPair: func(phone string) bool { s.note("may %s pair", phone); return !s.refusing() },
			Show:    func(phone string, n uint32) { s.note("show %s %06d", phone, n) },
			Hide:    func() { s.note("hide") },
			Linked:  func(_ *Radio, phone string) { s.note("linked %s", phone) },
			Ended:   func(phone string) { s.note("ended %s", phone) },
			Broken:  func(err error) { s.note("broken: %v", err) },
		},
	}
}

func newLoop(t *testing.T) *loop.Loop {
	l := loop.New()
	t.Cleanup(l.Close)
	return l
}

// newStand opens a radio with a stub of BlueZ.
func newStand(t *testing.T, secure bool) *stand {
	t.Helper()
	address := blueztest.Bus(t)
	s := &stand{Stub: blueztest.New(t, address), address: address, loop: newLoop(t)}
	conn := blueztest.Connect(t, address)
	var err error
	if s.radio, err = Open(t.Context(), conn, s.config(secure)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.radio.Close)
	return s
}

const (
	service0 = appPath + "/service0"
	value0   = service0 + "/value0"
	value1   = service0 + "/value1"
)

// TestRegisters: BlueZ is told what a host of ours serves, with what each link must be;
// and all of it is taken back.
func TestRegisters(t *testing.T) {
	for _, c := range []struct {
		secure bool
		flags  []string
	}{
		{false, []string{"encrypt-authenticated-read", "encrypt-authenticated-write", "encrypt-authenticated-notify"}},
		{true, []string{"secure-read", "secure-write", "secure-notify"}},
	} {
		s := newStand(t, c.secure)
		want := blueztest.Objects{
			service0: {serviceFace: {"UUID": dbus.MakeVariant("0000180a-0000-1000-8000-00805f9b34fb"), "Primary": dbus.MakeVariant(true)}},
			value0:   {valueFace: {"UUID": dbus.MakeVariant("00002a29-0000-1000-8000-00805f9b34fb"), "Service": dbus.MakeVariant(service0), "Flags": dbus.MakeVariant([]string{"read"})}},
			value1:   {valueFace: {"UUID": dbus.MakeVariant("00002a57-0000-1000-8000-00805f9b34fb"), "Service": dbus.MakeVariant(service0), "Flags": dbus.MakeVariant(c.flags)}},
		}
		objects, advert := s.Registered()
		if !reflect.DeepEqual(objects, want) {
			t.Errorf("attributes\n%v, want\n%v", objects, want)
		}
		if advert["LocalName"].Value() != "Q1" || advert["Type"].Value() != "peripheral" || !reflect.DeepEqual(advert["ServiceUUIDs"].Value(), []string{"0000180a-0000-1000-8000-00805f9b34fb"}) {
			t.Errorf("advertisement %v", advert)
		}
		s.radio.Close()
		log := s.Said()
		if want := []string{
			"RegisterAgent /org/switchroom/agent DisplayOnly", "RequestDefaultAgent /org/switchroom/agent", "RegisterApplication /org/switchroom/ble",
			"RegisterAdvertisement /org/switchroom/advertisement", "UnregisterAdvertisement /org/switchroom/advertisement",
			"UnregisterApplication /org/switchroom/ble", "UnregisterAgent /org/switchroom/agent",
		}; !slices.Equal(log, want) {
			t.Errorf("%q", log)
		}
		if err := s.Call(value0, valueFace+".ReadValue", map[string]dbus.Variant{}).Err; err == nil {
			t.Error("a radio that is closed is read")
		}
	}
}

// TestRefused: whatever BlueZ refuses, what it has taken until then is taken back.
func TestRefused(t *testing.T) {
	address := blueztest.Bus(t)
	s := &stand{Stub: blueztest.New(t, address), loop: newLoop(t)}
	for refused, back := range map[string][]string{
		"RegisterAgent":         nil,
		"RequestDefaultAgent":   {"UnregisterAgent"},
		"RegisterApplication":   {"UnregisterAgent"},
		"RegisterAdvertisement": {"UnregisterApplication", "UnregisterAgent"},
	} {
		s.Refuse(refused)
		_, err := Open(t.Context(), blueztest.Connect(t, address), s.config(false))
		if err == nil || !strings.Contains(err.Error(), "the stub refuses") {
			t.Errorf("%s: %v", refused, err)
		}
		var undone []string
		for _, l := range s.Said() {
			if name, _, _ := strings.Cut(l, " "); strings.HasPrefix(name, "Unregister") {
				undone = append(undone, name)
			}
		}
		if !slices.Equal(undone, back) {
			t.Errorf("%s: taken back %q, want %q", refused, undone, back)
		}
	}
	c := s.config(false)
	c.Adapter = "hci0/../x"
	if _, err := Open(t.Context(), blueztest.Connect(t, address), c); err == nil {
		t.Error("an adapter of that name")
	}
	if _, err := Open(t.Context(), blueztest.Connect(t, blueztest.Bus(t)), s.config(false)); err == nil || !strings.Contains(err.Error(), "BlueZ does not run") {
		t.Errorf("without BlueZ: %v", err)
	}
}

// TestAgent: the code is shown, whatever pairs without one is refused, and nobody but
// BlueZ is answered.
func TestAgent(t *testing.T) {
	const agent = "org.bluez.Agent1."
	s := newStand(t, false)
	refused := func(what string, err error, name string) {
		t.Helper()
		if e, ok := err.(dbus.Error); !ok || e.Name != "org.bluez.Error."+name {
			t.Errorf("%s: %v, want %s", what, err, name)
		}
	}
	if err := s.Call(agentPath, agent+"DisplayPasskey", first, uint32(4711), uint16(0)).Err; err != nil || !s.has("show C0:11:22:33:44:55 004711") {
		t.Errorf("%v, %q", err, s.hooks())
	}
	if err := s.Call(agentPath, agent+"Cancel").Err; err != nil || !s.has("hide") {
		t.Errorf("%v, %q", err, s.hooks())
	}
	refused("no such code", s.Call(agentPath, agent+"DisplayPasskey", first, uint32(1_000_000), uint16(0)).Err, "Rejected")
	refused("a phone of another adapter", s.Call(agentPath, agent+"DisplayPasskey", dbus.ObjectPath("/org/bluez/hci1/dev_C0_11_22_33_44_55"), uint32(1), uint16(0)).Err, "Rejected")
	refused("a PIN", s.Call(agentPath, agent+"RequestPinCode", first).Err, "Rejected")
	refused("a PIN that is shown", s.Call(agentPath, agent+"DisplayPinCode", first, "0000").Err, "Rejected")
	refused("a code that is typed here", s.Call(agentPath, agent+"RequestPasskey", first).Err, "Rejected")
	refused("numeric comparison", s.Call(agentPath, agent+"RequestConfirmation", first, uint32(1)).Err, "Rejected")
	refused("Just Works", s.Call(agentPath, agent+"RequestAuthorization", first).Err, "Rejected")
	refused("a service", s.Call(agentPath, agent+"AuthorizeService", first, "x").Err, "Rejected")

	s.mu.Lock()
	s.refuse, s.heard = true, nil
	s.mu.Unlock()
	refused("not now", s.Call(agentPath, agent+"DisplayPasskey", first, uint32(5), uint16(0)).Err, "Rejected")
	blueztest.Until(t, "the pairing is cancelled", func() bool { return slices.Contains(s.Said(), "CancelPairing first") })
	if s.has("show C0:11:22:33:44:55 000005") {
		t.Error("it is shown all the same")
	}

	other := blueztest.Connect(t, s.address)
	client := s.Client()
	at := other.Object(client, agentPath)
	refused("a stranger's code", at.Call(agent+"DisplayPasskey", 0, first, uint32(1), uint16(0)).Err, "NotAuthorized")
	refused("a stranger's end", at.Call(agent+"Release", 0).Err, "NotAuthorized")
	refused("a stranger's question", other.Object(client, value0).Call(valueFace+".ReadValue", 0, map[string]dbus.Variant{"device": dbus.MakeVariant(first)}).Err, "NotAuthorized")
	if err := s.Call(agentPath, agent+"Release").Err; err != nil {
		t.Error(err)
	}
	blueztest.Until(t, "it says that it is no more", func() bool {
		return s.has("broken: BlueZ has released the agent: somebody else may have taken its place")
	})
	if err := s.Call(agentPath, agent+"DisplayPasskey", first, uint32(1), uint16(0)).Err; err == nil {
		t.Error("after that it shows codes")
	}
}

// TestValues is one phone that reads, writes and is told, and a second one that is let
// go.
func TestValues(t *testing.T) {
	s := newStand(t, false)
	by := func(device dbus.ObjectPath, more ...any) map[string]dbus.Variant {
		o := map[string]dbus.Variant{"device": dbus.MakeVariant(device), "link": dbus.MakeVariant("LE")}
		for i := 0; i < len(more); i += 2 {
			o[more[i].(string)] = dbus.MakeVariant(more[i+1])
		}
		return o
	}
	read := func(path dbus.ObjectPath, o map[string]dbus.Variant) (string, error) {
		var b []byte
		err := s.Call(path, valueFace+".ReadValue", o).Store(&b)
		return string(b), err
	}
	s.Linked(first, true)
	blueztest.Until(t, "linked", func() bool { return s.has("linked C0:11:22:33:44:55") })
	for _, c := range []struct {
		name  string
		path  dbus.ObjectPath
		o     map[string]dbus.Variant
		value string
		err   string
	}{
		{"what anybody may read", value0, by(first), "Switchroom", ""},
		{"the rest of it", value0, by(first, "offset", uint16(6)), "room", ""},
		{"beyond its end", value0, by(first, "offset", uint16(60)), "", "InvalidOffset"},
		{"by nobody", value0, map[string]dbus.Variant{}, "", "NotPermitted"},
		{"what refuses", value1, by(first), "", "NotAuthorized"},
		{"by a second phone", value0, by(second), "", "NotPermitted"},
	} {
		v, err := read(c.path, c.o)
		if e, _ := err.(dbus.Error); v != c.value || strings.TrimPrefix(e.Name, "org.bluez.Error.") != c.err {
			t.Errorf("%s: %q, %v", c.name, v, err)
		}
	}
	blueztest.Until(t, "the second is let go", func() bool { return slices.Contains(s.Said(), "Disconnect second") })
	if err := s.Call(value1, valueFace+".WriteValue", []byte("800"), by(first, "mtu", uint16(30))).Err; err != nil || !s.has("written 800") {
		t.Errorf("%v, %q", err, s.hooks())
	}
	for what, call := range map[string]*dbus.Call{
		"from the middle": s.Call(value1, valueFace+".WriteValue", []byte("1"), by(first, "offset", uint16(1))),
		"too long":        s.Call(value1, valueFace+".WriteValue", make([]byte, 513), by(first)),
		"what is fixed":   s.Call(value0, valueFace+".WriteValue", []byte("1"), by(first)),
		"by the second":   s.Call(value1, valueFace+".WriteValue", []byte("1"), by(second)),
		"told of nothing": s.Call(value0, valueFace+".StartNotify"),
	} {
		if call.Err == nil {
			t.Errorf("%s: it is taken", what)
		}
	}

	told := make(chan *dbus.Signal, 8)
	s.Conn.Signal(told)
	if err := s.Conn.AddMatchSignal(dbus.WithMatchObjectPath(value1)); err != nil {
		t.Fatal(err)
	}
	notify := func(v string) (err error) {
		s.radio.cfg.Loop.Call(func() { err = s.radio.Notify(s.closed, []byte(v)) })
		return err
	}
	if err := notify("nobody wants to know"); err != nil {
		t.Error(err)
	}
	if err := s.Call(value1, valueFace+".StartNotify").Err; err != nil {
		t.Fatal(err)
	}
	if err := notify("tripped, and more than 27 bytes of it"); err != nil {
		t.Fatal(err)
	}
	select {
	case n := <-told:
		if all, _ := n.Body[1].(map[string]dbus.Variant); n.Body[0] != valueFace || string(all["Value"].Value().([]byte)) != "tripped, and more than 27 b" {
			t.Errorf("told %v", n.Body)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("never told")
	}

	s.Linked(second, true) // it may come, and is sent away again
	s.Linked(first, false)
	blueztest.Until(t, "gone", func() bool { return s.has("ended C0:11:22:33:44:55") })
	s.radio.cfg.Loop.Call(func() {
		if s.radio.Subscribed(s.closed) {
			t.Error("who comes next is told without asking")
		}
	})
	if s.has("linked C0:11:22:33:44:66") {
		t.Error("two phones")
	}
}

// TestBlueZEnds: the end of BlueZ, or of the bus, is told once.
func TestBlueZEnds(t *testing.T) {
	s := newStand(t, false)
	if _, err := s.Conn.ReleaseName(service); err != nil {
		t.Fatal(err)
	}
	blueztest.Until(t, "it says so", func() bool { return s.has("broken: BlueZ has ended") })
	s.radio.conn.Close()
	s.radio.Close()
	if got := s.hooks(); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

// TestMock holds the agent to a BlueZ that somebody else has written: the mock in
// python3-dbusmock, which has the manager of agents and neither attributes nor
// advertising.
func TestMock(t *testing.T) {
	const python = "/usr/bin/python3" // Debian's, which has its packages
	if err := exec.Command(python, "-c", "import dbusmock").Run(); err != nil {
		t.Skip("SKIPPED: the agent against a mock of BlueZ: install the Debian package python3-dbusmock")
	}
	address := blueztest.Bus(t)
	mock := exec.Command(python, "-m", "dbusmock", "--system", "--template", "bluez5")
	mock.Env = append(os.Environ(), "DBUS_SYSTEM_BUS_ADDRESS="+address)
	mock.Stderr = os.Stderr
	if err := mock.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mock.Process.Kill(); mock.Wait() })
	c := blueztest.Connect(t, address)
	blueztest.Until(t, "the mock runs", func() bool {
		var has bool
		return c.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, service).Store(&has) == nil && has
	})
	agents := func(method string, args ...any) error {
		return c.Object(service, managerPath).Call(agentManager+"."+method, 0, args...).Err
	}
	s := &stand{loop: newLoop(t)}
	r := &Radio{cfg: s.config(false), conn: c, path: adapter}
	if err := r.find(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := r.registerAgent(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := agents("RequestDefaultAgent", agentPath); err != nil {
		t.Errorf("the mock does not know the agent: %v", err)
	}
	if err := agents("RegisterAgent", agentPath, "DisplayOnly"); err == nil {
		t.Error("the mock takes it twice")
	}
	for i := len(r.done) - 1; i >= 0; i-- {
		r.done[i]()
	}
	if err := agents("RequestDefaultAgent", agentPath); err == nil {
		t.Error("the agent is still there")
	}
	if _, err := Open(t.Context(), blueztest.Connect(t, address), s.config(false)); err == nil || !strings.Contains(err.Error(), "does not take the attributes") {
		t.Errorf("an adapter without attributes: %v", err)
	}
}
