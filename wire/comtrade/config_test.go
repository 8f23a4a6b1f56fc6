package comtrade

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestConfig(t *testing.T) {
	r, err := ReadConfig(strings.NewReader(with()))
	if err != nil {
		t.Fatal(err)
	}
	want := &Recording{
		Station: "WORKSHOP", Device: "Q1", Revision: 1999, Type: ASCII, Frequency: 50,
		Rates:    []Rate{{1000, 4}},
		Start:    time.Date(2024, 3, 7, 14, 5, 9, 250e6, time.UTC),
		Trigger:  time.Date(2024, 3, 7, 14, 5, 9, 254e6, time.UTC),
		TimeMult: 1,
		Analog: []Analog{
			{Name: "IA", Phase: "A", Component: "Q1", Unit: "A", A: 0.5, B: 1, Min: -32767, Max: 32767, Primary: 1000, Secondary: 5, Scaling: 'S'},
			{Name: "UA", Phase: "A", Component: "Q1", Unit: "kV", A: 2, Skew: 12.5, Min: -32767, Max: 32767, Primary: 1, Secondary: 1, Scaling: 'P'},
		},
		Digital: []Digital{{Name: "CLOSED", Component: "Q1", Normal: true}},
	}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("got  %+v\nwant %+v", r, want)
	}
	if text := string(r.AppendConfig(nil)); text != with() {
		t.Errorf("formatted as\n%s\nwant\n%s", text, with())
	}
}

