package guard

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"switchroom/client"
	"switchroom/cmd/internal/cli"
	"switchroom/credential"
	"switchroom/vault"
)

type vaultAddCmd struct {
	vaultFlags
	Breaker       string `arg:"" help:"Its name."`
	Address       string `arg:"" help:"How it is reached, such as usb:///run/room/usb.sock?unit=Q1."`
	PasswordsFile string `help:"File with four lines, the passwords of levels 1, 2, 3 and 4; an empty line is one that you do not know. Without it, and without --factory, the terminal asks." placeholder:"FILE"`
	Factory       bool   `help:"It has those that it left the factory with."`
	Reason        string `help:"Why, if you changed them by other ways." placeholder:"TEXT"`
}

func (c *vaultAddCmd) Run(a *cli.App) (err error) {
	if err := client.CheckAddress(c.Address); err != nil {
		return cli.Misuse("%v", err)
	}
	k, err := c.unlocked(a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	has, err := c.passwords(a)
	if err != nil {
		return err
	}
	proved, err := k.Add(a.Ctx, k.token, c.Breaker, c.Address, has, c.Reason)
	if err == nil && !proved {
		fmt.Fprintln(a.Stderr, "kept as you gave them: by this address a breaker proves no password")
	}
	return err
}

func (c *vaultAddCmd) passwords(a *cli.App) (map[int]credential.Secret, error) {
	has := map[int]credential.Secret{}
	switch {
	case c.Factory:
		for level := 1; level <= vault.Levels; level++ {
			has[level] = vault.Factory(level)
		}
		return has, nil
	case c.PasswordsFile != "":
		return passwordLines(a, c.PasswordsFile)
	}
	for level := 1; level <= vault.Levels; level++ {
		text, err := cli.Ask(a, fmt.Sprintf("password of level %d (empty: not known)", level))
		if errors.Is(err, cli.ErrNoTerminal) {
			return nil, errors.New("no passwords: give --passwords-file FILE, or --factory")
		}
		if err != nil {
			return nil, err
		}
		if text != "" {
			has[level] = credential.NewSecret(text)
		}
	}
	return has, nil
}

// passwordLines says nothing of what is in the lines.
func passwordLines(a *cli.App, name string) (map[int]credential.Secret, error) {
	in := a.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	has, level := map[int]credential.Secret{}, 0
	lines := bufio.NewScanner(io.LimitReader(in, 1<<10))
	for lines.Scan() {
		level++
		if text := strings.TrimRight(lines.Text(), "\r"); text != "" {
			has[level] = credential.NewSecret(text)
		}
	}
	if level > vault.Levels || len(has) == 0 {
		return nil, fmt.Errorf("%s: four lines, the passwords of levels 1, 2, 3 and 4", name)
	}
	return has, lines.Err()
}
