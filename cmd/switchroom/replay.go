package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"switchroom/points"
	"switchroom/protection"
	"switchroom/study"
	"switchroom/wire/comtrade"
)

type replayCmd struct {
	File    string  `arg:"" help:"The recording: .cfg or .cff."`
	Map     string  `help:"Which channel is which conductor: l1=IA,l2=IB,l3=IC,n=IN; by default by name and phase. leakage=IDN is the leakage or ground-return sensor; v1=VA,v2=VB,v3=VC are phase-to-neutral voltages for the functions that need them." placeholder:"…"`
	Scale   float64 `help:"Multiplies every current." default:"1"`
	Primary bool    `help:"Multiply secondary values by the transformer ratio of the recording."`
	Preload float64 `help:"Load before the recording, times Ir: it warms the thermal image." placeholder:"X"`
	Capture string  `help:"Write the waveform around the trip into this directory, as COMTRADE." placeholder:"DIR"`
	JSON    bool    `help:"Print JSON."`
	deviceFlags
}

func (c *replayCmd) Run(a *app) error {
	if !(c.Scale > 0) || math.IsInf(c.Scale, 0) {
		return misuse("--scale %g: a number above 0", c.Scale)
	}
	if !(c.Preload >= 0) || c.Preload > 10 {
		return misuse("--preload %g: from 0 to 10 times Ir", c.Preload)
	}
	rec, err := comtrade.Open(c.File)
	if err != nil {
		return err
	}
	for _, n := range rec.Notes {
		fmt.Fprintln(a.Stderr, "note:", n)
	}
	taken, err := c.take(a, rec)
	if err != nil {
		return err
	}
	wave, chosen := taken.Waveform, taken.Chosen
	d, err := c.deviceOf(a, rec)
	if err != nil {
		return err
	}
	r, s := d.Rating, d.Settings
	unmeasured(a, r, chosen)
	if s.GroundFault.On && !r.SGR && (wave.L1 == nil || wave.L2 == nil || wave.L3 == nil) {
		s.GroundFault.On = false
		fmt.Fprintln(a.Stderr, "note: ground fault is left out: the sum of the phases needs all three")
	}
	rep, err := protection.Play(r, s, wave, protection.Options{Prior: c.Preload, Setup: d.Setup, Modules: d.Modules})
	if err != nil {
		return err
	}
	captures, err := c.capture(rec, &wave, &rep)
	if err != nil {
		return err
	}
	if c.JSON {
		return printReplay(a, rep, captures)
	}
	if d.Setup.Engaged {
		s = d.Setup.Common.ERMS.Over(s) // what acted
	}
	c.explain(a, rec, chosen, &rep, r, s)
	for _, f := range captures {
		fmt.Fprintln(a.Stdout, "captured", f)
	}
	return nil
}

// unmeasured says which currents of the recording the unit has no sensor for.
func unmeasured(a *app, r points.Rating, chosen map[string]string) {
	if name := chosen["n"]; name != "" && !r.Neutral() {
		fmt.Fprintf(a.Stderr, "note: this unit does not measure the neutral (channel %s): 3P without the external transformer; if it does, say --enct or --poles 4\n", name)
	}
	if name := chosen["leakage"]; name != "" && r.Variant != points.X70 && !r.SGR {
		fmt.Fprintf(a.Stderr, "note: this unit has no sensor for channel %s: only 7.0 X, or 6.0 X with --sgr\n", name)
	}
}

// printReplay prints the report with the files that were captured.
func printReplay(a *app, rep protection.Report, captures []string) error {
	raw, err := json.Marshal(rep)
	if err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	if captures == nil {
		captures = []string{}
	}
	if fields["capture"], err = json.Marshal(captures); err != nil {
		return err
	}
	return printJSON(a.Stdout, fields)
}

// deviceOf is the unit that the recording is played through: what the flags
// say and nothing else. That a recorder saw a neutral current does not give the
// unit a transformer for it.
func (c *replayCmd) deviceOf(a *app, rec *comtrade.Recording) (study.Device, error) {
	if c.Frequency == 0 && rec.Frequency > 55 {
		c.Frequency = 60
	}
	r, err := c.rating()
	if err != nil {
		return study.Device{}, err
	}
	return c.settingsFlags.device(a, rec.Device, r)
}

// What a capture of the control unit holds: four cycles before the trip and one
// after (UG, waveform capture). Its sampling is the recording's own.
const captureBefore, captureAfter = 4, 1

// capture writes the waveform around the trip.
func (c *replayCmd) capture(rec *comtrade.Recording, w *protection.Waveform, rep *protection.Report) ([]string, error) {
	if c.Capture == "" || rep.Trip == nil {
		return nil, nil
	}
	if err := os.MkdirAll(c.Capture, 0o755); err != nil {
		return nil, err
	}
	hz := rec.Frequency
	if hz <= 0 {
		hz = 50
	}
	from, to := rep.Trip.T-captureBefore/hz, rep.Trip.T+captureAfter/hz
	first, _ := slices.BinarySearch(w.T, from)
	last, _ := slices.BinarySearch(w.T, to)
	out := comtrade.NewFloat(rec.Station, rec.Device, hz)
	out.Start = rec.Start.Add(seconds(w.T[min(first, len(w.T)-1)]))
	out.Trigger = rec.Start.Add(seconds(rep.Trip.T))
	var tripped []bool
	for _, t := range w.T[first:last] {
		out.Times = append(out.Times, t)
		tripped = append(tripped, t >= rep.Trip.T)
	}
	for i, v := range [][]float64{w.L1, w.L2, w.L3, w.N} {
		if v != nil {
			out.Analog = append(out.Analog, comtrade.Analog{Name: "I" + study.Conductors[i], Phase: strings.ToUpper(study.Conductors[i]), Unit: "A", Values: v[first:last]})
		}
	}
	out.Digital = []comtrade.Digital{{Name: "TRIP", Values: comtrade.BitsOf(tripped)}}
	name := strings.TrimSuffix(filepath.Base(c.File), filepath.Ext(c.File)) + "-trip"
	return out.WriteFiles(filepath.Join(c.Capture, name))
}

