package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"switchroom/displays"
)

// fdmLines are what can be seen of a display, as lines of text.
func fdmLines(f *displays.Frame) []string {
	who := strings.ToUpper(f.Display)
	if f.Role != "" {
		who += "   " + f.Role
	}
	if f.User != "" {
		who += " (" + f.User + ")"
	}
	lines := []string{who, f.Title, strings.Repeat("-", 64)}
	lines = append(lines, f.Text...)
	lines = append(lines, strings.Repeat("-", 64))
	if f.Says != "" {
		lines = append(lines, either(f.Refused, "refused: ", "")+strings.Join(strings.Fields(f.Says), " "))
	}
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return lines
}

// fdmTyped are the keys of the keyboard, and the key of a display that each presses.
var fdmTyped = map[string]string{
	"\x1b[C": "next", "\x1bOC": "next", "\x1b[B": "next", "\x1bOB": "next", "n": "next",
	"\x1b[D": "prev", "\x1bOD": "prev", "\x1b[A": "prev", "\x1bOA": "prev", "p": "prev",
	"\x1b": "esc", "\r": "ok", "\n": "ok",
	"v": "overview", "c": "control", "O": "open", "C": "close", "R": "reset", "M": "clear",
	"l": "login", "x": "logout", "w": "change", "H": "hold",
	"1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "6": "6", "7": "7", "8": "8",
}

var fdmLegend = map[string][]string{
	"fdm128": {"1 … 8: breaker   v: overview   arrows: pages   c: control   esc: back", "O: open   C: close   R: reset   M: reset minima and maxima", "l: log in   x: log out   w: change password   H: 10 s on the button   q: end"},
	"fdm121": {"arrows: pages   c: control   esc: back", "O: open   C: close   R: reset   q: end"},
}

// fdmEvery is how often a display asks its breakers.
const fdmEvery = time.Second

// typedMax bounds a text that somebody types, in bytes.
const typedMax = 64

// fdmScreen is a display on a whole terminal.
type fdmScreen struct {
	out   io.Writer
	panel *displays.Panel
	text  string // typed so far, of a text that the display asks for
}

// run shows the display and presses what is typed, until somebody quits or ctx ends.
func (s *fdmScreen) run(ctx context.Context, in io.Reader) error {
	io.WriteString(s.out, "\x1b[?1049h\x1b[?25l") // another screen, no cursor
	defer io.WriteString(s.out, "\x1b[?25h\x1b[?1049l")
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	keys := make(chan string)
	go readKeys(ctx, in, keys)
	tick := time.NewTicker(fdmEvery)
	defer tick.Stop()
	for s.panel.Look(ctx); ; {
		s.draw()
		select {
		case <-ctx.Done():
			return nil
		case key, ok := <-keys:
			if !ok || s.typed(ctx, key) {
				return nil
			}
		case <-tick.C:
			s.panel.Look(ctx)
		}
	}
}

// typed takes a key of the keyboard, and reports whether it ends the program.
func (s *fdmScreen) typed(ctx context.Context, key string) (end bool) {
	if _, _, waiting := s.panel.Asks(); waiting {
		return s.write(ctx, key)
	}
	if quits(key) {
		return true
	}
	if k, known := fdmTyped[key]; known {
		s.panel.Press(ctx, k) // one that this display has not does nothing
	}
	return false
}

// write takes a key while the display asks for a text.
func (s *fdmScreen) write(ctx context.Context, key string) (end bool) {
	switch {
	case key == "\x03" || key == "\x04":
		return true
	case key == "\x1b":
		s.text = ""
		s.panel.Press(ctx, "esc")
	case key == "\r" || key == "\n":
		text := s.text
		s.text = ""
		s.panel.Type(ctx, text)
	case key == "\x7f" || key == "\b":
		s.text = s.text[:max(0, len(s.text)-1)]
	case len(key) == 1 && key[0] >= ' ' && key[0] < 0x7f && len(s.text) < typedMax:
		s.text += key
	}
	return false
}

// draw writes everything over what was there. What is secret shows as stars (C10).
func (s *fdmScreen) draw() {
	f := s.panel.Frame()
	lines := fdmLines(f)
	if what, secret, waiting := s.panel.Asks(); waiting {
		text := s.text
		if secret {
			text = strings.Repeat("*", utf8.RuneCountInString(text))
		}
		lines = append(lines, fmt.Sprintf("%s: %s_", printable(what), text), "enter: done   esc: leave")
	} else {
		lines = append(append(lines, ""), fdmLegend[f.Display]...)
	}
	io.WriteString(s.out, "\x1b[H"+strings.Join(lines, "\x1b[K\r\n")+"\x1b[K\x1b[J")
}
