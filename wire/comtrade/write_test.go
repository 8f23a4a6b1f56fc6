package comtrade

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWriteFilesReadsBack(t *testing.T) {
	r := NewFloat("demo", "Q1", 50)
	r.Start = time.Date(2026, 11, 23, 10, 0, 0, 125000, time.UTC)
	r.Trigger = r.Start.Add(80 * time.Millisecond)
	var on []bool
	v := make([]float64, 200)
	for i := range v {
		r.Times = append(r.Times, float64(i)*512e-6)
		v[i] = float64(float32(1414.2 * math.Sin(float64(i))))
		on = append(on, i >= 150)
	}
	v[7] = math.NaN()
	r.Analog = []Analog{{Name: "I1", Phase: "L1", Unit: "A", Values: v}}
	r.Digital = []Digital{{Name: "TRIP", Values: BitsOf(on)}}
	base := filepath.Join(t.TempDir(), "capture")
	names, err := r.WriteFiles(base)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Open(names[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Notes) > 0 {
		t.Errorf("notes: %v", back.Notes)
	}
	if !back.Start.Equal(r.Start) || !back.Trigger.Equal(r.Trigger) || back.Station != "demo" || back.Frequency != 50 {
		t.Errorf("came back as %+v", back)
	}
	for i := range v {
		if got := back.Analog[0].Values[i]; got != v[i] && !(math.IsNaN(got) && math.IsNaN(v[i])) {
			t.Fatalf("sample %d: %g, want %g", i, got, v[i])
		}
		if math.Abs(back.Times[i]-r.Times[i]) > 1e-6 || back.Digital[0].Values.At(i) != on[i] {
			t.Fatalf("sample %d at %g", i, back.Times[i])
		}
	}
	if _, err := r.WriteFiles(base); err == nil {
		t.Error("a capture that exists was overwritten")
	}
	r.Analog[0].Values = v[:5]
	if _, err := r.WriteFiles(base + "2"); err == nil {
		t.Error("a channel that is too short was written")
	}
}

// What Files gives is what WriteFiles writes.
func TestFiles(t *testing.T) {
	make := func() *Recording {
		r := NewFloat("Q1", "capture", 50)
		r.Times = []float64{0, 0.001, 0.002}
		r.Analog = []Analog{{Name: "I1", Unit: "A", Values: []float64{1, -2.5, 3e4}}}
		return r
	}
	base := filepath.Join(t.TempDir(), "x")
	if _, err := make().WriteFiles(base); err != nil {
		t.Fatal(err)
	}
	cfg, dat, err := make().Files()
	if err != nil {
		t.Fatal(err)
	}
	for ext, got := range map[string][]byte{".cfg": cfg, ".dat": dat} {
		if want, err := os.ReadFile(base + ext); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %q, want %q, %v", ext, got, want, err)
		}
	}
}
