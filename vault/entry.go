package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"time"

	"switchroom/credential"
)

// Every is how long a password stays, ours: C3 says periodically.
const Every = 90 * 24 * time.Hour

// Entry is what is known of a password, which is not in it.
type Entry struct {
	Breaker    string    `json:"breaker"`
	Level      int       `json:"level"`
	Generation int64     `json:"generation"` // 1 was put in; each change is one more
	Changed    time.Time `json:"changed"`
	Who        string    `json:"who"`
	Due        time.Time `json:"due"`
	Used       bool      `json:"used"`           // broken out since it was changed
	Step       State     `json:"step,omitempty"` // of a change that has begun
}

// Overdue reports whether it is to be changed.
func (e *Entry) Overdue(now time.Time) bool { return !now.Before(e.Due) }

// row is an entry with what is sealed.
type row struct {
	Entry
	sealed []byte
}

func (r *row) place() place { return place{r.Breaker, r.Level, r.Generation} }

const columns = "p.breaker, p.level, p.generation, p.changed, p.who, p.due, p.used, COALESCE(s.state, ''), p.sealed FROM vault_passwords p LEFT JOIN vault_steps s ON s.breaker = p.breaker AND s.level = p.level"

func (r *row) scan(from interface{ Scan(...any) error }) error {
	var changed, due, used int64
	err := from.Scan(&r.Breaker, &r.Level, &r.Generation, &changed, &r.Who, &due, &used, &r.Step, &r.sealed)
	r.Changed, r.Due, r.Used = time.UnixMicro(changed).UTC(), time.UnixMicro(due).UTC(), used != 0
	return err
}

// Entries are all, or those of a breaker, sorted. The vault may be locked.
func (v *Vault) Entries(ctx context.Context, breaker string) (all []Entry, err error) {
	rows, err := v.rows(ctx, breaker)
	for i := range rows {
		all = append(all, rows[i].Entry)
	}
	return all, err
}

