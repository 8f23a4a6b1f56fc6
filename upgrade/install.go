package upgrade

import (
	"context"
	"errors"
	"fmt"

	"switchroom/client"
	"switchroom/trust"
)

// Step is how far an installation is.
type Step struct {
	Doing string  // checking, sending, judging, writing, starting, done
	Done  float64 // %, of this step
}

// Outcome is what became of a package at a breaker.
type Outcome struct {
	Member  string `json:"member"`  // control_unit, ife, io1; of a module the control unit
	Module  string `json:"module"`  // name of the digital module; "": firmware
	From    string `json:"from"`    // version before; "" of a module that is new
	To      string `json:"to"`      // version after, as the breaker tells it
	Expires string `json:"expires"` // of a module
}

// Job is one package for one breaker.
type Job struct {
	Kit      *Kit
	Package  []byte
	Member   string // of several IO modules; "": the first
	Password string // of level 4
	Tell     func(Step)
	Before   func(Outcome) error // asked before anything is sent, with what is to become of it; nil: nobody
}

// Breaker is the end of a cable: [client.Cable].
type Breaker interface {
	Firmware(ctx context.Context, password string) (*client.Firmware, error)
	Send(ctx context.Context, password string, p client.Package, progress func(sent, all int64)) error
	Install(ctx context.Context, password string, p client.Package) error
	Settled(ctx context.Context, progress func(m client.FirmwareMember)) (*client.Firmware, error)
}

// Run installs the package. What the software refuses is not sent. An error that may
// have happened all the same says so: read the versions before going on.
func (j *Job) Run(ctx context.Context, b Breaker) (o Outcome, err error) {
	j.Tell(Step{"checking", 0})
	before, err := b.Firmware(ctx, j.Password)
	if err != nil {
		return o, err
	}
	if m, busy := before.Updating(); busy {
		return o, fmt.Errorf("the %s of this breaker is being updated already: wait until that has ended", m.Name)
	}
	taken, m, err := j.Kit.Fitting(j.Package, before, j.Member)
	if err != nil {
		return o, err
	}
	o = expected(taken.Manifest, before, m)
	if j.Before != nil {
		if err := j.Before(o); err != nil {
			return o, err
		}
	}
	p := client.Package{Bytes: taken.Join(), Lists: j.Kit.Lists(j.Package), Member: m.Name} // what was judged is what is sent
	if err := j.carry(ctx, b, p); err != nil {
		return o, err
	}
	after, err := b.Settled(ctx, func(m client.FirmwareMember) { j.Tell(Step{m.Phase, m.Progress}) })
	if err != nil {
		return o, err
	}
	if err := o.check(taken.Manifest, after); err != nil {
		return o, err
	}
	j.Tell(Step{"done", 100})
	return o, nil
}

// carry sends the package and has the breaker judge it.
func (j *Job) carry(ctx context.Context, b Breaker, p client.Package) error {
	err := b.Send(ctx, j.Password, p, func(sent, all int64) { j.Tell(Step{"sending", 100 * float64(sent) / float64(all)}) })
	if err != nil {
		return err
	}
	j.Tell(Step{"judging", 0})
	err = b.Install(ctx, j.Password, p)
	var e *client.Error
	if errors.As(err, &e) && e.Reason == "package_refused" {
		return fmt.Errorf("refused by the breaker: %w", e.Err)
	}
	return err
}

// expected is what will have become of a package if all goes well.
func expected(m *trust.Manifest, before *client.Firmware, of client.FirmwareMember) Outcome {
	o := Outcome{Member: of.Name, From: of.Running.Version, To: m.Version}
	if m.Class != trust.Module {
		return o
	}
	o.Module, o.From, o.Expires = m.Licence.Module, "", m.Licence.Expires
	for _, x := range before.Modules {
		if x.Name == o.Module {
			o.From = x.Version
		}
	}
	return o
}

// check compares what the breaker tells now with what was to be.
func (o *Outcome) check(m *trust.Manifest, after *client.Firmware) error {
	if o.Module != "" {
		for _, x := range after.Modules {
			if x.Name == o.Module && x.Sequence == m.Sequence {
				return nil
			}
		}
		return fmt.Errorf("the breaker does not list %s afterwards: read its digital modules before going on", o.Module)
	}
	now, _ := after.Member(o.Member)
	if now.Running.Version != m.Version || now.Running.Sequence != m.Sequence {
		o.To = now.Running.Version
		return fmt.Errorf("%s runs %s and not %s: %s; its event history says more", o.Member, now.Running.Version, m.Version, now.Last)
	}
	return nil
}
