package door_test

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/client"
	"switchroom/credential"
	"switchroom/imu"
	"switchroom/paths/usb"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/store"
	"switchroom/vault"
	"switchroom/vault/door"
)

func secret(s string) credential.Secret { return credential.NewSecret(s) }

// plugged is the USB port of a unit that comes from the factory.
func plugged(t *testing.T, profile access.Profile) (address string, w *imu.World, here *error) {
	t.Helper()
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, Voltage: 400, Frequency: 50}
	s := protection.Defaults(r)
	w = imu.NewSteppedWorld(time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC))
	u, err := imu.New(imu.Config{
		Name: "Q1", Rating: r, Profile: profile, Interface: imu.IFE, Mechanism: imu.Equipped(imu.MTZ2), Settings: &s, Identity: imu.VirtualIdentity(imu.IFE),
	}, w)
	if err != nil {
		t.Fatal(err)
	}
	w.Step(time.Second)
	u.Advance(time.Second)
	dir, err := os.MkdirTemp("", "usb") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "usb.sock")
	here = new(error)
	server := usb.NewServer([]*imu.Unit{u}, w, func(string) error { return *here })
	if err := server.Listen(path); err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(func() { server.Close(); os.RemoveAll(dir) })
	return (&url.URL{Scheme: "usb", Path: path, RawQuery: "unit=Q1"}).String(), w, here
}

var profiles = []access.Profile{access.Faithful, access.RBAC, access.Hardened}

// TestUSB tells apart what a breaker says.
func TestUSB(t *testing.T) {
	for _, profile := range profiles {
		t.Run(profile.String(), func(t *testing.T) {
			address, _, here := plugged(t, profile)
			d, ctx := door.To(address, client.Options{}), t.Context()
			proves := func(level int, text string, want bool) {
				t.Helper()
				if got, err := d.Proves(ctx, level, secret(text)); err != nil || got != want {
					t.Errorf("level %d: %v, %v; not %v", level, got, err, want)
				}
			}
			proves(4, "0000", true)
			proves(1, "0000", false) // another level's
			proves(1, "9x9y", false)
			if err := d.Change(ctx, 1, secret("9x9y"), secret("aK3x")); !errors.Is(err, vault.ErrWrongPassword) || !errors.Is(err, vault.ErrNotChanged) {
				t.Errorf("a wrong one: %v", err)
			}
			if err := d.Change(ctx, 2, secret("3333"), secret("aK3x")); !errors.Is(err, vault.ErrNotChanged) || errors.Is(err, vault.ErrWrongPassword) {
				t.Errorf("another level's: %v", err)
			}
			if err := d.Change(ctx, 1, secret("0000"), secret("too long")); !errors.Is(err, vault.ErrNotChanged) {
				t.Errorf("no password: %v", err)
			}
			if err := d.Change(ctx, 1, secret("0000"), secret("aK3x")); err != nil {
				t.Errorf("by level 4: %v", err)
			}
			if err := d.Change(ctx, 3, secret("3333"), secret("bL4y")); err != nil {
				t.Errorf("by its own: %v", err)
			}
			if err := d.Change(ctx, 4, secret("0000"), secret("cM5z")); err != nil {
				t.Errorf("level 4: %v", err)
			}
			proves(1, "aK3x", true)
			proves(3, "bL4y", true)
			proves(4, "cM5z", true)
			proves(4, "0000", false)
			*here = errors.New("nobody is in the room")
			if err := d.Change(ctx, 1, secret("cM5z"), secret("dN6w")); !errors.Is(err, vault.ErrNotChanged) || errors.Is(err, vault.ErrWrongPassword) {
				t.Errorf("nobody there: %v", err)
			}
			if _, err := d.Proves(ctx, 1, secret("cM5z")); err == nil {
				t.Error("proved with nobody there")
			}
		})
	}
}

// TestLockOut sees a lock-out told apart from a wrong password.
func TestLockOut(t *testing.T) {
	address, _, _ := plugged(t, access.Hardened)
	d := door.To(address, client.Options{})
	var err error
	for range 10 {
		if _, err = d.Proves(t.Context(), 1, secret("9x9y")); err != nil {
			break
		}
	}
	if !errors.Is(err, vault.ErrLockedOut) {
		t.Errorf("%v", err)
	}
	err = d.Change(t.Context(), 1, secret("0000"), secret("aK3x"))
	if !errors.Is(err, vault.ErrLockedOut) || !errors.Is(err, vault.ErrNotChanged) || errors.Is(err, vault.ErrWrongPassword) {
		t.Errorf("%v", err)
	}
}

// TestOtherWays are those by which nothing is changed: they ask nothing.
func TestOtherWays(t *testing.T) {
	for _, address := range []string{"modbus://127.0.0.1:1/255", "rtu:///dev/null/5", "nfc:///x?unit=Q1", ""} {
		d := door.To(address, client.Options{})
		if err := d.Change(t.Context(), 1, secret("0000"), secret("aK3x")); !errors.Is(err, vault.ErrNotPossible) || !errors.Is(err, vault.ErrNotChanged) {
			t.Errorf("%s: %v", address, err)
		}
		if _, err := d.Proves(t.Context(), 1, secret("0000")); !errors.Is(err, vault.ErrNotPossible) || errors.Is(err, vault.ErrWrongPassword) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestRotation takes a unit of each profile from the factory's passwords to others.
func TestRotation(t *testing.T) {
	for _, profile := range profiles {
		t.Run(profile.String(), func(t *testing.T) {
			address, _, _ := plugged(t, profile)
			ctx := t.Context()
			s, err := store.Open(ctx, store.Place{Dir: t.TempDir() + "/data"}, vault.Part())
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			v := vault.In(s, time.Now)
			if _, err := v.Create(ctx, secret("correct-horse-battery"), false); err != nil {
				t.Fatal(err)
			}
			defer v.Lock()
			has := map[int]credential.Secret{}
			for level := 1; level <= vault.Levels; level++ {
				has[level] = vault.Factory(level)
			}
			if err := v.Add(ctx, "Q1", address, has, "Olga"); err != nil {
				t.Fatal(err)
			}
			d := door.To(address, client.Options{})
			for range 2 {
				if done, err := v.Rotate(ctx, d, "Q1", "Olga"); err != nil || len(done) != vault.Levels {
					t.Fatalf("%v, %v", done, err)
				}
			}
			for level := range has {
				if ok, err := d.Proves(ctx, level, vault.Factory(level)); ok || err != nil {
					t.Errorf("level %d: the factory's holds, or %v", level, err)
				}
			}
		})
	}
}
