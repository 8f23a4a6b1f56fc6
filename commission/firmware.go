package commission

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/credential"
	"switchroom/points"
	"switchroom/upgrade"
)

// FirmwareKept is the firmware of a breaker as it was read.
type FirmwareKept struct {
	Breaker  string           `json:"breaker"`
	At       time.Time        `json:"at"`
	By       string           `json:"by"` // name of the person
	Address  string           `json:"address"`
	Firmware *client.Firmware `json:"firmware"`
}

// Firmware reads the firmware and the digital modules of a breaker over a cable, and keeps
// that.
func (o *Office) Firmware(ctx context.Context, token credential.Secret, number, id string, r Reach) (*FirmwareKept, error) {
	p := place{number, id}
	a, err := o.begin(ctx, token, "firmware.read", p.String(), accounts.BreakerRead)
	if err != nil {
		return nil, err
	}
	c, address, err := o.plug(ctx, p, r)
	if err != nil {
		return nil, a.failed(ctx, audit.Failed, err)
	}
	defer c.Close()
	f, err := c.Firmware(ctx, r.Password.Reveal())
	if err != nil {
		return nil, a.failed(ctx, audit.Failed, err)
	}
	kept := &FirmwareKept{id, o.now().UTC().Truncate(time.Second), a.who.Name, address, f}
	if err := o.keepFirmware(ctx, p, kept); err != nil {
		return nil, err
	}
	return kept, a.record(ctx, audit.Done, audit.Facts{}, versions(f))
}

// versions are those of the members, as facts of the log.
func versions(f *client.Firmware) audit.Facts {
	facts := audit.Facts{}
	for _, m := range f.Members {
		facts = facts.With(m.Name, m.Running.Version)
	}
	return facts
}

func (o *Office) keepFirmware(ctx context.Context, p place, kept *FirmwareKept) error {
	return o.insert(ctx, "INSERT INTO commission_firmware (project, breaker, at, body) VALUES ($1, $2, $3, $4)", kept, p.project, p.breaker, kept.At.UnixMicro())
}

// FirmwareOf returns the firmware of a breaker as it was last read; nil if it never was.
func (o *Office) FirmwareOf(ctx context.Context, token credential.Secret, number, id string) (*FirmwareKept, error) {
	if _, err := o.begin(ctx, token, "firmware.seen", place{number, id}.String(), accounts.BreakerRead); err != nil {
		return nil, err
	}
	texts, err := o.texts(ctx, "SELECT body FROM commission_firmware WHERE project = $1 AND breaker = $2 ORDER BY at DESC LIMIT 1", number, id)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	var kept FirmwareKept
	return &kept, json.Unmarshal([]byte(texts[0]), &kept)
}

// plug reaches a breaker by a cable: firmware goes in by no other way (A13).
func (o *Office) plug(ctx context.Context, p place, r Reach) (*client.Cable, string, error) {
	b, err := o.breaker(ctx, p)
	if err != nil {
		return nil, "", err
	}
	address, err := r.address(b)
	if err != nil {
		return nil, "", err
	}
	f, _ := FunctionOf(points.UpdateInstall)
	if err := f.Possible(WayOf(address), true); err != nil {
		return nil, "", err
	}
	c, err := client.Connect(ctx, address, o.options)
	if err != nil {
		return nil, "", err
	}
	cable, ok := c.(*client.Cable)
	if !ok {
		return nil, "", errors.Join(fmt.Errorf("%s is no cable", address), c.Close())
	}
	return cable, address, cable.Login(ctx, r.Password.Reveal())
}

// Upgrade is a package for breakers of a project.
type Upgrade struct {
	Kit          *upgrade.Kit
	Package      []byte
	Member       string             // of several IO modules; "": the first
	Rehearsal    *upgrade.Rehearsal // on twins (E6); nil: then why not
	NotRehearsed string             // reason of the person
	Tell         func(breaker string, s upgrade.Step)
	With         func(breaker string, do func(Reach) error) error // reaches a breaker, with its password
}

// Upgrade puts a package into breakers, one after the other, and stops at the first that
// did not go as it should. What was not rehearsed on a twin goes in with a reason only.
// Every beginning and every end is recorded.
func (o *Office) Upgrade(ctx context.Context, token credential.Secret, number string, ids []string, u Upgrade) ([]upgrade.Result, error) {
	taken, err := u.Kit.Fetched(u.Package)
	if err != nil {
		return nil, err
	}
	if u.Rehearsal == nil && u.NotRehearsed == "" {
		return nil, u.Rehearsal.Covers(u.Package, "", "", o.now())
	}
	what := fmt.Sprintf("%s %s for %s", taken.Manifest.Class, taken.Manifest.Version, taken.Manifest.Component)
	return upgrade.Campaign(ctx, ids, func(ctx context.Context, id string) (out upgrade.Outcome, err error) {
		reached := u.With(id, func(r Reach) error {
			out, err = o.upgrade(ctx, token, place{number, id}, what, &u, r)
			return err
		})
		return out, reached
	}), nil
}

// upgrade puts the package into one breaker.
func (o *Office) upgrade(ctx context.Context, token credential.Secret, p place, what string, u *Upgrade, r Reach) (out upgrade.Outcome, err error) {
	a, err := o.begin(ctx, token, "firmware.applied", p.String()+" "+what, accounts.FirmwareApply)
	if err != nil {
		return out, err
	}
	release, err := o.claim(p, a.who.Name)
	if err != nil {
		return out, a.failed(ctx, audit.Refused, err)
	}
	defer release()
	begun := *a
	begun.what, begun.why = "firmware.applying", u.NotRehearsed
	if err := begun.record(ctx, audit.Done, audit.Facts{}, audit.Facts{}.With("package", upgrade.PackageDigest(u.Package))); err != nil {
		return out, err
	}
	c, address, err := o.plug(ctx, p, r)
	if err != nil {
		return out, a.failed(ctx, audit.Failed, err)
	}
	defer c.Close()
	j := upgrade.Job{Kit: u.Kit, Package: u.Package, Member: u.Member, Password: r.Password.Reveal(), Tell: func(s upgrade.Step) { u.Tell(p.breaker, s) },
		Before: func(x upgrade.Outcome) error {
			if u.NotRehearsed != "" {
				return nil
			}
			return u.Rehearsal.Covers(u.Package, p.breaker, x.From, o.now())
		}}
	if out, err = j.Run(ctx, c); err != nil {
		return out, a.failed(ctx, resultOf(err), err)
	}
	return out, o.applied(ctx, a, p, c, address, out)
}

// applied keeps what is there now.
func (o *Office) applied(ctx context.Context, a *act, p place, c *client.Cable, address string, out upgrade.Outcome) error {
	f, err := c.Firmware(ctx, "")
	if err == nil {
		err = o.keepFirmware(ctx, p, &FirmwareKept{p.breaker, o.now().UTC().Truncate(time.Second), a.who.Name, address, f})
	}
	subject := out.Member
	if out.Module != "" {
		subject = "module " + out.Module
	}
	return errors.Join(err, a.record(ctx, audit.Done, audit.Facts{}.With(subject, out.From), audit.Facts{}.With(subject, out.To)))
}
