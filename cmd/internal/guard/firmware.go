package guard

import (
	"fmt"
	"os"
	"strings"
	"time"

	"switchroom/client"
	"switchroom/cmd/internal/cli"
	"switchroom/trust"
	"switchroom/upgrade"
)

// FirmwareCmd is firmware of breakers.
type FirmwareCmd struct {
	Show    FirmwareShowCmd    `cmd:"" help:"Tell the firmware of every member of a breaker, and its digital modules."`
	Check   FirmwareCheckCmd   `cmd:"" help:"Judge a package that was fetched, before it is kept."`
	Upgrade FirmwareUpgradeCmd `cmd:"" help:"Judge a package, send it by a cable, have the breaker judge and install it."`
}

// cableFlags name a breaker at the end of a cable.
type cableFlags struct {
	Address string `arg:"" help:"usb:///PATH?unit=NAME, as the start of the laboratory prints it."`
	cli.PasswordFlag
}

func (f *cableFlags) plug(a *cli.App) (*client.Cable, string, error) {
	if !strings.HasPrefix(f.Address, "usb:") {
		return nil, "", cli.Misuse("%s: firmware goes in by a cable (A13): give usb:///PATH?unit=NAME", f.Address)
	}
	password, err := f.Password(a)
	if err != nil {
		return nil, "", err
	}
	c, err := client.DialUSB(a.Ctx, f.Address, client.Options{Timeout: 30 * time.Second})
	return c, password, err
}

// kitFlags say what the software trusts.
type kitFlags struct {
	Trust              string `required:"" help:"Directory of certificates and revocation lists that this software trusts: of trust init or trust export." placeholder:"DIR"`
	Profile            string `default:"2017" enum:"2017,hardened" help:"2017 or hardened: what the software asks of a package."`
	TimestampException bool   `help:"Take what a timestamp proves older than a revocation that leaves the key where it was."`
}

func (f *kitFlags) kit() (*upgrade.Kit, error) {
	branches, err := trust.ReadAnchors(os.DirFS(f.Trust))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Trust, err)
	}
	return &upgrade.Kit{Branches: branches, Now: time.Now, Hardened: f.Profile == "hardened", Proven: f.TimestampException}, nil
}

// FirmwareShowCmd is firmware show.
type FirmwareShowCmd struct {
	cableFlags
	JSON bool `help:"Print JSON."`
}

// Run prints the members.
func (c *FirmwareShowCmd) Run(a *cli.App) error {
	b, password, err := c.plug(a)
	if err != nil {
		return err
	}
	defer b.Close()
	f, err := b.Firmware(a.Ctx, password)
	if err != nil {
		return err
	}
	if c.JSON {
		return cli.PrintJSON(a.Stdout, f)
	}
	return printFirmware(a, f)
}

func printFirmware(a *cli.App, f *client.Firmware) error {
	t := cli.Table{Head: []string{"member", "version", "sequence", "built", "signed by", "other slot", "update"}}
	for _, m := range f.Members {
		state := m.Last
		if m.Phase != "idle" {
			state = fmt.Sprintf("%s %.0f %%", m.Phase, m.Progress)
		}
		t.Add(m.Name, m.Running.Version, factoryOr(m.Running.Sequence), dash(m.Running.Built), dash(m.Running.Signer), dash(m.Other.Version), dash(state))
	}
	if err := t.Text(a.Stdout); err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "\nserial number of the control unit: %s\n", dash(f.Serial))
	return printModules(a, f.Modules)
}

