package schedule_test

import (
	"testing"

	"switchroom/site"
	"switchroom/site/schedule"
)

// FuzzImport: whatever a list is, it is refused by rows or becomes a site file that
// is one, with each of its breakers.
func FuzzImport(f *testing.F) {
	f.Add([]byte(head+"Q1,1600,6.0,4,ife,10.0.0.1,255,T1\nQ2,630,5.0,3,ifm,10.0.0.1,2,Q1\nQ3,630,5.0,3,ifm,10.0.0.9,2,Q1/Q2\n"), uint8(0))
	f.Add([]byte("name;type;variant;via;unit;closed\nQ1;MTZ2 16;6,0;PS;1;ja\nPS;;;;;\n"), uint8(1))
	f.Add([]byte("\xFF\xFEn\x00a\x00m\x00e\x00"), uint8(2))
	f.Add([]byte("sep=|\nname|in|micrologic|interface|ip|port\n\"Q\n1\"|1 600 A|6|panel server|[::1]:502|1\n"), uint8(7))
	f.Fuzz(func(t *testing.T, data []byte, how uint8) {
		o := schedule.Options{Topology: []schedule.Topology{schedule.Listed, schedule.Each, schedule.OneGate, schedule.OnePanel}[how%4], LAN: how&4 != 0}
		p, err := schedule.Import("list.csv", data, o)
		if err != nil {
			if _, ok := err.(schedule.Problems); !ok {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		s, err := site.Parse("site.yaml", p.YAML)
		if err != nil {
			t.Fatalf("%v\n%s", err, p.YAML)
		}
		if len(s.Breakers) != p.Count {
			t.Fatalf("%d breakers of %d", len(s.Breakers), p.Count)
		}
	})
}
