package main

import (
	"fmt"
	"os"

	"switchroom/fat"
)

func fatPlan(file string) (*fat.Plan, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := fat.ReadPlan(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

func fatNames(file string) (n fat.Names, err error) {
	if file == "" {
		return n, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return n, err
	}
	defer f.Close()
	if n, err = fat.ReadNames(f); err != nil {
		return n, fmt.Errorf("%s: %w", file, err)
	}
	return n, nil
}

func fatBinding(file string, otherwise fat.Binding) (fat.Binding, error) {
	if file == "" {
		return otherwise, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return otherwise, err
	}
	defer f.Close()
	b, err := fat.ReadBinding(f)
	if err != nil {
		return b, fmt.Errorf("%s: %w", file, err)
	}
	return b, nil
}

func fatResult(file string) (*fat.Result, []byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	res, data, err := fat.ReadResult(f)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	return res, data, nil
}

// writeTo writes a file, or standard output where there is no name.
func writeTo(a *app, file string, data []byte) error {
	if file == "" || file == "-" {
		_, err := a.Stdout.Write(data)
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
