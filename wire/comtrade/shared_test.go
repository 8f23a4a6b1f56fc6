package comtrade

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared is the folder of other people's recordings, which are not part of this
// repository; without it the tests that read them are skipped.
func shared(t testing.TB) string {
	t.Helper()
	dir := filepath.FromSlash("../../../shared/data/comtrade")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: no recordings of other makers to read: %v", err)
	}
	return dir
}

// sharedRecordings are what the recordings hold. Counts and values were
// compared in full, sample by sample, with python-comtrade
// (fd8a60fba591f8aebcd849ed6b1585247bdfd95d) in double precision: everything is
// equal to the last bit, except the two things that the notes tell.
var sharedRecordings = []struct {
	path             string
	revision         int
	kind             DataType
	samples          int
	analog, digital  int
	first, last      float64 // of the first analogue channel
	missing, changes int     // of all channels together
	seconds          float64
	notes            int
	why              string
}{
	{"comtrade_jl/1991-ascii-sel.cfg", 1991, ASCII, 480, 24, 592, -270.999876, -0.0000010399999723631481, 1440, 202, 479. / 960, 0,
		"three channels are 999999 throughout, which 1991 6.3.4 calls missing and python-comtrade does not"},
	{"comtrade_jl/1999-ascii-pq.cfg", 1999, ASCII, 3584, 6, 0, 101.06138883816476, 207.96432347574046, 0, 0, 3583 / 7678.4833984375, 0, ""},
	{"python_comtrade/sample_ascii.cfg", 2013, ASCII, 40, 4, 4, -9.39605712890625, -19.19073486328125, 0, 3, 39. / 1200, 0, ""},
	{"python_comtrade/sample_ascii.cff", 2013, ASCII, 40, 4, 4, -9.39605712890625, -19.19073486328125, 0, 3, 39. / 1200, 0, ""},
	{"python_comtrade/sample_iso8859-1.cfg", 2013, ASCII, 40, 4, 4, -9.39605712890625, -19.19073486328125, 0, 3, 39. / 1200, 0, ""},
	{"python_comtrade/sample_iso8859-1_bin.cfg", 2013, Binary, 40, 4, 4, -9.395869435602489, -19.190529790967883, 0, 3, 39. / 1200, 0, ""},
	{"python_comtrade/sample_bin.cfg", 1999, Binary, 5, 4, 16, -9.038626171, -8.246538710000001, 0, 0, 4. / 15360, 0, ""},
	{"python_comtrade/sample_float32.cff", 2013, Float32, 301, 1, 1, 2.8096930980682373, 44.93144607543945, 0, 0, 3, 1, "its stamps are nanoseconds in name only"},
	{"wisp/3.cfg", 1999, Binary, 1360, 24, 64, 0.033201, -0.001953, 0, 52, 1.698295, 0, "no rate: its stamps count"},
	{"wisp/4.CFG", 1999, Binary, 2399, 6, 16, 19.857613999999998, 17.020815999999996, 0, 7, 2398. / 600, 2, "revision 1997; a sample more than declared"},
	{"wisp/5.cfg", 2013, Binary32, 202, 37, 300, 0, 0, 0, 10, 201. / 2000, 0, "numbers its samples from 0, which python-comtrade puts before 0 s"},
}

func TestShared(t *testing.T) {
	dir := shared(t)
	for _, c := range sharedRecordings {
		r, err := Open(filepath.Join(dir, filepath.FromSlash(c.path)))
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		if r.Revision != c.revision || r.Type != c.kind || r.Samples() != c.samples || len(r.Analog) != c.analog || len(r.Digital) != c.digital {
			t.Errorf("%s: %d %s, %d samples, %d analogue, %d status", c.path, r.Revision, r.Type, r.Samples(), len(r.Analog), len(r.Digital))
		}
		v := r.Analog[0].Values
		if v[0] != c.first || v[len(v)-1] != c.last {
			t.Errorf("%s: %s from %v to %v, want %v to %v", c.path, r.Analog[0].Name, v[0], v[len(v)-1], c.first, c.last)
		}
		missing, changes := totals(r)
		if missing != c.missing || changes != c.changes {
			t.Errorf("%s: %d values missing, %d changes; want %d, %d", c.path, missing, changes, c.missing, c.changes)
		}
		if got := r.Times[len(r.Times)-1]; got < c.seconds-1e-9 || got > c.seconds+1e-9 {
			t.Errorf("%s: %v s, want %v", c.path, got, c.seconds)
		}
		if len(r.Notes) != c.notes {
			t.Errorf("%s: notes %q, want %d", c.path, r.Notes, c.notes)
		}
		checkFormat(t, r)
	}
}

// totals counts missing values and status changes in all channels.
func totals(r *Recording) (missing, changes int) {
	for _, a := range r.Analog {
		for _, v := range a.Values {
			if v != v {
				missing++
			}
		}
	}
	for i := range r.Digital {
		changes += r.Digital[i].Changes()
	}
	return missing, changes
}

// TestSharedMissing reads the data files with missing values, which borrow the
// configuration of another recording.
func TestSharedMissing(t *testing.T) {
	dir := filepath.Join(shared(t), "python_comtrade")
	for _, c := range []struct {
		cfg, dat string
		missing  int
	}{
		{"sample_ascii.cfg", "sample_ascii_missing.dat", 4},
		{"sample_bin.cfg", "sample_bin_missing.dat", 4},
	} {
		cfg, err := os.ReadFile(filepath.Join(dir, c.cfg))
		if err != nil {
			t.Fatal(err)
		}
		dat, err := os.ReadFile(filepath.Join(dir, c.dat))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Read(strings.NewReader(string(cfg)), strings.NewReader(string(dat)))
		if err != nil {
			t.Errorf("%s: %v", c.dat, err)
		} else if missing, _ := totals(r); missing != c.missing {
			t.Errorf("%s: %d values missing, want %d", c.dat, missing, c.missing)
		}
	}
}

// TestSharedEvery opens everything there is, so that a recording added to the
// folder is read or explained. Only a missing data file is no fault.
func TestSharedEvery(t *testing.T) {
	dir := shared(t)
	all, err := filepath.Glob(filepath.Join(dir, "*", "*.[cC][fF][fFgG]"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no recordings in %s: %v", dir, err)
	}
	for _, path := range all {
		_, err := Open(path)
		if err != nil && strings.Contains(err.Error(), "no data file beside it") {
			var f *os.File
			if f, err = os.Open(path); err == nil {
				_, err = ReadConfig(f)
				f.Close()
			}
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// BenchmarkOpen opens 660 kB of ASCII, 24 analogue and 592 status channels.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(shared(b), "comtrade_jl", "1991-ascii-sel.cfg")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Open(path); err != nil {
			b.Fatal(err)
		}
	}
}
