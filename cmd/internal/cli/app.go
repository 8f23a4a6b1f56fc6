// Package cli is what every command of both programs is made of: what it runs with,
// how it fails, tables, passwords that are not shown.
//
// Rules of this interface: standard output has only what was asked for, everything
// else goes to standard error. Every command that prints data takes --json, whose
// fields are stable. Exit status 0 is done, 1 refused or failed, 2 misuse. Errors begin
// with the program's name and end with what to do. Secrets are never arguments.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// App is what a command runs with: tests give it their own.
type App struct {
	Ctx    context.Context
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
}

// New returns what a command runs with.
func New(ctx context.Context, in io.Reader, out, err io.Writer) *App {
	return &App{Ctx: ctx, Stdin: in, Stdout: out, Stderr: err}
}

// ErrMisuse marks an error in how the program was called: exit status 2.
var ErrMisuse = errors.New("misuse")

// ErrRefused is returned by a command that has already said why: exit status 1.
var ErrRefused = errors.New("refused")

// Misuse returns an error for a wrong call.
func Misuse(format string, args ...any) error {
	return fmt.Errorf("%s (%w)", fmt.Sprintf(format, args...), ErrMisuse)
}

// Main runs what do makes of the arguments until it is done or stopped, and exits.
func Main(do func(a *App, args []string) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(do(New(ctx, os.Stdin, os.Stdout, os.Stderr), os.Args[1:]))
}

// Program is a program of subcommands.
type Program struct {
	Name        string // as it is called
	Description string
}

// Run runs one of a struct of commands and returns the exit status.
func (p Program) Run(a *App, commands any, args []string) int {
	exited := -1
	k, err := kong.New(commands, kong.Name(p.Name), kong.UsageOnError(), kong.Description(p.Description),
		kong.Writers(a.Stdout, a.Stderr), kong.Exit(func(code int) { exited = code; panic(exitNow{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintf(a.Stderr, "%s: %v\n", p.Name, err)
		return 2
	}
	return p.execute(a, k, args, &exited)
}

// exitNow unwinds kong when it wants to exit, after --help.
type exitNow struct{}

func (p Program) execute(a *App, k *kong.Kong, args []string, exited *int) (status int) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(exitNow); !ok {
				panic(r)
			}
			status = *exited
		}
	}()
	ctx, err := k.Parse(args)
	if err != nil {
		fmt.Fprintf(a.Stderr, "%s: %v\nhint: %s %s --help\n", p.Name, err, p.Name, selected(ctx, args))
		return 2
	}
	err = ctx.Run(a, &p)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrRefused):
		return 1
	case errors.Is(err, ErrMisuse):
		status = 2
	default:
		status = 1
	}
	fmt.Fprintf(a.Stderr, "%s: %v\n", p.Name, err)
	return status
}

// selected is what stands before the part that was not understood.
func selected(ctx *kong.Context, args []string) string {
	if ctx != nil && ctx.Selected() != nil {
		return ctx.Selected().Path()
	}
	if len(args) > 0 && len(args[0]) > 0 && args[0][0] != '-' {
		return args[0]
	}
	return ""
}
