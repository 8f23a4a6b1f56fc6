package advisory

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func lab(t testing.TB) *Advisory {
	t.Helper()
	return load(t, "../examples/advisory.json")
}

func load(t testing.TB, name string) *Advisory {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Read(filepath.Base(name), b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return a
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		item                  Item
		state, vulnerability  string
		inferred              bool
		base                  float64
		remedies, why, reason string
	}{
		{Item{Component: "ife", Version: "004.001.000"}, Affected, "LAB-1", false, 6.5, "vendor_fix mitigation", `known_affected: versions "vers:generic/>=003.000.000|<004.010.000"; 004.001.000 is in it`, "in the range"},
		{Item{Component: "ife", Version: "4.9.9"}, Affected, "LAB-1", false, 6.5, "vendor_fix mitigation", "4.9.9 is in it", "zeros do not count"},
		{Item{Component: "ife", Version: "004.010.000"}, Fixed, "LAB-1", false, 6.5, "", "fixed: versions", "the advisory says so"},
		{Item{Component: "ife", Version: "004.011.000"}, Fixed, "LAB-1", true, 6.5, "", "004.011.000 is not in it", "after the fix: a conclusion"},
		{Item{Component: "ife", Version: "002.009.000"}, NotAffected, "LAB-1", true, 6.5, "", "002.009.000 is not in it", "before the range: a conclusion"},
		{Item{Component: "ife"}, Unknown, "LAB-1", false, 6.5, "vendor_fix mitigation", "the version here is not known", "no version is no good news"},
		{Item{Component: "ife", Version: "4.10-beta"}, Unknown, "LAB-1", false, 6.5, "vendor_fix mitigation", "4.10-beta cannot be compared", "nor is one that nobody can order"},
		{Item{Component: "eife", Version: "4.0.0"}, Looking, "LAB-1", false, -1, "mitigation", "under_investigation", "by its group it has a remedy"},
		{Item{Component: "eife", Version: "5.0.0"}, Unknown, "LAB-1", false, -1, "mitigation", "5.0.0 is not in it", "nothing is said of it"},
		{Item{Component: "ifm", Version: "1.0"}, NotAffected, "LAB-1", false, -1, "", "known_not_affected", "all versions"},
		{Item{Component: "ifm"}, Unknown, "LAB-1", false, -1, "", "not known", "whose version nobody knows is never not affected"},
		{Item{Component: "io", Version: "1.0"}, Unknown, "LAB-2", false, 2, "no_fix_planned", "identifier urn:switchroom:component:io", "a hotfix has no order"},
		{Item{Product: "Lab interfaces IFE", Version: "4.0"}, Affected, "LAB-1", false, 6.5, "vendor_fix mitigation", "in which", "family and name"},
		{Item{Model: "lab-ife-1", Version: "4.0"}, Affected, "LAB-1", false, 6.5, "vendor_fix mitigation", "commercial reference", "by its reference"},
		{Item{Component: "ife", Vendor: "Example", Version: "4.0"}, Affected, "LAB-1", false, 6.5, "vendor_fix mitigation", "", "the vendor's name in short"},
		{Item{Component: "ife", Vendor: "Somebody else", Version: "4.0"}, "", "", false, 0, "", "", "of another vendor"},
		{Item{Component: "control_unit", Version: "1.0"}, "", "", false, 0, "", "", "nobody names it"},
	} {
		c.item.Breaker = "Q1"
		got := MatchAll([]Item{c.item}, []*Advisory{lab(t)})
		if c.state == "" {
			if len(got.Matches) != 0 || len(got.Silent) != 1 {
				t.Errorf("%s: %+v", c.reason, got)
			}
			continue
		}
		if len(got.Matches) != 1 {
			t.Errorf("%s: %d rows", c.reason, len(got.Matches))
			continue
		}
		m := got.Matches[0]
		var remedies []string
		for _, r := range m.Remedies {
			remedies = append(remedies, r.Category)
		}
		if m.State != c.state || m.Vulnerability != c.vulnerability || m.Inferred != c.inferred || m.base() != c.base || strings.Join(remedies, " ") != c.remedies || !strings.Contains(strings.Join(m.Why, "\n"), c.why) {
			t.Errorf("%s: %s %s, inferred %v, %v, %v, %q", c.reason, m.Vulnerability, m.State, m.Inferred, m.base(), remedies, m.Why)
		}
	}
}

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		set, version string
		want         place
	}{
		{"vers:all/*", "1.0", inside},
		{"vers:all/*", "", inside},
		{"All versions", "x", inside},
		{"< 2.5.4", "2.5.3", inside},
		{"< 2.5.4", "2.5.4", outside},
		{"< 2.5.4", "2.10", outside},
		{"<= 6.9.6", "6.9.6", inside},
		{"<= 6.9.6", "6.9.6.0", inside},
		{"<v9.3.5", "V9.3.4", inside},
		{"< 01.401.102", "1.401.101", inside},
		{">= 1.0 < 2.0", "1.5", inside},
		{">= 1.0, < 2.0", "2.0", outside},
		{">=1.0 and <2.0", "1.0", inside},
		{"vers:generic/>=1.0|<2.0|>=3.0|<4.0", "2.5", outside},
		{"vers:generic/>=1.0|<2.0|>=3.0|<4.0", "3.5", inside},
		{"vers:generic/<1.0|>=3.0", "9", inside},
		{"vers:generic/>=1.0|!=1.5|<2.0", "1.5", outside},
		{"vers:generic/1.0|1.2", "1.2", inside},
		{"vers:generic/1.0|1.2", "1.1", outside},
		{"vers:generic/!=1.0", "1.1", inside},
		{"vers:generic/>=1.0|>=2.0", "1.5", unclear}, // two beginnings and no end
		{"vers:generic/<1.0|<=1.0", "0.5", unclear},
		{"prior to 3.1", "3.0", inside},
		{"All versions prior to 3.1", "3.1", outside},
		{"3.1 and earlier", "3.1", inside},
		{"NMC2 <= 6.9.6", "6.9.6", unclear},
		{"<Hotfix-145271", "1", unclear},
		{"8.2 (all editions)", "8.2", unclear},
		{"< 2.0", "2.0-rc1", unclear},
		{"< 2.0", "", unclear},
		{"", "1.0", unclear},
	} {
		v, known := parseVersion(c.version)
		s := readVersions(c.set)
		if got := s.place(v, known); got != c.want {
			t.Errorf("%q in %q: %v, want %v", c.version, c.set, got, c.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good, err := os.ReadFile("../examples/advisory.json")
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) []byte {
		b := bytes.Replace(good, []byte(old), []byte(new), 1)
		if bytes.Equal(b, good) {
			t.Fatalf("%q is not there", old)
		}
		return b
	}
	relations := func(rows string) []byte {
		return change(`"product_groups"`, `"relationships": [`+rows+`], "product_groups"`)
	}
	relation := func(id, a, b string) string {
		return `{"category": "installed_on", "full_product_name": {"name": "x", "product_id": "` + id + `"}, "product_reference": "` + a + `", "relates_to_product_reference": "` + b + `"}`
	}
	for _, c := range []struct {
		b    []byte
		want string
	}{
		{nil, "no JSON"},
		{[]byte("{"), "no JSON"},
		{[]byte("[]"), "not as CSAF 2.0"},
		{[]byte("null"), "not as CSAF 2.0"},
		{append(good, '{'), "no JSON"},
		{bytes.Repeat([]byte("["), 1000), "nested deeper"},
		{bytes.Repeat([]byte(" "), MaxDocument+1), "at most"},
		{change(`"lang": "en"`, `"lang": "en", "lang": "en"`), "duplicate"},
		{change(`"2.0"`, `"2.1"`), "only 2.0"},
		{change(`"tracking"`, `"trackink"`), "not as CSAF 2.0"},
		{change(`"known_affected": ["IFE-BAD"]`, `"known_affected": ["IFE-BED"]`), "not in the product tree"},
		{relations(relation("A", "B", "IFE-BAD") + "," + relation("B", "A", "IFE-BAD")), "stands on one that is not there"},
		{relations(relation("A", "NONE", "IFE-BAD")), "stands on one that is not there"},
	} {
		if a, err := Read("x", c.b); err == nil || !strings.Contains(err.Error(), c.want) || a != nil {
			t.Errorf("%.40q: %v, want %q", c.b, err, c.want)
		}
	}
	a, err := Read("x", relations(relation("A", "IFE-BAD", "IFM-NOT")))
	if err != nil || a.Products() != 6 || a.Faults() != 2 {
		t.Error(a, err)
	}
}

func TestRelationships(t *testing.T) {
	good, err := os.ReadFile("../examples/advisory.json")
	if err != nil {
		t.Fatal(err)
	}
	b := bytes.Replace(good, []byte(`"product_groups"`), []byte(`"relationships": [{"category": "installed_on", "full_product_name": {"name": "both", "product_id": "BOTH"}, "product_reference": "IFE-BAD", "relates_to_product_reference": "IFM-NOT"}], "product_groups"`), 1)
	b = bytes.Replace(b, []byte(`["IO-BAD"]}`), []byte(`["BOTH"]}`), 1)
	a, err := Read("x", b)
	if err != nil {
		t.Fatal(err)
	}
	// It goes by the name of what it is installed on, and by the version of what is.
	for version, want := range map[string]string{"3.5": Affected, "5.0": NotAffected} {
		got := MatchAll([]Item{{Breaker: "Q1", Component: "ifm", Version: version}}, []*Advisory{a})
		found := false
		for _, m := range got.Matches {
			found = found || m.Vulnerability == "LAB-2" && m.State == want
		}
		if !found {
			t.Errorf("%s: %+v", version, got.Matches)
		}
	}
}

func TestInventory(t *testing.T) {
	all, err := ReadInventory(strings.NewReader(`{"inventory": [{"breaker": "Q1", "component": "ife", "version": "4"}, {"breaker": "Q2", "product": "Relay 7"}]}`))
	if err != nil || len(all) != 2 || all[0].Branch != "communication" || all[1].Branch != "" {
		t.Error(all, err)
	}
	_, err = ReadInventory(strings.NewReader(`{"inventory": [{"component": "ife"}, {"breaker": "Q1"}, {"breaker": "Q1", "component": "pump"}, {"breaker": "Q1", "component": "ife", "branch": "micrologic"}, {"breaker": "Q1", "product": "--"}]}`))
	for _, want := range []string{"row 1: it has no breaker", "row 2: it says not what it is", `row 3: component "pump" is not known`, "row 4: firmware for ife is signed by branch communication", "row 5: product"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, bad := range []string{"", "[]", `{"inventory": []}`, `{"inventory": [{"breakers": "Q1"}]}`} {
		if _, err := ReadInventory(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzRead(f *testing.F) {
	b, err := os.ReadFile("../examples/advisory.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{}`))
	item := []Item{{Breaker: "Q1", Component: "ife", Version: "4.0"}, {Breaker: "Q1", Component: "io"}}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Read("x", b)
		if err == nil {
			for _, m := range MatchAll(item, []*Advisory{a}).Matches {
				if m.Version == "" && (m.State == NotAffected || m.State == Fixed) {
					t.Errorf("a version that is not known is %s: %q", m.State, m.Why)
				}
			}
		}
	})
}

func FuzzVersions(f *testing.F) {
	f.Add("vers:generic/>=1.0|!=1.5|<2.0", "1.5")
	f.Add("8.2 (all editions)", "008.2")
	f.Fuzz(func(t *testing.T, set, text string) {
		v, known := parseVersion(text)
		s := readVersions(set)
		if got := s.place(v, known); !known && !s.all && got != unclear {
			t.Errorf("%q in %q: %v", text, set, got)
		}
	})
}
