package credential

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is what it takes to look at one password with argon2id (RFC 9106).
type Cost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// Usual is 19 MiB, two passes, one lane: the second row of OWASP's list, some 35 ms.
var Usual = Cost{Memory: 19 * 1024, Passes: 2, Lanes: 1}

// Costs that are read back. More would let whoever can write to the store stop the
// program with one line; ours.
const (
	memoryMost = 256 * 1024
	passesMost = 16
	lanesMost  = 8
	partMost   = 64 // bytes of salt and of key
	saltLeast  = 8  // RFC 9106 §3.1
	keyLeast   = 16
	phcMost    = 256 // bytes of the whole
)

// below reports whether c is less than o in memory or passes.
func (c Cost) below(o Cost) bool { return c.Memory < o.Memory || c.Passes < o.Passes }

func (c Cost) check() error {
	switch {
	case c.Lanes < 1 || c.Lanes > lanesMost:
		return fmt.Errorf("lanes are 1 to %d", lanesMost)
	case c.Passes < 1 || c.Passes > passesMost:
		return fmt.Errorf("passes are 1 to %d", passesMost)
	case c.Memory < 8*uint32(c.Lanes) || c.Memory > memoryMost:
		return fmt.Errorf("memory is 8 KiB a lane to %d KiB", memoryMost)
	}
	return nil
}

// Hash is a password as it is kept: the PHC string of argon2id,
//
//	$argon2id$v=19$m=19456,t=2,p=1$SALT$KEY
//
// with salt and key in unpadded base64. The empty Hash is of no password. It encodes
// as a string, and prints as "(password)": it is no secret, but whoever has it can
// guess at leisure.
type Hash string

const hashMasked = "(password)"

func (Hash) String() string             { return hashMasked }
func (Hash) GoString() string           { return hashMasked }
func (Hash) Format(w fmt.State, _ rune) { io.WriteString(w, hashMasked) }

// phc is a Hash that was read.
type phc struct {
	cost      Cost
	salt, key []byte
}

// errDamaged says nothing of what was read.
var errDamaged = errors.New("a kept password does not read as argon2id of this version; restore it from a backup or set another")

func (p *phc) hash() Hash {
	e := base64.RawStdEncoding.EncodeToString
	return Hash(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, p.cost.Memory, p.cost.Passes, p.cost.Lanes, e(p.salt), e(p.key)))
}

// read takes only what hash writes, byte for byte: one password has one spelling, and
// an older or other argon2 is not taken for this one.
func (h Hash) read() (*phc, error) {
	f := strings.Split(string(h), "$")
	if len(h) > phcMost || len(f) != 6 {
		return nil, errDamaged
	}
	p := new(phc)
	var errs [3]error
	p.cost, errs[0] = readCost(f[3])
	p.salt, errs[1] = base64.RawStdEncoding.Strict().DecodeString(f[4])
	p.key, errs[2] = base64.RawStdEncoding.Strict().DecodeString(f[5])
	short := len(p.salt) < saltLeast || len(p.key) < keyLeast
	long := len(p.salt) > partMost || len(p.key) > partMost
	if errors.Join(errs[:]...) != nil || p.cost.check() != nil || short || long || p.hash() != h {
		return nil, errDamaged
	}
	return p, nil
}

// readCost reads m=…,t=…,p=….
func readCost(s string) (c Cost, err error) {
	f := strings.Split(s, ",")
	if len(f) != 3 {
		return c, errDamaged
	}
	var n [3]uint64
	for i, name := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(f[i], name)
		if n[i], err = strconv.ParseUint(digits, 10, 8*[]int{4, 4, 1}[i]); !ok || err != nil {
			return c, errDamaged
		}
	}
	return Cost{Memory: uint32(n[0]), Passes: uint32(n[1]), Lanes: uint8(n[2])}, nil
}

// Check says what is wrong with a kept password, for whoever reads a file of them. Of
// none at all it says the same as of a damaged one.
func (h Hash) Check() error {
	_, err := h.read()
	return err
}
