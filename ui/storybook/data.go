package storybook

import (
	"math"
	"time"

	"github.com/a-h/templ"

	"switchroom/ui"
)

// hostile are names that a person could give to a thing to hurt whoever reads
// them in a page or in a table program.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`,
	`=cmd|' /C calc'!A0`, `javascript:alert(1)`, `</title></svg><b>`, `{{7*7}} ${7*7}`, "Q1\r\nid: 7\r\n\r\ndata: x",
}

func fields() []ui.Field {
	return []ui.Field{
		{ID: "name", Name: "name", Label: "Name", Value: "Q11 Workshop", Hint: "As on the label of the breaker.", Required: true, Autocomplete: "off"},
		{ID: "isd", Name: "isd", Label: "Short-time pick-up Isd", Type: "number", Value: "6", Unit: "× Ir", Min: "1.5", Max: "10", Step: "0.5", Hint: "From 1.5 to 10 in steps of 0.5."},
		{ID: "curve", Name: "curve", Label: "Curve", Type: "select", Value: "i2t", Options: []ui.Option{{Value: "i2t", Text: "I²t on"}, {Value: "flat", Text: "I²t off"}}},
		{ID: "mode", Name: "mode", Label: "Control mode", Type: "radio", Value: "local", Options: []ui.Option{
			{Value: "manual", Text: "Manual", Hint: "Only the buttons on the front."},
			{Value: "local", Text: "Local", Hint: "From inside the room."},
			{Value: "remote", Text: "Remote", Hint: "From the network."}}},
		{ID: "record", Name: "record", Label: "Record waveforms of trips", Type: "checkbox", Checked: true, Hint: "Kept until 100 are there."},
		{ID: "file", Name: "file", Label: "COMTRADE recording", Type: "file", Accept: ".cff,.cfg", Hint: "One .cff file."},
		{ID: "note", Name: "note", Label: "Note", Type: "textarea", Value: ""},
	}
}

func wrongFields() []ui.Field {
	f := fields()
	f[0].Value, f[0].Error = "", "Give the breaker a name: every event is listed under it."
	f[1].Value, f[1].Error = "12", "12 is more than this unit can be set to. Choose 1.5 to 10."
	f[3].Value, f[3].Error = "", "Choose who may operate this breaker."
	return f[:5]
}

func feeders() ui.Table {
	row := func(name string, s ui.State, a, b, c, p, pf string) ui.Row {
		return ui.Row{ID: ui.ID("row", name), Cells: []templ.Component{
			ui.Text(name), ui.StateBadge(s), ui.Text(a), ui.Text(b), ui.Text(c), ui.Text(p), ui.Text(pf)}}
	}
	return ui.Table{ID: "feeders", Caption: "Feeders", Columns: []ui.Column{
		{Title: "Breaker", Sort: "?by=name", Order: "ascending"}, {Title: "Position"}, {Title: "L1 (A)", Sort: "?by=l1", Number: true},
		{Title: "L2 (A)", Number: true}, {Title: "L3 (A)", Number: true}, {Title: "P (kW)", Sort: "?by=p", Number: true}, {Title: "cos φ", Number: true},
	}, Rows: []ui.Row{
		row("Q11 Workshop", ui.Closed, "412", "408", "415", "271.4", "0.95"),
		row("Q12 Chiller", ui.Tripped, "0", "0", "0", "0.0", "–"),
		row("Q13 Offices", ui.Closed, "98", "121", "87", "68.0", "0.97"),
		row("Q14 Lifts", ui.Open, "0", "0", "0", "0.0", "–"),
		row("Q15 Data hall", ui.Closed, "1 208", "1 214", "1 199", "822.5", "0.99"),
		row("Q16 Spare", ui.Unknown, "–", "–", "–", "–", "–"),
	}}
}

func events() []ui.Event {
	at := func(back time.Duration) time.Time { return then.Add(-back) }
	return []ui.Event{
		{ID: "e1", At: at(0), Severity: ui.High, Text: "Tripped by short time: 5.2 kA on L2", Where: "Q12 Chiller", URL: "#e1", Held: true, Certainty: "confirmed"},
		{ID: "e2", At: at(140 * time.Millisecond), Severity: ui.Medium, Text: "Short time started", Where: "Q12 Chiller", Certainty: "confirmed"},
		{ID: "e3", At: at(4 * time.Minute), Severity: ui.Low, Text: "Closed by order over Modbus, level 3", Where: "Q12 Chiller, from 127.0.0.9", Certainty: "sibling"},
		{ID: "e4", At: at(3 * time.Hour), Severity: ui.Medium, Text: "Contact wear above 60 %", Where: "Q1 Incomer A", Held: true, Certainty: "inferred"},
		{ID: "e5", At: at(30 * time.Hour), Severity: ui.Low, Text: "Control mode set to remote", Where: "Q1 Incomer A, at its front", Certainty: "ours"},
	}
}

