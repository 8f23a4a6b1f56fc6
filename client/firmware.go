package client

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"switchroom/wire/usblink"
)

// Firmware is what a breaker tells of its firmware and digital modules over a cable.
type Firmware struct {
	Serial  string           `json:"serial"` // of the control unit; "": not programmed
	Members []FirmwareMember `json:"members"`
	Modules []DigitalModule  `json:"modules"`
	Staged  int64            `json:"staged"` // bytes of a package that is being sent
	Size    int64            `json:"size"`   // of that package; 0: none is
}

// FirmwareMember is one member: control_unit, ife, eife, ifm, io1, io2.
type FirmwareMember struct {
	Name      string       `json:"name"`
	Component string       `json:"component"`
	Running   FirmwareSlot `json:"running"`
	Other     FirmwareSlot `json:"other"`    // version "": empty
	Floor     uint64       `json:"floor"`    // sequence below which nothing is installed
	Phase     string       `json:"phase"`    // idle, writing, starting
	Progress  float64      `json:"progress"` // %
	Last      string       `json:"last"`     // what came of the last update
}

// FirmwareSlot is what is in one of the two slots of a member.
type FirmwareSlot struct {
	Version  string `json:"version"`
	Sequence uint64 `json:"sequence"` // 0: as it left the factory
	Built    string `json:"built"`
	SHA256   string `json:"sha256"`
	Held     string `json:"held"`
	Signer   string `json:"signer"`
}

// DigitalModule is one that is installed.
type DigitalModule struct {
	Name      string `json:"name"`
	Reference string `json:"reference"` // "": in no document
	Title     string `json:"title"`
	Version   string `json:"version"` // "": came with the unit
	Sequence  uint64 `json:"sequence"`
	Expires   string `json:"expires"` // RFC 3339; "": never
	State     string `json:"state"`   // valid, expiring, expired
	Certainty string `json:"certainty"`
}

// Member returns a member by its name.
func (f *Firmware) Member(name string) (FirmwareMember, bool) {
	for _, m := range f.Members {
		if m.Name == name {
			return m, true
		}
	}
	return FirmwareMember{}, false
}

// Updating returns the member that is being updated.
func (f *Firmware) Updating() (FirmwareMember, bool) {
	for _, m := range f.Members {
		if m.Phase != "idle" {
			return m, true
		}
	}
	return FirmwareMember{}, false
}

// Firmware reads versions, digital modules and how far an update is. password is any
// of the four; "" if one was proved already.
func (c *Cable) Firmware(ctx context.Context, password string) (*Firmware, error) {
	r, err := c.ask(ctx, "firmware", password, &usblink.Ask{Verb: usblink.Firmware})
	if err != nil {
		return nil, err
	}
	var f Firmware
	if err := json.Unmarshal(r.Members, &f); err != nil {
		return nil, &Error{Op: "firmware", Err: fmt.Errorf("the answer cannot be read: %w", err)}
	}
	return &f, nil
}

// Package is one that is sent to a breaker: named by size and digest, so that what
// was interrupted goes on.
type Package struct {
	Bytes  []byte
	Lists  [][]byte // revocation lists that the breaker may not have, DER
	Member string   // of several of a kind, like io2; "": the first
}

// Send sends a package, from where it was interrupted, and calls progress with how
// many bytes are there. Nothing happens by it: see [Cable.Install].
func (c *Cable) Send(ctx context.Context, password string, p Package, progress func(sent, all int64)) error {
	digest := sha256.Sum256(p.Bytes)
	all := int64(len(p.Bytes))
	ask := usblink.Ask{Verb: usblink.Stage, Size: all, SHA256: digest[:]}
	at, err := c.piece(ctx, password, ask)
	for stuck := 0; err == nil && at < all; {
		progress(at, all)
		ask.Offset, ask.Data = at, p.Bytes[at:min(at+usblink.MaxPiece, all)]
		was := at
		if at, err = c.piece(ctx, password, ask); err == nil && at <= was {
			if stuck++; stuck > 3 {
				err = &Error{Op: "stage", Err: fmt.Errorf("the breaker takes no more than %d of %d bytes", at, all)}
			}
		}
	}
	if err == nil {
		progress(all, all)
	}
	return err
}

// piece sends one piece and returns how much is there.
func (c *Cable) piece(ctx context.Context, password string, a usblink.Ask) (int64, error) {
	r, err := c.ask(ctx, "stage", password, &a)
	if err != nil {
		return 0, err
	}
	var n int64
	if err := json.Unmarshal(r.Value, &n); err != nil || n < 0 || n > a.Size {
		return 0, &Error{Op: "stage", Err: fmt.Errorf("it says that %s bytes of %d are there", r.Value, a.Size)}
	}
	return n, nil
}

// Install has the breaker judge the package that was sent, and install it. It returns
// once the breaker has begun; [Cable.Settled] waits for the end.
func (c *Cable) Install(ctx context.Context, password string, p Package) error {
	digest := sha256.Sum256(p.Bytes)
	_, err := c.ask(ctx, "install", password, &usblink.Ask{Verb: usblink.Install, Size: int64(len(p.Bytes)), SHA256: digest[:], Lists: p.Lists, Member: p.Member})
	return err
}

// glance is how often an update is looked at.
const glance = 200 * time.Millisecond

// Settled waits until no member is being updated, and calls progress with how much is
// done, %.
func (c *Cable) Settled(ctx context.Context, progress func(m FirmwareMember)) (*Firmware, error) {
	for {
		f, err := c.Firmware(ctx, "")
		if err != nil {
			return nil, err
		}
		m, busy := f.Updating()
		if !busy {
			return f, nil
		}
		progress(m)
		select {
		case <-time.After(glance):
		case <-ctx.Done():
			return nil, &Error{Op: "firmware", MayHaveHappened: true, Err: ctx.Err()}
		}
	}
}
