package main

import "switchroom/cmd/internal/cli"

// What every command of both programs is made of.
type (
	app          = cli.App
	listing      = cli.Listing
	table        = cli.Table
	passwordFlag = cli.PasswordFlag
)

var (
	errMisuse  = cli.ErrMisuse
	errRefused = cli.ErrRefused
	newApp     = cli.New
	misuse     = cli.Misuse
	printJSON  = cli.PrintJSON
)
