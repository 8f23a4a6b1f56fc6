package vault

import (
	"errors"
	"strings"
	"testing"

	"switchroom/accounts"
	"switchroom/credential"
	"switchroom/store"
)

// TestUse hands a password to the program, by the address of the vault alone, and has it
// be due where others could read it on the way.
func TestUse(t *testing.T) {
	o := office(t, store.Place{Dir: t.TempDir() + "/data"})
	ctx, want := t.Context(), "usb:///q1"
	used := func(address string, password credential.Secret) error {
		if address != want || password.Reveal() != strong[3] {
			t.Errorf("by %s", address)
		}
		return nil
	}
	if err := o.Use(ctx, olga, "Q1", 4, "plan 7: study", used); err != nil {
		t.Fatal(err)
	}
	if list, _ := o.Overdue(ctx, o.now); len(list) != 0 {
		t.Errorf("by a cable nobody reads it: %v", list)
	}
	want = "modbus://127.0.1.1:5020/255"
	if err := o.Office.Vault.Add(ctx, "Q1", want, all(strong), "olga"); err != nil {
		t.Fatal(err)
	}
	if err := o.Use(ctx, olga, "Q1", 4, "plan 8: study", used); err != nil {
		t.Fatal(err)
	}
	if list, _ := o.Overdue(ctx, o.now); len(list) != 1 || list[0].Level != 4 {
		t.Errorf("it went over a network, and is not due: %v", list)
	}
	never := func(string, credential.Secret) error { t.Error("it was handed out"); return nil }
	for _, c := range []credential.Secret{anna, piet, alien} {
		var d *accounts.Denied
		if err := o.Use(ctx, c, "Q1", 4, "why", never); !errors.As(err, &d) {
			t.Error(err)
		}
	}
	if err := o.Use(ctx, olga, "Q9", 4, "why", never); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	o.Lock()
	if err := o.Use(ctx, olga, "Q1", 4, "why", never); err == nil {
		t.Error("the vault was locked")
	}
	if told := o.records(); !strings.Contains(told, "plan 7: study") || strings.Contains(told, strong[3]) {
		t.Error("recorded otherwise than it should be")
	}
}
