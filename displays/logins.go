package displays

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// login is somebody whom an FDM128 knows: the two of the factory (facts: FDM128 guide).
type login struct {
	name    string
	role    Role
	factory string
}

var logins = []login{
	{"admin", Administrator, "admin"},
	{"oper", Operator, "oper"},
}

// Logins are the passwords of an FDM128. Of one that was changed an argon2id hash is
// kept in a file; one that is not in it is the factory's.
type Logins struct {
	path     string // "": nothing outlives the display
	hardened bool
	kept     map[string]string // hash by name
}

// loginsFile is what the file holds.
type loginsFile struct {
	Version int               `json:"version"`
	Hashes  map[string]string `json:"argon2id"`
}

// loginsMax bounds the file, in bytes.
const loginsMax = 64 << 10

// Cost of a password, ours: 19 MiB and two passes (OWASP's second row).
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashBytes  = 32
	saltBytes  = 16
)

// OpenLogins reads the logins of a file that need not exist: then they are the factory's.
func OpenLogins(path string, hardened bool) (*Logins, error) {
	l := &Logins{path: path, hardened: hardened, kept: map[string]string{}}
	if path == "" {
		return l, nil
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > loginsMax {
		return nil, l.damaged(errors.New("it is too large"))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := l.parse(data); err != nil {
		return nil, l.damaged(err)
	}
	return l, nil
}

func (l *Logins) damaged(err error) error {
	return fmt.Errorf("%s: %w; put a copy of it back, or remove it: the logins are then the factory's", l.path, err)
}

// parse reads what save wrote, and nothing else.
func (l *Logins) parse(data []byte) error {
	var f loginsFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return fmt.Errorf("it holds no logins: %w", err)
	}
	if _, err := d.Token(); f.Version != 1 || err != io.EOF {
		return errors.New("it holds no logins of this version")
	}
	kept := map[string]string{}
	for name, h := range f.Hashes {
		if _, _, err := split(h); loginNamed(name) == nil || err != nil {
			return fmt.Errorf("there is no login of the factory %q with a password of this kind", name)
		}
		kept[name] = h
	}
	l.kept = kept
	return nil
}

func loginNamed(name string) *login {
	for i := range logins {
		if logins[i].name == name {
			return &logins[i]
		}
	}
	return nil
}

// Check returns the role that name and password prove, and whether the password is
// still the factory's; Guest if they prove nothing. An unknown name takes as long as a
// known one.
func (l *Logins) Check(name, password string) (r Role, factory bool) {
	u := loginNamed(name)
	h := ""
	if u != nil {
		h = l.kept[name]
	}
	salt, want, err := split(h)
	if err != nil {
		salt = make([]byte, saltBytes)
	}
	got := argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, 1, hashBytes)
	switch {
	case u == nil:
		return Guest, false
	case h == "" && subtle.ConstantTimeCompare([]byte(u.factory), []byte(password)) == 1:
		return u.role, true
	case h != "" && err == nil && subtle.ConstantTimeCompare(got, want) == 1:
		return u.role, false
	}
	return Guest, false
}

// Bounds of a password. No document gives a rule; these are ours.
const (
	passwordMax      = 64
	passwordLeast    = 4
	passwordHardened = 10 // C6
)

// Change gives a login a new password, and keeps it.
func (l *Logins) Change(name, password string) error {
	least := passwordLeast
	if l.hardened {
		least = passwordHardened
	}
	u := loginNamed(name)
	switch {
	case u == nil:
		return fmt.Errorf("there is no login %q", name)
	case len(password) < least || len(password) > passwordMax:
		return fmt.Errorf("a password has %d to %d characters", least, passwordMax)
	case strings.EqualFold(password, u.factory) || strings.EqualFold(password, name):
		return errors.New("that is the password of the factory; choose another")
	}
	next := map[string]string{}
	for n, h := range l.kept {
		next[n] = h
	}
	next[name] = hashOf(password)
	return l.keep(next)
}

// Reset gives the logins back the passwords of the factory: what ten seconds on the
// button of an FDM128 do.
func (l *Logins) Reset() error { return l.keep(map[string]string{}) }

// keep writes what is to be kept, and takes it up once it is on the disk.
func (l *Logins) keep(next map[string]string) error {
	if l.path != "" {
		data, err := json.MarshalIndent(loginsFile{1, next}, "", "\t")
		if err != nil {
			return err
		}
		if err := replace(l.path, data); err != nil {
			return fmt.Errorf("the logins are as they were: %w", err)
		}
	}
	l.kept = next
	return nil
}

// replace writes a file beside the old one, flushes it, and puts it in its place: after
// a loss of power one of the two is there, whole.
func replace(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil || runtime.GOOS == "windows" {
		return err // there directories cannot be flushed
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// hashOf is what is kept of a password: the PHC string of argon2id.
func hashOf(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails
	e := base64.RawStdEncoding.EncodeToString
	return head + e(salt) + "$" + e(argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, 1, hashBytes))
}

var head = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$", argon2.Version, hashMemory, hashPasses)

// split takes apart what hashOf wrote.
func split(h string) (salt, key []byte, err error) {
	rest, ok := strings.CutPrefix(h, head)
	s, k, both := strings.Cut(rest, "$")
	if !ok || !both {
		return nil, nil, errors.New("a password that is not kept as argon2id of this version")
	}
	if salt, err = base64.RawStdEncoding.Strict().DecodeString(s); err != nil {
		return nil, nil, err
	}
	if key, err = base64.RawStdEncoding.Strict().DecodeString(k); err != nil {
		return nil, nil, err
	}
	if len(salt) != saltBytes || len(key) != hashBytes {
		return nil, nil, errors.New("a kept password of another length")
	}
	return salt, key, nil
}
