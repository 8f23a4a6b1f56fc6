package guard

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"switchroom/accounts"
	"switchroom/accounts/papers"
	"switchroom/audit"
	"switchroom/cmd/internal/cli"
)

// PapersCmd keeps the owner's documents (C1, C12, C16).
type PapersCmd struct {
	Add      papersAddCmd      `cmd:"" help:"Enter a document, or the next version of one."`
	Due      papersDueCmd      `cmd:"" help:"What is missing, and what is to be looked at again."`
	List     papersListCmd     `cmd:"" help:"The documents that hold today; or all that there ever were."`
	Withdraw papersWithdrawCmd `cmd:"" help:"End a document with nothing in its place."`
}

type papersAddCmd struct {
	signFlags
	Kind   papers.Kind `arg:"" help:"security policy, risk analysis, sensitive information, training plan, emergency plan, or other."`
	Title  string      `arg:"" help:"Its title, with its version."`
	File   string      `help:"The document. Its name and SHA-256 are kept, the file is not." type:"existingfile" xor:"what" placeholder:"FILE"`
	Text   string      `help:"A text file that is kept whole; - is standard input." xor:"what" placeholder:"FILE"`
	Where  string      `help:"Where the file is found, for people." placeholder:"TEXT"`
	From   string      `help:"The day from which it holds; today if absent." placeholder:"DAY"`
	Review string      `help:"The day by which it is to be looked at again; a year later if absent." placeholder:"DAY"`
	Stead  string      `help:"The id of the version in whose place it stands." name:"in-place-of" placeholder:"ID"`
}

func (c *papersAddCmd) Run(a *cli.App) error {
	p, err := c.paper(a)
	if err != nil {
		return err
	}
	return c.within(a, func(in *signedIn) error {
		who, err := in.may(a, accounts.PolicyEdit, "paper.entered")
		if err != nil {
			return err
		}
		p.By = who.ID
		r := audit.Record{Who: who.Login, What: "paper.entered", Where: source, After: audit.Facts{}.With("kind", string(p.Kind)).With("title", p.Title).With("digest", p.Digest)}
		return in.deed(a, r, func() error {
			kept, err := papers.In(in.store).Put(a.Ctx, time.Now(), p)
			if err != nil {
				return err
			}
			fmt.Fprintln(a.Stdout, kept.ID)
			fmt.Fprintf(a.Stderr, "it holds from %s, and is to be looked at again by %s\n", date(kept.From), date(kept.Review))
			return nil
		})
	})
}

func (c *papersAddCmd) paper(a *cli.App) (p papers.Paper, err error) {
	p = papers.Paper{Kind: c.Kind, Title: c.Title, Text: c.Where, Stead: c.Stead}
	if p.From, err = dated("from", c.From); err != nil {
		return p, err
	}
	if p.Review, err = dated("review", c.Review); err != nil {
		return p, err
	}
	switch {
	case c.File != "":
		p.File = filepath.Base(c.File)
		p.Digest, err = fromFile(c.File, papers.DigestOf)
	case c.Text != "":
		p.Text, err = c.text(a)
	}
	return p, err
}

// text reads no more than will be kept, and a byte to tell.
func (c *papersAddCmd) text(a *cli.App) (string, error) {
	in := a.Stdin
	if c.Text != "-" {
		f, err := os.Open(c.Text)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, papers.TextMost+1))
	return string(b), err
}

type papersListCmd struct {
	signFlags
	cli.Listing
	All bool `help:"Also those that hold no more, or not yet."`
}

func (c *papersListCmd) Run(a *cli.App) error {
	return c.within(a, func(in *signedIn) error {
		all, err := in.papers(a)
		if err != nil {
			return err
		}
		if !c.All {
			all = papers.Holding(all, time.Now())
		}
		logins := map[string]string{}
		for _, p := range in.book.People() {
			logins[p.ID] = p.Login
		}
		t := &cli.Table{Head: []string{"id", "kind", "title", "file", "from", "review", "by", "ended"}, JSON: append([]papers.Paper{}, all...)}
		for _, p := range all {
			t.Add(p.ID, string(p.Kind), p.Title, p.File, date(p.From), date(p.Review), logins[p.By], date(p.Ended))
		}
		return t.Print(a.Stdout, c.Listing)
	})
}

// papers are all of them, for whoever may read them.
func (in *signedIn) papers(a *cli.App) ([]papers.Paper, error) {
	if _, err := in.may(a, accounts.PolicyRead, "paper.read"); err != nil {
		return nil, err
	}
	return papers.In(in.store).All(a.Ctx)
}

type papersDueCmd struct {
	signFlags
	cli.Listing
}

func (c *papersDueCmd) Run(a *cli.App) error {
	return c.within(a, func(in *signedIn) error {
		all, err := in.papers(a)
		if err != nil {
			return err
		}
		due := papers.Reminders(all, time.Now())
		t := &cli.Table{Head: []string{"kind", "due", "late", "what to do", "guide"}, JSON: append([]papers.Reminder{}, due...)}
		for _, r := range due {
			t.Add(string(r.Kind), date(r.Due), yes(r.Late), r.Text, r.Guide)
		}
		return t.Print(a.Stdout, c.Listing)
	})
}

type papersWithdrawCmd struct {
	signFlags
	ID  string `arg:"" help:"Its id, see papers list."`
	Why string `help:"Why." required:"" placeholder:"TEXT"`
}

func (c *papersWithdrawCmd) Run(a *cli.App) error {
	return c.within(a, func(in *signedIn) error {
		who, err := in.may(a, accounts.PolicyEdit, "paper.withdrawn")
		if err != nil {
			return err
		}
		r := audit.Record{Who: who.Login, What: "paper.withdrawn", Where: source, Why: c.Why, Before: audit.Facts{}.With("id", c.ID)}
		return in.deed(a, r, func() error { return papers.In(in.store).Withdraw(a.Ctx, time.Now(), who.ID, c.ID, c.Why) })
	})
}
