package vault

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/credential"
)

// exported is the content of an export. It is written only into what is encrypted.
type exported struct {
	Made     time.Time      `json:"made"`
	Breakers []exportedPart `json:"passwords"`
}

type exportedPart struct {
	Breaker    string `json:"breaker"`
	Level      int    `json:"level"`
	Generation int64  `json:"generation"`
	Password   string `json:"password"`
	Begun      bool   `json:"begun,omitempty"` // of a change whose end is not known
}

// Export writes all passwords, encrypted for recipients (age1…): age -d -i KEY opens
// it. To the vault it is a break-out of all: a reason, two people, and all are due.
func (o *Office) Export(ctx context.Context, first, second credential.Secret, why string, recipients []string, w io.Writer) error {
	var to []age.Recipient
	for _, text := range recipients {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return errors.New("a recipient is what age-keygen prints as public key: age1…; a key that begins with AGE-SECRET-KEY is none, and stays with who has it")
		}
		to = append(to, r)
	}
	if len(to) == 0 {
		return errors.New("for whom? Give at least one recipient, age1…")
	}
	a := act{what: "vault.exported", permission: accounts.VaultReveal, why: why, after: audit.Facts{}.With("recipients", len(to))}
	for i, r := range recipients {
		if i < 16 {
			a.after = a.after.With(fmt.Sprintf("recipient%d", i+1), r)
		}
	}
	if err := o.two(ctx, first, second, a); err != nil {
		return err
	}
	if err := o.Vault.useAll(ctx); err != nil {
		return err
	}
	return o.Vault.export(ctx, w, to)
}

func (v *Vault) useAll(ctx context.Context) error {
	return v.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE vault_passwords SET used = 1, due = $1", v.now().UnixMicro())
		return err
	})
}

func (v *Vault) export(ctx context.Context, w io.Writer, to []age.Recipient) error {
	v.turn.Lock()
	defer v.turn.Unlock()
	all, err := v.everything(ctx)
	if err != nil {
		return err
	}
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return err
	}
	e := json.NewEncoder(sealed)
	e.SetIndent("", "  ")
	if err := e.Encode(exported{v.now().UTC(), all}); err != nil {
		return fmt.Errorf("the export is of no use: %w", err)
	}
	return sealed.Close()
}

func (v *Vault) everything(ctx context.Context) (all []exportedPart, err error) {
	k, err := v.key()
	if err != nil {
		return nil, err
	}
	rows, err := v.rows(ctx, "")
	if err != nil {
		return nil, err
	}
	last := ""
	for i := range rows {
		r := &rows[i]
		s, err := k.unseal(r.place(), r.sealed)
		if err != nil {
			return nil, err
		}
		all = append(all, exportedPart{r.Breaker, r.Level, r.Generation, s.Reveal(), false})
		if r.Breaker == last {
			continue
		}
		last = r.Breaker
		steps, err := v.steps(ctx, r.Breaker)
		if err != nil {
			return nil, err
		}
		for _, st := range steps {
			next, err := k.unseal(st.place, st.sealed)
			if err != nil {
				return nil, err
			}
			all = append(all, exportedPart{st.breaker, st.level, st.generation, next.Reveal(), true})
		}
	}
	return all, nil
}
