package comtrade

import (
	"errors"
	"fmt"
	"math"
	"os"
)

// NewFloat returns an empty recording of revision 2013 whose values are stored
// as they are, in 32-bit floats: what a capture is written as. Fill in Analog
// (Values only; the rest is set when it is written), Times, Start and Trigger.
func NewFloat(station, device string, hz float64) *Recording {
	return &Recording{Station: station, Device: device, Revision: 2013, Type: Float32, Frequency: hz, TimeMult: 1}
}

// WriteFiles writes the recording as base.cfg and base.dat and returns both
// names. Files that exist are not overwritten. Channels need as many values as
// there are times; times need a constant step of at least a microsecond.
func (r *Recording) WriteFiles(base string) ([]string, error) {
	if err := r.complete(); err != nil {
		return nil, err
	}
	return r.writeParts(base)
}

// Files is WriteFiles without files: the content of the .cfg and the .dat. After it
// AppendCombined has the same.
func (r *Recording) Files() (cfg, dat []byte, err error) {
	if err := r.complete(); err != nil {
		return nil, nil, err
	}
	dat, err = r.appendData(nil)
	return r.AppendConfig(nil), dat, err
}

func writeNew(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

// complete sets what follows from the values.
func (r *Recording) complete() error {
	n := len(r.Times)
	if n < 2 || !(r.Times[1] > r.Times[0]) {
		return fmt.Errorf("comtrade: %d samples: a recording has at least two, one after the other", n)
	}
	r.Rates = []Rate{{Hz: float64(n-1) / (r.Times[n-1] - r.Times[0]), Last: n}}
	for i := range r.Analog {
		a := &r.Analog[i]
		if len(a.Values) != n {
			return fmt.Errorf("comtrade: channel %s has %d values for %d times", a.Name, len(a.Values), n)
		}
		a.A, a.Primary, a.Secondary, a.Scaling = 1, 1, 1, 'P'
		a.Min, a.Max = -math.MaxFloat32, math.MaxFloat32
	}
	return nil
}

func (r *Recording) appendData(dst []byte) (_ []byte, err error) {
	f := newFormat(r)
	w := newRow(len(r.Analog), len(r.Digital))
	for i, t := range r.Times {
		w.number, w.stamp = int64(i+1), math.Round((t-r.Times[0])/r.tick())
		for k := range r.Analog {
			w.analog[k] = r.Analog[k].stored(r.Analog[k].Values[i])
		}
		clear(w.status)
		for k := range r.Digital {
			if r.Digital[k].Values.At(i) {
				w.status[k/64] |= 1 << (k % 64)
			}
		}
		if dst, err = f.appendRow(dst, w); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// stored is the number that stands for v in the data file: the whole one where
// that reads back as v, which the division misses by a rounding.
func (a *Analog) stored(v float64) float64 {
	x := (v - a.B) / a.A
	if n := math.Round(x); a.A*n+a.B == v {
		return n
	}
	return x
}

// BitsOf returns a sequence of on-off samples.
func BitsOf(on []bool) Bits {
	b := makeBits(1, len(on))[0]
	for i, v := range on {
		if v {
			b.set(i)
		}
	}
	return b
}
