package comtrade

import (
	"fmt"
	"math"
	"time"
)

// Recording is one COMTRADE recording: its configuration and, unless it came
// from [ReadConfig], its samples.
type Recording struct {
	Station   string   // name of the substation (1999 5.3.1)
	Device    string   // name or number of the recording device
	Revision  int      // rules the recording was read by: 1991, 1999 or 2013
	Type      DataType // how the data file is written (ft, 1999 5.3.8)
	Frequency float64  // nominal line frequency in Hz; 0 if not given (lf, 1999 5.3.5)

	Rates []Rate // sampling rates, in order; one of 0 Hz if the time stamps count (1999 5.3.6)

	Start   time.Time // time of the first sample; zero if not given (1999 5.3.7)
	Trigger time.Time // time of the trigger; zero if not given

	TimeMult    float64 // multiplies the time stamps of the data file (timemult, 1999 5.3.9)
	Nanoseconds bool    // the time stamps count ns, not µs (2013 8.4)

	TimeCode    string // local time minus UTC, as written, e.g. -5h30 (time_code, 2013)
	LocalCode   string // local time minus UTC at the place of recording, or x (local_code, 2013)
	TimeQuality string // quality of the clock, one hexadecimal digit (tmq_code, 2013)
	LeapSecond  string // 0 none, 1 added, 2 deleted, 3 not known (leapsec, 2013)

	Analog  []Analog
	Digital []Digital

	// Times are the sample times, in seconds from the first sample; they never
	// run backwards. Skews are not in them.
	Times []float64

	Header      string // the .hdr text, for people; empty if there is none
	Information string // the .inf text; empty if there is none

	// Notes say where the recording left the standard and how it was read, one
	// sentence each, for the person who looks at it.
	Notes []string
}

// Rate is one stretch of constant sampling rate.
type Rate struct {
	Hz   float64 // samples per second; 0 if the time stamps count (samp)
	Last int     // number of the last sample at this rate, from 1 (endsamp)
}

// Analog is one analogue channel (An line, 1999 5.3.3).
type Analog struct {
	Name      string // ch_id
	Phase     string // ph
	Component string // circuit component monitored (ccbm)
	Unit      string // uu: A, kV, …

	A, B float64 // Values are A·x+B, in Unit, of the numbers x in the data file

	// Skew is the delay of this channel within the sampling period, in µs.
	// It is kept as declared and not applied to Times or Values.
	Skew float64

	Min, Max float64 // range of x as declared; both 0 if not declared

	Primary   float64 // transformer ratio, primary side; 1 if not given
	Secondary float64 // transformer ratio, secondary side; 1 if not given
	Scaling   byte    // 'P' or 'S': which side Values are on; 0 if not given (1991)

	// Values are the samples as recorded, in Unit, one for each of
	// Recording.Times. NaN is a missing value.
	Values []float64
}

// Digital is one status channel (Dn line, 1999 5.3.4).
type Digital struct {
	Name      string // ch_id
	Phase     string // ph
	Component string // ccbm
	Normal    bool   // state while the primary plant is in service (y)
	Values    Bits   // the samples, one for each of Recording.Times
}

// Samples is how many samples the recording has.
func (r *Recording) Samples() int { return len(r.Times) }

// Changes counts how often the status changed from one sample to the next.
func (d *Digital) Changes() int { return d.Values.changes() }

// PrimaryValues returns the values on the primary side of the instrument
// transformer, in Unit, NaN where missing: Values themselves where they are
// primary, Values × Primary/Secondary where they are secondary (1999 5.3.3,
// PS). It refuses a channel that does not say which it is, since a guess would
// be wrong by the transformer ratio.
func (a *Analog) PrimaryValues() ([]float64, error) {
	switch a.Scaling {
	case 'P':
		return a.Values, nil
	case 'S':
		ratio := a.Primary / a.Secondary
		if ratio == 0 || math.IsNaN(ratio) || math.IsInf(ratio, 0) {
			return nil, fmt.Errorf("channel %s: no primary values: its ratio is %g:%g; correct the primary and secondary fields, or use the values as recorded", quote(a.Name), a.Primary, a.Secondary)
		}
		out := make([]float64, len(a.Values))
		for i, v := range a.Values {
			out[i] = v * ratio
		}
		return out, nil
	default:
		return nil, fmt.Errorf("channel %s: no primary values: the recording does not say whether it is primary or secondary; add P or S to its line, or use the values as recorded", quote(a.Name))
	}
}

// note records where the recording left the standard.
func (r *Recording) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}
