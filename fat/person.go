package fat

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"strings"
)

// personViewer asks a person what the system shows.
type personViewer struct {
	lines chan string
	out   io.Writer
	words map[string]string
}

// openPerson reads lines in the background, since reading a terminal can't be
// interrupted; one goroutine for the life of the program.
func openPerson(b *Binding, t Terminal) (Viewer, error) {
	return &personViewer{lines: linesOf(t.In), out: t.Out, words: b.words()}, nil
}

// linesOf sends the lines of a reader, and closes the channel at its end.
func linesOf(r io.Reader) chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		sc := bufio.NewScanner(r)
		for sc.Scan() {
			lines <- sc.Text()
		}
	}()
	return lines
}

// Patient says that a person is asked once.
func (v *personViewer) Patient() bool { return true }

// Look asks for each tag in turn. An empty answer is a point that can't be found;
// what follows ? is a value that is marked bad; what follows # is a comment.
func (v *personViewer) Look(ctx context.Context, tags []Tag) ([]Shown, error) {
	out := make([]Shown, len(tags))
	for i, t := range tags {
		fmt.Fprintf(v.out, "%s  %s: what does the system show? (nothing: not there; ? in front: marked bad; # begins a comment) ", t.Breaker, t.Point)
		select {
		case line, ok := <-v.lines:
			if !ok {
				return nil, errNoAnswer
			}
			out[i] = answered(line, v.words)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return out, nil
}

// answered makes what is shown of an answer.
func answered(line string, words map[string]string) Shown {
	text, comment, _ := strings.Cut(line, "#")
	text, bad := strings.CutPrefix(strings.TrimSpace(text), "?")
	if text == "" && !bad {
		return Shown{Number: math.NaN(), Raw: excerpt(comment)}
	}
	s := parseShown(text, words)
	s.Bad, s.Raw = s.Bad || bad, excerpt("a person: "+line)
	return s
}

// errNoAnswer is the end of the input: nobody is there any more.
var errNoAnswer = fmt.Errorf("nobody answers any more: %w", io.ErrUnexpectedEOF)

func (v *personViewer) Close() error { return nil }
