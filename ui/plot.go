package ui

import (
	"encoding/json"
	"math"
	"strconv"
)

// Axis is one axis of a plot. Both ends zero lets the data decide. Rows are words
// in place of numbers: the first stands at a half, the next at one and a half.
type Axis struct {
	Label string   `json:"label"`
	Unit  string   `json:"unit,omitempty"`
	Log   bool     `json:"log,omitempty"`
	Min   float64  `json:"min,omitempty"`
	Max   float64  `json:"max,omitempty"`
	Rows  []string `json:"rows,omitempty"`
}

// Series is one line of a plot, or its points alone, or a bar while it is on. Colour
// is "l1", "l2", "l3", "n", or "a" to "d" for what is no phase; each has a dash of its
// own. OnOff is a series of 0 and 1 that is drawn in the row of the y axis that has
// its place among the series.
type Series struct {
	Label  string `json:"label"`
	Colour string `json:"colour"`
	Points bool   `json:"points,omitempty"`
	Gaps   bool   `json:"gaps,omitempty"` // draw across missing values
	OnOff  bool   `json:"onoff,omitempty"`
}

// PlotMark is a line across a plot at an instant, with its word.
type PlotMark struct {
	At   float64 `json:"at"`
	Word string  `json:"word"`
}

// Plot is a figure that uPlot draws. Data has the x values first, then a row of
// the same length per series; NaN is a gap. Src is an address that gives
// {"data": [[…], …]} instead. Say tells what is to be seen, for those who do
// not see it; a plot with Data has a table under it too.
type Plot struct {
	ID, Title, Say string
	X, Y           Axis
	Series         []Series
	Data           [][]float64
	Src            string
	Height         int // in pixels; 320 when zero
	Marks          []PlotMark
	With           string // plots with the same word here share their cursor and their zoom
}

// settings is what the script reads: JSON in an attribute, never a script.
func (p Plot) settings() string {
	var rows [][]*float64
	for _, r := range p.Data {
		rows = append(rows, nullable(r))
	}
	b, err := json.Marshal(struct {
		X      Axis         `json:"x"`
		Y      Axis         `json:"y"`
		Series []Series     `json:"series"`
		Data   [][]*float64 `json:"data,omitempty"`
		Height int          `json:"height,omitempty"`
		Marks  []PlotMark   `json:"marks,omitempty"`
		With   string       `json:"with,omitempty"`
	}{p.X, p.Y, p.Series, rows, p.Height, p.Marks, p.With})
	if err != nil { // an axis that ends at infinity: the script says that it cannot read it
		return "{}"
	}
	return string(b)
}

// PlotData is the answer that a Plot's Src has to give, as JSON.
func PlotData(data [][]float64) ([]byte, error) {
	rows := make([][]*float64, 0, len(data))
	for _, r := range data {
		rows = append(rows, nullable(r))
	}
	return json.Marshal(map[string]any{"data": rows})
}

// nullable makes null of what JSON has no number for.
func nullable(vs []float64) []*float64 {
	out := make([]*float64, len(vs))
	for i, v := range vs {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			out[i] = &vs[i]
		}
	}
	return out
}

// most is how many rows of the data the table under a plot shows.
const most = 40

// samples are the rows of that table: all, or every so many.
func (p Plot) samples() [][]string {
	if len(p.Data) == 0 {
		return nil
	}
	var rows [][]string
	step := max(1, (len(p.Data[0])+most-1)/most)
	for i := 0; i < len(p.Data[0]); i += step {
		row := make([]string, 0, len(p.Data))
		for _, s := range p.Data {
			row = append(row, sample(s, i))
		}
		rows = append(rows, row)
	}
	return rows
}

func sample(s []float64, i int) string {
	if i >= len(s) || math.IsNaN(s[i]) {
		return "–"
	}
	return strconv.FormatFloat(s[i], 'g', 5, 64)
}

func (a Axis) title() string {
	if a.Unit == "" {
		return a.Label
	}
	return a.Label + " (" + a.Unit + ")"
}
