package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"switchroom/lab/remote"
	"switchroom/paths/hmi"
)

type hmiCmd struct {
	labFlag
	JSON  bool     `help:"Print what can be seen as JSON, and end."`
	Once  bool     `help:"Print what can be seen, and end."`
	By    string   `help:"Who presses the keys: somebody who is in the room. Left out: whoever is." placeholder:"PERSON"`
	Press []string `help:"Press these keys, print what can be seen then, and end: cover,home,down*5,ok,reset:3." placeholder:"KEY,…"`
	Name  string   `arg:"" help:"The breaker."`
}

// Help stands below the flags.
func (c *hmiCmd) Help() string {
	return `Keys are home, esc, ctx1, ctx2, ctx3, test, reset and bluetooth; up, plus and prev are ctx1, down, minus and next are ctx2, ok is ctx3.
KEY*N presses it N times, KEY:S holds it S seconds. cover and shut open and shut the cover.
It ends with 1 if what the keys asked for was refused, or if nobody is in the room to press them.
There is no password at the display, and no way to open, close or reset the breaker (docs/hmi.md).`
}

func (c *hmiCmd) Run(a *app) error {
	orders, err := keyOrders(c.Press, c.By)
	if err != nil {
		return misuse("%v", err)
	}
	cl, err := c.client()
	if err != nil {
		return err
	}
	f := &faceAt{client: cl, unit: c.Name, by: c.By}
	if !c.JSON && !c.Once && len(orders) == 0 {
		return c.watch(a, f)
	}
	frame, refusal := f.press(a.Ctx, orders)
	if frame == nil {
		return refusal
	}
	if c.JSON {
		err = printJSON(a.Stdout, frame)
	} else {
		_, err = io.WriteString(a.Stdout, strings.Join(face(frame), "\n")+"\n")
	}
	if err != nil {
		return err
	}
	return refusal
}

// watch is the full-screen program.
func (c *hmiCmd) watch(a *app, f *faceAt) error {
	in, ok := a.Stdin.(*os.File)
	out, also := a.Stdout.(*os.File)
	if !ok || !also || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return misuse("there is no terminal to draw the display on; print it with --once or --json, or press keys with --press home,down,ok")
	}
	if _, err := f.look(a.Ctx); err != nil {
		return err
	}
	was, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return err
	}
	defer term.Restore(int(in.Fd()), was)
	s := &faceScreen{out: out, colour: os.Getenv("NO_COLOR") == ""}
	return s.run(a.Ctx, f, in)
}

// faceAt is the front of a control unit of a running laboratory.
type faceAt struct {
	client   *remote.Client
	unit, by string
}

func (f *faceAt) look(ctx context.Context) (*hmi.Frame, error) {
	return framed(f.client.HMI(ctx, f.unit))
}

func (f *faceAt) do(ctx context.Context, o remote.KeyOrder) (*hmi.Frame, error) {
	o.By = f.by
	return framed(f.client.PressHMI(ctx, f.unit, o))
}

// press presses keys, and stops at the first that asks for what is refused: it
// returns what can be seen then, and the refusal.
func (f *faceAt) press(ctx context.Context, orders []remote.KeyOrder) (frame *hmi.Frame, err error) {
	if len(orders) == 0 {
		return f.look(ctx)
	}
	for i, o := range orders {
		if frame, err = f.do(ctx, o); err != nil {
			return nil, err
		}
		if p := frame.Popup; p != nil && p.Severity == hmi.SeverityRefused {
			return frame, fmt.Errorf("refused at key %d, %s: %s", i+1, o.Key, p.Text)
		}
	}
	return frame, nil
}

// framed reads a frame that the laboratory told.
func framed(raw json.RawMessage, err error) (*hmi.Frame, error) {
	if err != nil {
		return nil, err
	}
	var f hmi.Frame
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("the laboratory's answer is no display: %w; use the same version of both", err)
	}
	return &f, nil
}
