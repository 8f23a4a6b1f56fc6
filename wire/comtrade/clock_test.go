package comtrade

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestTimes(t *testing.T) {
	stamped := strings.NewReplacer("1,0,", "1,500,", "2,1000,", "2,1500,", "3,2000,", "3,3500,", "4,3000,", "4,4000,").Replace(goodData)
	for _, c := range []struct {
		why, cfg, dat string
		want          []float64
	}{
		{"one rate", with(), goodData, []float64{0, .001, .002, .003}},
		{"rates before stamps", with(), stamped, []float64{0, .001, .002, .003}},
		{"two rates", with(7, "2", 8, "1000,2\r\n500,4"), goodData, []float64{0, .001, .003, .005}},
		{"three rates", with(7, "3", 8, "1000,1\r\n500,2\r\n100,4"), goodData, []float64{0, .002, .012, .022}},
		{"no rate: stamps", with(7, "0", 8, "0,4"), stamped, []float64{0, .001, .003, .0035}},
		{"a rate of 0: stamps", with(7, "2", 8, "1000,2\r\n0,4"), stamped, []float64{0, .001, .003, .0035}},
		{"stamps times timemult", with(7, "0", 8, "0,4", 12, "10"), stamped, []float64{0, .01, .03, .035}},
		{"negative stamps", with(7, "0", 8, "0,4"), strings.Replace(goodData, "1,0,", "1,-1000,", 1), []float64{0, .002, .003, .004}},
		{"nanoseconds in 2013", with(1, "S,D,2013", 7, "0", 8, "0,4", 9, "07/03/2024,14:05:09.250000000"), stamped, []float64{0, 1e-6, 3e-6, 3.5e-6}},
		{"never nanoseconds in 1999", with(7, "0", 8, "0,4", 9, "07/03/2024,14:05:09.250000000"), stamped, []float64{0, .001, .003, .0035}},
		{"no stamps, a rate", with(), "1,,10,1,1\n2,,20,2,1\n3,,-30,3,0\n4,,40,4,1\n", []float64{0, .001, .002, .003}},
		{"equal stamps, a rate", with(), "1,5,10,1,1\n2,5,20,2,1\n3,5,-30,3,0\n4,5,40,4,1\n", []float64{0, .001, .002, .003}},
		{"two samples at once", with(7, "0", 8, "0,4"), "1,5,10,1,1\n2,5,20,2,1\n3,5,-30,3,0\n4,6,40,4,1\n", []float64{0, 0, 0, 1e-6}},
		{"one sample", with(7, "0", 8, "0,1"), "1,5,10,1,1\n", []float64{0}},
	} {
		r, err := Read(strings.NewReader(c.cfg), strings.NewReader(c.dat))
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		for i := range c.want {
			if math.Abs(r.Times[i]-c.want[i]) > 1e-12 {
				t.Errorf("%s: %v, want %v", c.why, r.Times, c.want)
				break
			}
		}
	}
}

func TestTimesRefused(t *testing.T) {
	for _, c := range []struct{ dat, want string }{
		{"1,,10,1,1\n2,,20,2,1\n3,,-30,3,0\n4,,40,4,1\n", "dat: sample 1 has no time stamp, and the configuration no sampling rate: write the sampling rate into the configuration, as 1 and 1200,240"},
		{"1,5,10,1,1\n2,5,20,2,1\n3,5,-30,3,0\n4,5,40,4,1\n", "dat: all samples have the same time stamp, and the configuration has no sampling rate: write the sampling rate into the configuration, as 1 and 1200,240"},
		{"1,0,10,1,1\n2,2000,20,2,1\n3,1000,-30,3,0\n4,3000,40,4,1\n", "dat: time runs backwards at sample 3: stamp 1000 after 2000: write the sampling rate into the configuration if the stamps are not to be trusted"},
	} {
		_, err := Read(strings.NewReader(with(7, "0", 8, "0,4")), strings.NewReader(c.dat))
		wantError(t, err, c.want)
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct {
		line     string
		revision int
		want     string
	}{
		{"12/01/2011,05:55:30.075011", 1999, "2011-01-12T05:55:30.075011Z"},
		{"01/12/2011,05:55:30.075011", 1991, "2011-01-12T05:55:30.075011Z"},
		{"02/12/11,11:41:11.081315", 1991, "2011-02-12T11:41:11.081315Z"},
		{"12/31/91,23:59:59.999999", 1991, "1991-12-31T23:59:59.999999Z"},
		{" 1/ 2/2003 , 4:5:6", 1999, "2003-02-01T04:05:06Z"},
		{"1.2.2003,4:5:6.5,", 1999, "2003-02-01T04:05:06.5Z"},
		{"01-02-2003 04:05:06.123456789", 1999, "2003-02-01T04:05:06.123456789Z"},
		{"01/02/2003,04:05:06.1234567891234", 2013, "2003-02-01T04:05:06.123456789Z"},
		{"31/12/2016,23:59:60.5", 2013, "2017-01-01T00:00:00.5Z"},
		{"29/02/2024,00:00:00", 1999, "2024-02-29T00:00:00Z"},
	} {
		m, ok := parseMoment(c.line, c.revision)
		if got := m.t.Format(time.RFC3339Nano); !ok || got != c.want {
			t.Errorf("%s of %d read as %s, %v; want %s", c.line, c.revision, got, ok, c.want)
		}
	}
	for _, line := range []string{"x", "1/1", "1/1/2000", "1/1/2000,12:00", "32/01/2000,00:00:00", "29/02/2023,00:00:00", "13/13/2000,00:00:00", "1/1/3,00:00:00", "1/1/20000,00:00:00", "1/1/2000,24:00:00", "1/1/2000,00:60:00", "1/1/2000,00:00:61", "1/1/2000,00:00:00.x"} {
		if m, ok := parseMoment(line, 1999); ok {
			t.Errorf("%q is accepted as %v", line, m.t)
		}
	}
}

func TestZones(t *testing.T) {
	for code, want := range map[string]int{"": 0, "x": 0, "X": 0, "0": 0, "0h00": 0, "-4": -4 * 3600, "+10h30": 37800, "5h": 18000, "-5h30": -19800} {
		loc, ok := parseZone(code)
		if _, got := time.Unix(0, 0).In(orUTC(loc)).Zone(); !ok || got != want {
			t.Errorf("%q is %d s, %v; want %d", code, got, ok, want)
		}
	}
	for _, code := range []string{"noon", "--4", "+-4", "25", "5h99", "h", "-", "5h-3"} {
		if _, ok := parseZone(code); ok {
			t.Errorf("%q is accepted", code)
		}
	}
}

func orUTC(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}
