package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"switchroom/lab/remote"
	"switchroom/paths/hmi"
)

// face is what can be seen of a control unit, as lines of text: the display, and
// below it each lamp with what it means.
func face(f *hmi.Frame) []string {
	lines := append(heading(f), box(f, false)...)
	for _, l := range lamps(f) {
		lines = append(lines, fmt.Sprintf("%-10s%s: %s", l.Label, burns(l, false), l.Says))
	}
	return lines
}

// faceWide is the same in fewer lines, for a terminal: the lamps beside the display.
func faceWide(f *hmi.Frame, colour bool) []string {
	shown, lit := box(f, colour), lamps(f)
	for i := range shown {
		if i < len(lit) {
			shown[i] += fmt.Sprintf("  %-10s%s", lit[i].Label, burns(lit[i], colour))
		}
	}
	return append(heading(f), shown...)
}

func heading(f *hmi.Frame) []string {
	shown := "dark"
	if f.On {
		shown = "on, " + string(f.Backlight)
	}
	return []string{
		fmt.Sprintf("%s, %s X   display %s   supply: %s", printable(f.Unit), f.Variant, shown, f.Supply),
		fmt.Sprintf("cover %s   settings at this display: %s", either(f.CoverOpen, "open", "shut"), either(f.SettingsLocked, "locked", "not locked")),
	}
}

// box is the display.
func box(f *hmi.Frame, colour bool) []string {
	edge := "+" + strings.Repeat("-", hmi.Columns) + "+"
	lines := []string{edge}
	for _, l := range f.Text {
		lines = append(lines, "|"+painted(printable(l), string(f.Backlight), colour)+"|")
	}
	return append(lines, edge)
}

// lamps are those that the unit has.
func lamps(f *hmi.Frame) (all []hmi.LED) {
	for _, l := range f.LEDs.All() {
		if l.Fitted {
			all = append(all, l.LED)
		}
	}
	return all
}

// burns says how a lamp burns. A colour only repeats its word.
func burns(l hmi.LED, colour bool) string {
	if !l.Lit() {
		return "off"
	}
	return painted(string(l.Color), string(l.Color), colour) + ", " + strings.ReplaceAll(string(l.Pattern), "_", " ")
}

// printable takes out what would steer the terminal: some of what a display shows comes
// from outside.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// paints are the colours of a terminal.
var paints = map[string]string{"red": "31", "green": "32", "orange": "33", "blue": "34"}

func painted(s, colour string, on bool) string {
	p := paints[colour]
	if !on || p == "" {
		return s
	}
	return "\x1b[" + p + "m" + s + "\x1b[0m"
}

// faceEvery is how often the display is looked at.
const faceEvery = 500 * time.Millisecond

// faceScreen is the front of a control unit on a whole terminal.
type faceScreen struct {
	out    io.Writer
	colour bool
	says   string // of the last key that nobody pressed
	frame  *hmi.Frame
}

// run shows the front and presses what is typed, until somebody quits or ctx ends.
// What reads the keyboard ends with the program.
func (s *faceScreen) run(ctx context.Context, f *faceAt, in io.Reader) error {
	io.WriteString(s.out, "\x1b[?1049h\x1b[?25l") // another screen, no cursor
	defer io.WriteString(s.out, "\x1b[?25h\x1b[?1049l")
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	keys := make(chan string)
	go readKeys(ctx, in, keys)
	tick := time.NewTicker(faceEvery)
	defer tick.Stop()
	for s.look(ctx, f); ; {
		s.draw()
		select {
		case <-ctx.Done():
			return nil
		case key, ok := <-keys:
			if !ok || quits(key) {
				return nil
			}
			if o, known := typedOrder(key); known {
				s.press(ctx, f, o)
			}
		case <-tick.C:
			s.look(ctx, f)
		}
	}
}

// readKeys hands on what is typed, and ends with its input.
func readKeys(ctx context.Context, in io.Reader, keys chan<- string) {
	defer close(keys)
	b := make([]byte, 64)
	for {
		n, err := in.Read(b)
		for _, k := range splitKeys(string(b[:n])) {
			select {
			case keys <- k:
			case <-ctx.Done():
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (s *faceScreen) look(ctx context.Context, f *faceAt) {
	if frame, err := f.look(ctx); err == nil {
		s.frame = frame
	} else {
		s.says = err.Error()
	}
}

func (s *faceScreen) press(ctx context.Context, f *faceAt, o remote.KeyOrder) {
	s.says = ""
	if frame, err := f.do(ctx, o); err == nil {
		s.frame = frame
	} else {
		s.says = err.Error()
	}
}

// draw writes everything over what was there.
func (s *faceScreen) draw() {
	var lines []string
	if s.frame != nil {
		lines = faceWide(s.frame, s.colour)
	}
	lines = append(append(lines, ""), legend...)
	lines = append(lines, "", printable(strings.Join(strings.Fields(s.says), " ")))
	io.WriteString(s.out, "\x1b[H"+strings.Join(lines, "\x1b[K\r\n")+"\x1b[K\x1b[J")
}
