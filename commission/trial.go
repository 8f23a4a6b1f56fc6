package commission

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/credential"
	"switchroom/points"
	"switchroom/study"
)

// Verdict is how a test ended.
type Verdict string

// Verdicts.
const (
	Passed  Verdict = "pass"
	Missed  Verdict = "fail"
	NotDone Verdict = "not done" // it could not be carried out, and the row says why
)

// Trial is one test of a breaker.
type Trial struct {
	Test      string           `json:"test"` // communication, study, or the function that was to trip
	Breaker   string           `json:"breaker"`
	At        time.Time        `json:"at"`
	By        string           `json:"by"` // name of the person
	With      string           `json:"with"`
	Expected  string           `json:"expected"`
	Seen      string           `json:"seen"`
	Verdict   Verdict          `json:"verdict"`
	Certainty points.Certainty `json:"certainty"` // of what was relied on
}

// Tests are what can be asked for, sorted.
func Tests() []string { return []string{"communication", "study", "trip"} }

// errStays says why a trip test goes no further.
var errStays = errors.New("the breaker does not close again; the tests after this one were not carried out")

// Try tests a breaker: whether it is reached and says what the project wants, whether it
// has what the study says (D13), and, by a cable to a virtual unit, whether its functions
// trip when its own settings say they must. Trip tests open the breaker.
func (o *Office) Try(ctx context.Context, token credential.Secret, number, id string, tests []string, r Reach) (all []Trial, err error) {
	p := place{number, id}
	need := []accounts.Permission{accounts.SettingsWrite}
	if slices.Contains(tests, "trip") {
		need = []accounts.Permission{accounts.ProtectApply}
	}
	a, err := o.begin(ctx, token, "breaker.tested", p.String()+" "+strings.Join(tests, " "), need...)
	if err != nil {
		return nil, err
	}
	b, err := o.breaker(ctx, p)
	if err != nil {
		return nil, err
	}
	address, err := r.address(b)
	if err != nil {
		return nil, err
	}
	release, err := o.claim(p, a.who.Name)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := a.record(ctx, audit.Done, audit.Facts{}, audit.Facts{}); err != nil { // before anything is done
		return nil, err
	}
	t := &tester{o: o, b: b, who: Who{Breaker: id, By: a.who.ID, Name: a.who.Name, Address: address, At: o.now()}, password: r.Password}
	if all, err = t.run(ctx, tests); err != nil {
		return all, a.failed(ctx, resultOf(err), err)
	}
	return all, o.keepTrials(ctx, p, all)
}

// tester carries out the tests of one breaker.
type tester struct {
	o        *Office
	b        *Breaker
	who      Who
	password credential.Secret
	rows     []Trial
}

func (t *tester) row(test, with, expected, seen string, v Verdict, c points.Certainty) {
	t.rows = append(t.rows, Trial{test, t.who.Breaker, t.o.now().UTC(), t.who.Name, with, expected, seen, v, c})
}

func (t *tester) run(ctx context.Context, tests []string) ([]Trial, error) {
	for _, name := range tests {
		if !slices.Contains(Tests(), name) {
			return nil, fmt.Errorf("test %q: there are %s", name, strings.Join(Tests(), ", "))
		}
	}
	begun := time.Now()
	s, err := t.o.take(ctx, t.who, t.password)
	took := time.Since(begun)
	if slices.Contains(tests, "communication") {
		t.communication(s, took, err)
	}
	if err != nil {
		return t.rows, err
	}
	if slices.Contains(tests, "study") {
		t.study(s)
	}
	if slices.Contains(tests, "trip") {
		t.trips(ctx, s)
	}
	return t.rows, nil
}

// communication is whether the breaker answers, and whether it is the one of the project.
func (t *tester) communication(s *Snapshot, took time.Duration, err error) {
	const test = "communication"
	if err != nil {
		t.row(test, t.who.Address, "it answers", err.Error(), Missed, points.Confirmed)
		return
	}
	t.row(test, t.who.Address, "it answers", fmt.Sprintf("all settings read in %d ms", took.Milliseconds()), Passed, points.Confirmed)
	if is := s.Identity[points.DeviceSerial.String()]; t.b.Serial != "" {
		t.row(test, "serial number", t.b.Serial, is, verdict(is == t.b.Serial), points.Confirmed)
	}
	if want, is := t.b.Rating, s.Identity["rating.in"]; want != nil && is != "" {
		t.row(test, "rated current In, A", strconv.FormatFloat(want.In, 'g', -1, 64), is, verdict(is == strconv.FormatFloat(want.In, 'g', -1, 64)), points.Confirmed)
	}
}

