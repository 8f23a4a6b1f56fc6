package advisory

import (
	"slices"
	"strings"
	"unicode"
)

// words are the words of a name, in small letters and without signs: "Enerlin'X IFE
// (LV434001)" has three.
func words(name string) []string {
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("'’´`™®©", r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, name)
	return strings.Fields(name)
}

// contains tells whether all words of a part stand in a name, one after the other.
func contains(name, part []string) bool {
	for i := 0; len(part) > 0 && i+len(part) <= len(name); i++ {
		if slices.Equal(name[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

// telling tells whether a name says enough to be looked for in another one: two words,
// or one with a number in it.
func telling(name []string) bool {
	return len(name) > 1 || len(name) == 1 && strings.ContainsFunc(name[0], unicode.IsDigit)
}

// sameMaker tells whether two vendors may be one: one name is in the other, or one is
// not known.
func sameMaker(a, b string) bool {
	v, w := words(a), words(b)
	return len(v) == 0 || len(w) == 0 || contains(v, w) || contains(w, v)
}

// looked are the names that are looked for where an inventory gives no product, by
// component. Which words a vendor puts into an advisory is not known beforehand: the
// list is ours.
var looked = map[string][]string{
	"control_unit": {"Masterpact MTZ", "Micrologic X", "MTZ control unit"},
	"eife":         {"EIFE", "Enerlin'X EIFE"},
	"ife":          {"Enerlin'X IFE", "IFE interface"},
	"ifm":          {"Enerlin'X IFM", "IFM interface"},
	"io":           {"Enerlin'X IO", "Enerlin'X I/O", "ULP IO module"},
}
