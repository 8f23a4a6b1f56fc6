package credential

import (
	_ "embed"
	"strings"
)

// common.txt has words that passwords are made of, a line each, sorted; collected by
// us. With [countParts] a word stands for the thousands of passwords that are it with
// a capital, a year, a digit for a letter and a mark at the end, which is what the
// lists of breached passwords are full of.
//
//go:embed common.txt
var commonText string

// common are the words by their first letter.
var common = func() (by [256][]string) {
	for w := range strings.FieldsSeq(commonText) {
		by[w[0]] = append(by[w[0]], w)
	}
	return by
}()

// rows of keys, and the order of digits and letters; also read backwards.
var rows = bothWays(
	"0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz",
	"qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()", "!\"$%&/()=",
)

func bothWays(all ...string) []string {
	for _, s := range all {
		b := []byte(s)
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
		all = append(all, string(b))
	}
	return all
}

// runLeast is how many of a row, a sequence or a repetition make a part.
const runLeast = 3

// countParts returns how many different parts a password has, where each thing that a
// guesser tries as one counts as one, however long it is, and however often it comes.
// words are lower-case and usual only here. The text is ASCII, or counts by bytes.
func countParts(text string, words []string) int {
	low := lower(text)
	views := []string{low, strings.Map(unleet('i'), low), strings.Map(unleet('l'), low)}
	seen := map[string]bool{}
	for at := 0; at < len(low); {
		part := longestPart(views, at, words)
		seen[part] = true
		at += len(part)
	}
	return len(seen)
}

// lower keeps every byte in its place.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			b[i] = c + 'a' - 'A'
		case c >= 0x80:
			b[i] = 0x7F // one byte for another: the rule "keyboard" refuses it anyway
		}
	}
	return string(b)
}

// unleet reads what stands for a letter; one is what the digit 1 stands for.
func unleet(one rune) func(rune) rune {
	return func(r rune) rune {
		if r == '1' || r == '!' || r == '|' {
			return one
		}
		if i := strings.IndexRune("0345789@$+(", r); i >= 0 {
			return rune("oeastbgastc"[i])
		}
		return r
	}
}

// longestPart is the longest part that begins at a place; at least one character.
func longestPart(views []string, at int, words []string) string {
	part := views[0][at : at+1]
	longer := func(p string) {
		if len(p) > len(part) {
			part = p
		}
	}
	for _, v := range views {
		rest := v[at:]
		for _, list := range [][]string{common[rest[0]], words} {
			for _, w := range list {
				if strings.HasPrefix(rest, w) {
					longer(w)
				}
			}
		}
	}
	rest := views[0][at:]
	longer(year(rest))
	longer(repeated(rest))
	for _, row := range rows {
		longer(along(rest, row))
	}
	return part
}

func year(s string) string {
	if len(s) < 4 || s[:2] != "19" && s[:2] != "20" || s[2] < '0' || s[2] > '9' || s[3] < '0' || s[3] > '9' {
		return ""
	}
	return s[:4]
}

func repeated(s string) string {
	n := 1
	for n < len(s) && s[n] == s[0] {
		n++
	}
	if n < runLeast {
		return ""
	}
	return s[:n]
}

// along is how far s goes along a row of keys from wherever its first key is.
func along(s, row string) string {
	from := strings.IndexByte(row, s[0])
	if from < 0 {
		return ""
	}
	n := 0
	for n < len(s) && from+n < len(row) && s[n] == row[from+n] {
		n++
	}
	if n < runLeast {
		return ""
	}
	return s[:n]
}
