package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"switchroom/accounts"
	"switchroom/accounts/papers"
	"switchroom/credential"
)

// TestPasswordsDoc holds the tables of docs/passwords.md to those of the program. The
// prose around them is written by hand.
func TestPasswordsDoc(t *testing.T) {
	const file = "../../docs/passwords.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct{ name, table string }{
		{"rules", rulesTable()}, {"roles", rolesTable()}, {"permissions", permissionsTable()}, {"duties", dutiesTable()}, {"papers", papersTable()},
	} {
		section := regexp.MustCompile(`(?s)<!-- ` + s.name + ` -->\n.*?<!-- end -->`)
		if !section.Match(text) {
			t.Fatalf("%s: no section %s", file, s.name)
		}
		text = section.ReplaceAllLiteral(text, []byte("<!-- "+s.name+" -->\n"+s.table+"<!-- end -->"))
	}
	fresh(t, file, text)
}

func mdTable(head string, rows ...[]string) string {
	var b strings.Builder
	n := strings.Count(head, "|") + 1
	fmt.Fprintf(&b, "| %s |\n|%s\n", head, strings.Repeat("---|", n))
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(r, " | "))
	}
	return b.String()
}

func rulesTable() string {
	p := credential.Guide
	var rows [][]string
	for _, r := range credential.Rules() {
		rows = append(rows, []string{r.ID, r.Guide, "a password " + r.Text(&p), r.Certainty})
	}
	return mdTable("rule | guide | what it asks | certainty", rows...)
}

func rolesTable() string {
	var rows [][]string
	for _, j := range accounts.Jobs() {
		var may []string
		for _, p := range j.May {
			may = append(may, string(p))
		}
		rows = append(rows, []string{string(j.Role), j.Text, strings.Join(may, ", ")})
	}
	return mdTable("role | job | may", rows...)
}

func permissionsTable() string {
	again := map[bool]string{true: "yes"}
	var rows [][]string
	for _, r := range accounts.Rights() {
		rows = append(rows, []string{string(r.Permission), r.Text, string(r.Skill), again[r.Fresh], r.Guide})
	}
	return mdTable("permission | to do what | qualified for | proves again | guide", rows...)
}

func dutiesTable() string {
	var rows [][]string
	for _, d := range accounts.Duties() {
		rows = append(rows, []string{string(d.One), string(d.Other), d.Why, d.Guide})
	}
	return mdTable("whoever may | may not | because | guide", rows...)
}

func papersTable() string {
	needed := map[bool]string{true: "yes"}
	var rows [][]string
	for _, k := range papers.Kinds() {
		rows = append(rows, []string{string(k.Kind), k.Text, needed[k.Needed], fmt.Sprint(k.Days), k.Guide})
	}
	return mdTable("document | what it says | there has to be one | looked at again after, days (ours) | guide", rows...)
}