// TestConfigTolerated holds what devices do and the standard does not say.
func TestConfigTolerated(t *testing.T) {
	for _, c := range []struct {
		why   string
		lines []any
		got   func(*Recording) any
		want  any
		notes int
	}{
		{"no revision is 1991", []any{1, "S,D", 9, "03/07/24,14:05:09.25"}, func(r *Recording) any { return r.Revision }, 1991, 0},
		{"empty revision is 1991", []any{1, "S,D,", 9, "03/07/24,14:05:09.25"}, func(r *Recording) any { return r.Revision }, 1991, 0},
		{"RTDS writes 0", []any{1, "S,,0", 9, "12/26/18,10:33:43.685"}, func(r *Recording) any { return r.Revision }, 1991, 0},
		{"IEC 60255-24:2001", []any{1, "S,D,2001"}, func(r *Recording) any { return r.Revision }, 1999, 0},
		{"Sepam writes 1997", []any{1, "S,D,1997"}, func(r *Recording) any { return r.Revision }, 1999, 1},
		{"after the last revision", []any{1, "S,D,2024"}, func(r *Recording) any { return r.Revision }, 2013, 1},
		{"two digits", []any{1, "S,D, 99 "}, func(r *Recording) any { return r.Revision }, 1999, 0},
		{"spaces around counts", []any{2, "  3, 2A,  1D"}, func(r *Recording) any { return len(r.Analog) }, 2, 0},
		{"small letters", []any{2, "3,2a,1d"}, func(r *Recording) any { return len(r.Digital) }, 1, 0},
		{"spaces around fields", []any{3, "  1,F1-IA               ,A,,A     ,     0.001953,0,0,-32767,32767,   1000.0,  1.0,S"}, func(r *Recording) any { return r.Analog[0].Name + r.Analog[0].Unit }, "F1-IAA", 0},
		{"exponents", []any{3, "1,I1,7,1,A,2.836798e+000,-1.021247E+002,0,0,0,1.25e+003,1,p"}, func(r *Recording) any { return r.Analog[0].A }, 2.836798, 0},
		{"a line of 1991", []any{3, "1,IA,,,A,0.5,0,0,0,999900"}, func(r *Recording) any { return r.Analog[0].Scaling }, byte(0), 0},
		{"no range", []any{3, "1,IA,,,A,0.5,0"}, func(r *Recording) any { return r.Analog[0].Max }, 0.0, 0},
		{"empty skew", []any{3, "1,IA,,,A,0.5,0,,-32767,32767,1,1,P"}, func(r *Recording) any { return r.Analog[0].Skew }, 0.0, 0},
		{"a comma too many", []any{3, "1,IA,,,A,0.5,0,0,-32767,32767,1,1,P,"}, func(r *Recording) any { return r.Analog[0].Scaling }, byte('P'), 0},
		{"a status line of 1991", []any{5, "1,TRP,1"}, func(r *Recording) any { return r.Digital[0] }, Digital{Name: "TRP", Normal: true}, 0},
		{"no normal state", []any{5, "1,TRP,A,Q1"}, func(r *Recording) any { return r.Digital[0] }, Digital{Name: "TRP", Phase: "A", Component: "Q1"}, 0},
		{"empty normal state", []any{5, "1,TRP,A,,"}, func(r *Recording) any { return r.Digital[0] }, Digital{Name: "TRP", Phase: "A"}, 0},
		{"no name", []any{5, "1,"}, func(r *Recording) any { return r.Digital[0] }, Digital{}, 0},
		{"no frequency", []any{6, ""}, func(r *Recording) any { return r.Frequency }, 0.0, 0},
		{"no rate, with its line", []any{7, "0", 8, "0,  1360"}, func(r *Recording) any { return r.Rates }, []Rate{{0, 1360}}, 0},
		{"no last sample", []any{8, "1200"}, func(r *Recording) any { return r.Rates }, []Rate{{1200, 0}}, 0},
		{"several rates", []any{7, "2", 8, "1000,4\r\n500,9"}, func(r *Recording) any { return r.Rates }, []Rate{{1000, 4}, {500, 9}}, 0},
		{"no rate and no line", []any{7, "0", 8, "07/03/2024,14:05:09.250000", 9, "07/03/2024,14:05:09.254", 10, "ASCII", 11, "1", 12, ""}, func(r *Recording) any { return r.Rates }, []Rate{{}}, 0},
		{"American order in 1999", []any{9, "03/27/2024,14:05:09"}, func(r *Recording) any { return r.Start.Format(time.DateOnly) }, "2024-03-27", 1},
		{"spaces in the clock", []any{9, "13/04/2019,02 : 37:34.349250"}, func(r *Recording) any { return r.Start.Format(time.TimeOnly) }, "02:37:34", 0},
		{"no clock", []any{9, "00/00/0000,00:00:00.000000"}, func(r *Recording) any { return r.Start.IsZero() }, true, 0},
		{"blank dates", []any{9, "", 10, " "}, func(r *Recording) any { return r.Trigger.IsZero() }, true, 0},
		{"small letters in the type", []any{11, " float32 "}, func(r *Recording) any { return r.Type }, Float32, 0},
		{"no multiplier", []any{12, ""}, func(r *Recording) any { return r.TimeMult }, 1.0, 0},
		{"a multiplier of 0", []any{12, "0"}, func(r *Recording) any { return r.TimeMult }, 1.0, 1},
		{"DOS end of file", []any{12, "2.5\x1a\x1a\x1a\x00"}, func(r *Recording) any { return r.TimeMult }, 2.5, 0},
		{"an escape sequence in a name", []any{3, "1,I\x1b[2JA\u202e,,,A,1,0"}, func(r *Recording) any { return r.Analog[0].Name }, "I[2JA", 0},
		{"a time code nobody knows", []any{1, "S,D,2013", 12, "1\r\nnoon,x\r\n"}, func(r *Recording) any { return r.TimeCode }, "noon", 1},
	} {
		r, err := ReadConfig(strings.NewReader(with(c.lines...)))
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if got := c.got(r); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.why, got, c.want)
		}
		if len(r.Notes) != c.notes {
			t.Errorf("%s: notes %q, want %d", c.why, r.Notes, c.notes)
		}
		checkFormat(t, r)
	}
}

// TestConfigLines reads the same configuration with every line end.
func TestConfigLines(t *testing.T) {
	for _, end := range []string{"\n", "\r\n", "\r", "\r\r\n"} {
		r, err := ReadConfig(strings.NewReader(strings.ReplaceAll(with(6, ""), "\r\n", end)))
		if err != nil {
			t.Errorf("%q: %v", end, err)
		} else if r.TimeMult != 1 || len(r.Analog) != 2 {
			t.Errorf("%q: read %+v", end, r)
		}
	}
}