func factoryOr(sequence uint64) string {
	if sequence == 0 {
		return "factory"
	}
	return fmt.Sprint(sequence)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// FirmwareCheckCmd is firmware check.
type FirmwareCheckCmd struct {
	kitFlags
	Package string `arg:"" help:"Package." type:"existingfile"`
}

// Run judges a package for any breaker.
func (c *FirmwareCheckCmd) Run(a *cli.App) error {
	k, err := c.kit()
	if err != nil {
		return err
	}
	b, err := readPackage(c.Package)
	if err != nil {
		return err
	}
	p, err := k.Fetched(b)
	if err != nil {
		return err
	}
	m := p.Manifest
	fmt.Fprintf(a.Stdout, "%s %s for %s, sequence %d, built %s\n", m.Class, m.Version, m.Component, m.Sequence, m.BuildDate)
	return nil
}

// packageMost bounds what is read of a package: more than a breaker takes.
const packageMost = 66 << 20

func readPackage(path string) ([]byte, error) {
	i, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if i.Size() > packageMost {
		return nil, fmt.Errorf("%s has %d bytes: no breaker takes that much", path, i.Size())
	}
	return os.ReadFile(path)
}

// FirmwareUpgradeCmd is firmware upgrade.
type FirmwareUpgradeCmd struct {
	Package string `arg:"" help:"Package." type:"existingfile"`
	cableFlags
	kitFlags
	cli.UpdatesFlag
	Member string `help:"Of several IO modules, which: io1 or io2." placeholder:"NAME"`
	JSON   bool   `help:"Print what became of it as JSON."`
}

// Run installs a package of firmware, or a digital module.
func (c *FirmwareUpgradeCmd) Run(a *cli.App) error {
	if newer := c.Tell(a); newer != "" {
		return fmt.Errorf("this software is not the latest: install %s first (E10)", newer)
	}
	k, err := c.kit()
	if err != nil {
		return err
	}
	pkg, err := readPackage(c.Package)
	if err != nil {
		return err
	}
	b, password, err := c.plug(a)
	if err != nil {
		return err
	}
	defer b.Close()
	bar := progressBar{a: a}
	job := upgrade.Job{Kit: k, Package: pkg, Member: c.Member, Password: password, Tell: bar.step}
	o, err := job.Run(a.Ctx, b)
	if err != nil {
		return err
	}
	if c.JSON {
		return cli.PrintJSON(a.Stdout, o)
	}
	fmt.Fprintln(a.Stdout, told(&o))
	return nil
}

// told is what became of a package, in a line.
func told(o *upgrade.Outcome) string {
	if o.Module == "" {
		return fmt.Sprintf("%s: %s → %s", o.Member, o.From, o.To)
	}
	until := "its licence does not end"
	if o.Expires != "" {
		until = "its licence ends " + o.Expires
	}
	return fmt.Sprintf("digital module %s %s is installed; %s", o.Module, o.To, until)
}

// progressBar shows on standard error how far it is, once a second at most.
type progressBar struct {
	a     *cli.App
	name  string // of the breaker, where there are several
	doing string
	shown time.Time
}

func (p *progressBar) step(s upgrade.Step) {
	now := time.Now()
	if s.Doing == p.doing && now.Sub(p.shown) < time.Second {
		return
	}
	p.doing, p.shown = s.Doing, now
	const width = 30
	n := int(s.Done / 100 * width)
	if p.name != "" {
		fmt.Fprintf(p.a.Stderr, "%s: ", p.name)
	}
	fmt.Fprintf(p.a.Stderr, "%-9s [%s%s] %3.0f %%\n", s.Doing, strings.Repeat("#", n), strings.Repeat(".", width-n), s.Done)
}

// ModuleCmd is digital modules of breakers.
type ModuleCmd struct {
	List    ModuleListCmd      `cmd:"" help:"List the digital modules of a breaker and their licences."`
	Install FirmwareUpgradeCmd `cmd:"" help:"Judge a digital module, send it by a cable, have the breaker judge and install it."`
}

// ModuleListCmd is module list.
type ModuleListCmd struct {
	cableFlags
	JSON bool `help:"Print JSON."`
}

// Run prints the modules.
func (c *ModuleListCmd) Run(a *cli.App) error {
	b, password, err := c.plug(a)
	if err != nil {
		return err
	}
	defer b.Close()
	f, err := b.Firmware(a.Ctx, password)
	if err != nil {
		return err
	}
	if c.JSON {
		return cli.PrintJSON(a.Stdout, append([]client.DigitalModule{}, f.Modules...))
	}
	return printModules(a, f.Modules)
}

func printModules(a *cli.App, all []client.DigitalModule) error {
	if len(all) == 0 {
		fmt.Fprintln(a.Stdout, "no digital module is installed")
		return nil
	}
	t := cli.Table{Head: []string{"module", "reference", "what it adds", "version", "licence", "ends", "known as"}}
	for _, m := range all {
		version := m.Version
		if version == "" {
			version = "with the unit"
		}
		t.Add(m.Name, dash(m.Reference), m.Title, version, m.State, dash(m.Expires), m.Certainty)
	}
	return t.Text(a.Stdout)
}
