package site_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchroom/paths/ethernet/filtering"
	"switchroom/site"
)

const mbapsSite = `site: s
profile: %s
%s
lines: [{name: L, server: Q1}]
breakers:
  - {name: Q1, in: 1000, variant: "6.0"%s}
  - {name: Q2, in: 630, variant: "5.0", via: Q1, unit: 2}
  - {name: Q3, in: 630, variant: "5.0", via: L, unit: 3}
  - {name: Q4, in: 630, variant: "5.0", interface: eife}
  - {name: Q5, in: 630, variant: "5.0", interface: none}
`

const allFiles = "certificate: c, key: k, anchors: a"

// TestMbaps: which breakers are asked at which secured door, as the file says it.
func TestMbaps(t *testing.T) {
	for _, c := range []struct{ why, top, q1, want string }{
		{"nothing is said", "", "", "- - - - -"},
		{"everybody", "mbaps: {" + allFiles + "}", "", "Q1:8020 Q1:8020 Q1:8020 Q4:8020 -"},
		{"one alone", "", ", mbaps: {port: 802, " + allFiles + "}", "Q1:802 Q1:802 Q1:802 - -"},
		{"one with what is shared", "mbaps: {port: 8021, anchors: a}", ", mbaps: {certificate: c, key: k}", "Q1:8021 Q1:8021 Q1:8021 - -"},
		{"one otherwise", "mbaps: {" + allFiles + "}", ", mbaps: {port: 802}", "Q1:802 Q1:802 Q1:802 Q4:8020 -"},
	} {
		s, err := site.Parse("s.yaml", fmt.Appendf(nil, mbapsSite, "rbac", c.top, c.q1))
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		var got []string
		for i := range s.Breakers {
			if at := s.MbapsOf(&s.Breakers[i]); at != nil {
				got = append(got, fmt.Sprintf("%s:%d", at.Unit.Name, at.MbapsAddress().Port()))
			} else {
				got = append(got, "-")
			}
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s: %s, want %s", c.why, g, c.want)
		}
	}
}

func TestMbapsWrong(t *testing.T) {
	for _, c := range []struct{ profile, top, q1, want string }{
		{"rbac", "mbaps: {certificate: c}", "", "key is missing"},
		{"rbac", "mbaps: {certificate: c}", "", "anchors is missing"},
		{"rbac", "", ", mbaps: {port: 802}", "certificate is missing"},
		{"2017", "mbaps: {plain: off, " + allFiles + "}", "", "only profile hardened"},
		{"rbac", "mbaps: {plain: off, " + allFiles + "}", "", "only profile hardened"},
		{"rbac", "mbaps: {port: 5020, " + allFiles + "}", "", "is breaker \"Q1\"'s"},
		{"rbac", "mbaps: {" + allFiles + ", roles: {Boss: everything}}", "", "none, read, read-write"},
		{"rbac", "mbaps: {" + allFiles + ", password: x}", "", "unknown field"},
		{"rbac", "", "}\n  - {name: Q9, in: 630, variant: \"5.0\", interface: none, mbaps: {" + allFiles + "}", "only an IFE or EIFE"},
	} {
		_, err := site.Parse("s.yaml", fmt.Appendf(nil, mbapsSite, c.profile, c.top, c.q1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s%s: %v, want %q", c.top, c.q1, err, c.want)
		}
	}
}

// The roles of a file take the place of the built-in ones, all of them; files are found
// from where the site file is, also those that breakers share.
func TestMbapsRolesAndFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, mbapsSite, "hardened", `mbaps: {plain: off, certificate: c, key: /k, anchors: a, roles: {"": read, Boss: read-write}}`, ""), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := site.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 3} {
		m := s.Breakers[i].Mbaps
		if m.Certificate != filepath.Join(dir, "c") || m.Key != "/k" || m.Anchors != filepath.Join(dir, "a") || !m.Only {
			t.Errorf("%+v", m)
		}
		if m.Rights["Boss"] != filtering.ReadWrite || m.Rights[""] != filtering.ReadOnly || m.Rights["Operator"] != filtering.NoAccess {
			t.Errorf("rights %v", m.Rights)
		}
	}
}
