package comtrade

import (
	"encoding/json"
	"math"
)

// Info is the summary of a recording, as `switchroom comtrade info --json`
// prints it.
type Info struct {
	Revision  int           `json:"revision"`  // 1991, 1999 or 2013
	Type      string        `json:"type"`      // ASCII, BINARY, BINARY32 or FLOAT32
	Frequency float64       `json:"frequency"` // nominal, Hz; 0 if not given
	Samples   int           `json:"samples"`
	Rates     []RateInfo    `json:"rates"`
	Analog    []AnalogInfo  `json:"analog"`
	Digital   []DigitalInfo `json:"digital"`
}

// RateInfo is a sampling rate in Hz and the number of its last sample.
type RateInfo [2]float64

// AnalogInfo is the summary of an analogue channel: values as recorded, in
// Unit. First and Last are null in JSON if that sample is missing, Min and Max,
// which pass over missing samples, if all are.
type AnalogInfo struct {
	Name  string `json:"name"`
	Unit  string `json:"unit"`
	Phase string `json:"phase"`
	First Number `json:"first"`
	Last  Number `json:"last"`
	Min   Number `json:"min"`
	Max   Number `json:"max"`
}

// DigitalInfo is the summary of a status channel.
type DigitalInfo struct {
	Name    string `json:"name"`
	Changes int    `json:"changes"` // from one sample to the next
}

// Number is a float64 whose NaN is null in JSON.
type Number float64

// MarshalJSON writes the number, or null for what JSON has no number for.
func (n Number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(v)
}

// Info summarises the recording.
func (r *Recording) Info() Info {
	info := Info{
		Revision: r.Revision, Type: r.Type.String(), Frequency: r.Frequency, Samples: r.Samples(),
		Rates:   make([]RateInfo, len(r.Rates)),
		Analog:  make([]AnalogInfo, len(r.Analog)),
		Digital: make([]DigitalInfo, len(r.Digital)),
	}
	for i, rate := range r.Rates {
		info.Rates[i] = RateInfo{rate.Hz, float64(rate.Last)}
	}
	for i := range r.Analog {
		info.Analog[i] = r.Analog[i].info()
	}
	for i := range r.Digital {
		info.Digital[i] = DigitalInfo{Name: r.Digital[i].Name, Changes: r.Digital[i].Changes()}
	}
	return info
}

func (a *Analog) info() AnalogInfo {
	missing := Number(math.NaN())
	info := AnalogInfo{Name: a.Name, Unit: a.Unit, Phase: a.Phase, First: missing, Last: missing, Min: missing, Max: missing}
	if n := len(a.Values); n > 0 {
		info.First, info.Last = Number(a.Values[0]), Number(a.Values[n-1])
	}
	for _, v := range a.Values {
		if x := Number(v); !math.IsNaN(v) {
			if !(info.Min <= x) { // also where Min is still NaN
				info.Min = x
			}
			if !(info.Max >= x) {
				info.Max = x
			}
		}
	}
	return info
}
