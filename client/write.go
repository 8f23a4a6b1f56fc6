package client

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"switchroom/points"
	"switchroom/regmap"
)

// Setting is a point and what to write to it.
type Setting struct {
	Point points.ID
	Value points.Value
}

// Write writes settings with the password of a level that may. Protection
// settings go together in one editing session: all are submitted, then applied;
// if one is refused none acts. group is the settings group: 0 acting, 1 A, 2 B.
// The other settings are written after them, one by one; an error says which
// were done before ([Error.Done]).
func (c *Client) Write(ctx context.Context, password string, group int, settings ...Setting) error {
	var session, single []Setting
	for _, s := range settings {
		cmd, ok := regmap.CommandFor(s.Point)
		switch {
		case !ok:
			return &Error{Op: s.Point.String(), Err: errors.New("no command writes this")}
		case hasSession(cmd):
			session = append(session, s)
		default:
			single = append(single, s)
		}
	}
	var done []points.ID
	if len(session) > 0 {
		if err := c.edit(ctx, password, group, session); err != nil {
			return err
		}
		for _, s := range session {
			done = append(done, s.Point)
		}
	}
	for _, s := range single {
		if err := c.writeOne(ctx, password, s); err != nil {
			return after(err, done)
		}
		done = append(done, s.Point)
	}
	return nil
}

// after notes in an error what was done before it.
func after(err error, done []points.ID) error {
	var e *Error
	if errors.As(err, &e) {
		e.Done = done
	}
	return err
}

func hasSession(cmd *regmap.Command) bool {
	return len(cmd.Params) > 1 && cmd.Params[0].Name == "session" && cmd.Password
}

// writeOne writes a setting that has a command of its own. A command that
// carries several gets the others as they are.
func (c *Client) writeOne(ctx context.Context, password string, s Setting) error {
	cmd, _ := regmap.CommandFor(s.Point)
	args, err := c.arguments(ctx, cmd, 0, []Setting{s})
	if err != nil {
		return &Error{Op: s.Point.String(), Err: err}
	}
	_, err = c.run(ctx, cmd, password, args)
	return err
}

// arguments gives every setting that a command carries its value: the new one,
// or what the unit has now.
func (c *Client) arguments(ctx context.Context, cmd *regmap.Command, group int, settings []Setting) ([]Argument, error) {
	var args []Argument
	fixed := len(cmd.Params) - len(cmd.Set)
	if fixed < 0 || len(cmd.Set) == 0 {
		fixed = len(cmd.Params) - 1
	}
	for i, p := range cmd.Params[fixed:] {
		id := cmd.Point
		if i < len(cmd.Set) {
			id = cmd.Set[i]
		}
		if k := slices.IndexFunc(settings, func(s Setting) bool { return s.Point == id }); k >= 0 {
			args = append(args, Argument{p.Name, settings[k].Value})
			continue
		}
		v, err := c.asItIs(ctx, id, group)
		if err != nil {
			return nil, err
		}
		args = append(args, Argument{p.Name, v})
	}
	return args, nil
}

// asItIs reads a setting that goes along with another. The registers show the
// acting group only.
func (c *Client) asItIs(ctx context.Context, id points.ID, group int) (points.Value, error) {
	r, err := c.Read(ctx, id)
	if err != nil {
		return points.Value{}, fmt.Errorf("%v goes with it and cannot be read: %w", id, err)
	}
	if !r[0].Value.Available() {
		return points.Value{}, fmt.Errorf("%v goes with it and has no value on this unit", id)
	}
	if p, _ := c.m.Find(id); p.Row.Certainty >= points.Inferred && !c.Virtual(ctx) {
		// What was misread would be written: the breaker would protect otherwise.
		return points.Value{}, fmt.Errorf("%v goes with it; give it too, since register %d is %v and must not decide what is written to hardware", id, p.Row.Register, p.Row.Certainty)
	}
	if group != 0 {
		return points.Value{}, fmt.Errorf("%v goes with it; give it too, since only the acting group can be read", id)
	}
	return r[0].Value, nil
}

// edit submits settings in a session of its own and applies them.
func (c *Client) edit(ctx context.Context, password string, group int, settings []Setting) (err error) {
	if err := c.allowedAll(ctx, settings); err != nil {
		return err
	}
	reply, err := c.Do(ctx, points.ProtectionSessionOpen, password)
	if err != nil {
		return err
	}
	if len(reply) < 4 {
		return &Error{Op: points.ProtectionSessionOpen.String(), Err: errors.New("the unit gave no session key")}
	}
	key := Argument{"session", points.Number(float64(binary.BigEndian.Uint32(reply)))}
	defer func() {
		if _, e := c.Do(ctx, points.ProtectionSessionClose, password, key); err == nil && e != nil {
			err = fmt.Errorf("the settings act, and the session could not be closed: %w", e)
		}
	}()
	for _, cmd := range commandsOf(settings) {
		args, err := c.arguments(ctx, cmd, group, settings)
		if err != nil {
			return &Error{Op: cmd.Point.String(), Err: err}
		}
		args = append(args, key, Argument{"group", points.Number(float64(group))}, Argument{"reserved", points.Number(0xFFFF)})
		if _, err := c.run(ctx, cmd, password, args); err != nil {
			return err
		}
	}
	_, err = c.Do(ctx, points.ProtectionSessionApply, password, key)
	return err
}

// allowedAll asks before the first command of a session whether the last may
// be sent: half a session is worse than none.
func (c *Client) allowedAll(ctx context.Context, settings []Setting) error {
	cmds := commandsOf(settings)
	for _, op := range []points.ID{points.ProtectionSessionOpen, points.ProtectionSessionApply, points.ProtectionSessionClose} {
		cmd, ok := regmap.CommandFor(op)
		if !ok {
			return &Error{Op: op.String(), Err: errors.New("no command does this")}
		}
		cmds = append(cmds, cmd)
	}
	for _, cmd := range cmds {
		if err := c.allowed(ctx, cmd); err != nil {
			return &Error{Op: cmd.Point.String(), Err: err}
		}
	}
	return nil
}

// commandsOf returns the commands that carry the settings, each once.
func commandsOf(settings []Setting) []*regmap.Command {
	var cmds []*regmap.Command
	for _, s := range settings {
		if cmd, ok := regmap.CommandFor(s.Point); ok && !slices.Contains(cmds, cmd) {
			cmds = append(cmds, cmd)
		}
	}
	return cmds
}
