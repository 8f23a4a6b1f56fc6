package displays

import (
	"context"
	"errors"

	"switchroom/client"
	"switchroom/points"
	"switchroom/regmap"
)

// factoryOperator is the password of level 3 that a breaker leaves the factory with, the
// only level that an FDM121 uses (facts: FDM121 guide).
const factoryOperator = "3333"

func (p *Panel) unit() *unit { return p.units[p.chosen] }

func (p *Panel) toControl() {
	if p.screen != one {
		p.refuse("choose a breaker first")
		return
	}
	p.screen = control
}

// orders are what a breaker can be told, by their keys.
var orders = map[string]func(client.Breaker, context.Context, string) error{
	"close": client.Breaker.CloseBreaker, "open": client.Breaker.Open, "reset": client.Breaker.Reset,
}

// operate tells the breaker to open, close or reset, once its password is given.
func (p *Panel) operate(ctx context.Context, verb string) {
	switch {
	case p.screen != control:
		p.refuse("go to the page control of a breaker first")
	case p.Kind == FDM128 && !p.role.may("operate"):
		p.refuse("nothing was sent: only the administrator operates a breaker here, and you are %v; log in", p.role)
	case p.Kind == FDM121 && !p.Hardened && !p.changed:
		// The weakness of the real one: its screen for the password is not asked while
		// the factory's is set, so that whoever stands there operates.
		p.send(ctx, verb, factoryOperator)
	default:
		what := "password of the breaker, to " + verb
		if p.Kind == FDM121 {
			what = "password of level 3 of the breaker, to " + verb
		}
		p.ask(what, true, func(ctx context.Context, text string) { p.given(ctx, verb, text) })
	}
}

// given sends an order with the password that was typed.
func (p *Panel) given(ctx context.Context, verb, password string) {
	if p.Hardened && p.Kind == FDM121 && password == factoryOperator {
		p.refuse("nothing was sent: that is the password of the factory, which everybody can read up; change it first, over USB (C3)")
		return
	}
	p.send(ctx, verb, password)
}

// send sends an order once. What may have happened is never sent again.
func (p *Panel) send(ctx context.Context, verb, password string) {
	u := p.unit()
	if err := u.connect(ctx, &p.Options); err != nil {
		p.refuse("nothing was sent: %v", err)
		return
	}
	err := orders[verb](u.b, ctx, password)
	unasked := p.Kind == FDM121 && !p.Hardened && !p.changed
	var e *client.Error
	if unasked && errors.As(err, &e) && e.Refused && !e.MayHaveHappened && e.Status == regmap.WrongPassword {
		p.changed = true
		p.operate(ctx, verb) // which asks now
		return
	}
	u.read(ctx, &p.Options)
	if err != nil {
		p.refuse("%v", err)
		return
	}
	p.says = verb + ": done"
	if unasked {
		p.says += "; no password was asked for, because it is still the factory's: whoever stands here operates"
	}
}

// minimaAndMaxima are the groups that the key clear resets: currents, voltages, powers
// (MB T001025020).
const minimaAndMaxima = 1<<0 | 1<<1 | 1<<2

// clear resets minima and maxima.
func (p *Panel) clear() {
	switch {
	case p.screen != one && p.screen != control:
		p.refuse("choose a breaker first")
		return
	case !p.role.may("reset-measurements"):
		p.refuse("nothing was sent: an operator resets measurements, and you are %v; log in", p.role)
		return
	}
	p.ask("password of the breaker, to reset minima and maxima", true, func(ctx context.Context, password string) {
		u := p.unit()
		if err := u.connect(ctx, &p.Options); err != nil {
			p.refuse("nothing was sent: %v", err)
			return
		}
		if _, err := u.b.Do(ctx, points.MeasureReset, password, client.Argument{Name: "groups", Value: points.Number(minimaAndMaxima)}); err != nil {
			p.refuse("%v", err)
			return
		}
		p.says = "minima and maxima are reset"
	})
}
