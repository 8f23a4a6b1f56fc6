package guard

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"switchroom/client"
	"switchroom/cmd/internal/cli"
	"switchroom/commission"
	"switchroom/credential"
	"switchroom/regmap"
)

// CommissionCmd is the commissioning software (A9).
type CommissionCmd struct {
	Apply     commissionApplyCmd     `cmd:"" help:"Carry out a plan, read everything back, and undo it if something is not as planned."`
	Approve   commissionApproveCmd   `cmd:"" help:"Agree, as the second person, to a plan that goes beyond the study."`
	Check     commissionCheckCmd     `cmd:"" help:"Check a project file and say all that is wrong in it."`
	Diff      commissionDiffCmd      `cmd:"" help:"A plan side by side with what was found, and the trip curves of both."`
	Do        commissionDoCmd        `cmd:"" help:"Set the clock of a breaker, find it (its lamp blinks), or declare its maintenance carried out."`
	Firmware  commissionFirmwareCmd  `cmd:"" help:"Firmware and digital modules of breakers of a project."`
	Functions commissionFunctionsCmd `cmd:"" help:"What can be done at a virtual unit, at a real one by a documented interface, and with which tool otherwise."`
	Import    commissionImportCmd    `cmd:"" help:"Add the breakers of a list (CSV) to a project."`
	Plan      commissionPlanCmd      `cmd:"" help:"Plan a change of a breaker, from what was found."`
	Plans     commissionPlansCmd     `cmd:"" help:"The plans of a project, or of one of its breakers."`
	Project   commissionProjectCmd   `cmd:"" help:"Projects: keep one, print one, list all."`
	Report    commissionReportCmd    `cmd:"" help:"Write the commissioning report, as PDF or HTML."`
	Resume    commissionResumeCmd    `cmd:"" help:"Find out what became of a plan that was cut short, and end it."`
	Scan      commissionScanCmd      `cmd:"" help:"Look for breakers on loopback or a private network; reads, never writes."`
	Schema    commissionSchemaCmd    `cmd:"" help:"Print the JSON schema of project files."`
	Show      commissionShowCmd      `cmd:"" help:"A plan with its approval and what became of it."`
	Sign      commissionSignCmd      `cmd:"" help:"Say of the data of a report that you have reviewed, done or witnessed it."`
	Snapshot  commissionSnapshotCmd  `cmd:"" help:"Read all settings of breakers, and keep that."`
	Snapshots commissionSnapshotsCmd `cmd:"" help:"The snapshots of a breaker, the newest first."`
	Test      commissionTryCmd       `cmd:"" help:"Test a breaker: that it answers, that it has what the study says, that it trips when its settings say it must."`
}

// officeFlags are whose office it is, and how its clients behave.
type officeFlags struct {
	signFlags
	Registers string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
	Allow     []uint16 `help:"Send this command to hardware though it is only inferred or ours." placeholder:"CODE"`
}

// office is commissioning, with somebody signed in.
type office struct {
	*commission.Office
	*signedIn
}

func (f *officeFlags) office(a *cli.App) (*office, error) {
	o := client.Options{Map: regmap.Default(), Allow: f.Allow}
	if f.Registers != "" {
		m, err := ownMap(f.Registers)
		if err != nil {
			return nil, err
		}
		o.Map = m
	}
	in, err := f.signIn(a)
	if err != nil {
		return nil, err
	}
	return &office{commission.NewOffice(in.store, in.log, in.book, o, time.Now), in}, nil
}

// within opens the office for one thing to do.
func (f *officeFlags) within(a *cli.App, do func(o *office) error) error {
	o, err := f.office(a)
	if err != nil {
		return err
	}
	return errors.Join(do(o), o.close())
}

// ownMap reads rows that take the place of the built-in ones.
func ownMap(name string) (*regmap.Map, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return regmap.Default().Override(file)
}

// reachFlags say how a breaker is reached.
type reachFlags struct {
	Address             string `help:"Another way to the breaker than the project's: a serial line or a cable." placeholder:"ADDRESS"`
	BreakerPasswordFile string `help:"File with the password of a level of the breaker (to write, level 4); - is standard input. Without it the terminal asks." placeholder:"FILE"`
}

// reach asks for the password of the breaker where it is needed.
func (f *reachFlags) reach(a *cli.App, login cli.PasswordFlag, needed bool) (r commission.Reach, err error) {
	r.Address = f.Address
	if f.Address != "" {
		if err := client.CheckAddress(f.Address); err != nil {
			return r, cli.Misuse("%v", err)
		}
	}
	if f.BreakerPasswordFile == "-" && login.PasswordFile == "-" {
		return r, cli.Misuse("only one of the two passwords can come from standard input")
	}
	if f.BreakerPasswordFile == "" && !needed && !strings.HasPrefix(f.Address, "usb:") {
		return r, nil
	}
	typed, err := (&cli.PasswordFlag{PasswordFile: f.BreakerPasswordFile}).Asking(a, "password of the breaker")
	r.Password = credential.NewSecret(typed)
	return r, err
}

// problems prints all that is wrong with something that was given, as JSON or in lines.
func problems(a *cli.App, asJSON bool, err error) error {
	all, ok := errors.AsType[commission.Problems](err)
	if !ok || !asJSON {
		return err
	}
	return errors.Join(cli.PrintJSON(a.Stdout, all), cli.ErrRefused)
}

// everySoOften tells how far something is, if it takes longer than a second.
func everySoOften(a *cli.App, what string) func(done, of int) {
	next := time.Now().Add(time.Second)
	return func(done, of int) {
		if now := time.Now(); now.After(next) {
			next = now.Add(time.Second)
			fmt.Fprintf(a.Stderr, "%d of %d %s\n", done, of, what)
		}
	}
}