func verdict(ok bool) Verdict {
	if ok {
		return Passed
	}
	return Missed
}

// study holds what was read against the study (D13).
func (t *tester) study(s *Snapshot) {
	if t.b.Study == nil {
		t.row("study", "no study is in the project", "", "", NotDone, points.Ours)
		return
	}
	for i := range t.b.Study.Values {
		v := &t.b.Study.Values[i]
		expected, is := v.Value, s.Value(v.Point)
		low, high, err := v.Bounds()
		if err == nil && low != high {
			expected = fmt.Sprintf("%s, %g to %g", v.Value, low, high)
		}
		n, bad := strconv.ParseFloat(is, 64)
		switch {
		case is == "":
			t.row("study", v.Point, expected, "not read", NotDone, points.Confirmed)
		default:
			t.row("study", v.Point, expected, is, verdict(is == v.Value || err == nil && bad == nil && n >= low && n <= high), points.Confirmed)
		}
	}
}

// injected is a current that is to be injected, by the function that is to trip.
type injected struct {
	test string
	amps float64
}

// toInject are currents that one function each decides, as the settings that were read say:
// well inside its range and below that of the next faster one.
func toInject(d *study.Device) (all []injected) {
	s := d.Settings
	ir, isd, ii := s.LongTime.Ir, s.ShortTime.Isd*s.LongTime.Ir, s.Instantaneous.Ii*d.Rating.In
	if limit := math.Min(positive(isd), positive(ii)); ir > 0 && 3*ir < 0.8*limit {
		all = append(all, injected{"long time", 3 * ir})
	}
	if isd > 0 && 1.3*isd < 0.85*positive(ii) {
		all = append(all, injected{"short time", 1.3 * isd})
	}
	if ii > 0 {
		all = append(all, injected{"instantaneous", 1.3 * ii})
	}
	return all
}

// positive is a threshold, or none at all where it is off.
func positive(x float64) float64 {
	if x > 0 {
		return x
	}
	return math.Inf(1)
}

// trips injects, one current after the other, from cold: with the breaker reset and
// closed before each.
func (t *tester) trips(ctx context.Context, s *Snapshot) {
	const test = "trip"
	notDone := func(why string) { t.row(test, t.who.Address, "", why, NotDone, points.Ours) }
	if f, ok := FunctionOf(points.TestInjection); !ok || f.Possible(WayOf(t.who.Address), s.Virtual) != nil {
		notDone("only a virtual unit injects by its USB port here; at a real one: " + f.Tool)
		return
	}
	rating, err := s.Rating(t.b)
	if err != nil {
		notDone(err.Error())
		return
	}
	d, missing := s.Device(rating, t.b.ID)
	if missing = slices.DeleteFunc(missing, func(point string) bool { return !decides(point) }); len(missing) > 0 {
		notDone("not read, so that it is not known when the unit must trip: " + strings.Join(missing, ", "))
		return
	}
	c, err := client.DialUSB(ctx, t.who.Address, t.o.options)
	if err == nil {
		defer c.Close()
		err = c.Login(ctx, t.password.Reveal())
	}
	if err != nil {
		notDone(err.Error())
		return
	}
	for _, i := range toInject(&d) {
		if err := t.trip(ctx, c, &d, i); err != nil {
			t.row(i.test, fmt.Sprintf("%.0f A in three phases", i.amps), "", err.Error(), NotDone, points.Ours)
			return
		}
	}
}

// decides reports whether a setting is one of those that a trip test is of.
func decides(point string) bool {
	return slices.ContainsFunc([]string{"protection.long_time.", "protection.short_time.", "protection.instantaneous."}, func(in string) bool { return strings.HasPrefix(point, in) })
}

