//go:build !windows

package main

// ownConsole is for Windows, where a console may end with the program.
func ownConsole() bool { return false }
