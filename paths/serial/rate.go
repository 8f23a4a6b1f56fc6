package serial

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Parity of a character.
type Parity byte

const (
	Even Parity = 'E'
	Odd  Parity = 'O'
	None Parity = 'N'
)

// Rate is how characters cross a line: one start bit, eight data bits, parity, stop
// bits.
type Rate struct {
	Baud   int
	Parity Parity
	Stop   int // 1 or 2
}

// DefaultRate is what an IFM is set to before anybody sets or senses another
// (recalled: facts mark it L).
var DefaultRate = Rate{19200, Even, 1}

// Bauds are the speeds of an IFM (NSX: confirmed there).
var Bauds = []int{4800, 9600, 19200, 38400}

// Check says why an IFM cannot be set so.
func (r Rate) Check() error {
	switch {
	case !slices.Contains(Bauds, r.Baud):
		return fmt.Errorf("%d baud: an IFM speaks at 4800, 9600, 19200 or 38400", r.Baud)
	case !strings.ContainsRune("EON", rune(r.Parity)):
		return fmt.Errorf("parity %q: write E, O or N", string(rune(r.Parity)))
	case r.Stop != 1 && !(r.Stop == 2 && r.Parity == None):
		return fmt.Errorf("%d stop bits: 1, or with no parity 2", r.Stop)
	}
	return nil
}

// String is as field engineers write it: 19200 8E1.
func (r Rate) String() string { return fmt.Sprintf("%d 8%c%d", r.Baud, r.Parity, r.Stop) }

// bits of one character on the wire.
func (r Rate) bits() int {
	n := 1 + 8 + r.Stop
	if r.Parity != None {
		n++
	}
	return n
}

// Characters is how long n characters take.
func (r Rate) Characters(n int) time.Duration {
	return time.Duration(float64(n*r.bits()) / float64(r.Baud) * float64(time.Second))
}

// Gap is the silence between frames: 3.5 characters, above 19200 baud 1.75 ms
// (Serial V1.02 §2.5.1.1).
func (r Rate) Gap() time.Duration {
	if r.Baud > 19200 {
		return 1750 * time.Microsecond
	}
	return time.Duration(float64(r.Characters(1)) * 3.5)
}
