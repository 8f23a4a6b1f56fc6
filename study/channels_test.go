package study

import (
	"fmt"
	"strings"
	"testing"

	"switchroom/wire/comtrade"
)

// channels makes a recording of channels written name/phase/unit.
func channels(all ...string) *comtrade.Recording {
	rec := new(comtrade.Recording)
	for _, s := range all {
		part := strings.Split(s, "/")
		rec.Analog = append(rec.Analog, comtrade.Analog{Name: part[0], Phase: part[1], Unit: part[2]})
	}
	return rec
}

func TestGuess(t *testing.T) {
	for _, tt := range []struct {
		channels []string
		want     string // l1 l2 l3 n, or part of the error
		why      string
	}{
		{[]string{"I1/L1/A", "I2/L2/A", "I3/L3/A", "IN/N/A"}, "I1 I2 I3 IN", "by name"},
		{[]string{"Ia/1/A", "Ib/1/A", "Ic/1/A", "Id/1/A", "In1/1/A"}, "Ia Ib Ic -", "every channel says phase 1"},
		{[]string{"F1-IA/A/A", "F2-IB/B/A", "F3-IC/C/A", "VA/A/kV"}, "F1-IA F2-IB F3-IC -", "by phase"},
		{[]string{"I_L1//A", "I L2//A", "i-l3//A"}, "I_L1 I L2 i-l3 -", "marks between"},
		{[]string{"IA/B/A", "IB/A/A", "x/C/A"}, "IA IB x -", "a name outweighs a phase, which cannot take it again"},
		{[]string{"I1//A"}, "I1 - - -", "nothing else is there"},
		{[]string{"F1-I/A/A", "F2-I/A/A"}, "which channel is l1: F1-I, F2-I?", "two of one phase"},
		{[]string{"I1//A", "IA//A", "I2//A", "I3//A"}, "which channel is l1: I1, IA?", "two usual names"},
		{[]string{"I1//A", "I3//A", "feeder//A"}, "which channel is l2?", "one is left over"},
	} {
		m, err := guess(channels(tt.channels...))
		got := fmt.Sprint(err)
		if err == nil {
			var names []string
			for _, to := range Conductors {
				if m[to] == "" {
					m[to] = "-"
				}
				names = append(names, m[to])
			}
			got = strings.Join(names, " ")
		}
		if err == nil && got != tt.want || err != nil && (!strings.HasPrefix(got, tt.want) || !strings.Contains(got, "the channels are")) {
			t.Errorf("%q: %s, want %s: %s", tt.channels, got, tt.want, tt.why)
		}
	}
}
