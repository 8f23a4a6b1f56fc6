package comtrade

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// files writes files into a new folder and returns the path of the first.
func files(t *testing.T, nameText ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(nameText); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, nameText[i]), []byte(nameText[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, nameText[0])
}

func TestOpen(t *testing.T) {
	for why, path := range map[string]string{
		"small letters":  files(t, "a.cfg", with(), "a.dat", goodData, "a.hdr", "hello", "a.inf", "[x]"),
		"capitals":       files(t, "A.CFG", with(), "A.DAT", goodData, "A.HDR", "hello", "A.INF", "[x]"),
		"mixed":          files(t, "Fault 1.Cfg", with(), "FAULT 1.dat", goodData, "fault 1.HDR", "hello", "Fault 1.INF", "[x]"),
		"equal wins":     files(t, "a.cfg", with(), "A.dat", "", "a.dat", goodData, "a.hdr", "hello\x1a", "a.inf", "[x]"),
		"a point inside": files(t, "a.b.cfg", with(), "a.b.dat", goodData, "a.dat", "", "a.b.hdr", "hello", "a.b.inf", "[x]"),
	} {
		r, err := Open(path)
		if err != nil {
			t.Errorf("%s: %v", why, err)
		} else if r.Samples() != 4 || r.Header != "hello" || r.Information != "[x]" {
			t.Errorf("%s: %d samples, header %q, information %q", why, r.Samples(), r.Header, r.Information)
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(dir, "testdata"))
	if _, err := Open("fault.cfg"); err != nil {
		t.Errorf("in the current folder: %v", err)
	}
}

func TestOpenRefused(t *testing.T) {
	_, err := Open(files(t, "a.cfg", with(), "b.dat", goodData))
	wantError(t, err, "a.cfg: there is no data file beside it: put a.dat into the same folder")
	_, err = Open(files(t, "a.dat", goodData, "a.cfg", with()))
	wantError(t, err, "a.dat: not the name of a recording: give the .cfg file, with the .dat beside it, or the .cff file")
	_, err = Open(files(t, "3.cfg", with(2, "16,10A,6D "), "3.dat", goodData))
	wantError(t, err, "3.cfg:5: a line of 5 fields where analogue channel lines have at least 7: correct the channel counts in line 2, or complete this line")
	_, err = Open(files(t, "3.cfg", with(), "3.DAT", "1,0,x,1,1\n2,1000,20,2,1\n3,2000,-30,3,0\n4,3000,40,4,1\n"))
	wantError(t, err, `3.DAT:1: sample 1: analogue channel 1 is "x": write a number with a decimal point, or nothing if it is missing`)
	if _, err = Open(filepath.Join(t.TempDir(), "a.cfg")); !os.IsNotExist(err) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// combined is good as a combined file.
func combined(kind, dat string) string {
	return "--- file type: CFG ---\r\n" + with(1, "WORKSHOP,Q1,2013", 11, strings.Fields(strings.TrimRight(kind, ":0123456789 ") + " x")[0]) +
		"--- file type: INF ---\r\n[x]\r\n--- file type: HDR ---\r\nhello\r\n--- file type: DAT " + kind + " ---\r\n" + dat
}

func TestReadCombined(t *testing.T) {
	var bin strings.Builder
	for i := range 4 {
		// A separator inside binary data is data.
		bin.Write(binaryRow(uint32(i), 0xffffffff, 0, int16(10*i), int16(i)))
	}
	trap := strings.Repeat("\n--- file type: CFG ---\n", 7)[:4*14]
	for why, text := range map[string]string{
		"ASCII":             combined("ASCII", goodData),
		"small letters":     strings.Replace(combined("ASCII", goodData), "--- file type: DAT ASCII ---", "--- FILE TYPE: dat ascii ---", 1),
		"no colon":          strings.ReplaceAll(combined("ASCII", goodData), "--- file type: ", "-- file type  "),
		"no type":           strings.Replace(combined("ASCII", goodData), "DAT ASCII", "DAT", 1),
		"mark":              "\ufeff" + combined("ASCII", goodData),
		"LF":                strings.ReplaceAll(combined("ASCII", goodData), "\r\n", "\n"),
		"BINARY":            combined("BINARY: 56", bin.String()),
		"BINARY and more":   combined("BINARY: 56", bin.String()+"\r\n"),
		"BINARY, no length": combined("BINARY", bin.String()),
		"data not last":     combined("ASCII", goodData+"--- file type: XYZ ---\r\n9,9"),
	} {
		r, err := ReadCombined(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", why, err)
		} else if r.Samples() != 4 || r.Header != "hello" || r.Information != "[x]" || len(r.Notes) != 0 {
			t.Errorf("%s: read %+v", why, r)
		}
	}
	if _, err := ReadCombined(strings.NewReader(combined("BINARY: 56", trap))); err == nil || strings.Contains(err.Error(), "second CFG") {
		t.Errorf("a separator inside binary data: %v", err)
	}
	if _, err := Open(files(t, "a.CFF", combined("ASCII", goodData))); err != nil {
		t.Error(err)
	}
}

func TestReadCombinedRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `cff: there is no configuration section: a combined file has a line "--- file type: CFG ---"; copy it from the device again`},
		{"--- file type: CFG ---\n" + with(), `cff: there is no data section: a combined file has a line "--- file type: DAT ASCII ---" or DAT BINARY; copy it from the device again`},
		{strings.Replace(combined("ASCII", goodData), "50\r", "fifty\r", 1), `cff:7: line frequency "fifty": write it in Hz with a decimal point, as 50 or 60; if a channel line stands here, the channel counts in line 2 are too low`},
		{strings.Replace(combined("ASCII", goodData), "4,3000,40", "4,3000,x", 1), `cff:22: sample 4: analogue channel 1 is "x": write a number with a decimal point, or nothing if it is missing`},
		{strings.Replace(combined("ASCII", goodData), "DAT ASCII", "DAT BINARY", 1), `cff:18: the data section is "BINARY", the configuration says ASCII: write the same data type in both`},
		{strings.Replace(combined("ASCII", goodData), "DAT ASCII", "DAT WAV", 1), `cff:18: the data section is "WAV", the configuration says ASCII: write the same data type in both`},
		{combined("BINARY: 57", strings.Repeat("\x00", 56)), `cff:18: "57" bytes of data are declared, 56 follow: copy the file again if it is cut short; correct the number if it is whole`},
		{combined("BINARY: 99999999999999999999", "x"), `cff:18: "99999999999999999999" bytes of data are declared, 1 follow: copy the file again if it is cut short; correct the number if it is whole`},
		{combined("ASCII", goodData+"--- file type: DAT ASCII ---\n"), `cff:23: a second DAT section: a combined file holds one recording; split it`},
	} {
		_, err := ReadCombined(strings.NewReader(c.text))
		wantError(t, err, c.want)
	}
}

// TestTestdata reads the recording that the example shows.
func TestTestdata(t *testing.T) {
	r, err := Open("testdata/fault.cfg")
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{0, 0, 0, nan, 0, 0, 0, 0}; !same(r.Analog[3].Values, want) {
		t.Errorf("IN %v", r.Analog[3].Values)
	}
	if want := []bool{false, false, false, false, false, false, true, true}; !reflect.DeepEqual(bools(r.Digital[1].Values), want) {
		t.Errorf("SDE %v", bools(r.Digital[1].Values))
	}
}