// waveData is one fault: three currents, 40 samples a period at 50 Hz, in kA.
func waveData() [][]float64 {
	rows := make([][]float64, 4)
	for i := range 480 {
		t := float64(i) / 2000
		rows[0] = append(rows[0], math.Round(t*1e6)/1e3)
		for p := range 3 {
			rows[p+1] = append(rows[p+1], wave(t, p))
		}
	}
	return rows
}

func wave(t float64, phase int) float64 {
	w := 2 * math.Pi * (50*t - float64(phase)/3)
	switch {
	case t > .16:
		return 0
	case t > .06 && phase == 1:
		return math.Round(1e3*(5.2*math.Sqrt2*math.Sin(w)+4*math.Exp(-(t-.06)/.03))) / 1e3
	}
	return math.Round(1e3*.58*math.Sin(w)) / 1e3
}

// curveData is a band of a made-up trip curve: times over multiples of Ir.
func curveData() [][]float64 {
	rows := make([][]float64, 4)
	for e := 0.06; e < 1.3; e += .01 {
		x := math.Pow(10, e)
		rows[0] = append(rows[0], x)
		rows[1] = append(rows[1], trip(x, .9))
		rows[2] = append(rows[2], trip(x, 1.1))
		rows[3] = append(rows[3], math.NaN())
	}
	i := 84
	rows[3][i] = .24
	return rows
}

func trip(x, k float64) float64 {
	switch {
	case x > 12*k:
		return .03 * k
	case x > 6*k:
		return .2 * k
	}
	return math.Min(2e4, 16*k*36*math.Log(x*x/(x*x-1.05)))
}

func waveform() ui.Plot {
	return ui.Plot{ID: "wave", Title: "Currents at the last trip", Say: "Three currents. L2 rises to 5.2 kA at 60 ms and all are cut at 160 ms.",
		X: ui.Axis{Label: "Time", Unit: "ms"}, Y: ui.Axis{Label: "Current", Unit: "kA"}, Src: "/waves", With: "trip", Marks: []ui.PlotMark{{At: 160, Word: "cut"}},
		Series: []ui.Series{{Label: "L1", Colour: "l1"}, {Label: "L2", Colour: "l2"}, {Label: "L3", Colour: "l3"}}}
}

func statusBits() ui.Plot {
	return ui.Plot{ID: "bits", Title: "Status, zoomed with the currents", Say: "The trip is ordered at 135 ms; the contacts are open from 160 ms on.", With: "trip", Height: 140,
		X: ui.Axis{Label: "Time", Unit: "ms"}, Y: ui.Axis{Label: "Status", Min: 0, Max: 2, Rows: []string{"TRIP", "OPEN"}}, Marks: []ui.PlotMark{{At: 160, Word: "cut"}},
		Series: []ui.Series{{Label: "TRIP", Colour: "a", OnOff: true}, {Label: "OPEN", Colour: "b", OnOff: true}},
		Data:   [][]float64{{0, 135, 160, 200}, {0, 1, 1, 0}, {0, 0, 1, 1}}}
}

func tripCurve() ui.Plot {
	return ui.Plot{ID: "curve", Title: "Trip curve and the fault", Say: "The band between the earliest and the latest trip; the fault lies at 8 times Ir, tripped in 0.24 s.",
		X: ui.Axis{Label: "Current", Unit: "× Ir", Log: true, Min: 1, Max: 20}, Y: ui.Axis{Label: "Time", Unit: "s", Log: true, Min: .01, Max: 20000},
		Series: []ui.Series{{Label: "earliest", Colour: "a"}, {Label: "latest", Colour: "b"}, {Label: "the fault", Colour: "d", Points: true}}, Data: curveData()}
}

// request is a Modbus request: read ten registers of unit 255.
func request() ui.Hex {
	return ui.Hex{Label: "A Modbus request", Bytes: []byte{0, 42, 0, 0, 0, 6, 255, 3, 0x7d, 0x0, 0, 10},
		Spans: []ui.Span{{From: 0, To: 2, Meaning: "transaction 42"}, {From: 2, To: 4, Meaning: "protocol 0"}, {From: 4, To: 6, Meaning: "6 bytes follow"},
			{From: 6, To: 7, Meaning: "unit 255"}, {From: 7, To: 8, Meaning: "read holding registers"}, {From: 8, To: 12, Meaning: "10 from 32000"}}}
}

func longHex() ui.Hex {
	b := []byte("Switchroom <b>&\"' plain text in a frame, with bytes \x00\x01\xfe\xff that are none")
	return ui.Hex{Label: "A longer frame", Bytes: b, Spans: []ui.Span{{From: 11, To: 18, Meaning: "markup that is only shown"}}}
}
