package dossier_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchroom/client"
	"switchroom/commission"
	"switchroom/commission/dossier"
	"switchroom/points"
)

var at = time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC)

func snapshot(when time.Time, isd string) *commission.Snapshot {
	row := func(point, value, unit string) commission.Row {
		return commission.Row{Point: point, Value: value, Unit: unit, Certainty: points.Confirmed}
	}
	return &commission.Snapshot{
		Breaker: "Q1", At: when, By: "id1", Name: "Ada Secret", Address: "modbus://10.9.8.7:502/255", Virtual: true,
		Identity: map[string]string{"device.serial": "SN-SECRET-1", "rating.in": "1600"},
		Rows: []commission.Row{
			row("interface.name", "secret incomer", ""), row("protection.instantaneous.ii", "12", "In"), row("protection.long_time.ir", "1600", "A"), row("protection.long_time.tr", "8", "s"),
			row("protection.short_time.isd", isd, "Ir"), row("protection.short_time.tsd", "0.4", "s"),
		},
	}
}

// sample is a project of one breaker that was changed, and one that nobody has read.
func sample(t *testing.T) *dossier.Data {
	t.Helper()
	low, high := 4.0, 6.0
	b := commission.Breaker{ID: "Q1", Name: "secret hall", Board: "Main", Addresses: []string{"modbus://10.9.8.7:502/255"}, Rating: &commission.Rating{In: 1600, Variant: "6.0", Poles: 3},
		Study: &commission.Study{Source: "PS-7 p. 12", Values: []commission.StudyValue{{Point: "protection.short_time.isd", Value: "5", Low: &low, High: &high}, {Point: "protection.short_time.tsd", Value: "0.2"}, {Point: "protection.ground_fault.ig", Value: "400"}}}}
	base := snapshot(at, "8")
	plan, err := commission.NewPlan(base, &b, "motors start", []commission.Wish{{Point: "protection.short_time.isd", Value: "5"}})
	if err != nil {
		t.Fatal(err)
	}
	plan.Stamp("1", "id1", "Ada Secret", at.Add(time.Minute))
	left := snapshot(at.Add(time.Hour), "5")
	return &dossier.Data{
		Project: &commission.Project{Format: 1, Number: "P-1", Name: "secret plant", Boards: []commission.Board{{Name: "Main"}}, Breakers: []commission.Breaker{b, {ID: "Q2", Board: "Main"}}},
		Breakers: []dossier.Breaker{{Breaker: b, AsFound: base, AsLeft: left, Plans: []commission.File{{
			Project: "P-1", Plan: plan, Base: base, Approval: &commission.Approval{Plan: "1", PlanDigest: plan.Digest(), By: "id2", Name: "Bob Secret", At: at.Add(2 * time.Minute)},
			Outcome: &commission.Outcome{Plan: "1", Breaker: "Q1", Name: "Ada Secret", At: at.Add(time.Hour), End: commission.Applied,
				Rows: []commission.OutcomeRow{{Point: "protection.short_time.isd", Wanted: "5", ReadBack: "5", Verified: true}}, AsLeft: left,
				Relied: []client.Reliance{{What: "command 906", Certainty: points.Reported, Kind: client.CommandKind, Source: "MB-ES"}}},
		}}}, {Breaker: commission.Breaker{ID: "Q2", Board: "Main"}}},
	}
}

func pages(t *testing.T, d *dossier.Data, whole bool) (pdf, html []byte) {
	t.Helper()
	var p, h bytes.Buffer
	doc := d.Document(whole)
	if err := doc.WritePDF(&p); err != nil {
		t.Fatal(err)
	}
	if err := doc.WriteHTML(&h); err != nil {
		t.Fatal(err)
	}
	return p.Bytes(), h.Bytes()
}

// TestSameBytes: the same data are the same report, and other data are another.
func TestSameBytes(t *testing.T) {
	pdf, html := pages(t, sample(t), false)
	again, twice := pages(t, sample(t), false)
	if !bytes.Equal(pdf, again) || !bytes.Equal(html, twice) {
		t.Error("the same data are another report")
	}
	other := sample(t)
	other.Breakers[0].Plans[0].Approval.Text = "x"
	if other.Digest() == sample(t).Digest() {
		t.Error("other data have the same digest")
	}
	if made := sample(t).Made(); !made.Equal(at.Add(time.Hour)) {
		t.Error(made)
	}
}

// TestText: what the report says, as a PDF reader reads it.
func TestText(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("SKIPPED: the PDF is not read: install the Debian package poppler-utils")
	}
	d := sample(t)
	pdf, html := pages(t, d, false)
	text := read(t, pdf)
	for _, want := range []string{"Commissioning report", "P-1", string(d.Digest()), "Not as the study wants it", "5 (changed)", "motors start", "the second person", "applied", "Q2", "It was never read", "PS-7 p. 12", "within", "beyond", "command 906", "Trip curves of Q1, phase", "Nobody has signed"} {
		if !strings.Contains(text, want) {
			t.Errorf("the PDF does not say %q", want)
		}
	}
	if !strings.Contains(string(html), "data:image/svg&#43;xml;base64,") {
		t.Error("the page has no curves")
	}
}

// read is the text of a PDF, and looks whether its first page can be drawn.
func read(t *testing.T, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("pdftoppm", "-r", "40", "-png", file, filepath.Join(t.TempDir(), "p")).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("pdftoppm: %v %s", err, said)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// TestRedacted: what is sensitive is in no report but the owner's.
func TestRedacted(t *testing.T) {
	planted := []string{"Ada Secret", "Bob Secret", "secret plant", "secret hall", "secret incomer", "SN-SECRET", "10.9.8.7"}
	pdf, html := pages(t, sample(t), false)
	text := string(html)
	if _, err := exec.LookPath("pdftotext"); err == nil {
		text += read(t, pdf)
	} else {
		t.Log("SKIPPED: the PDF is not read: install the Debian package poppler-utils")
	}
	for _, p := range planted {
		if strings.Contains(text, p) {
			t.Errorf("%q is in a report for others", p)
		}
	}
	if _, whole := pages(t, sample(t), true); !strings.Contains(string(whole), "Ada Secret") || !strings.Contains(string(whole), "10.9.8.7") {
		t.Error("the owner's is not whole: this test sees nothing")
	}
}
