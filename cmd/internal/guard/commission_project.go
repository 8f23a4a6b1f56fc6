package guard

import (
	"fmt"
	"io"
	"os"
	"strings"

	"switchroom/cmd/internal/cli"
	"switchroom/commission"
)

type commissionSchemaCmd struct{}

func (c *commissionSchemaCmd) Run(a *cli.App) error {
	b, err := commission.ProjectSchema()
	if err == nil {
		_, err = fmt.Fprintf(a.Stdout, "%s\n", b)
	}
	return err
}

type commissionCheckCmd struct {
	File string `arg:"" help:"The project file; - is standard input."`
	JSON bool   `help:"Print what is wrong as JSON."`
}

func (c *commissionCheckCmd) Run(a *cli.App) error {
	p, err := projectFile(a, c.File)
	if err != nil {
		return problems(a, c.JSON, err)
	}
	if c.JSON {
		return cli.PrintJSON(a.Stdout, []commission.Problem{})
	}
	fmt.Fprintf(a.Stderr, "%s: nothing is wrong: %d breakers on %d boards\n", c.File, len(p.Breakers), len(p.Paths()))
	return nil
}

func projectFile(a *cli.App, name string) (*commission.Project, error) {
	if name == "-" {
		return commission.ReadProject(a.Stdin)
	}
	return fromFile(name, commission.ReadProject)
}

func fromFile[T any](name string, read func(io.Reader) (T, error)) (out T, err error) {
	file, err := os.Open(name)
	if err != nil {
		return out, err
	}
	defer file.Close()
	return read(file)
}

type commissionProjectCmd struct {
	List commissionProjectListCmd `cmd:"" help:"The numbers of all projects."`
	Put  commissionProjectPutCmd  `cmd:"" help:"Keep a project file, in the place of the one with its number."`
	Show commissionProjectShowCmd `cmd:"" help:"Print a project file."`
}

type commissionProjectListCmd struct {
	officeFlags
	JSON bool `help:"Print JSON."`
}

func (c *commissionProjectListCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		all, err := o.Projects(a.Ctx, o.token)
		if err != nil {
			return err
		}
		if c.JSON {
			return cli.PrintJSON(a.Stdout, append([]string{}, all...))
		}
		for _, number := range all {
			fmt.Fprintln(a.Stdout, number)
		}
		return nil
	})
}

type commissionProjectPutCmd struct {
	officeFlags
	File string `arg:"" help:"The project file." type:"existingfile"`
}

func (c *commissionProjectPutCmd) Run(a *cli.App) error {
	p, err := projectFile(a, c.File)
	if err != nil {
		return err
	}
	return c.within(a, func(o *office) error {
		if err := o.PutProject(a.Ctx, o.token, p); err != nil {
			return err
		}
		fmt.Fprintf(a.Stderr, "project %s is kept: %d breakers\n", p.Number, len(p.Breakers))
		return nil
	})
}

type commissionProjectShowCmd struct {
	officeFlags
	Number string `arg:"" help:"Number of the project."`
}

func (c *commissionProjectShowCmd) Run(a *cli.App) error {
	return c.within(a, func(o *office) error {
		p, err := o.Project(a.Ctx, o.token, c.Number)
		if err != nil {
			return err
		}
		b, err := p.Marshal()
		if err == nil {
			_, err = a.Stdout.Write(b)
		}
		return err
	})
}

type commissionImportCmd struct {
	officeFlags
	Number string `arg:"" help:"Number of the project."`
	File   string `arg:"" help:"CSV with a head: id, board, and any of name, address, in, variant, poles, standard, serial." type:"existingfile"`
	JSON   bool   `help:"Print what is wrong as JSON."`
}

func (c *commissionImportCmd) Run(a *cli.App) error {
	more, err := fromFile(c.File, commission.ReadBreakers)
	if err != nil {
		return problems(a, c.JSON, err)
	}
	return c.within(a, func(o *office) error { return o.add(a, c.Number, more) })
}

// add puts breakers into a project that is kept.
func (o *office) add(a *cli.App, number string, more []commission.Breaker) error {
	p, err := o.Project(a.Ctx, o.token, number)
	if err != nil {
		return err
	}
	if err := p.Add(more); err != nil {
		return err
	}
	if err := o.PutProject(a.Ctx, o.token, p); err != nil {
		return err
	}
	ids := make([]string, len(more))
	for i, b := range more {
		ids[i] = b.ID
	}
	fmt.Fprintf(a.Stderr, "added to project %s: %s\n", number, strings.Join(ids, ", "))
	return nil
}
