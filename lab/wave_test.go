package lab

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"math/cmplx"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/wire/comtrade"
)

// No peak is lost: each row keeps its lowest and highest value of every stretch, and no
// value that was not there comes up.
func TestThinnedKeepsPeaks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "n")
		most := rapid.IntRange(0, 500).Draw(t, "most")
		data := [][]float64{make([]float64, n), rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), n, n).Draw(t, "v")}
		for k := range n {
			data[0][k] = float64(k)
		}
		out := thinned(data, most)
		if len(out) != 2 || len(out[0]) != len(out[1]) || most >= 2 && len(out[0]) > max(most, 2) {
			t.Fatalf("%d values of %d, at most %d", len(out[0]), n, most)
		}
		if slices.Max(out[1]) != slices.Max(data[1]) || slices.Min(out[1]) != slices.Min(data[1]) {
			t.Fatalf("from %g to %g, want %g to %g", slices.Min(out[1]), slices.Max(out[1]), slices.Min(data[1]), slices.Max(data[1]))
		}
		if !slices.IsSorted(out[0]) {
			t.Fatal("times run backwards")
		}
		for _, v := range out[1] {
			if !slices.Contains(data[1], v) {
				t.Fatalf("%g came from nowhere", v)
			}
		}
	})
}

// RMS and phasor of a sine are its own, though a cycle is no whole number of samples.
func TestCycleOfSine(t *testing.T) {
	for _, hz := range []float64{50, 60} {
		for kind, period := range map[imu.CaptureKind]float64{imu.ShortCapture: 512e-6, imu.LongCapture: 625e-6} {
			c := &captured{&imu.Capture{Kind: kind, Hz: hz}, "Q1"}
			v := make([]float64, 200)
			for k := range v {
				v[k] = 100 + 1000*math.Sqrt2*math.Cos(2*math.Pi*hz*float64(k)*period+0.5) // with a direct current in it
			}
			m := c.over(v, 3)
			angle := math.Mod(cmplx.Phase(m.Phasor)-2*math.Pi*hz*3*period-0.5, 2*math.Pi)
			if math.Abs(m.RMS-math.Hypot(1000, 100)) > 5 || math.Abs(cmplx.Abs(m.Phasor)-1000) > 5 || math.Abs(angle) > 0.01 {
				t.Errorf("%v at %g Hz: RMS %.1f, %.1f at %.3f rad", kind, hz, m.RMS, cmplx.Abs(m.Phasor), angle)
			}
		}
	}
}

// tripped is a demonstration whose Q11 has tripped and has kept its captures.
func tripped(t testing.TB) (*place, []captureTold) {
	t.Helper()
	p := demo(t)
	p.inject(remote.Order{Fault: "trip", Unit: "Q11", With: map[string]string{"cause": "short_time"}, For: 600})
	for {
		if all := read[[]captureTold](p, "/api/v1/captures"); len(all) == 2 {
			return p, all
		}
		if t.Context().Err() != nil {
			t.Fatal("no captures")
		}
	}
}

// What is downloaded is what the unit keeps, as another reader of COMTRADE reads it;
// what is drawn has the peaks of it.
func TestCaptures(t *testing.T) {
	p, all := tripped(t)
	for _, c := range all {
		kept := p.server.capture("Q11", c.ID)
		want := kept.Recording("Q11")
		base := "/api/v1/captures/Q11/" + c.ID
		parts := map[string][]byte{}
		res, text := p.get(base + "/comtrade.zip")
		z, err := zip.NewReader(bytes.NewReader([]byte(text)), int64(len(text)))
		if err != nil || res.Header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), `attachment; filename="Q11-`) {
			t.Fatal(err, res.Header, text)
		}
		for _, f := range z.File {
			r, _ := f.Open()
			parts[f.Name[len(f.Name)-4:]], _ = io.ReadAll(r)
		}
		for _, ext := range []string{".cfg", ".dat"} {
			if _, alone := p.get(base + "/comtrade" + ext); alone != string(parts[ext]) {
				t.Errorf("%s alone is not the one in the zip", ext)
			}
		}
		got, err := comtrade.Read(bytes.NewReader(parts[".cfg"]), bytes.NewReader(parts[".dat"]))
		if err != nil {
			t.Fatal(err)
		}
		_, text = p.get(base + "/comtrade.cff")
		if one, err := comtrade.ReadCombined(strings.NewReader(text)); err != nil || one.Samples() != got.Samples() {
			t.Errorf("combined: %v", err)
		}
		for i, a := range want.Analog {
			if !slices.EqualFunc(a.Values, got.Analog[i].Values, func(x, y float64) bool { return math.Abs(x-y) < 1e-3 }) {
				t.Errorf("%s %s is not what is kept", c.Kind, a.Name)
			}
		}
		drawn := read[samplesTold](p, base+"/samples?of=currents&points=800")
		full := read[samplesTold](p, base+"/samples?of=currents")
		if len(full.Data[0]) != c.Samples || len(drawn.Data[0]) > 800 {
			t.Errorf("%s: %d of %d samples", c.Kind, len(drawn.Data[0]), c.Samples)
		}
		for i := range full.Data {
			if i > 0 && slices.Max(full.Data[i]) != slices.Max(drawn.Data[i]) {
				t.Errorf("%s: the peak of %s is lost", c.Kind, full.Channels[i])
			}
		}
		voltages, _ := p.get(base + "/samples?of=voltages")
		if (voltages.StatusCode == 200) != (c.Kind == "long") {
			t.Errorf("%s: voltages %d", c.Kind, voltages.StatusCode)
		}
	}
	p.end()
}

// The page of a capture is light: with what its plots take it stays under the limit.
func TestCaptureWeight(t *testing.T) {
	p, all := tripped(t)
	for _, c := range all {
		res, page := p.get("/captures/Q11/" + c.ID)
		n := len(page)
		for _, of := range []string{"currents", "voltages", "status"} {
			_, text := p.get("/api/v1/captures/Q11/" + c.ID + fmt.Sprintf("/samples?of=%s&points=%d", of, pointsShown))
			n += len(text)
		}
		if res.StatusCode != http.StatusOK || n > 150_000 {
			t.Errorf("%s: %d, %d bytes", c.Kind, res.StatusCode, n)
		}
		t.Logf("%s: %d bytes before packing", c.Kind, n)
		for _, say := range []string{"I1", "TRIP: begins off, on at 0.0 ms", "Before the trip", "/trip/Q11/" + c.Trip} {
			if !strings.Contains(page, say) {
				t.Errorf("%s: the page does not say %q", c.Kind, say)
			}
		}
		if _, page := p.get("/captures/Q11/" + c.ID + "?full=1"); strings.Contains(page, "points=") {
			t.Errorf("%s: not every sample is drawn where that is asked for", c.Kind)
		}
	}
	p.end()
}
