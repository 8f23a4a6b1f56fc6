package main

import (
	"bufio"
	"fmt"
)

// opened is what the program does when it was called without a word, as by a
// double click: the demonstration. Whoever sees it for the first time sees
// something work, and where to go on.
func opened(a *app) int {
	own := ownConsole()
	fmt.Fprintf(a.Stderr, "No command was given: this is the demonstration. `%s --help` lists the others.\n", calledAs())
	if own {
		fmt.Fprintln(a.Stderr, "Ctrl-C, or closing this window, ends it.")
	}
	fmt.Fprintln(a.Stderr)
	status := run(a, []string{"demo"})
	if own {
		// The window goes with the program, and what it said last with the window.
		fmt.Fprint(a.Stderr, "\nEnter closes this window. ")
		bufio.NewReader(a.Stdin).ReadString('\n')
	}
	return status
}