// explain tells a person what tripped, and why.
func (c *replayCmd) explain(a *app, rec *comtrade.Recording, chosen map[string]string, rep *protection.Report, r points.Rating, s protection.Settings) {
	w := a.Stdout
	fmt.Fprintf(w, "%s, %s: %d samples over %.4g s at %g Hz, through %s\n", rec.Station, rec.Device, rec.Samples(), rec.Times[len(rec.Times)-1], rec.Frequency, study.Plugs(r))
	for _, p := range slices.Concat(study.Conductors, study.Sensors, study.Voltages) {
		if chosen[p] != "" {
			fmt.Fprintf(w, "  %-2s is channel %s\n", p, chosen[p])
		}
	}
	fmt.Fprintln(w)
	t := table{Head: []string{"t (s)", "what", "function", "phase", "value"}}
	for _, e := range rep.Events {
		t.Add(fmt.Sprintf("%.4f", e.At.Seconds()), e.Kind.String(), e.Function.String(), e.Phase.String(), measured(e))
	}
	t.Text(w)
	fmt.Fprintf(w, "\n%s%s\n", absent(chosen), verdict(rep, r, s))
	for _, n := range rep.Notes {
		fmt.Fprintln(w, "note:", n)
	}
	unknowns(a)
}

// measured is what a function has seen, in its unit.
func measured(e protection.Event) string {
	if unit := e.Function.Unit(); unit != "A" {
		return fmt.Sprintf("%.4g %s", e.Value, unit)
	}
	return fmt.Sprintf("%.0f A", e.Value)
}

// absent says before a verdict what it has not seen.
func absent(chosen map[string]string) string {
	var missing []string
	for _, p := range study.Conductors[:3] {
		if chosen[p] == "" {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return fmt.Sprintf("Without %s (as zero): ", strings.Join(missing, " and "))
}

// verdict says what the tolerances make of it, in a sentence.
func verdict(rep *protection.Report, r points.Rating, s protection.Settings) string {
	switch {
	case rep.Trip == nil && rep.Early == nil:
		return "A unit within its tolerances must not trip on this."
	case rep.Trip == nil:
		return fmt.Sprintf("It may trip: a unit at the early end of its tolerances trips by %s at %.4f s, a nominal one does not.\n%s", rep.Early.Function, rep.Early.T, why(rep.Early, r, s))
	case math.IsNaN(rep.Trip.Latest):
		return fmt.Sprintf("It may trip: a nominal unit trips by %s at %.4f s (earliest %.4f s), a late one need not.\n%s", rep.Trip.Function, rep.Trip.T, rep.Trip.Earliest, why(rep.Trip, r, s))
	}
	return fmt.Sprintf("It must trip: by %s at %.4f s, between %.4f s and %.4f s within the tolerances; the contacts part about %.0f ms later.\n%s",
		rep.Trip.Function, rep.Trip.T, rep.Trip.Earliest, rep.Trip.Latest, protection.Opening.Seconds()*1000, why(rep.Trip, r, s))
}

// why sets the current that tripped against the setting that it passed.
func why(o *protection.Outcome, r points.Rating, s protection.Settings) string {
	where := ""
	if o.Phase != protection.NoPhase {
		where = " in " + o.Phase.String()
	}
	switch o.Function {
	case protection.LongTime:
		return fmt.Sprintf("Why: the thermal image%s was full; %.0f A is %.2f × Ir (Ir %g A, tr %g s at 6 Ir).", where, o.Value, o.Value/s.LongTime.Ir, s.LongTime.Ir, s.LongTime.Tr)
	case protection.ShortTime:
		return fmt.Sprintf("Why: %.0f A%s passed Isd = %g × Ir = %.0f A for tsd %g s.", o.Value, where, s.ShortTime.Isd, s.ShortTime.Isd*s.LongTime.Ir, s.ShortTime.Tsd)
	case protection.Instantaneous:
		return fmt.Sprintf("Why: the peak%s (%.0f A as rms) passed Ii = %g × In = %.0f A.", where, o.Value, s.Instantaneous.Ii, s.Instantaneous.Ii*r.In)
	case protection.GroundFault:
		return fmt.Sprintf("Why: the residual current of %.0f A passed Ig = %g A for tg %g s.", o.Value, s.GroundFault.Ig, s.GroundFault.Tg)
	case protection.SelfProtection:
		return fmt.Sprintf("Why: the peak%s (%.0f A as rms) passed the self-protection that was set.", where, o.Value)
	case protection.EarthLeakage:
		return fmt.Sprintf("Why: %.1f A through the leakage sensor passed IΔn = %g A for %g s.", o.Value, s.EarthLeakage.Idn, s.EarthLeakage.Dt)
	}
	return fmt.Sprintf("Why: %.4g %s%s was beyond the pick-up of %s until its delay had run out; `switchroom points protection.%s` lists its settings.", o.Value, o.Function.Unit(), where, o.Function, o.Function)
}