// trip injects one current and holds what the unit says against what its settings say.
func (t *tester) trip(ctx context.Context, c *client.Cable, d *study.Device, i injected) error {
	curve, err := study.Curve(*d, study.Phase, study.OfA, []float64{i.amps}, 0)
	if err != nil {
		return err
	}
	times := curve[0].Times
	if err := t.readied(ctx, c); err != nil {
		return errors.Join(errStays, err)
	}
	long := times.Max.T*1.2 + 1
	value := points.String(fmt.Sprintf("%.0f %.0f %.0f 0 for %.1f", i.amps, i.amps, i.amps, long))
	if _, err := c.Do(ctx, points.TestInjection, t.password.Reveal(), client.Argument{Name: "injection", Value: value}); err != nil {
		return err
	}
	seen, err := t.ended(ctx, c)
	if err != nil {
		return err
	}
	if err := t.opened(ctx, c, strings.Contains(seen, " after ")); err != nil {
		return err
	}
	expected := fmt.Sprintf("%v, %.3f to %.3f s", times.Nominal.Function, times.Min.T, times.Max.T)
	function, after, _ := strings.Cut(seen, " after ")
	at, bad := strconv.ParseFloat(strings.TrimSuffix(after, " s"), 64)
	ok := bad == nil && at >= times.Min.T && at <= times.Max.T && (function == times.Nominal.Function.String() || function == times.Min.Function.String() || function == times.Max.Function.String())
	t.row(i.test, fmt.Sprintf("%.0f A in three phases, from cold", i.amps), expected, seen, verdict(ok), points.Ours)
	return nil
}

// often is how often a breaker is asked whether something has come about, and within how
// long it has to.
const (
	often  = 100 * time.Millisecond
	within = 30 * time.Second
)

// readied resets and closes the breaker, as its mechanism lets it.
func (t *tester) readied(ctx context.Context, c *client.Cable) (err error) {
	for end := time.Now().Add(within); time.Now().Before(end); {
		closed, err := c.Read(ctx, points.BreakerClosed)
		if err != nil {
			return err
		}
		if len(closed) == 1 && closed[0].Value.Bool() {
			return nil
		}
		c.Reset(ctx, t.password.Reveal()) // there may be nothing to reset
		c.CloseBreaker(ctx, t.password.Reveal())
		if err := pause(ctx); err != nil {
			return err
		}
	}
	return errors.New("it was asked for half a minute to close")
}

// opened waits for the contacts to part after a trip, which the decision comes before.
func (t *tester) opened(ctx context.Context, c *client.Cable, tripped bool) error {
	for end := time.Now().Add(within); tripped; {
		closed, err := c.Read(ctx, points.BreakerClosed)
		if err != nil {
			return err
		}
		if len(closed) == 1 && !closed[0].Value.Bool() {
			return nil
		}
		if time.Now().After(end) {
			return errors.New("it has decided to trip and does not open: go and look")
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
	return nil
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(often):
		return nil
	}
}

// ended waits for what came of an injection.
func (t *tester) ended(ctx context.Context, c *client.Cable) (string, error) {
	for {
		r, err := c.Read(ctx, points.TestResult)
		if err != nil {
			return "", err
		}
		if len(r) == 1 && r[0].Value.Text() != "running" {
			return r[0].Value.Text(), nil
		}
		if err := pause(ctx); err != nil {
			return "", err
		}
	}
}

func (o *Office) keepTrials(ctx context.Context, p place, all []Trial) error {
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return o.insert(ctx, "INSERT INTO commission_trials (project, breaker, at, body) VALUES ($1, $2, $3, $4)", json.RawMessage(b), p.project, p.breaker, o.now().UnixMicro())
}

// Trials returns the tests of a breaker that are kept, the oldest first.
func (o *Office) Trials(ctx context.Context, token credential.Secret, number, id string) (all []Trial, err error) {
	if _, err := o.begin(ctx, token, "test.read", place{number, id}.String(), accounts.BreakerRead); err != nil {
		return nil, err
	}
	rows, err := o.texts(ctx, "SELECT body FROM commission_trials WHERE project = $1 AND breaker = $2 ORDER BY at", number, id)
	if err != nil {
		return nil, err
	}
	for _, text := range rows {
		var some []Trial
		if err := json.Unmarshal([]byte(text), &some); err != nil {
			return nil, fmt.Errorf("the tests of %s do not read: %w", id, err)
		}
		all = append(all, some...)
	}
	return all, nil
}
