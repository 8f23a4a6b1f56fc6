package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"switchroom/lab/remote"
)

// screenText keeps what a program draws.
type screenText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screenText) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

// last is what was drawn last.
func (s *screenText) last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := strings.Split(s.text.String(), "\x1b[H")
	return all[len(all)-1]
}

// TestHMIScreen types at the display of a running site, as one does at a terminal, and
// has the terminal back at the end.
func TestHMIScreen(t *testing.T) {
	lab := runUp(t, fmt.Sprintf("site: Front\nport: %d\nbreakers: [{name: Q1, in: 1000, variant: \"6.0\", closed: true}]\n", anyPort(t)))
	c, err := remote.New(lab)
	if err != nil {
		t.Fatal(err)
	}
	in, keyboard := io.Pipe()
	out := &screenText{}
	s := &faceScreen{out: out, colour: true}
	ended := make(chan error)
	go func() { ended <- s.run(t.Context(), &faceAt{client: c, unit: "Q1"}, in) }()
	for _, step := range []struct{ keys, want string }{
		{"", "Ready     \x1b[32mgreen\x1b[0m, slow blink"},
		{"h", ">Quick View"},
		{"\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\r", ">I long time"},
		{"\x1b[B\r\r", "The cover is shut"},
		{"\rc\r", "[1.5 Ir]"},
		{"+++", "[3 Ir]"},
		{"\r", "Apply?"},
		{"\x1b", "[3 Ir]"},
		{"\r\r", " 3 Ir |"}, // without brackets: it acts
		{"?", " 3 Ir |"},    // no key
	} {
		io.WriteString(keyboard, step.keys)
		waitFor(t, "the screen to show "+step.want, func() bool { return strings.Contains(out.last(), step.want) })
	}
	for i, l := range strings.Split(strings.NewReplacer("\x1b[K", "", "\x1b[J", "", "\x1b[32m", "", "\x1b[0m", "").Replace(out.last()), "\r\n") {
		if n := utf8.RuneCountInString(l); n > 80 || i > 23 {
			t.Errorf("line %d has %d characters, which a terminal of 80 by 24 has not: %q", i, n, l)
		}
	}
	readings, err := c.Read(t.Context(), "Q1", "protection.short_time.isd")
	if err != nil || string(readings[0].Value) != "3" {
		t.Errorf("Isd is %s, %v", readings[0].Value, err)
	}
	io.WriteString(keyboard, "q")
	if err := <-ended; err != nil || !strings.HasSuffix(out.last(), "\x1b[?25h\x1b[?1049l") {
		t.Errorf("%v; the terminal is left as %q", err, out.last())
	}
	keyboard.Close()
}

// TestHMIWithoutColour: nothing is told by a colour alone, and NO_COLOR has none.
func TestHMIWithoutColour(t *testing.T) {
	if painted("red", "red", false) != "red" || painted("white", "white", true) != "white" || !strings.Contains(painted("red", "red", true), "red") {
		t.Error(painted("red", "red", false), painted("red", "red", true))
	}
	if got := printable("Q\x1b[2J1\x07"); got != "Q[2J1" {
		t.Errorf("%q steers the terminal", got)
	}
}

func TestSplitKeys(t *testing.T) {
	for in, want := range map[string]string{
		"":             "[]",
		"h":            `["h"]`,
		"\x1b":         `["\x1b"]`,
		"\x1b[A\x1b[B": `["\x1b[A" "\x1b[B"]`,
		"++\r":         `["+" "+" "\r"]`,
		"\x1b[5~q":     `["\x1b[5~" "q"]`,
		"\x1b[1;5Ah":   `["\x1b[1;5A" "h"]`,
		"\x1b[":        `["\x1b["]`,
		"\x1bOBé":      `["\x1bOB" "\xc3" "\xa9"]`,
	} {
		if got := fmt.Sprintf("%q", splitKeys(in)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
	for _, k := range typed {
		for _, key := range k.keys {
			if o, ok := typedOrder(key); !ok || o != k.order || quits(key) || len(splitKeys(key)) != 1 {
				t.Errorf("%s: %q", k.name, key)
			}
		}
	}
}
