package trust

import (
	"strings"
	"testing"
)

func TestLicence(t *testing.T) {
	m := *example(t).Manifest
	m.Class, m.Licence = Module, &Licence{Module: "erms", Unit: "CU-1", Expires: "2027-05-04T12:00:00Z"}
	good, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseManifest(good); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ why, old, new string }{
		{"firmware with one", `"class":"module"`, `"class":"firmware"`},
		{"module without", `{"module":"erms","unit":"CU-1","expires":"2027-05-04T12:00:00Z"}`, `null`},
		{"no class", `"class":"module"`, `"class":"licence"`},
		{"an interface runs none", `"component":"control_unit"`, `"component":"ife"`},
		{"upgrades nothing", `"precursor":""`, `"precursor":"001.000.000"`},
		{"module of any name", `"erms"`, `"../erms"`},
		{"unit of any name", `"CU-1"`, `"CU 1"`},
		{"no unit", `"CU-1"`, `""`},
		{"a day only", `2027-05-04T12:00:00Z"}`, `2027-05-04"}`},
		{"another order", `"module":"erms","unit":"CU-1"`, `"unit":"CU-1","module":"erms"`},
		{"something more", `"unit":"CU-1"`, `"unit":"CU-1","copies":2`},
	} {
		bad := strings.Replace(string(good), c.old, c.new, 1)
		if bad == string(good) {
			t.Fatalf("%s: changes nothing", c.why)
		}
		if _, err := ParseManifest([]byte(bad)); err == nil {
			t.Errorf("%s: taken: %s", c.why, bad)
		}
	}
}
