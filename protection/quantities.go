package protection

import (
	"math"
	"math/cmplx"

	"switchroom/points"
)

// Inputs is what a network offers while it is steady: RMS phasors, currents
// positive from top to bottom.
type Inputs struct {
	I       [4]complex128 // A: l1, l2, l3, n
	V       [3]complex128 // V: phase to neutral
	Hz      float64       // 0: no voltage
	Leakage complex128    // A, in the external sensor: earth leakage or ground return
	More    *Distortion   // of the currents; nil: pure sines. Those of voltages are not looked at
}

// Readings is one sample of the same.
type Readings struct {
	I       [4]float64 // A
	V       [3]float64 // V
	Leakage float64    // A
}

// quantity is something that a function of a digital module compares. The three
// of a kind stand together.
type quantity uint8

const (
	rmsCurrent      quantity = 0  // l1, l2, l3, A
	groundCurrent   quantity = 3  // A
	leakageCurrent  quantity = 4  // A
	phaseNeutral    quantity = 5  // V1N, V2N, V3N, V
	phasePhase      quantity = 8  // V12, V23, V31, V
	frequency       quantity = 11 // Hz, NaN without voltage
	reversePower    quantity = 12 // W, from bottom to top
	forwardCurrent  quantity = 13 // l1, l2, l3, A, 0 where it flows the other way
	backwardCurrent quantity = 16 // the same for reverse
	numQuantities   quantity = 19
)

type quantities [numQuantities]float64

// nothing is what is measured before anything was.
var nothing = quantities{frequency: math.NaN()}

// liveVoltage is the least positive-sequence voltage, × rated, of which a
// frequency is believed, and polarising the least voltage by which a direction
// is. Below there is no frequency, and a current has neither direction, so that
// ANSI 81 and 67 rest (ours).
const (
	liveVoltage = 0.2
	polarising  = 0.05
)

// characteristic is by how much a current leads its polarising voltage where
// ANSI 67 is most sensitive: the connection is that of 90°, l1 with V23, and
// 45° is where a current of l1 lags V1 by 45° (ours).
var characteristic = cmplx.Rect(1, -math.Pi/4)

// polarised puts what the voltages say of the currents into q: power and
// directions.
func (q *quantities) polarised(r points.Rating, i [3]complex128, v [3]complex128) {
	p := 0.0
	for n := range 3 {
		p += real(v[n] * cmplx.Conj(i[n]))
		across := v[(n+1)%3] - v[(n+2)%3]
		q[phasePhase+quantity(n)] = cmplx.Abs(v[n] - v[(n+1)%3])
		q.direct(r, n, real(i[n]*cmplx.Conj(across)*characteristic), cmplx.Abs(across))
	}
	q[reversePower] = -p
}

// direct says which way current n flows, by its torque against the voltage.
func (q *quantities) direct(r points.Rating, n int, torque, across float64) {
	f, b := forwardCurrent+quantity(n), backwardCurrent+quantity(n)
	q[f], q[b] = 0, 0
	switch {
	case across < polarising*r.Voltage:
	case torque > 0:
		q[f] = q[rmsCurrent+quantity(n)]
	case torque < 0:
		q[b] = q[rmsCurrent+quantity(n)]
	}
}

// of returns what is measured of steady inputs.
func (in *Inputs) quantities(r points.Rating) quantities {
	q := nothing
	g := in.I[0] + in.I[1] + in.I[2]
	switch {
	case r.SGR:
		g = in.Leakage
	case r.Neutral():
		g += in.I[neutral]
	}
	for n := range 3 {
		q[rmsCurrent+quantity(n)] = in.rms(r, n, in.I[n])
		q[phaseNeutral+quantity(n)] = cmplx.Abs(in.V[n])
	}
	q[groundCurrent], q[leakageCurrent] = in.rms(r, ground, g), in.rms(r, leakage, in.Leakage)
	q.polarised(r, [3]complex128(in.I[:3]), in.V)
	if cmplx.Abs(positive(in.V)) >= liveVoltage*r.Voltage/math.Sqrt(3) && in.Hz > 0 {
		q[frequency] = in.Hz
	}
	return q
}

// rms is the true one of channel ch, whose fundamental is i.
func (in *Inputs) rms(r points.Rating, ch int, i complex128) float64 {
	if in.More == nil {
		return cmplx.Abs(i)
	}
	p := plan{neutral: r.Neutral(), sgr: r.SGR}
	return math.Hypot(cmplx.Abs(i), math.Sqrt(in.More.meanSquare(&p, ch)))
}

// positive is the positive-sequence voltage.
func positive(v [3]complex128) complex128 { return (v[0] + v[1]*turn + v[2]*turn*turn) / 3 }

// turn is a third of one.
var turn = cmplx.Rect(1, 2*math.Pi/3)

// believe makes nothing of what is no number, and no more of a number than a
// sensor reads.
func (in *Inputs) believe() {
	for n := range in.I {
		in.I[n] = believed(in.I[n], 0)
	}
	for n := range in.V {
		in.V[n] = believed(in.V[n], 0)
	}
	in.Leakage = believed(in.Leakage, 0)
	if !(in.Hz > 0) || math.IsInf(in.Hz, 0) {
		in.Hz = 0
	}
}
