package sensitive_test

import (
	"slices"
	"strings"
	"testing"

	"switchroom/sensitive"
)

func TestKinds(t *testing.T) {
	all := sensitive.Kinds()
	if !slices.IsSortedFunc(all, func(a, b sensitive.Kind) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("not sorted")
	}
	for _, k := range all {
		if k.What == "" || k.Why == "" || !strings.HasPrefix(k.Guide, "C1") || k.Certainty == "" {
			t.Errorf("%+v", k)
		}
	}
}

func TestVeil(t *testing.T) {
	var v sensitive.Veil
	a, b := v.Hide("address", "10.1.2.3"), v.Hide("address", "10.1.2.4")
	if a == b || strings.Contains(a+b, "10.1") || v.Hide("address", "10.1.2.3") != a || v.Hide("person", "10.1.2.3") == a {
		t.Error(a, b)
	}
	if v.Hide("address", "") != "" {
		t.Error("nothing is hidden")
	}
	if whole := (&sensitive.Veil{Whole: true}); whole.Hide("address", "10.1.2.3") != "10.1.2.3" {
		t.Error("hidden from the owner")
	}
}
