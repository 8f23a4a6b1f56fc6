package main

import (
	"bytes"
	"os"

	"switchroom/client"
)

// unitFlags are what every command takes that talks to a breaker.
type unitFlags struct {
	Address   string   `arg:"" help:"modbus://HOST:PORT/UNIT, or another way to the breaker as the start of the laboratory prints it."`
	Registers string   `help:"A CSV file of register rows that take the place of the built-in ones." type:"existingfile" placeholder:"FILE"`
	Strict    bool     `help:"Refuse everything that is only inferred or ours."`
	Allow     []uint16 `help:"Send this command to hardware though it is only inferred or ours." placeholder:"CODE"`
	Reliance  string   `help:"Write what was relied on and is not confirmed into this file, as JSON: the list to check on site." placeholder:"FILE"`
	secureFlags
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
	secure, err := f.files(f.Address)
	if err != nil {
		return nil, err
	}
	return client.Connect(a.Ctx, f.Address, client.Options{Map: m, Strict: f.Strict, Allow: f.Allow, Secure: secure})
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
