package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"switchroom/client"
)

// unitFlags are what every command takes that talks to a breaker.
type unitFlags struct {
	Address   string   `arg:"" help:"modbus://HOST:PORT/UNIT, or another way to the breaker as the start of the laboratory prints it."`
	Registers string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
	Strict    bool     `help:"Refuse everything that is only inferred or ours."`
	Allow     []uint16 `help:"Send this command to hardware though it is only inferred or ours." placeholder:"CODE"`
	Reliance  string   `help:"Write what was relied on and is not confirmed into this file, as JSON: the list to check on site." placeholder:"FILE"`
}

// dial connects to the breaker.
func (f *unitFlags) dial(a *app) (client.Breaker, error) {
	m, err := registerMap(f.Registers)
	if err != nil {
		return nil, err
	}
	if err := client.CheckAddress(f.Address); err != nil {
		return nil, misuse("%v", err)
	}
	return client.Connect(a.ctx, f.Address, client.Options{Map: m, Strict: f.Strict, Allow: f.Allow})
}

// relianceJSON is what --reliance writes.
type relianceJSON struct {
	Address string            `json:"address"`
	Relied  []client.Reliance `json:"relied_on"`
}

// relied writes what the client relied on, where it is asked for.
func (f *unitFlags) relied(c client.Breaker) error {
	if f.Reliance == "" {
		return nil
	}
	var b bytes.Buffer
	if err := printJSON(&b, relianceJSON{f.Address, append([]client.Reliance{}, c.Relied()...)}); err != nil {
		return err
	}
	return os.WriteFile(f.Reliance, b.Bytes(), 0o644)
}

// passwordFlag says where the password of the breaker comes from: never from
// the command line, where other people and the shell's history see it.
type passwordFlag struct {
	PasswordFile string `help:"File with the password; - is standard input. Without it the terminal asks." placeholder:"FILE"`
}

// errNoTerminal says how to give a password where there is nobody to ask.
var errNoTerminal = errors.New("no password: give --password-file FILE, or - for standard input")

// password returns the password of the breaker.
func (f *passwordFlag) password(a *app) (string, error) {
	switch f.PasswordFile {
	case "":
		return ask(a)
	case "-":
		return firstLine(a.stdin)
	}
	file, err := os.Open(f.PasswordFile)
	if err != nil {
		return "", err
	}
	defer file.Close()
	return firstLine(file)
}

// firstLine reads a line of a reasonable length and says nothing of what is in
// it.
func firstLine(r io.Reader) (string, error) {
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

// ask reads the password from the terminal without showing it (C10).
func ask(a *app) (string, error) {
	in, ok := a.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", errNoTerminal
	}
	fmt.Fprint(a.stderr, "password: ")
	b, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(a.stderr)
	return string(b), err
}
