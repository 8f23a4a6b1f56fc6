package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"switchroom/displays"
	"switchroom/lab/remote"
)

// TestFDMScreen types at an FDM128 of a running site, as one does at a terminal: nothing
// that is secret shows, and the terminal is as it was at the end.
func TestFDMScreen(t *testing.T) {
	port := anyPort(t)
	lab := runUp(t, fmt.Sprintf("site: Display\nport: %d\nbreakers: [{name: Q1, in: 1000, variant: \"6.0\", closed: true}]\n", port))
	c, err := remote.New(lab)
	if err != nil {
		t.Fatal(err)
	}
	logins, err := displays.OpenLogins("", false)
	if err != nil {
		t.Fatal(err)
	}
	p, err := displays.New([]string{fmt.Sprintf("modbus://127.0.1.1:%d/255", port)}, fdmOptions(displays.FDM128, false, logins))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	in, keyboard := io.Pipe()
	out := &screenText{}
	ended := make(chan error)
	go func() { ended <- (&fdmScreen{out: out, panel: p}).run(t.Context(), in) }()
	for _, step := range []struct{ keys, want string }{
		{"", "closed"},
		{"1", "quick view (1 of 8)"},
		{"\x1b[C\x1b[C\x1b[D", "currents (2 of 8)"},
		{"c", "you are guest"},
		{"O", "only the administrator"},
		{"l", "user: _"},
		{"admim\x7fn\r", "password of admin: _"},
		{"admin", "password of admin: *****_"},
		{"\r", "Everybody can read it up"},
		{"\r1cO", "password of the breaker, to open: _"},
		{"3333", "to open: ****_"},
		{"\x1b", "nothing was sent"},
		{"O3333\r", "open: done"},
		{"xO", "go to the page control"},
	} {
		io.WriteString(keyboard, step.keys)
		waitFor(t, "the screen to show "+step.want, func() bool { return strings.Contains(out.last(), step.want) })
	}
	if all := out.text.String(); strings.Contains(all, "3333") {
		t.Error("the password of the breaker was shown")
	}
	readings, err := c.Read(t.Context(), "Q1", "breaker.closed")
	if err != nil || string(readings[0].Value) != "false" {
		t.Errorf("closed %s, %v", readings[0].Value, err)
	}
	io.WriteString(keyboard, "q")
	if err := <-ended; err != nil || !strings.HasSuffix(out.last(), "\x1b[?25h\x1b[?1049l") {
		t.Errorf("%v; the terminal is left as %q", err, out.last())
	}
	keyboard.Close()
}

// TestFDMKeys: each key of the keyboard presses one that a display has, each display can
// be worked by the keyboard alone, and the document has every key and every right.
func TestFDMKeys(t *testing.T) {
	doc, err := os.ReadFile("../../docs/displays.md")
	if err != nil {
		t.Fatal(err)
	}
	reached := map[string]bool{"1 … 8": true}
	for typed, key := range fdmTyped {
		reached[key] = true
		if len(splitKeys(typed)) != 1 || quits(typed) {
			t.Errorf("%q is no key of its own", typed)
		}
	}
	for _, kind := range []displays.Kind{displays.FDM128, displays.FDM121} {
		for _, k := range displays.Keys(kind) {
			if !reached[k.Key] {
				t.Errorf("%v: the keyboard has no %s", kind, k.Key)
			}
			if !strings.Contains(string(doc), "| `"+k.Key+"` |") && k.Key != "1 … 8" {
				t.Errorf("docs/displays.md has no key %s", k.Key)
			}
		}
	}
	for _, r := range displays.Rights() {
		row := "| " + r.Key
		for _, who := range []displays.Role{displays.Guest, displays.Operator, displays.Administrator} {
			row += " | " + either(who >= r.Least, "yes", "no")
		}
		if !strings.Contains(string(doc), row+" |") {
			t.Errorf("docs/displays.md has no line %s", row)
		}
	}
}