func (v *Vault) rows(ctx context.Context, breaker string) (all []row, err error) {
	rows, err := v.store.Reader().QueryContext(ctx, "SELECT "+columns+" WHERE $1 = '' OR p.breaker = $1 ORDER BY p.breaker, p.level", breaker)
	if err != nil {
		return nil, fmt.Errorf("the vault cannot be read: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := r.scan(rows); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// ErrAbsent says that the vault has no such password.
var ErrAbsent = errors.New("the vault does not have this password; put it in with switchroom vault add")

func (v *Vault) row(ctx context.Context, breaker string, level int) (r row, err error) {
	err = r.scan(v.store.Reader().QueryRowContext(ctx, "SELECT "+columns+" WHERE p.breaker = $1 AND p.level = $2", breaker, level))
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("level %d of %s: %w", level, breaker, ErrAbsent)
	}
	return r, err
}

// current opens the password that holds as far as the vault knows.
func (v *Vault) current(ctx context.Context, k *key, breaker string, level int) (row, credential.Secret, error) {
	r, err := v.row(ctx, breaker, level)
	if err != nil {
		return r, credential.Secret{}, err
	}
	s, err := k.unseal(r.place(), r.sealed)
	return r, s, err
}

var breakerName = regexp.MustCompile(`^[\pL\pN][\pL\pN ._/:+-]{0,63}$`)

// Add keeps passwords that a breaker has, by level, and how it is reached. Those that
// are the factory's or weak are due at once. What was kept of these levels before is
// former: a change by hand is put in by this.
func (v *Vault) Add(ctx context.Context, breaker, address string, has map[int]credential.Secret, who string) error {
	v.turn.Lock()
	defer v.turn.Unlock()
	k, err := v.key()
	if err != nil {
		return err
	}
	if !breakerName.MatchString(breaker) {
		return fmt.Errorf("%q is no name of a breaker: letters, digits, space and . _ / : + -, up to 64", breaker)
	}
	var bad []error
	for level, s := range has {
		if level < 1 || level > Levels || !formed(s) {
			bad = append(bad, fmt.Errorf("level %d: %w", level, ErrForm))
		}
	}
	if len(bad) > 0 {
		return errors.Join(bad...)
	}
	return v.store.Write(ctx, func(tx *sql.Tx) error {
		if err := putAddress(ctx, tx, k, breaker, address); err != nil {
			return err
		}
		for level := 1; level <= Levels; level++ {
			if s, ok := has[level]; ok {
				if err := v.put(ctx, tx, k, breaker, level, s, who); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func putAddress(ctx context.Context, tx *sql.Tx, k *key, breaker, address string) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO vault_breakers (breaker, address, mark, wrong, since) VALUES ($1, $2, $3, 0, 0) ON CONFLICT (breaker) DO UPDATE SET address = excluded.address, mark = excluded.mark",
		breaker, address, k.mark("address\n%q %q", breaker, address))
	return err
}

// put keeps a password in the next generation of its level.
func (v *Vault) put(ctx context.Context, tx *sql.Tx, k *key, breaker string, level int, s credential.Secret, who string) error {
	p := place{breaker, level, 1}
	var old row
	err := old.scan(tx.QueryRowContext(ctx, "SELECT "+columns+" WHERE p.breaker = $1 AND p.level = $2", breaker, level))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err == nil {
		p.generation = old.Generation + 1
		if was, err := k.unseal(old.place(), old.sealed); err == nil { // one that does not open is put in anew by this
			if err := keepFormer(ctx, tx, old.place(), k.formerMark(breaker, level, was)); err != nil {
				return err
			}
		}
	}
	sealed, err := k.seal(p, s)
	if err != nil {
		return err
	}
	due := v.now().Add(Every)
	if Weak(s) != nil {
		due = v.now()
	}
	if err := setCurrent(ctx, tx, p, sealed, v.now(), due, who); err != nil {
		return err
	}
	return dropStep(ctx, tx, breaker, level)
}

func setCurrent(ctx context.Context, tx *sql.Tx, p place, sealed []byte, now, due time.Time, who string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vault_passwords (breaker, level, generation, sealed, changed, who, due, used) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
		ON CONFLICT (breaker, level) DO UPDATE SET generation = excluded.generation, sealed = excluded.sealed, changed = excluded.changed, who = excluded.who, due = excluded.due, used = 0`,
		p.breaker, p.level, p.generation, sealed, now.UnixMicro(), who, due.UnixMicro())
	return err
}

// lasts is how many former passwords of a level do not come again; as many as C8 says
// for people.
const lasts = 8

func keepFormer(ctx context.Context, tx *sql.Tx, p place, mark []byte) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO vault_former (breaker, level, generation, mark) VALUES ($1, $2, $3, $4) ON CONFLICT (breaker, level, generation) DO NOTHING", p.breaker, p.level, p.generation, mark)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM vault_former WHERE breaker = $1 AND level = $2 AND generation <= $3", p.breaker, p.level, p.generation-lasts)
	return err
}

// Use has a password that somebody has seen be due at once.
func (v *Vault) use(ctx context.Context, breaker string, level int) error {
	return v.store.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE vault_passwords SET used = 1, due = $1 WHERE breaker = $2 AND level = $3", v.now().UnixMicro(), breaker, level)
		return err
	})
}

// Address is how a breaker is reached. One that this vault has not written is refused:
// the passwords would go to whoever wrote it.
func (v *Vault) Address(ctx context.Context, breaker string) (string, error) {
	k, err := v.key()
	if err != nil {
		return "", err
	}
	var address string
	var mark []byte
	err = v.store.Reader().QueryRowContext(ctx, "SELECT address, mark FROM vault_breakers WHERE breaker = $1", breaker).Scan(&address, &mark)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", fmt.Errorf("%s: %w", breaker, ErrAbsent)
	case err != nil:
		return "", err
	case !equal(mark, k.mark("address\n%q %q", breaker, address)):
		return "", fmt.Errorf("the address of %s was altered by somebody else: put it in anew with switchroom vault add", breaker)
	}
	return address, nil
}
