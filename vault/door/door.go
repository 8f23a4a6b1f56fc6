// Package door reaches breakers for package vault, over package client.
//
// Passwords are changed by the USB port of virtual units only, whose protocol is ours.
// No documented Modbus command changes one; for hardware the vendor's software does.
package door

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"switchroom/client"
	"switchroom/credential"
	"switchroom/points"
	"switchroom/vault"
)

// Way is a row of what can be done how.
type Way struct {
	Way       string           `json:"way"`
	Change    string           `json:"change"` // "" is yes
	Prove     string           `json:"prove"`
	Source    string           `json:"source"`
	Certainty points.Certainty `json:"certainty"`
}

// Ways says how passwords of breakers are changed, sorted.
func Ways() []Way {
	vendors := "by the vendor's commissioning software; then switchroom vault add keeps it, and records who did it"
	return []Way{
		{"hardware", vendors, "by the vendor's commissioning software, when it connects (B5)", "C3, B5; UG password management", points.Confirmed},
		{"virtual, Modbus", "no: no command is documented", "no: no command that needs a password does nothing else", "no such command in the lists of MB", points.Inferred},
		{"virtual, USB", "", "", "OURS: the protocol is in no document", points.Ours},
	}
}

// port is the USB port of a breaker. Each question plugs the cable in anew: after an
// answer that was lost nothing else could be asked by the old one.
type port struct {
	address string
	options client.Options
}

// To returns the door of a breaker by its address. A way by which nothing can be
// changed answers [vault.ErrNotPossible].
func To(address string, o client.Options) vault.Door {
	if !strings.HasPrefix(address, "usb://") {
		return closed{}
	}
	return &port{address, o}
}

// levels are the points of the passwords.
var levels = [vault.Levels]points.ID{points.PasswordLevel1, points.PasswordLevel2, points.PasswordLevel3, points.PasswordLevel4}

func (p *port) Change(ctx context.Context, level int, by, next credential.Secret) error {
	c, err := client.DialUSB(ctx, p.address, p.options)
	if err != nil {
		return fmt.Errorf("%w: %w", vault.ErrNotChanged, err)
	}
	defer c.Close()
	err = c.Write(ctx, by.Reveal(), 0, client.Setting{Point: levels[level-1], Value: points.String(next.Reveal())})
	var e *client.Error
	if errors.As(err, &e) && !e.MayHaveHappened {
		return fmt.Errorf("%w: %w", vault.ErrNotChanged, said(err))
	}
	return said(err)
}

// said makes of what the client says what the vault goes by.
func said(err error) error {
	var e *client.Error
	if !errors.As(err, &e) {
		return err
	}
	if why, ok := reasons[e.Reason]; ok {
		err = fmt.Errorf("%w: %w", err, why)
	}
	return err
}

// reasons are the refusals that the vault tells apart, by their word.
var reasons = map[string]error{
	"locked_out":     vault.ErrLockedOut,
	"no_rule":        vault.ErrNotPossible,
	"no_such_point":  vault.ErrNotPossible,
	"wrong_password": vault.ErrWrongPassword,
}

func (p *port) Proves(ctx context.Context, level int, password credential.Secret) (bool, error) {
	c, err := client.DialUSB(ctx, p.address, p.options)
	if err != nil {
		return false, err
	}
	defer c.Close()
	proved, err := c.Prove(ctx, password.Reveal())
	if err = said(err); errors.Is(err, vault.ErrWrongPassword) {
		return false, nil
	}
	for _, l := range proved {
		if l == level {
			return true, err
		}
	}
	return false, err
}

// closed is a way by which no password is changed.
type closed struct{}

func (closed) Change(context.Context, int, credential.Secret, credential.Secret) error {
	return fmt.Errorf("%w: %w", vault.ErrNotChanged, vault.ErrNotPossible)
}

func (closed) Proves(context.Context, int, credential.Secret) (bool, error) {
	return false, vault.ErrNotPossible
}
