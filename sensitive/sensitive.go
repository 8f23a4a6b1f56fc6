// Package sensitive is the table of what is sensitive (GUIDE C1) and how it is taken out
// of what leaves the house. Passwords are not in it: they are in nothing that could
// leave.
package sensitive

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is a kind of information that is sensitive.
type Kind struct {
	ID        string `json:"id"`
	What      string `json:"what"`
	Why       string `json:"why"`
	Guide     string `json:"guide"`
	Certainty string `json:"certainty"`
}

// kinds is sorted by id. The guide names the first four and leaves the list open.
var kinds = []Kind{
	{"address", "addresses of devices: IP, MAC, serial lines, ports", "it says where to knock", "C1", "confirmed"},
	{"architecture", "names of boards and of what breakers feed", "it says what goes out with which breaker", "C1", "confirmed"},
	{"password", "ids and passwords of devices", "they open; they are kept in the vault alone and leave it only for two people", "C1", "confirmed"},
	{"person", "names and logins of people", "it says whom to deceive", "C1, C12", "ours"},
	{"serial", "serial numbers of devices", "licences and service are bound to them", "C1", "ours"},
}

// Kinds returns them all, sorted by id.
func Kinds() []Kind { return slices.Clone(kinds) }

// Veil replaces what is sensitive. The same text is replaced by the same word, so that a
// reader can still tell two apart. The zero Veil hides; it is not for several goroutines.
type Veil struct {
	Whole bool // nothing is replaced: for the owner
	known map[string]string
	count map[string]int
}

// Hide returns a text of a kind as it may be shown. A kind that there is not hides all.
func (v *Veil) Hide(kind, text string) string {
	if v.Whole || strings.TrimSpace(text) == "" {
		return text
	}
	if v.known == nil {
		v.known, v.count = map[string]string{}, map[string]int{}
	}
	key := kind + "\x00" + text
	if v.known[key] == "" {
		v.count[kind]++
		v.known[key] = fmt.Sprintf("(%s %d)", kind, v.count[kind])
	}
	return v.known[key]
}
