package guard

import (
	"fmt"
	"io"
	"os"
	"time"

	"switchroom/cmd/internal/cli"
	"switchroom/trust"
)

// TrustVerifyCmd is trust verify.
type TrustVerifyCmd struct {
	Trust              string `required:"" help:"Directory of certificates and revocation lists: of trust init or trust export." placeholder:"DIR"`
	Package            string `arg:"" help:"Package; with --signature the file that was signed."`
	Signature          string `help:"Judge a release of the software instead, by the signature of its list of sums (E10)." placeholder:"FILE"`
	Profile            string `default:"2017" enum:"2017,hardened" help:"2017 or hardened."`
	TimestampException bool   `help:"Take what a timestamp proves older than a revocation that leaves the key where it was."`
	Clock              string `help:"What the clock says; the time of this computer, if left out." placeholder:"TIME"`
	Floor              string `help:"Latest time known to be true: what a clock that fell back is raised to." placeholder:"TIME"`
	Component          string `help:"Component it would be installed on." placeholder:"NAME"`
	Installed          string `help:"Version installed there." placeholder:"VERSION"`
	Sequence           uint64 `help:"Sequence installed there."`
	Unit               string `help:"Serial number of the control unit that a digital module would be installed on." placeholder:"SERIAL"`
	JSON               bool   `help:"Print the verdict as JSON."`
}

// trustVerdict is what trust verify prints as JSON.
type trustVerdict struct {
	OK        bool       `json:"ok"`
	Reason    string     `json:"reason"`
	Detail    string     `json:"detail"`
	Component string     `json:"component"`
	Version   string     `json:"version"`
	Signer    string     `json:"signer"`
	Serial    string     `json:"serial"`
	Timestamp *time.Time `json:"timestamp"`
	RevokedAt *time.Time `json:"revoked_at"`
}

// Run judges a package.
func (c *TrustVerifyCmd) Run(a *cli.App) error {
	side, err := c.side()
	if err != nil {
		return err
	}
	v, err := c.judge(side)
	if err != nil {
		return err
	}
	if err := c.tell(a, &v); err != nil || v.OK() {
		return err
	}
	return cli.ErrRefused
}

func (c *TrustVerifyCmd) judge(side *trust.Side) (v trust.Verdict, err error) {
	if c.Signature != "" {
		return c.judgeSoftware(side)
	}
	f, err := os.Open(c.Package)
	if err != nil {
		return v, err
	}
	defer f.Close()
	i, err := f.Stat()
	if err != nil {
		return v, err
	}
	_, v = trust.VerifyReader(f, i.Size(), side)
	return v, nil
}

// softwareMost bounds what is read of a list of sums and of its signature. Ours.
const softwareMost = 1 << 20

func (c *TrustVerifyCmd) judgeSoftware(side *trust.Side) (v trust.Verdict, err error) {
	sums, err := readMost(c.Package, softwareMost)
	if err != nil {
		return v, err
	}
	signature, err := readMost(c.Signature, softwareMost)
	if err != nil {
		return v, err
	}
	return trust.VerifySoftware(sums, signature, side), nil
}

func readMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s has more than %d bytes: give the list of sums, not what it is the sums of", path, most)
	}
	return b, err
}

func (c *TrustVerifyCmd) side() (*trust.Side, error) {
	if c.Signature != "" && c.Component != "" {
		return nil, cli.Misuse("--component is of a package, --signature of the software: give one of them")
	}
	if c.Component == "" && (c.Installed != "" || c.Sequence != 0 || c.Unit != "") {
		return nil, cli.Misuse("--installed, --sequence and --unit are of a component: give --component too")
	}
	clock, err := moment("clock", c.Clock)
	if err != nil {
		return nil, err
	}
	var floor time.Time
	if c.Floor != "" {
		if floor, err = moment("floor", c.Floor); err != nil {
			return nil, err
		}
	}
	branches, err := trust.ReadAnchors(os.DirFS(c.Trust))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Trust, err)
	}
	side := &trust.Side{Branches: branches}
	side.Clock, side.Floor, side.Hardened, side.Proven = clock, floor, c.Profile == "hardened", c.TimestampException
	if c.Component != "" {
		side.Device = &trust.Device{Component: c.Component, Version: c.Installed, Sequence: c.Sequence, Serial: c.Unit}
	}
	return side, nil
}

func (c *TrustVerifyCmd) tell(a *cli.App, v *trust.Verdict) error {
	if c.JSON {
		return cli.PrintJSON(a.Stdout, trustVerdict{v.OK(), v.Reason, v.Detail, v.Component, v.Version, v.Signer, v.Serial, known(v.Timestamp), known(v.RevokedAt)})
	}
	for _, r := range trust.Reasons {
		if r.Name == v.Reason {
			if c.Signature != "" && !v.OK() {
				r.Do = "do not install this release; get it from where it is published, and the newest lists"
			}
			fmt.Fprintf(a.Stdout, "%s: %s; %s\n", r.Name, r.Means, r.Do)
		}
	}
	if v.Detail != "" {
		fmt.Fprintln(a.Stdout, v.Detail)
	}
	return nil
}

// known is a time, or nil if there is none.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// moment reads a time from a flag; without one it is now.
func moment(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, cli.Misuse("--%s %q: give a time like 2017-05-04T12:00:00Z", flag, text)
	}
	return t, nil
}
