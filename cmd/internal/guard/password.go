package guard

import (
	"fmt"

	"switchroom/cmd/internal/cli"
	"switchroom/credential"
)

type PasswordCmd struct {
	Check passwordCheckCmd `cmd:"" help:"Say all that the rules have against a password of a person."`
	Rules passwordRulesCmd `cmd:"" help:"Print the rules for passwords of people, with the numbers of the guide."`
}

type passwordCheckCmd struct {
	cli.PasswordFlag
	Login string   `help:"Name that the person signs in with: it must not be in the password."`
	Name  string   `help:"Name of the person: likewise."`
	Word  []string `help:"A word that is easily guessed here: the place, the firm. May be given several times." placeholder:"WORD"`
	JSON  bool     `help:"Print JSON."`
}

// brokenJSON is a row of what check --json prints: the rule, never the password.
type brokenJSON struct {
	Rule   string `json:"rule"`
	Guide  string `json:"guide"`
	Remedy string `json:"remedy"`
}

func (c *passwordCheckCmd) Run(a *cli.App) error {
	typed, err := c.typed(a)
	if err != nil {
		return err
	}
	p := credential.Guide
	wrong := p.Wrong(credential.Owner{Login: c.Login, Name: c.Name, Words: c.Word}, credential.NewSecret(typed))
	if c.JSON {
		rows := make([]brokenJSON, 0, len(wrong))
		for _, w := range wrong {
			rows = append(rows, brokenJSON(w))
		}
		err = cli.PrintJSON(a.Stdout, rows)
	} else {
		for _, w := range wrong {
			fmt.Fprintf(a.Stdout, "%-8s  %-4s  %s\n", w.Rule, w.Guide, w.Remedy)
		}
	}
	if err == nil && len(wrong) > 0 {
		return cli.ErrRefused
	}
	return err
}

func (c *passwordCheckCmd) typed(a *cli.App) (string, error) {
	if c.PasswordFile == "" {
		return cli.Ask(a, "password to be judged")
	}
	return c.Password(a)
}

type passwordRulesCmd struct {
	JSON bool `help:"Print JSON."`
}

// passwordRuleJSON is a row of what rules --json prints.
type passwordRuleJSON struct {
	ID        string `json:"id"`
	Guide     string `json:"guide"`
	Text      string `json:"text"`
	Certainty string `json:"certainty"`
}

func (c *passwordRulesCmd) Run(a *cli.App) error {
	p := credential.Guide
	var rows []passwordRuleJSON
	for _, r := range credential.Rules() {
		rows = append(rows, passwordRuleJSON{r.ID, r.Guide, r.Text(&p), r.Certainty})
	}
	if c.JSON {
		return cli.PrintJSON(a.Stdout, rows)
	}
	for _, r := range rows {
		fmt.Fprintf(a.Stdout, "%-9s  %-4s  %-9s  %s\n", r.ID, r.Guide, r.Certainty, r.Text)
	}
	return nil
}
