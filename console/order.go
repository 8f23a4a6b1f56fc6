package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"switchroom/commission"
	"switchroom/credential"
	"switchroom/upgrade"
	"switchroom/vault"
)

// order is a package for breakers, by a person.
type order struct {
	commission.Upgrade
	number string
	ids    []string
	token  credential.Secret
	how    *reachSent
}

// upgradeSent is what is asked for.
type upgradeSent struct {
	Package      string    `json:"package" maxLength:"64" doc:"SHA-256 of a package that was sent before"`
	Breakers     []string  `json:"breakers" minItems:"1" maxItems:"1000" doc:"ids, in the order in which they are taken"`
	Member       string    `json:"member,omitempty" maxLength:"20" doc:"of several IO modules, which: io1 or io2"`
	Rehearsal    []byte    `json:"rehearsal,omitempty" doc:"file of switchroom rehearse, base64"`
	NotRehearsed string    `json:"not_rehearsed,omitempty" maxLength:"500" doc:"why it was not rehearsed; it stands in the audit"`
	Reach        reachSent `json:"reach" doc:"in its address, {} stands for the id of each breaker"`
}

// wrong says what is not right in what is asked for.
func (a *upgradeSent) wrong() error {
	switch {
	case len(a.Breakers) == 0:
		return errors.New("choose at least one breaker")
	case (len(a.Rehearsal) == 0) == (strings.TrimSpace(a.NotRehearsed) == ""):
		return errors.New("give the evidence of a rehearsal, or the reason why there is none: a package is tried on a non-production system first (E6)")
	case a.Reach.Address == "" && !a.Reach.FromVault:
		return errNoCable
	case len(a.Breakers) > 1 && a.Reach.Address != "" && !strings.Contains(a.Reach.Address, "{}"):
		return fmt.Errorf("%s is the address of one breaker: write {} where the id of each stands", a.Reach.Address)
	}
	return nil
}

// upgrades begins to put a package into breakers. Whatever the software refuses is not
// begun.
func (v *visit) upgrades(number string, a *upgradeSent) (*runTold, error) {
	if v.s.Newer != "" {
		return nil, fmt.Errorf("this software is not the latest: have %s installed first (E10)", v.s.Newer)
	}
	if err := a.wrong(); err != nil {
		return nil, err
	}
	if err := v.known(number, a.Breakers); err != nil {
		return nil, err
	}
	o := &order{number: number, ids: a.Breakers, token: v.token, how: &a.Reach}
	told, err := o.load(v.s, a)
	if err != nil {
		return nil, err
	}
	t := &runTold{Project: number, Package: *told, By: v.who.Name, Begun: v.now}
	if err := v.s.begin(v.by(), o, t); err != nil {
		return nil, err
	}
	return v.s.runs.find(number, t.ID)
}

// known tells of a breaker that is not in a project.
func (v *visit) known(number string, ids []string) error {
	p, err := v.s.Office.Project(v.r.Context(), v.token, number)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := p.Find(id); !ok {
			return &commission.NoneError{What: "breaker " + id + " in project " + number}
		}
	}
	return nil
}

// load gets the package, and judges it anew.
func (o *order) load(s *Server, a *upgradeSent) (told *packageTold, err error) {
	s.judging.Lock()
	defer s.judging.Unlock()
	o.Member, o.NotRehearsed = a.Member, strings.TrimSpace(a.NotRehearsed)
	if o.Package, err = s.Trust.packaged(a.Package); err != nil {
		return nil, err
	}
	if told, err = s.Trust.judged(o.Package, s.Now); err != nil {
		return nil, err
	}
	if len(a.Rehearsal) > 0 {
		if o.Rehearsal, err = upgrade.ReadRehearsal(bytes.NewReader(a.Rehearsal)); err != nil {
			return nil, err
		}
	}
	o.Kit, err = s.Trust.kit(s.Now)
	return told, err
}

// reached does something at a breaker of the order.
func (o *order) reached(ctx context.Context, s *Server, breaker string, do func(commission.Reach) error) error {
	if o.how.FromVault {
		return s.Vault.Use(ctx, o.token, breaker, vault.Levels, "firmware", func(address string, password credential.Secret) error {
			return do(commission.Reach{Address: address, Password: password})
		})
	}
	r := o.how.reach()
	r.Address = strings.ReplaceAll(r.Address, "{}", breaker)
	return do(r)
}

func (v *visit) beginUpgrade(in *struct {
	OnProject
	Body upgradeSent
}) (*body[*runTold], error) {
	t, err := v.upgrades(in.Number, &in.Body)
	return &body[*runTold]{t}, err
}

func (v *visit) listUpgrades(in *OnProject) (*body[[]runTold], error) {
	return &body[[]runTold]{v.s.runs.of(in.Number)}, nil
}

func (v *visit) readUpgrade(in *OnBreaker) (*body[*runTold], error) {
	t, err := v.s.runs.find(in.Number, in.ID)
	return &body[*runTold]{t}, err
}
