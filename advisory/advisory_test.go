package advisory

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func madeUp(t testing.TB) *Document {
	t.Helper()
	d, err := ReadFile("../examples/advisory.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Problems) > 0 {
		t.Fatal(d.Problems)
	}
	return d
}

// TestStates: each state an item can be in, by the made-up advisory.
func TestStates(t *testing.T) {
	docs := []*Document{madeUp(t)}
	for _, c := range []struct{ product, version, want, why string }{
		{"EIFE", "003.010.005", Affected, "vers:generic"},
		{"EIFE", "004.010.000", Fixed, ">=004.010.000"},
		{"EIFE", "4.9.9", Affected, ""},
		{"EIFE", "v4.10", Fixed, ""},
		{"EIFE", "002.999.999", Unlisted, "none of them"},
		{"EIFE", "", Unknown, "not known"},
		{"EIFE", "four", Unknown, "cannot be compared"},
		{"IFE", "", UnderInvestigation, ""},
		{"Micrologic X", "2.0", Unknown, "cannot be compared"},
		{"IO module", "", NotAffected, "every version"},
		{"FDM121", "1.0", "", ""},
	} {
		all := Match(docs, []Item{{Name: "Q1", Product: c.product, Version: c.version}})
		got, why := "", ""
		if len(all) > 0 {
			got, why = all[0].State, all[0].Why
		}
		if got != c.want || len(all) > 1 || !strings.Contains(why, c.why) {
			t.Errorf("%s %q: %s (%s), want %s", c.product, c.version, got, why, c.want)
		}
	}
	f := Match(docs, []Item{{Name: "Q1", Product: "EIFE", Version: "3.10"}})[0]
	if f.Score != 6.5 || len(f.Do) != 2 || f.Do[0] != "Install 004.010.000." || f.Vulnerability != "CVE-2026-99991" {
		t.Errorf("%+v", f)
	}
}

// TestOrder: the gravest comes first, and by its score.
func TestOrder(t *testing.T) {
	all := Match([]*Document{madeUp(t)}, []Item{{Name: "a", Product: "IO module"}, {Name: "b", Product: "EIFE"}, {Name: "c", Product: "EIFE", Version: "3.0"}})
	var got []string
	for _, f := range all {
		got = append(got, f.Item.Name)
	}
	if strings.Join(got, "") != "cba" {
		t.Error(got)
	}
}

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		named, have string
		want        within
	}{
		{"< 2.5.4", "2.5.3", inside}, {"< 2.5.4", "2.5.4", outside}, {"<= 2.7", "2.7.0", inside}, {"<v9.3.5", "v9.3.4", inside},
		{">=1|<2", "1.5", inside}, {">=1|<2", "2", outside}, {"2.0", "2", inside}, {"2.0", "2.0.1", outside},
		{"prior to 3.0", "2.9", inside}, {"vers:all/*", "", inside}, {"all versions", "what", inside},
		{"<Hotfix-145271", "9.0", unsure}, {"8.2 (all editions)", "8.2", unsure}, {"NMC2 <= 6.9.6", "6.9.6", unsure},
		{"vers:generic", "1", unsure}, {"", "1", unsure}, {"< 1", "1.2.3.4.5.6.7", unsure}, {"< 99999999999999999999", "1", unsure},
	} {
		if got := versionIn(c.named, c.have); got != c.want {
			t.Errorf("%q, %q: %d, want %d", c.named, c.have, got, c.want)
		}
	}
}

func TestProducts(t *testing.T) {
	for _, c := range []struct {
		theirs, ours string
		want         bool
	}{
		{"Enerlin'X EIFE", "EIFE", true}, {"EIFE", "IFE", false}, {"Easergy P5 All firmware", "Easergy P3", false},
		{"Easergy P5 All firmware", "Easergy P5", true}, {"", "EIFE", false}, {"with firmware", "EIFE", false},
	} {
		if got := sameProduct(c.theirs, c.ours); got != c.want {
			t.Errorf("%q, %q: %v", c.theirs, c.ours, got)
		}
	}
}

// TestPublished: advisories that were really published load and match a made-up
// inventory.
func TestPublished(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/csaf/cisa-schneider/*.json")
	if len(files) == 0 {
		t.Skip("SKIPPED: there are no published advisories in ../../shared/data/csaf")
	}
	var docs []*Document
	for _, f := range files {
		d, err := ReadFile(f)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		docs = append(docs, d)
	}
	for _, c := range []struct{ product, version, vulnerability, want string }{
		{"PowerLogic PM5560", "2.5.3", "CVE-2018-7795", Affected},
		{"PowerLogic PM5560", "2.5.4", "CVE-2018-7795", Unlisted},
		{"Easergy T300", "2.7", "CVE-2020-7561", Affected},
		{"Enerlin'X Com'X 510", "6.8.4", "CVE-2021-22769", Unlisted},
		{"Easergy P3", "30.204", "CVE-2022-22722", Affected},
		{"PowerLogic ION8650", "", "CVE-2022-46680", Affected},
		{"EcoStruxure Power Monitoring Expert", "2022", "CVE-2023-5391", Unknown},
		{"Easergy Studio", "v9.3.4", "CVE-2023-7032", Affected},
	} {
		found := false
		for _, f := range Match(docs, []Item{{Name: "x", Product: c.product, Version: c.version}}) {
			if f.Vulnerability == c.vulnerability {
				found = true
				if f.State != c.want {
					t.Errorf("%s %s, %s: %s (%s), want %s", c.product, c.version, c.vulnerability, f.State, f.Why, c.want)
				}
			}
		}
		if !found {
			t.Errorf("%s: %s does not match", c.product, c.vulnerability)
		}
	}
	if all := Match(docs, []Item{{Name: "x", Product: "EIFE", Version: "1"}}); len(all) > 0 {
		t.Errorf("an EIFE is in none of them: %+v", all[0])
	}
}

func TestInventory(t *testing.T) {
	if items, err := ReadInventory(strings.NewReader(`[{"name":"Q1","product":"EIFE","version":"1"}]`)); err != nil || len(items) != 1 {
		t.Fatal(items, err)
	}
	for _, bad := range []string{``, `{}`, `[{"name":"Q1"}]`, `[{"product":"EIFE"}]`, `[{"name":"Q1","product":"EIFE","versoin":"1"}]`} {
		if _, err := ReadInventory(strings.NewReader(bad)); err == nil {
			t.Errorf("%s: taken", bad)
		}
	}
}

func FuzzRead(f *testing.F) {
	b, err := os.ReadFile("../examples/advisory.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"document":{"tracking":{"id":"x"}},"product_tree":{"branches":[null,{"branches":[null]}],"full_product_names":[null]},"vulnerabilities":[null,{"product_status":{"fixed":[null]}}]}`))
	f.Add(bytes.Repeat([]byte(`{"product_tree":{"branches":[`), 50))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Read(b)
		if err != nil {
			return
		}
		items := []Item{{Name: "a", Product: "EIFE", Version: "1"}}
		for _, p := range d.Products {
			items = append(items, Item{Name: p.ID, Product: p.Name, Version: p.Versions})
		}
		if len(items) < 100 {
			Match([]*Document{d}, items)
		}
	})
}
