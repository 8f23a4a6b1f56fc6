// Package paper puts figures into a document, between two marks that both stay.
package paper

import (
	"fmt"
	"os"
	"strings"
)

// Performance is the document of figures, from the directory of this module.
const Performance = "../docs/performance.md"

// Write puts a text into a document between a mark and the next one that ends it.
func Write(file, begin, end, text string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok1 := strings.Cut(string(b), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has no place for it: write %s and %s there", file, begin, end)
	}
	return os.WriteFile(file, []byte(before+begin+"\n\n"+text+"\n"+end+after), 0o644)
}
