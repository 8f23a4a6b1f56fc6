package modbus

import (
	"testing"
	"time"
)

func TestDateTimeOfDocument(t *testing.T) {
	// DOCA0157EN-08: year 2010, November, second day, 14 h 32 min, 3.5 s.
	d, ok := ParseDateTime(pdu(t, "00 0a 0b 02 0e 20 0d ac"))
	want := DateTime{Year: 2010, Month: 11, Day: 2, Hour: 14, Minute: 32, Millisecond: 3500}
	if !ok || d != want {
		t.Fatalf("got %+v %v, want %+v", d, ok, want)
	}
	if at := d.Time(time.UTC); !at.Equal(time.Date(2010, 11, 2, 14, 32, 3, 5e8, time.UTC)) {
		t.Errorf("names %v", at)
	}
}

func TestDateTimeThereAndBack(t *testing.T) {
	for _, at := range []time.Time{
		time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2024, 2, 29, 23, 59, 59, 999e6, time.UTC),
		time.Date(2127, 12, 31, 12, 0, 30, 1e6, time.UTC),
	} {
		d, ok := ParseDateTime(DateTimeOf(at).Append(nil))
		if !ok || !d.Real() || !d.Time(time.UTC).Equal(at) || int(d.Weekday) != int(at.Weekday())+1 {
			t.Errorf("%v came back as %+v", at, d)
		}
	}
	if d := DateTimeOf(time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)); !d.Invalid {
		t.Errorf("1999 came out as %+v: a year that cannot be told must say so", d)
	}
}

func TestReal(t *testing.T) {
	for _, tt := range []struct {
		d    DateTime
		want bool
		why  string
	}{
		{DateTime{Year: 2024, Month: 2, Day: 29}, true, "leap year"},
		{DateTime{Year: 2023, Month: 2, Day: 29}, false, "no leap year"},
		{DateTime{Year: 2023, Month: 4, Day: 31}, false, "April has 30"},
		{DateTime{Year: 2023, Month: 0, Day: 1}, false, "month 0"},
		{DateTime{Year: 2023, Month: 13, Day: 1}, false, "month 13"},
		{DateTime{Year: 2023, Month: 1, Day: 0}, false, "day 0"},
		{DateTime{Year: 2023, Month: 1, Day: 1, Hour: 24}, false, "24 h"},
		{DateTime{Year: 2023, Month: 1, Day: 1, Minute: 60}, false, "60 min"},
		{DateTime{Year: 2023, Month: 1, Day: 1, Millisecond: 60000}, false, "60 s"},
		{DateTime{Year: 1999, Month: 1, Day: 1}, false, "before the clock begins"},
	} {
		if got := tt.d.Real(); got != tt.want {
			t.Errorf("%+v: %v (%s)", tt.d, got, tt.why)
		}
	}
}
