package vault

import (
	"context"
	"fmt"
	"strings"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
)

// Use hands the password of a level to this program for one thing that it does at a
// breaker, and shows it to nobody. f gets the address too, and goes by no other: whoever
// names an address could have the password sent to them. Over a network everybody there
// can read it, so that it is due afterwards.
func (o *Office) Use(ctx context.Context, token credential.Secret, breaker string, level int, why string, f func(address string, password credential.Secret) error) error {
	a := act{what: "vault.used", permission: accounts.VaultRotate, where: breaker, why: why, after: audit.Facts{}.With("level", level)}
	return o.do(ctx, token, a, func(string, *act) error {
		k, err := o.Vault.key()
		if err != nil {
			return err
		}
		address, err := o.Vault.Address(ctx, breaker)
		if err != nil {
			return err
		}
		r, password, err := o.Vault.current(ctx, k, breaker, level)
		if err != nil {
			return err
		}
		if r.Step != "" {
			return fmt.Errorf("level %d of %s: a change was cut off: switchroom vault resume ends it first: %w", level, breaker, ErrOpen)
		}
		if !strings.HasPrefix(address, "usb://") {
			if err := o.Vault.use(ctx, breaker, level); err != nil {
				return err
			}
		}
		return f(address, password)
	})
}
