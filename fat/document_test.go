package fat

import (
	"bytes"
	"strings"
	"testing"
)

// TestReport: page and PDF have the verdict, the mistake, the evidence, what to check
// on site and who signs, and are the same bytes each time.
func TestReport(t *testing.T) {
	s := &fakeSystem{lab: newFakeLab("Q1", "Q2"), mistake: number1("current.l1", times1(10))}
	r := runFake(t, s, []string{"current", "breaker"}, nil)
	r.Signers = []Signer{{"Accepted by", "N. N."}}
	if err := r.WriteJSON(&bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"html": func(b *bytes.Buffer) error { return r.Document().WriteHTML(b) },
		"pdf":  func(b *bytes.Buffer) error { return r.Document().WritePDF(b) },
	} {
		var a, b bytes.Buffer
		if err := write(&a); err != nil {
			t.Fatal(err)
		}
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: not the same bytes twice", name)
		}
		if name == "pdf" {
			continue
		}
		for _, want := range []string{"Not passed", "ten times too much", "register 32028", "Accepted by", "N. N.", r.Checksum, "62381", "by hand"} {
			if !strings.Contains(a.String(), want) {
				t.Errorf("the page lacks %q", want)
			}
		}
	}
}
