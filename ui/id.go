package ui

import (
	"fmt"
	"strings"
)

// ID makes an id for an element out of names, which may hold anything: what is
// not a letter or a digit becomes its number. Different names give
// different ids, and a selector needs no escaping: _2e stands for a dot.
func ID(names ...string) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteByte('-')
		}
		for j := range len(n) {
			c := n[j]
			if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' && (i > 0 || j > 0) {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "_%02x", c)
			}
		}
	}
	return b.String()
}
