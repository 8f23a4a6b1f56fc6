package client

import (
	"testing"
	"time"

	"switchroom/points"
)

// TestRecords: a record is read as it crosses, and what happened to an event that this
// program does not know is not known.
func TestRecords(t *testing.T) {
	all, err := records([]byte(`[{"at":1,"date":1000,"code":1,"what":1,"detail":"Ir L1","trip":{"function":"long_time","phase":"l1","value":1250,"currents":[1250,1,2,3],"voltages":[230,231,232],"group":"A"}},{"date":-5,"code":65535,"what":9}]`))
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	a, b := all[0], all[1]
	if !a.Date.Equal(points.Epoch.Add(time.Second)) || a.What != "entry" || a.Trip == nil || a.Trip.Currents[0] != 1250 || a.Trip.Voltages[2] != 232 {
		t.Errorf("%+v", a)
	}
	if b.What != "unknown" || b.Trip != nil {
		t.Errorf("%+v", b)
	}
	for _, bad := range []string{"", "{}", `[{"code":70000}]`, `[{"what":-1}]`} {
		if _, err := records([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte(`[{"date":1000,"code":1,"what":3,"trip":{"currents":[1]}}]`))
	f.Add([]byte(`[{"what":255}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		all, err := records(raw)
		if err != nil && all != nil {
			t.Fatal(all, err)
		}
		for _, r := range all {
			if r.What == "" {
				t.Fatal(r)
			}
		}
	})
}
