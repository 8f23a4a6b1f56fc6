package issue_test

import (
	"testing"

	"switchroom/trust"
)

// BenchmarkThousandUnits is a thousand units that check the lists of what signed their
// firmware: four lists each, with their signatures.
func BenchmarkThousandUnits(b *testing.B) {
	s := set(b)
	x := side(b, s)
	for b.Loop() {
		for range 1000 {
			for _, name := range []string{"micrologic", "communication"} {
				for _, issuer := range []string{name + "-root", name + "-issuing"} {
					c, err := s.Certificate(issuer)
					if err != nil {
						b.Fatal(err)
					}
					if l := trust.ListOf(c, x.Branches[name].Lists, x.Clock); !l.Known() {
						b.Fatal(l.Detail)
					}
				}
			}
		}
	}
}
