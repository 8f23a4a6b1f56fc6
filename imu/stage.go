package imu

import (
	"bytes"
	"fmt"
	"time"

	"switchroom/points"
)

// Upload is what comes with a request of the update class. A package is sent piece
// by piece (update.stage), named by its size and digest; whoever was interrupted asks
// how much is there and goes on. Then it is installed (update.install).
type Upload struct {
	Size   int64    // of the package, bytes
	SHA256 [32]byte // of the package
	Offset int64    // of Data in it
	Data   []byte   // none: how much is there?
	Lists  [][]byte // of update.install: revocation lists, DER, that the unit may not have yet
	Member string   // of update.install: which of several members of a kind, like io2; "": the first
}

// Bounds of what a unit takes. Ours.
const (
	flashBytes = 65 << 20 // of one package
	worldFlash = 8 * flashBytes
	listBytes  = 32 << 10  // of one revocation list
	listsMax   = 32        // each root of each branch has one, and each authority below
	stageIdle  = time.Hour // a package that nobody goes on sending is dropped
)

// staged is a package that is being sent. Without supply it stays where it is; when
// the process ends it is lost, and is sent from the beginning.
type staged struct {
	size    int64
	digest  [32]byte
	data    []byte
	last    time.Duration // when the last piece came
	judging bool          // its bytes are being read: they do not change any more
}

// doStage takes a piece, if it follows what is there, and tells how much is there.
func (u *Unit) doStage(r *Request) Result {
	p := r.Upload
	switch {
	case p == nil || p.Size <= 0 || p.Offset < 0:
		return refuse(OutOfRange, "a package is sent by commissioning software")
	case p.Size > flashBytes:
		return refuse(OutOfRange, fmt.Sprintf("a package has at most %d bytes", flashBytes))
	case u.stage != nil && u.stage.judging:
		return refuse(Busy, "a package is being judged")
	}
	if s := u.stage; s == nil || s.size != p.Size || s.digest != p.SHA256 {
		u.unstage()
		if !u.world.reserveFlash(p.Size) {
			return refuse(Busy, "too many packages are being sent at once; finish one first")
		}
		u.stage = &staged{size: p.Size, digest: p.SHA256}
	}
	s := u.stage
	s.last = u.now
	if n := int64(len(s.data)); p.Offset == n && int64(len(p.Data)) <= s.size-n {
		s.data = append(s.data, p.Data...)
	}
	return Result{Value: points.Number(float64(len(s.data)))}
}

// unstage drops what was sent.
func (u *Unit) unstage() {
	if u.stage != nil {
		u.world.freeFlash(u.stage.size)
		u.stage = nil
	}
}

// stageEnds returns when what was sent is dropped.
func (u *Unit) stageEnds() (time.Duration, bool) {
	if u.stage == nil || u.stage.judging {
		return 0, false
	}
	return u.stage.last + stageIdle, true
}

// tendStage drops what nobody goes on sending.
func (u *Unit) tendStage() {
	if at, ok := u.stageEnds(); ok && u.now >= at {
		u.unstage()
	}
}

// boundedLists refuses more lists than a unit has room for.
func boundedLists(lists [][]byte) error {
	if len(lists) > listsMax {
		return fmt.Errorf("at most %d revocation lists are taken at once", listsMax)
	}
	for _, l := range lists {
		if len(l) > listBytes {
			return fmt.Errorf("a revocation list has at most %d bytes", listBytes)
		}
	}
	return nil
}

// copied is a copy of lists: what is kept is nobody else's.
func copied(lists [][]byte) (all [][]byte) {
	for _, l := range lists {
		all = append(all, bytes.Clone(l))
	}
	return all
}