func TestConfigEncodings(t *testing.T) {
	cfg := with(1, "Estação “Süd”,Oscilógrafo,1999")
	var latin, wide []byte
	for _, r := range cfg {
		switch {
		case r == '“':
			latin = append(latin, 0x93)
		case r == '”':
			latin = append(latin, 0x94)
		default:
			latin = append(latin, byte(r))
		}
		wide = append(wide, byte(r), byte(r>>8))
	}
	big := make([]byte, len(wide))
	for i := range wide {
		big[i^1] = wide[i]
	}
	for name, text := range map[string]string{
		"UTF-8": cfg, "UTF-8 with mark": "\ufeff" + cfg, "Windows-1252": string(latin),
		"UTF-16LE": "\xff\xfe" + string(wide), "UTF-16BE": "\xfe\xff" + string(big),
	} {
		r, err := ReadConfig(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if r.Station != "Estação “Süd”" || r.Device != "Oscilógrafo" {
			t.Errorf("%s: read %q %q", name, r.Station, r.Device)
		}
	}
}

// TestConfig2013 reads the lines that 2013 adds.
func TestConfig2013(t *testing.T) {
	cfg := with(1, "S,D,2013", 9, "17/02/2021,17:37:12.422969065", 12, "1\r\n-5h30,+2\r\nB,3")
	r, err := ReadConfig(strings.NewReader(cfg))
	if err != nil {
		t.Fatal(err)
	}
	if want := "2021-02-17T17:37:12.422969065-05:30"; r.Start.Format(time.RFC3339Nano) != want {
		t.Errorf("start %s, want %s", r.Start.Format(time.RFC3339Nano), want)
	}
	if !r.Nanoseconds || r.TimeCode != "-5h30" || r.LocalCode != "+2" || r.TimeQuality != "B" || r.LeapSecond != "3" {
		t.Errorf("read %+v", r)
	}
	checkFormat(t, r)
}

func TestConfigRefused(t *testing.T) {
	for _, c := range []struct {
		lines []any
		want  string
	}{
		{[]any{1, "S,D,X"}, `cfg:1: revision year "X": write station,device,year with 1991, 1999 or 2013 as the year`},
		{[]any{1, "S,T,D,1999"}, `cfg:1: the station line has 4 fields: write station,device,year without commas inside the names`},
		{[]any{2, "16,10A"}, `cfg:2: channel counts "16,10A": 10 analogue and 0 status channels are 10, not 16: write totals as 10,10A,0D if that is what follows`},
		{[]any{2, "16,10,6"}, `cfg:2: channel counts "16,10,6": write total, analogue and status channels, as 16,10A,6D`},
		{[]any{2, "16,6D,10A"}, `cfg:2: channel counts "16,6D,10A": write total, analogue and status channels, as 16,10A,6D`},
		{[]any{2, "0,0A,0D"}, `cfg:2: 0 channels: a recording has 1 to 100000; correct the counts`},
		{[]any{2, "999999,999999A,0D"}, `cfg:2: 999999 channels: a recording has 1 to 100000; correct the counts`},
		{[]any{2, "4,2A,2D"}, `cfg:6: a line of 1 fields where status channel lines have at least 2: correct the channel counts in line 2, or complete this line`},
		{[]any{2, "2,2A,0D"}, `cfg:5: line frequency "1,CLOSED,,Q1,1": write it in Hz with a decimal point, as 50 or 60; if a channel line stands here, the channel counts in line 2 are too low`},
		{[]any{2, "3,1A,2D"}, `cfg:4: status channel line with 13 fields, at most 5 are possible: write decimals with a point, and no commas inside names`},
		{[]any{2, "60000,60000A,0D"}, `cfg:5: a line of 5 fields where analogue channel lines have at least 7: correct the channel counts in line 2, or complete this line`},
		{[]any{3, "1,IA,,,A,0,5,0,0,-32767,32767,1000,5,0,S"}, `cfg:3: analogue channel line with 15 fields, at most 13 are possible: write decimals with a point, and no commas inside names`},
		{[]any{3, "1,IA,,,A,,0"}, `cfg:3: analogue channel "IA": multiplier a is "": write a number with a decimal point`},
		{[]any{3, "1,IA,,,A,0x10,0"}, `cfg:3: analogue channel "IA": multiplier a is "0x10": write a number with a decimal point`},
		{[]any{3, "1,IA,,,A,1e200,0"}, `cfg:3: analogue channel "IA": multiplier a is "1e200": write a number with a decimal point`},
		{[]any{3, "1,IA,,,A,1,0,0,0,0,1,1,X"}, `cfg:3: analogue channel "IA": scaling is "X": write P if the values are primary, S if they are secondary`},
		{[]any{3, "A,IA,,,A,1,0"}, `cfg:3: analogue channel number "A": number the channels from 1; if another kind of line stands here, the channel counts in line 2 are wrong`},
		{[]any{5, "1,TRP,,,2"}, `cfg:5: status channel "TRP": normal state is "2": write 0 or 1; if an analogue channel or the frequency stands here, the channel counts in line 2 are wrong`},
		{[]any{6, "fifty"}, `cfg:6: line frequency "fifty": write it in Hz with a decimal point, as 50 or 60; if a channel line stands here, the channel counts in line 2 are too low`},
		{[]any{7, "1000"}, `cfg:7: number of sampling rates "1000": write 1 for a constant rate, 0 if the time stamps count`},
		{[]any{8, "-1,4"}, `cfg:8: sampling rate "-1,4": write rate,last with the rate in Hz, as 1200,240`},
		{[]any{8, "1000,1000000000000"}, `cfg:8: last sample "1000000000000": write the number of the last sample at this rate, at most 9999999999`},
		{[]any{7, "2", 8, "1000,4\r\n500,4"}, `cfg:9: last sample 4 is not after the previous rate's 4: number the samples through the whole recording`},
		{[]any{7, "2", 8, "1000\r\n500,4"}, `cfg:8: sampling rate 1 of 2 has no last sample: write rate,last with the number of its last sample`},
		{[]any{9, "yesterday"}, `cfg:9: the time of the first sample is "yesterday": write dd/mm/yyyy,hh:mm:ss.ssssss`},
		{[]any{10, "31/02/2024,00:00:00"}, `cfg:10: the time of the trigger is "31/02/2024,00:00:00": write dd/mm/yyyy,hh:mm:ss.ssssss`},
		{[]any{11, "BINARY64"}, `cfg:11: data file type "BINARY64": write ASCII, BINARY, BINARY32 or FLOAT32, whichever the data are`},
		{[]any{12, "-1"}, `cfg:12: time stamp multiplier "-1": write 1 if the stamps are in microseconds`},
	} {
		_, err := ReadConfig(strings.NewReader(with(c.lines...)))
		wantError(t, err, c.want)
	}
}

// TestConfigCutShort cuts the configuration after every line.
func TestConfigCutShort(t *testing.T) {
	lines := good()
	for n := range 11 {
		text := strings.Join(lines[:n], "\n")
		_, err := ReadConfig(strings.NewReader(text))
		if err == nil {
			t.Errorf("%d lines are accepted", n)
		} else if want := fmt.Sprintf("cfg:%d: the file ends where ", n+1); !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%d lines: %v", n, err)
		}
	}
}

// checkFormat checks that a configuration, written and read again, is the same.
func checkFormat(t *testing.T, r *Recording) {
	t.Helper()
	text := string(r.AppendConfig(nil))
	again, err := ReadConfig(strings.NewReader(text))
	if err != nil {
		t.Fatalf("formatted text is not accepted: %v\n%s", err, text)
	}
	if text2 := string(again.AppendConfig(nil)); text2 != text {
		t.Fatalf("formatted twice:\n%s\n%s", text, text2)
	}
	want, got := *r, *again
	for _, c := range []*Recording{&want, &got} {
		c.Notes, c.Times, c.Header, c.Information = nil, nil, "", ""
		c.Start, c.Trigger = c.Start.Round(0).UTC(), c.Trigger.Round(0).UTC()
		c.Analog = append([]Analog(nil), c.Analog...)
		for i := range c.Analog {
			c.Analog[i].Values = nil
		}
		c.Digital = append([]Digital(nil), c.Digital...)
		for i := range c.Digital {
			c.Digital[i].Values = Bits{}
		}
	}
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("read again as\n%+v\nwas\n%+v", got, want)
	}
}
