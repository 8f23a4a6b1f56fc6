package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// PasswordFlag says where a password comes from: never from the command line, where
// other people and the shell's history see it.
type PasswordFlag struct {
	PasswordFile string `help:"File with the password; - is standard input. Without it the terminal asks." placeholder:"FILE"`
}

// ErrNoTerminal says how to give a password where there is nobody to ask.
var ErrNoTerminal = errors.New("no password: give --password-file FILE, or - for standard input")

// Password returns the password of a breaker.
func (f *PasswordFlag) Password(a *App) (string, error) {
	return f.Asking(a, "password of the breaker")
}

// Asking returns a password; what says to a person which.
func (f *PasswordFlag) Asking(a *App, what string) (string, error) {
	switch f.PasswordFile {
	case "":
		return Ask(a, what)
	case "-":
		return FirstLine(a.Stdin)
	}
	file, err := os.Open(f.PasswordFile)
	if err != nil {
		return "", err
	}
	defer file.Close()
	return FirstLine(file)
}

// FirstLine reads a line of a reasonable length and says nothing of what is in
// it.
func FirstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, 256)).ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		if err == nil || errors.Is(err, io.EOF) {
			return "", errors.New("no password: the file is empty")
		}
		return "", err
	}
	return line, nil
}

// Ask reads a password from the terminal without showing it (C10).
func Ask(a *App, what string) (string, error) {
	in, ok := a.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", ErrNoTerminal
	}
	fmt.Fprint(a.Stderr, what+": ")
	b, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(a.Stderr)
	return string(b), err
}
