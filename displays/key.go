package displays

import (
	"context"
	"slices"
	"strings"
)

// key is a key of a display: a row.
type key struct {
	name   string
	does   string
	kinds  []Kind
	warned bool // it works while the display warns of the password of the factory
	do     func(p *Panel, ctx context.Context, k *key)
}

var (
	both    = []Kind{FDM128, FDM121}
	only128 = []Kind{FDM128}
)

// keys are the keys, sorted by name. What keys the real displays have is not known to
// us: these are ours. Of the ten seconds the guide says what they do.
var keys = []key{
	{"change", "change the password of one's login", only128, true, func(p *Panel, ctx context.Context, _ *key) { p.change() }},
	{"clear", "reset minima and maxima of the breaker", only128, false, func(p *Panel, ctx context.Context, _ *key) { p.clear() }},
	{"close", "close the breaker", both, false, func(p *Panel, ctx context.Context, k *key) { p.operate(ctx, k.name) }},
	{"control", "the page that operates the breaker", both, false, func(p *Panel, ctx context.Context, _ *key) { p.toControl() }},
	{"esc", "back", both, true, func(p *Panel, ctx context.Context, _ *key) { p.escape() }},
	{"hold", "ten seconds on the button: the logins of the factory again", only128, true, func(p *Panel, ctx context.Context, _ *key) { p.forget() }},
	{"login", "log in", only128, false, func(p *Panel, ctx context.Context, _ *key) { p.login() }},
	{"logout", "log out", only128, true, func(p *Panel, ctx context.Context, _ *key) { p.leave() }},
	{"next", "next page", both, false, func(p *Panel, ctx context.Context, _ *key) { p.turn(1) }},
	{"ok", "go on", only128, true, func(p *Panel, ctx context.Context, _ *key) { p.goOn() }},
	{"open", "open the breaker", both, false, func(p *Panel, ctx context.Context, k *key) { p.operate(ctx, k.name) }},
	{"overview", "all breakers", only128, false, func(p *Panel, ctx context.Context, _ *key) { p.screen = overview }},
	{"prev", "page before", both, false, func(p *Panel, ctx context.Context, _ *key) { p.turn(-1) }},
	{"reset", "reset the breaker after a trip", both, false, func(p *Panel, ctx context.Context, k *key) { p.operate(ctx, k.name) }},
}

// digit chooses a breaker.
var digit = key{does: "this breaker", kinds: only128, do: func(p *Panel, ctx context.Context, k *key) { p.choose(ctx, k) }}

func (p *Panel) keyNamed(name string) *key {
	name = strings.ToLower(name)
	if p.Kind == FDM128 && len(name) == 1 && name[0] >= '1' && name[0] <= '8' {
		k := digit
		k.name = name
		return &k
	}
	for i := range keys {
		if keys[i].name == name && slices.Contains(keys[i].kinds, p.Kind) {
			return &keys[i]
		}
	}
	return nil
}

// Key is a key and what it does.
type Key struct {
	Key  string `json:"key"`
	Does string `json:"does"`
}

// Keys returns the keys of a display, sorted by name.
func Keys(kind Kind) (all []Key) {
	if kind == FDM128 {
		all = append(all, Key{"1 … 8", digit.does})
	}
	for _, k := range keys {
		if slices.Contains(k.kinds, kind) {
			all = append(all, Key{k.name, k.does})
		}
	}
	return all
}

func (p *Panel) keyNames() string {
	var names []string
	for _, k := range Keys(p.Kind) {
		names = append(names, k.Key)
	}
	return strings.Join(names, ", ")
}
