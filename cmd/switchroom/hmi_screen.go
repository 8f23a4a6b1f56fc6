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

// face is what can be seen of a control unit, as lines of text. Colours only repeat
// what words say.
func face(f *hmi.Frame, colour bool) (lines []string) {
	lines = append(lines, fmt.Sprintf("%s, %s X   display %s   supply: %s", printable(f.Unit), f.Variant, displayed(f), f.Supply),
		fmt.Sprintf("cover %s   settings at this display: %s", either(f.CoverOpen, "open", "shut"), either(f.SettingsLocked, "locked", "not locked")))
	edge := "+" + strings.Repeat("-", hmi.Columns) + "+"
	lines = append(lines, edge)
	for _, l := range f.Text {
		lines = append(lines, "|"+painted(printable(l), string(f.Backlight), colour)+"|")
	}
	lines = append(lines, edge)
	for _, l := range f.LEDs.All() {
		if l.Fitted {
			lines = append(lines, lamp(l.LED, colour))
		}
	}
	return lines
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

func displayed(f *hmi.Frame) string {
	if !f.On {
		return "dark"
	}
	return "on, " + string(f.Backlight)
}

// lamp is a lamp in words.
func lamp(l hmi.LED, colour bool) string {
	how := "off"
	if l.Lit() {
		how = painted(string(l.Color), string(l.Color), colour) + ", " + strings.ReplaceAll(string(l.Pattern), "_", " ")
	}
	return fmt.Sprintf("%-10s%s: %s", l.Label, how, l.Says)
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
		lines = face(s.frame, s.colour)
	}
	lines = append(append(lines, ""), legend...)
	lines = append(lines, "", printable(strings.Join(strings.Fields(s.says), " ")))
	io.WriteString(s.out, "\x1b[H"+strings.Join(lines, "\x1b[K\r\n")+"\x1b[K\x1b[J")
}
