package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	neturl "net/url"
	"slices"
	"strings"
	"time"

	"switchroom/client"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/trace"
	"switchroom/wire/modbus"
)

type replayTraceCmd struct {
	traceReadFlags
	Address  string        `arg:"" help:"modbus://HOST:PORT/UNIT; without /UNIT the unit ids of the trace are asked."`
	Server   string        `help:"Of a trace that asked several addresses: replay what this one was asked." placeholder:"HOST:PORT"`
	Speed    float64       `help:"2 is twice as fast as recorded." default:"1"`
	AsFast   bool          `help:"Ask without waiting: as fast as it is answered."`
	Timeout  time.Duration `help:"For each answer." default:"5s"`
	Values   bool          `help:"Compare values too; without, only whether and how long the answer is, and exceptions."`
	Ignore   []uint16      `help:"Registers whose values are not compared." placeholder:"REGISTER"`
	Writes   bool          `help:"Send commands and writes too, to a unit that marks itself as virtual."`
	Hardware bool          `help:"With --writes: to a unit that does not, too. It switches."`
	Allow    []uint16      `help:"Send this command to hardware though it is only inferred or ours." placeholder:"CODE"`

	PasswordFile string `help:"File with the password for commands whose password is masked; - is standard input." placeholder:"FILE"`
	JSON         bool   `help:"Print JSON."`
}

func (c *replayTraceCmd) Run(a *app) error {
	host, unit, err := client.ParseAddress(c.Address)
	if err != nil || c.Speed <= 0 || c.Timeout <= 0 {
		return misuse("%v", errors.Join(err, above(c.Speed > 0, "--speed"), above(c.Timeout > 0, "--timeout")))
	}
	m, err := registerMap(c.Registers)
	if err != nil {
		return err
	}
	t, err := c.load(a, c.Writes)
	if err == nil {
		t, err = c.choose(t)
	}
	if err != nil {
		return err
	}
	p := trace.Player{Unit: -1, Speed: c.Speed, Timeout: c.Timeout, Writes: c.Writes, Values: c.Values, Map: m}
	if u, _ := neturl.Parse(c.Address); strings.Trim(u.Path, "/") != "" {
		p.Unit = int(unit)
	}
	if c.AsFast {
		p.Speed = 0
	}
	for _, r := range c.Ignore {
		p.Ignore = append(p.Ignore, regmap.Register(r))
	}
	if p.Password, err = c.admit(a, t); err != nil {
		return err
	}
	p.Dial = func(ctx context.Context) (*modbus.Conn, error) { return c.dial(ctx, host, p.Unit, t) }
	out, err := p.Play(a.Ctx, t)
	return errors.Join(err, c.tell(a, t, out))
}

func above(ok bool, flag string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s must be above 0", flag)
}

// choose takes the part of a trace that one address was asked.
func (c *replayTraceCmd) choose(t *trace.Trace) (*trace.Trace, error) {
	all := t.Servers()
	if c.Server == "" && len(all) == 1 {
		return t, nil
	}
	var names []string
	for _, s := range all {
		names = append(names, s.String())
	}
	if c.Server == "" {
		return nil, misuse("the trace asked %d addresses; choose one with --server: %s", len(all), strings.Join(names[:min(len(names), 20)], ", "))
	}
	s, err := netip.ParseAddrPort(c.Server)
	if err != nil || !slices.Contains(all, s) {
		return nil, misuse("--server %s was not asked in this trace; it asked %s", c.Server, strings.Join(names[:min(len(names), 20)], ", "))
	}
	return t.Only(s), nil
}

// admit says what of the orders of a trace must not be sent, before anything is;
// and returns the password for those whose own is masked.
func (c *replayTraceCmd) admit(a *app, t *trace.Trace) (string, error) {
	if !c.Writes {
		if c.Hardware {
			return "", misuse("--hardware is about --writes")
		}
		return "", nil
	}
	var bad []error
	masked := 0
	for _, o := range t.Orders() {
		if o.Masked {
			masked++
		}
		if err := c.certain(o); c.Hardware && err != nil {
			bad = append(bad, err)
		}
	}
	if masked > 0 && c.PasswordFile == "" {
		bad = append(bad, fmt.Errorf("the passwords of %d commands are masked in the trace; give --password-file FILE, or leave --writes", masked))
	}
	if len(bad) > 0 {
		return "", fmt.Errorf("nothing was sent: %w", errors.Join(bad...))
	}
	if masked == 0 {
		return "", nil
	}
	pw, err := (&passwordFlag{PasswordFile: c.PasswordFile}).Password(a)
	if err == nil && len(pw) != 4 {
		err = errors.New("the password of a breaker has exactly four characters")
	}
	return pw, err
}

// certain holds back from hardware what is not known well enough.
func (c *replayTraceCmd) certain(o trace.Order) error {
	switch {
	case o.Code < 0:
		return fmt.Errorf("exchange %d writes, and is no command: it is not sent to hardware", o.Exchange)
	case slices.Contains(c.Allow, uint16(o.Code)):
		return nil
	case o.Row == nil:
		return fmt.Errorf("exchange %d: command %d is in no table; allow it with --allow %d if you are sure", o.Exchange, o.Code, o.Code)
	}
	if worst := max(o.Row.Certainty, o.Row.Layout); worst >= points.Inferred {
		return fmt.Errorf("exchange %d: command %d is %v; allow it with --allow %d if you are sure", o.Exchange, o.Code, worst, o.Code)
	}
	return nil
}

// dial connects. Where orders follow, every unit that they go to is asked first,
// on the very connection that they take, whether it is virtual.
func (c *replayTraceCmd) dial(ctx context.Context, host string, unit int, t *trace.Trace) (*modbus.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	conn, err := modbus.Dial(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; is the address right, and does the unit run?", c.Address, err)
	}
	if !c.Writes || c.Hardware {
		return conn, nil
	}
	asked := map[byte]bool{}
	for _, o := range t.Orders() {
		u := o.Unit
		if unit >= 0 {
			u = byte(unit)
		}
		if !asked[u] && !virtual(ctx, conn.Unit(u)) {
			conn.Close()
			return nil, fmt.Errorf("unit %d at %s does not mark itself as virtual: --writes would switch hardware; add --hardware if that is what you want", u, host)
		}
		asked[u] = true
	}
	return conn, nil
}

// virtualRegister holds the mark of a virtual unit.
const virtualRegister regmap.Register = 60001

// virtual reports whether a unit marks itself as virtual. What cannot be found out
// counts as hardware.
func virtual(ctx context.Context, u modbus.Unit) bool {
	b, err := u.ReadRegisters(ctx, virtualRegister.Address(), 1)
	return err == nil && len(b) == 2 && uint16(b[0])<<8|uint16(b[1]) == regmap.Virtual
}

func (c *replayTraceCmd) tell(a *app, t *trace.Trace, out trace.Played) error {
	if c.JSON {
		if err := printJSON(a.Stdout, out); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.Stdout, "%d of %d requests sent, %d answers compared, %d differ; %d not sent because they may change something, %d without an answer in the trace\n",
			out.Sent, len(t.Exchanges), out.Compared, len(out.Differences), out.Skipped, out.Uncompared)
		for _, d := range out.Differences {
			fmt.Fprintf(a.Stdout, "  exchange %d, %s\n    recorded: %s\n    answered: %s\n", d.Exchange, d.Request, d.Recorded, d.Answered)
			if d.MayHaveHappened {
				fmt.Fprintln(a.Stdout, "    it may have happened: read the state before you do it again")
			}
		}
	}
	if len(out.Differences) > 0 {
		return errRefused
	}
	return nil
}
