package study

import (
	"strings"
	"testing"

	"switchroom/points"
	"switchroom/protection"
)

func TestReadSettings(t *testing.T) {
	r := rating(points.X60)
	want := protection.Defaults(r)
	want.LongTime = protection.LongTimeSettings{Ir: 800, Tr: 8}
	want.ShortTime.Isd = 6
	want.GroundFault.On = false
	for _, c := range []struct{ why, text string }{
		{"with header", "point,value\nprotection.long_time.ir,800\nprotection.long_time.tr,8\nprotection.short_time.isd,6\nprotection.ground_fault.mode,off\n"},
		{"without header, comments, blank lines", "# Q1\n\nprotection.long_time.ir, 800\r\nprotection.long_time.tr,8\n# the rest\nprotection.short_time.isd,6\nprotection.ground_fault.mode,off"},
		{"semicolons and an editor's mark", "\ufeffpoint;value\nprotection.long_time.ir;800\nprotection.long_time.tr;8\nprotection.short_time.isd;6\nprotection.ground_fault.mode;OFF\n"},
		{"as read from a breaker", "point,value,unit,register,certainty\nprotection.instantaneous.on,true,,8760,confirmed\nprotection.earth_leakage.dt,n/a,s,1,inferred\nprotection.long_time.ir,800,A,8756,confirmed\nprotection.long_time.tr,8,s,8758,confirmed\nprotection.short_time.isd,6,Ir,1,confirmed\nprotection.ground_fault.mode,off,,2,confirmed\n"},
		{"columns in another order", "value,point\n800,protection.long_time.ir\n8,protection.long_time.tr\n6,protection.short_time.isd\noff,protection.ground_fault.mode\n"},
	} {
		d := NewDevice("Q1", r)
		notes, err := ReadSettings(strings.NewReader(c.text), "q1.csv", &d)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
		} else if d.Settings != want {
			t.Errorf("%s: %+v", c.why, d.Settings)
		}
		if wants := strings.Count(c.text, "instantaneous.on") * 2; len(notes) != wants {
			t.Errorf("%s: notes %q, want %d", c.why, notes, wants)
		}
	}
}

func TestReadSettingsRefuses(t *testing.T) {
	r := rating(points.X60)
	for _, c := range []struct{ why, text, want string }{
		{"every rule, each with its line",
			"point,value\nprotection.long_time.ir,5000\nprotection.short_time.isd,12\nprotection.long_time.tr,soon\nprotection.nonsense,1\n",
			"q1.csv:2: protection.long_time.ir = 5000: 5000 is outside 400 to 1000 A|q1.csv:3: protection.short_time.isd|q1.csv:4: protection.long_time.tr: \"soon\" is not a number|q1.csv:5: no point is named"},
		{"twice", "protection.long_time.ir,800\nprotection.long_time.ir,900\n", "q1.csv:2: protection.long_time.ir stands in line 1 already"},
		{"a combination", "protection.short_time.i2t,on\nprotection.short_time.tsd,0\n", "q1.csv:2: protection.short_time.tsd"},
		{"a combination with the factory's", "protection.short_time.i2t,on\n", "q1.csv: protection.short_time.tsd"},
		{"another unit's", "protection.earth_leakage.idn,3\n", "does not exist on 6.0 X"},
		{"decimal comma", "point;value\nprotection.short_time.isd;1,5\n", "decimal point"},
		{"not a protection setting", "password.level1,abcd\n", "not a protection setting"},
		{"too few columns", "protection.long_time.ir\n", "1 columns: write point,value"},
		{"too many columns", "protection.long_time.ir,800,A\n", "3 columns"},
		{"half a header", "point,setting\nprotection.long_time.ir,800\n", "no column value"},
		{"column twice", "point,value,value\n", "column value stands twice"},
		{"empty", "# nothing\n", "no setting in it"},
		{"a broken quote", "protection.long_time.ir,\"800\n", "q1.csv:1"},
		{"the setting of another unit beside the group", "protection.zsi.ground_fault,sideways\n", "neither on nor off"},
		{"infinite", "protection.long_time.ir,inf\n", "not a number"},
		{"too large", strings.Repeat("#\n", maxFile), "larger than 4 MiB"},
	} {
		d := NewDevice("Q1", r)
		_, err := ReadSettings(strings.NewReader(c.text), "q1.csv", &d)
		if err == nil {
			t.Errorf("%s: not refused", c.why)
			continue
		}
		if d != NewDevice("Q1", r) {
			t.Errorf("%s: refused and half of it taken: %+v", c.why, d)
		}
		for _, part := range strings.Split(c.want, "|") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: no %q in\n%v", c.why, part, err)
			}
		}
	}
}

// FuzzReadSettings: what is accepted is valid, and nothing panics.
func FuzzReadSettings(f *testing.F) {
	f.Add("point,value\nprotection.long_time.ir,800\n")
	f.Add("protection.short_time.i2t;on\n\"\x00;")
	r := rating(points.X60)
	f.Fuzz(func(t *testing.T, text string) {
		d := NewDevice("Q1", r)
		_, err := ReadSettings(strings.NewReader(text), "f", &d)
		if err == nil && d.Validate() != nil || err != nil && d != NewDevice("Q1", r) {
			t.Errorf("%q: %v and %+v", text, err, d)
		}
	})
}
