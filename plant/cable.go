package plant

import "fmt"

// Material of a conductor.
type Material string

// Materials.
const (
	Copper    Material = "copper"
	Aluminium Material = "aluminium"
)

// section is a row of the conductor table: the maximum resistance at 20 °C.
type section struct {
	mm2               float64
	copper, aluminium float64 // Ω/km; 0: not in the standard
}

// sections are plain stranded conductors, class 2 of IEC 60228:2004, table 2.
// Reported: read in two suppliers' tables that quote it, which agree.
var sections = []section{
	{1.5, 12.1, 0}, {2.5, 7.41, 0}, {4, 4.61, 0}, {6, 3.08, 0}, {10, 1.83, 3.08}, {16, 1.15, 1.91}, {25, 0.727, 1.20},
	{35, 0.524, 0.868}, {50, 0.387, 0.641}, {70, 0.268, 0.443}, {95, 0.193, 0.320}, {120, 0.153, 0.253}, {150, 0.124, 0.206},
	{185, 0.0991, 0.164}, {240, 0.0754, 0.125}, {300, 0.0601, 0.100}, {400, 0.0470, 0.0778}, {500, 0.0366, 0.0605}, {630, 0.0283, 0.0469},
}

// CableReactance is the reactance of a phase where none is given, Ω/km: the
// usual value for low-voltage cables whatever their section, recalled (ours).
const CableReactance = 0.08

// ConductorOhm is the resistance of a conductor at 20 °C, Ω/km.
func ConductorOhm(mm2 float64, m Material) (float64, error) {
	for _, s := range sections {
		if s.mm2 != mm2 {
			continue
		}
		r := s.copper
		if m == Aluminium {
			r = s.aluminium
		}
		if r > 0 {
			return r, nil
		}
	}
	return 0, fmt.Errorf("no %s conductor of %g mm² in IEC 60228 class 2; give r_ohm_km, or one of 1.5 (aluminium: 10) to 630", m, mm2)
}
