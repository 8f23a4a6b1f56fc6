package guard

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/trust"
	"switchroom/trust/duty"
	"switchroom/trust/fetch"
)

// TrustCmd is what the program of operations does about trust: it judges, and signs
// nothing.
type TrustCmd struct {
	Crl    TrustCrlCmd    `cmd:"" help:"Revocation lists of the components of your breakers."`
	Verify TrustVerifyCmd `cmd:"" help:"Judge a package: exit status 0 if it is taken, 1 if it is refused."`
}

// TrustCrlCmd is trust crl.
type TrustCrlCmd struct {
	Check CrlCheckCmd `cmd:"" help:"Look at the revocation lists, at least every three months (E8): what is due, and what to do."`
}

// CrlCheckCmd is trust crl check.
type CrlCheckCmd struct {
	Trust     string   `required:"" help:"Directory of certificates that you trust: of trust init or trust export." placeholder:"DIR"`
	Portal    string   `help:"Address of the portal that publishes the lists; left out, those in the directory are looked at." placeholder:"URL"`
	Cache     string   `help:"Directory where lists and the last checks are kept; left out, nothing is kept." placeholder:"DIR"`
	Component []string `help:"Component that you have: control_unit, ife, eife, ifm, io; left out, all." placeholder:"NAME"`
	JSON      bool     `help:"Print JSON."`
}

// checkedJSON is what trust crl check prints as JSON.
type checkedJSON struct {
	At     time.Time      `json:"at"`
	Lists  []fetch.Answer `json:"lists"`
	Duties []duty.Duty    `json:"duties"`
}

// bookName is the file of the last checks.
const bookName = "checks.json"

// Run looks, keeps what was found, and says what is to be done: exit status 1 if there
// is anything.
func (c *CrlCheckCmd) Run(a *cli.App) error {
	if len(c.Component) == 0 {
		for _, p := range duty.Products {
			c.Component = append(c.Component, p.Component)
		}
	}
	now := time.Now().UTC().Truncate(time.Second)
	lists, err := c.look(a)
	if err != nil {
		return err
	}
	checks, err := c.keep(lists, now)
	if err != nil {
		return err
	}
	out := checkedJSON{now, lists, duty.Of(c.Component, checks, nil, now)}
	if c.JSON {
		err = cli.PrintJSON(a.Stdout, out)
	} else {
		err = out.print(a)
	}
	if err == nil && slices.ContainsFunc(out.Duties, func(d duty.Duty) bool { return d.State != duty.Done }) {
		return cli.ErrRefused
	}
	return err
}

// look asks the portal, or looks at the lists in the directory.
func (c *CrlCheckCmd) look(a *cli.App) ([]fetch.Answer, error) {
	cache := fetch.Cache{Dir: c.Cache, Client: fetch.Client(), Now: time.Now}
	if c.Portal == "" {
		return cache.Local(os.DirFS(c.Trust))
	}
	branches, err := trust.ReadAnchors(os.DirFS(c.Trust))
	if err != nil {
		return nil, err
	}
	if cache.Dir == "" {
		if cache.Dir, err = os.MkdirTemp("", "switchroom-crl-"); err != nil {
			return nil, err
		}
		defer os.RemoveAll(cache.Dir)
	}
	sources, err := fetch.Index(a.Ctx, cache.Client, c.Portal)
	if err != nil {
		fmt.Fprintln(a.Stderr, "note: the portal does not answer:", err)
	}
	return cache.Check(a.Ctx, branches, sources), nil
}

// keep adds what was found to the book of checks.
func (c *CrlCheckCmd) keep(lists []fetch.Answer, now time.Time) (map[string]*duty.Check, error) {
	checks := map[string]*duty.Check{}
	if c.Cache != "" {
		b, err := os.ReadFile(filepath.Join(c.Cache, bookName))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if checks, err = duty.ReadBook(b); err != nil {
			return nil, err
		}
	}
	by := "unknown"
	if u, err := user.Current(); err == nil {
		by = u.Username
	}
	for branch, found := range fetch.Checks(lists, by, now) {
		if was := checks[branch]; found.Answers() || !was.Answers() {
			checks[branch] = found // what gave no answer does not take the place of what did
		}
	}
	if c.Cache == "" {
		return checks, nil
	}
	b, err := duty.WriteBook(checks)
	if err != nil {
		return nil, err
	}
	return checks, fetch.Replace(filepath.Join(c.Cache, bookName), b)
}

func (out *checkedJSON) print(a *cli.App) error {
	lists := cli.Table{Head: []string{"branch", "list of", "state", "number", "this update", "next update", "revoked", "problem"}}
	for _, l := range out.Lists {
		lists.Add(l.Branch, l.Issuer, l.State, dash(l.Number), day(l.This), day(l.Next), fmt.Sprint(len(l.Revoked)), dash(l.Problem))
	}
	if err := lists.Text(a.Stdout); err != nil {
		return err
	}
	for _, d := range out.Duties {
		fmt.Fprintf(a.Stdout, "\n%s (%s): %s\n%s\n", d.Title, d.BranchTitle, d.State, strings.Join(d.Steps, "\n"))
	}
	return nil
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}
