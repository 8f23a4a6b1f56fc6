package store

import (
	"bufio"
	"bytes"
	"testing"
)

// FuzzRestore reads what is inside a backup, which somebody with its password may have
// written: lines and rows of any kind are refused or taken, and nothing panics.
func FuzzRestore(f *testing.F) {
	for _, text := range []string{`[1,"a",null,{"b":"AAE="},0.5,true]`, `[1e999]`, `[[1]]`, `[{"b":1}]`, `{"table":"t","columns":["a"]}`, `[9223372036854775808]`, "", "[\n", `[1] [2]`} {
		f.Add([]byte(text + "\n"))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		in := bufio.NewReader(bytes.NewReader(text))
		for {
			raw, err := rawLine(in)
			if err != nil {
				return
			}
			all, err := values(raw, 1)
			if err == nil && len(all) != 1 {
				t.Errorf("%q: %d values", raw, len(all))
			}
		}
	})
}
