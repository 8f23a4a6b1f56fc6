package main

import (
	"fmt"
	"strconv"
	"strings"

	"switchroom/lab/remote"
	"switchroom/paths/hmi"
)

// keyNames are what else a key may be called, by what the display makes of it.
var keyNames = map[string]hmi.Key{
	"down": hmi.Context2, "minus": hmi.Context2, "next": hmi.Context2,
	"ok": hmi.Context3, "plus": hmi.Context1, "prev": hmi.Context1, "up": hmi.Context1,
}

// pressesMax bounds how many keys a word stands for.
const pressesMax = 1000

// keyOrders are the keys that a person wrote down: home, down*5, reset:3, cover.
func keyOrders(words []string, by string) (all []remote.KeyOrder, err error) {
	for _, w := range words {
		w = strings.ToLower(strings.TrimSpace(w))
		switch w {
		case "":
			continue
		case "cover", "shut":
			all = append(all, remote.KeyOrder{By: by, Cover: map[string]string{"cover": "open", "shut": "shut"}[w]})
			continue
		}
		o, n, err := keyOrder(w)
		if err != nil {
			return nil, err
		}
		for o.By = by; n > 0; n-- {
			all = append(all, o)
		}
	}
	return all, nil
}

// keyOrder is one word: KEY, KEY*N or KEY:SECONDS.
func keyOrder(w string) (o remote.KeyOrder, n int, err error) {
	n = 1
	name, times, many := strings.Cut(w, "*")
	if many {
		if n, err = strconv.Atoi(times); err != nil || n < 1 || n > pressesMax {
			return o, 0, fmt.Errorf("--press %s: how often is 1 to %d", w, pressesMax)
		}
	}
	name, hold, held := strings.Cut(name, ":")
	if held {
		if o.Hold, err = strconv.ParseFloat(hold, 64); err != nil || !(o.Hold >= 0 && o.Hold <= 60) {
			return o, 0, fmt.Errorf("--press %s: a key is held 0 to 60 seconds", w)
		}
	}
	k, ok := keyNames[name]
	if !ok {
		if k, err = hmi.ParseKey(name); err != nil {
			return o, 0, fmt.Errorf("--press %w, up, down, ok, plus, minus, prev, next, cover, shut", err)
		}
	}
	o.Key = k.String()
	return o, n, nil
}

// typed are the keys of the keyboard and what they press; the legend is made of them.
var typed = []struct {
	keys  []string // as the terminal sends them
	name  string
	order remote.KeyOrder
}{
	{[]string{"\x1b[A", "\x1bOA", "k", "+", "1"}, "up", remote.KeyOrder{Key: "ctx1"}},
	{[]string{"\x1b[B", "\x1bOB", "j", "-", "2"}, "down", remote.KeyOrder{Key: "ctx2"}},
	{[]string{"\r", "\n", "\x1b[C", "\x1bOC", "3"}, "enter", remote.KeyOrder{Key: "ctx3"}},
	{[]string{"\x1b", "\x1b[D", "\x1bOD", "\x7f"}, "esc", remote.KeyOrder{Key: "esc"}},
	{[]string{"h"}, "h", remote.KeyOrder{Key: "home"}},
	{[]string{"\x1b[5~"}, "page up", remote.KeyOrder{Key: "ctx1", Hold: 1}},
	{[]string{"\x1b[6~"}, "page down", remote.KeyOrder{Key: "ctx2", Hold: 1}},
	{[]string{"c"}, "c", remote.KeyOrder{Cover: "open"}},
	{[]string{"C"}, "C", remote.KeyOrder{Cover: "shut"}},
	{[]string{"r"}, "r", remote.KeyOrder{Key: "reset", Hold: 3}},
	{[]string{"b"}, "b", remote.KeyOrder{Key: "bluetooth"}},
	{[]string{"T"}, "T", remote.KeyOrder{Key: "test"}},
}

// legend says which key does what. Test is a capital: it trips the breaker.
var legend = []string{
	"1 2 3, arrows, enter: keys below the display   esc: ESC   h: Home",
	"c: open cover   C: shut it   r: hold Test/Reset 3 s   b: Bluetooth",
	"T: Test, trips the breaker (6.0 X, 7.0 X)   q: end",
}

// typedOrder is what the bytes of a key press stand for.
func typedOrder(key string) (o remote.KeyOrder, ok bool) {
	for i := range typed {
		for _, k := range typed[i].keys {
			if k == key {
				return typed[i].order, true
			}
		}
	}
	return o, false
}

// quits reports whether the key ends the program: q, Ctrl-C, Ctrl-D.
func quits(key string) bool { return key == "q" || key == "\x03" || key == "\x04" }

// splitKeys takes apart what a terminal sent at once: several keys, if they were
// pressed fast.
func splitKeys(b string) (all []string) {
	for b != "" {
		n := 1
		if strings.HasPrefix(b, "\x1b[") || strings.HasPrefix(b, "\x1bO") {
			n = escapeLen(b)
		}
		all, b = append(all, b[:n]), b[n:]
	}
	return all
}

// escapeLen is how long the escape sequence at the beginning of b is.
func escapeLen(b string) int {
	for i := 2; i < len(b); i++ {
		if b[i] >= '@' && b[i] <= '~' {
			return i + 1
		}
	}
	return len(b)
}
