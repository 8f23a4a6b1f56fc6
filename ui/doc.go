// Package ui is the design system of the project's pages: the frame of a page,
// its components, the symbols of a single-line diagram, and the scripts and
// styles they need. The laboratory, the pages of a device and the operations
// console are built from it, so that a state looks the same wherever it stands.
//
// It knows nothing of breakers: whoever builds a page translates its own facts
// into the shapes, words and colours here. It asks nothing of the network: every
// script and style is in the program, nothing is inline, and Secure forbids the
// browser everything else.
//
// What it promises: no state by colour alone; every input has a label; zero
// values mean unknown. docs/ui.md is for those who build pages.
package ui

//go:generate go tool -modfile=../tools/go.mod templ generate
