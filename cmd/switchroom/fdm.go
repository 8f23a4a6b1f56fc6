package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"switchroom/client"
	"switchroom/displays"
	"switchroom/points"
	"switchroom/regmap"
)

type fdm128Cmd struct {
	fdmFlags
	Data      string   `help:"Where the display keeps its logins; by default the user's state directory." placeholder:"DIR"`
	Addresses []string `arg:"" name:"address" help:"modbus://HOST:PORT/UNIT of each breaker, up to eight."`
}

// Help stands below the flags.
func (c *fdm128Cmd) Help() string {
	return fdmHelp(displays.FDM128) + `
Whoever has not logged in looks, an operator resets measurements, the administrator alone operates a breaker. From the factory there are
admin (admin) and oper (oper), which everybody can read up: the display says so until they are changed (docs/displays.md).`
}

func (c *fdm128Cmd) Run(a *app) error {
	dir := c.Data
	if dir == "" {
		state, err := stateDir("fdm128")
		if err != nil {
			return err
		}
		dir = filepath.Join(filepath.Dir(state), "displays") // wherever one stands
	}
	logins, err := displays.OpenLogins(filepath.Join(dir, "fdm128.logins"), c.Profile == "hardened")
	if err != nil {
		return err
	}
	return c.display(a, displays.FDM128, c.Addresses, logins)
}

type fdm121Cmd struct {
	fdmFlags
	Address string `arg:"" help:"modbus://HOST:PORT/UNIT of the breaker: its ULP is not modelled."`
}

// Help stands below the flags.
func (c *fdm121Cmd) Help() string {
	return fdmHelp(displays.FDM121) + `
It uses the password of level 3 only, and does not ask for it while it is the factory's: whoever stands there operates. That is a
weakness of the real one; --profile hardened asks always, and refuses the factory's (docs/displays.md).`
}

func (c *fdm121Cmd) Run(a *app) error {
	return c.display(a, displays.FDM121, []string{c.Address}, nil)
}

// fdmFlags are what both displays take.
type fdmFlags struct {
	JSON    bool     `help:"Print what can be seen as JSON, and end."`
	Once    bool     `help:"Print what can be seen, and end."`
	Press   []string `help:"Press these keys, print what can be seen then, and end: 1,control,open." placeholder:"KEY,…"`
	Answers string   `help:"File with what is typed, a line for each text that the display asks for: users, passwords; - is standard input." placeholder:"FILE"`
	Profile string   `help:"2017, or hardened with more refusals." default:"2017" enum:"2017,hardened"`
}

func fdmHelp(k displays.Kind) string {
	var names []string
	for _, key := range displays.Keys(k) {
		names = append(names, key.Key)
	}
	return "Keys are " + strings.Join(names, ", ") + `; in the terminal their first letters as the legend has them.
A display is a client of Modbus TCP like any other. What the breaker refuses it tells; it ends with 1 if a key was refused.`
}

// display makes a display and shows it.
func (c *fdmFlags) display(a *app, kind displays.Kind, addresses []string, logins *displays.Logins) error {
	for _, x := range addresses {
		if err := client.CheckAddress(x); err != nil {
			return misuse("%v", err)
		}
		if !strings.HasPrefix(x, "modbus://") {
			return misuse("address %q: a display asks by Modbus TCP; write one such as modbus://127.0.1.1:5020/255", x)
		}
	}
	p, err := displays.New(addresses, fdmOptions(kind, c.Profile == "hardened", logins))
	if err != nil {
		return misuse("%v", err)
	}
	defer p.Close()
	if !c.JSON && !c.Once && len(c.Press) == 0 {
		return c.watch(a, p)
	}
	refusal := c.script(a, p)
	if errors.Is(refusal, errMisuse) {
		return refusal
	}
	if c.JSON {
		err = printJSON(a.Stdout, p.Frame())
	} else {
		_, err = io.WriteString(a.Stdout, strings.Join(fdmLines(p.Frame()), "\n")+"\n")
	}
	return errors.Join(err, refusal)
}

// displayTimeout is how long a display waits for a breaker. Ours.
const displayTimeout = 2 * time.Second

func fdmOptions(kind displays.Kind, hardened bool, logins *displays.Logins) displays.Options {
	return displays.Options{
		Kind: kind, Hardened: hardened, Logins: logins, Now: time.Now,
		Dial: func(ctx context.Context, address string) (client.Breaker, error) {
			return client.Connect(ctx, address, client.Options{Timeout: displayTimeout})
		},
		Carries: func(address string, id points.ID) bool {
			_, ok := client.Carried(address, regmap.Default())(id)
			return ok
		},
	}
}

// script presses keys, and stops at the first that is refused.
func (c *fdmFlags) script(a *app, p *displays.Panel) error {
	answers, end, err := c.answers(a)
	if err != nil {
		return err
	}
	defer end()
	p.Look(a.Ctx)
	for i, k := range c.Press {
		if err := p.Press(a.Ctx, strings.TrimSpace(k)); err != nil {
			return misuse("--press: %v", err)
		}
		for what, _, waiting := p.Asks(); waiting; what, _, waiting = p.Asks() {
			text, err := answers()
			if err != nil {
				return fmt.Errorf("the display asks for: %s; %w", what, err)
			}
			p.Type(a.Ctx, text)
		}
		if f := p.Frame(); f.Refused {
			return fmt.Errorf("refused at key %d, %s: %s", i+1, k, f.Says)
		}
	}
	return nil
}

// answers returns what hands out the lines of --answers, one at a time.
func (c *fdmFlags) answers(a *app) (next func() (string, error), end func() error, err error) {
	none := func() error { return nil }
	var in io.Reader
	switch c.Answers {
	case "":
		return func() (string, error) {
			return "", errors.New("give it in a file with --answers FILE, or - for standard input")
		}, none, nil
	case "-":
		in = a.Stdin
	default:
		f, err := os.Open(c.Answers)
		if err != nil {
			return nil, nil, err
		}
		in, end = f, f.Close
	}
	if end == nil {
		end = none
	}
	lines := bufio.NewScanner(io.LimitReader(in, 64<<10))
	return func() (string, error) {
		if !lines.Scan() {
			return "", errors.Join(errors.New("--answers has no line left for it"), lines.Err())
		}
		return lines.Text(), nil
	}, end, nil
}

// watch is the full-screen program.
func (c *fdmFlags) watch(a *app, p *displays.Panel) error {
	in, ok := a.Stdin.(*os.File)
	out, also := a.Stdout.(*os.File)
	if !ok || !also || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return misuse("there is no terminal to draw the display on; print it with --once or --json, or press keys with --press 1,next")
	}
	was, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return err
	}
	defer term.Restore(int(in.Fd()), was)
	return (&fdmScreen{out: out, panel: p}).run(a.Ctx, in)
}
