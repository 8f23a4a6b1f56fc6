package advisory

import (
	"path/filepath"
	"testing"
)

// TestReal matches advisories that were really published with an inventory that is made
// up.
func TestReal(t *testing.T) {
	const dir = "../../shared/data/csaf/cisa-schneider"
	files, err := filepath.Glob(dir + "/*.json")
	if err != nil || len(files) == 0 {
		t.Skipf("SKIPPED: no published advisories in %s, so none was read", dir)
	}
	var all []*Advisory
	for _, f := range files {
		a := load(t, f)
		if a.Products() == 0 || a.Faults() == 0 || a.ID == "" || a.At.IsZero() {
			t.Errorf("%s: %+v has nothing in it", f, a)
		}
		all = append(all, a)
	}
	vendor := "Schneider Electric"
	for _, c := range []struct {
		product, version string
		cve, state       string
		inferred         bool
		base             float64
	}{
		{"PowerLogic PM5560", "2.5.3", "CVE-2018-7795", Affected, false, 8.2},
		{"PM5560", "2.5.4", "CVE-2018-7795", NotAffected, true, 8.2},
		{"PM5560", "", "CVE-2018-7795", Unknown, false, 8.2},
		{"Enerlin'X Com'X 510", "6.8.3", "CVE-2021-22769", Affected, false, 8.5},
		{"Easergy T300", "2.7", "CVE-2020-7561", Affected, false, 10},
		{"Easergy T300", "2.7.1", "CVE-2020-7561", NotAffected, true, 10},
		{"Easergy P5", "01.401.101", "CVE-2022-22723", Affected, false, 8.8},
		{"Easergy P5", "01.401.102", "CVE-2022-22723", NotAffected, true, 8.8},
		{"PowerLogic ION8650", "", "CVE-2022-46680", Affected, false, 8.8},
		{"PowerLogic ION9000", "4.0.0", "CVE-2022-46680", NotAffected, true, 8.8},
		{"EcoStruxure Power Monitoring Expert", "2022", "CVE-2023-5391", Unknown, false, 9.8},
		{"Rack Automatic Transfer Switches (ATS)", "6.9.6", "CVE-2021-22810", Unknown, false, 6.8},
		{"Easergy Studio", "9.3.4", "CVE-2023-7032", Affected, false, 7.8},
		{"Premium communication modules", "1.0", "CVE-2020-7562", Unknown, false, 6.3},
	} {
		got := MatchAll([]Item{{Breaker: "Q1", Vendor: vendor, Product: c.product, Version: c.version}}, all)
		found := false
		for _, m := range got.Matches {
			if m.Vulnerability != c.cve {
				continue
			}
			found = true
			if m.State != c.state || m.Inferred != c.inferred || m.base() != c.base || m.State == Affected && len(m.Remedies) == 0 {
				t.Errorf("%s %s, %s: %s, inferred %v, %v, %d remedies: %q", c.product, c.version, c.cve, m.State, m.Inferred, m.base(), len(m.Remedies), m.Why)
			}
		}
		if !found {
			t.Errorf("%s: no row of %s", c.product, c.cve)
		}
	}
	if got := MatchAll([]Item{{Breaker: "Q1", Component: "control_unit", Version: "1"}, {Breaker: "Q1", Vendor: "Other", Product: "PM5560", Version: "1"}}, all); len(got.Matches) != 0 || len(got.Silent) != 2 {
		t.Errorf("%+v", got)
	}
	t.Logf("%d published advisories were read", len(all))
}
