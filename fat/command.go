package fat

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Commander makes the system under test operate a breaker, and asks a person.
type Commander interface {
	// Operate makes the system open or close a breaker; do is open or close.
	Operate(ctx context.Context, breaker, do string) error
	// Ask asks a person; ok is false where there is nobody.
	Ask(ctx context.Context, question string) (answer string, ok bool)
}

// OpenCommander returns the commander of a binding: by HTTP where the binding says
// how, by a person where there is a terminal. Both may be absent.
func (b *Binding) OpenCommander(v Viewer, t *Terminal) (Commander, error) {
	c := &commander{b: b.Command}
	if p, ok := v.(*personViewer); ok {
		c.lines, c.out = p.lines, p.out
	} else if t != nil {
		c.lines, c.out = linesOf(t.In), t.Out
	}
	if b.Command != nil {
		w, err := newWeb(b)
		if err != nil {
			return nil, err
		}
		c.web = w
	}
	return c, nil
}

type commander struct {
	b     *CommandBinding
	web   *web
	mu    sync.Mutex // one question at a time
	lines chan string
	out   io.Writer
}

// Operate sends the order once, and never again.
func (c *commander) Operate(ctx context.Context, breaker, do string) error {
	if c.b == nil {
		answer, ok := c.Ask(ctx, fmt.Sprintf("%s: %s it from the system under test now, then press Enter (s: skip)", breaker, do))
		if !ok || strings.HasPrefix(answer, "s") {
			return errNobody
		}
		return nil
	}
	t := Tag{Breaker: breaker}
	if w, ok := c.b.Words[do]; ok {
		do = w
	}
	method, kind := c.b.Method, c.b.Type
	if method == "" {
		method = "POST"
	}
	if kind == "" {
		kind = "application/json"
	}
	fill := func(s string) string { return strings.ReplaceAll(s, "{do}", do) }
	_, err := c.web.do(ctx, method, urlOf(fill(c.b.URL), t), t.Expand(fill(c.b.Body), jsonText), kind)
	return err
}

// jsonText is a text as it stands inside the quotes of a JSON string.
func jsonText(s string) string { return strings.Trim(marshal(s), `"`) }

var errNobody = fmt.Errorf("nobody operated the breaker: write a command into the binding, or answer in the terminal (--ask)")

// Ask asks in the terminal.
func (c *commander) Ask(ctx context.Context, question string) (string, bool) {
	if c.lines == nil {
		return "", false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.out, "%s ", question)
	select {
	case line, ok := <-c.lines:
		return strings.TrimSpace(line), ok
	case <-ctx.Done():
		return "", false
	}
}

// byHand asks a person to judge; without one the step stays by hand.
func (x *runner) byHand(ctx context.Context, g []int) error {
	for _, i := range g {
		s := &x.steps[i]
		s.Verdict, s.Note = ByHand, "for a person to judge"
		if x.Command == nil {
			continue
		}
		answer, ok := x.Command.Ask(ctx, fmt.Sprintf("%s: %s? (y, n, s: leave open; a comment may follow)", s.ID, s.Expect))
		if !ok {
			continue
		}
		s.Passes = []PassResult{{Stimulus: "a person looks", Expected: s.Expect, Shown: excerpt(answer), At: time.Now().UTC(), Right: strings.HasPrefix(answer, "y")}}
		switch {
		case strings.HasPrefix(answer, "y"):
			s.Verdict, s.Note = Pass, "judged by a person"
		case strings.HasPrefix(answer, "n"):
			s.Verdict, s.Note = Fail, "judged by a person"
			s.Diagnosis = []Diagnosis{{Mistake: "by-hand", Detail: excerpt(answer), Advice: "see the comment"}}
		}
	}
	return ctx.Err()
}
