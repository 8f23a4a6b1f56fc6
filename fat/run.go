package fat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
)

// Laboratory is what a run needs of the laboratory.
type Laboratory interface {
	Units(ctx context.Context) ([]remote.Unit, error)
	Kinds(ctx context.Context) ([]remote.Kind, error)
	Read(ctx context.Context, unit string, names ...string) ([]remote.Reading, error)
	Inject(ctx context.Context, o remote.Order) (remote.Injection, error)
	Injections(ctx context.Context) ([]remote.Injection, error)
	Undo(ctx context.Context, id int) (remote.Injection, error)
	Time(ctx context.Context) (remote.Time, error)
	// BeginRun begins a run; gone is called when the laboratory ends before it.
	BeginRun(ctx context.Context, name string, gone func()) (id string, end func() error, err error)
}

// Lab is a laboratory by HTTP.
type Lab struct{ *remote.Client }

// BeginRun begins a run of the laboratory; all that is injected in its name ends
// with it.
func (l Lab) BeginRun(ctx context.Context, name string, gone func()) (string, func() error, error) {
	r, err := l.Begin(ctx, name)
	if err != nil {
		return "", nil, err
	}
	context.AfterFunc(r.Context(), func() {
		if context.Cause(r.Context()) == remote.ErrEnded {
			gone()
		}
	})
	return r.ID, r.End, nil
}

// Run is a run to be done.
type Run struct {
	Plan     *Plan
	Lab      Laboratory
	Address  string // of the laboratory, for the record
	View     Viewer
	Command  Commander // nil: steps in which the system operates a breaker do not run
	Map      *regmap.Map
	Names    Names
	Seed     uint64 // 0: the plan's, or drawn
	Strict   bool   // refuse steps that rely on inferred or ours rows
	Product  string // version of this program
	Signers  []Signer
	Progress func(string) // nil: none
}

// runner is a run that is being done.
type runner struct {
	*Run
	id       string // of the run of the laboratory
	faults   map[string]bool
	steps    []StepResult
	places   []place
	tags     []Tag
	scene    *scene
	stim     *stimuli
	drawn    [][]points.Value  // by step and pass
	set      int               // number of the set of values that is on now
	held     map[string]int    // id of the substitution of each breaker
	finished int               // passes
	spent    time.Duration     // of point-to-point
	lost     map[string]string // the step after which a breaker did not come back
	since    time.Time         // when the system was last seen to be away; zero: it is there
	mu       sync.Mutex        // guards flowing
	flowing  map[string]int    // id of the currents that are injected into each breaker
}

// Do does the run. The result is there even when the run was interrupted; an error
// without a result is a run that could not begin.
func (r *Run) Do(ctx context.Context) (*Result, error) {
	if r.Map == nil {
		r.Map = regmap.Default()
	}
	if r.Progress == nil {
		r.Progress = func(string) {}
	}
	if r.Seed == 0 {
		r.Seed = r.Plan.Seed
	}
	if r.Seed == 0 {
		r.Seed = rand.Uint64()>>11 | 1 // 53 bits: every reader of JSON keeps them
	}
	x := &runner{Run: r, held: map[string]int{}, flowing: map[string]int{}, lost: map[string]string{}, faults: map[string]bool{}}
	if err := x.prepare(ctx); err != nil {
		return nil, err
	}
	began := time.Now()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	id, end, err := r.Lab.BeginRun(ctx, "acceptance "+r.Plan.Site, func() { stop(remote.ErrEnded) })
	if err != nil {
		return nil, err
	}
	x.id = id
	defer x.endRun(ctx, end)
	state := Complete
	if err := x.all(ctx); err != nil {
		state = stateOf(ctx, err)
	}
	return x.result(began, state), nil
}

func stateOf(ctx context.Context, err error) string {
	switch {
	case context.Cause(ctx) == remote.ErrEnded:
		return "ended: " + remote.ErrEnded.Error()
	case ctx.Err() != nil:
		return "interrupted"
	}
	return "ended: " + err.Error()
}

// prepare finds everything that would stop the run before anything is touched.
func (x *runner) prepare(ctx context.Context) error {
	if bad := x.Plan.Uncertain(); x.Strict && len(bad) > 0 {
		return uncertain(bad)
	}
	units, err := x.Lab.Units(ctx)
	if err != nil {
		return err
	}
	kinds, err := x.Lab.Kinds(ctx)
	if err != nil {
		return err
	}
	for _, k := range kinds {
		x.faults[k.Name] = true
	}
	if err := x.breakers(units); err != nil {
		return err
	}
	if err := x.lay(); err != nil {
		return err
	}
	if err := x.undisturbed(ctx); err != nil {
		return err
	}
	return x.firstLook(ctx)
}

// uncertain is the refusal of a strict run.
func uncertain(bad []Step) error {
	var lines []string
	for _, s := range bad[:min(len(bad), 20)] {
		lines = append(lines, fmt.Sprintf("  %s: register %d is %s (%s)", s.ID, s.Register, s.Certainty, s.Source))
	}
	if n := len(bad) - len(lines); n > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", n))
	}
	return fmt.Errorf("--strict refuses %d step(s) that rely on what is inferred or ours; drop them (`fat plan --strict` leaves them out), or run without --strict and check the reliance list on site:\n%s", len(bad), strings.Join(lines, "\n"))
}

// breakers holds the plan's breakers against the laboratory's.
func (x *runner) breakers(units []remote.Unit) error {
	var wrong []error
	var list []Breaker
	if err := x.Plan.rightLab(units); err != nil {
		wrong = append(wrong, err)
	}
	for _, name := range x.Plan.names() {
		i := slices.IndexFunc(units, func(u remote.Unit) bool { return u.Name == name })
		if i < 0 {
			wrong = append(wrong, fmt.Errorf("the laboratory has no breaker %q; is it the right site?", name))
			continue
		}
		list = append(list, BreakerOf(units[i]))
	}
	x.scene = &scene{m: x.Map, pictures: map[string][]*picture{}, breakers: x.Plan.names(), points: map[string][]points.ID{}}
	x.stim = newStimuli(x.Map, list)
	if wrong != nil {
		return errors.Join(wrong...)
	}
	x.Plan.Breakers = list
	return nil
}

// BreakerOf is a unit of the laboratory as a plan has it.
func BreakerOf(u remote.Unit) Breaker {
	return Breaker{Name: u.Name, Modbus: u.Modbus, Unit: u.Unit, In: u.In}
}

// names are the breakers that the steps are about, in the order of the plan.
func (p *Plan) names() []string {
	var names []string
	for _, b := range p.Breakers {
		names = append(names, b.Name)
	}
	for i := range p.Steps {
		if b := p.Steps[i].Breaker; b != "" && !slices.Contains(names, b) {
			names = append(names, b)
		}
	}
	return names
}

// lay finds where each step stands in the registers, and names its tag.
func (x *runner) lay() error {
	var wrong []error
	x.steps = make([]StepResult, len(x.Plan.Steps))
	x.places = make([]place, len(x.steps))
	x.tags = make([]Tag, len(x.steps))
	for i, s := range x.Plan.Steps {
		x.steps[i] = StepResult{Step: s, Verdict: NotRun}
		if s.Do != Substitute {
			continue
		}
		id, err := points.Lookup(s.Point)
		where, ok := placeAt(x.Map, id, regmap.Register(s.Register))
		if err != nil || !ok {
			wrong = append(wrong, fmt.Errorf("step %q: %s stands in no register %d of the map; `switchroom registers` lists them", s.ID, s.Point, s.Register))
			continue
		}
		x.places[i] = place{s.Breaker, id, where.Row, where.Bit}
		x.tags[i] = x.tagOf(s.Breaker, s.Point, int(where.Row.Register))
		x.scene.points[s.Breaker] = append(x.scene.points[s.Breaker], id)
	}
	return errors.Join(wrong...)
}

// placeAt finds a point at the register that a plan names, or at its best one.
func placeAt(m *regmap.Map, id points.ID, r regmap.Register) (regmap.Place, bool) {
	rows := m.Rows()
	for i := range rows {
		if rows[i].Register != r {
			continue
		}
		if rows[i].Point == id {
			return regmap.Place{Row: &rows[i], Bit: -1}, true
		}
		for _, b := range rows[i].Bits {
			if b.Point == id {
				return regmap.Place{Row: &rows[i], Bit: int(b.N)}, true
			}
		}
	}
	if r != 0 {
		return regmap.Place{}, false
	}
	return m.Find(id)
}

func (x *runner) tagOf(breaker, point string, register int) Tag {
	b := x.stim.rated[breaker]
	host, port, _ := net.SplitHostPort(b.Modbus)
	return Tag{Breaker: breaker, Point: point, Name: x.Names.Of(breaker, point), Host: host, Port: port, Register: register, Unit: b.Unit}
}

// firstLook proves that the system can be looked at, and shows anything at all, before
// anything is touched. One that was just started has some time.
func (x *runner) firstLook(ctx context.Context) error {
	at := x.substitutes()
	if patient(x.View) || len(at) == 0 {
		return nil
	}
	tags := x.tagsOf(at)
	for began := time.Now(); ; {
		shown, err := x.View.Look(ctx, tags)
		if err != nil || slices.ContainsFunc(shown, func(s Shown) bool { return s.Found }) {
			return err
		}
		if time.Since(began) >= leastAway {
			if x.Plan.Binding.Kind == "mqtt" {
				return nil // it may publish only what changes: see anyShown
			}
			return x.Plan.Binding.nothingShown(tags[0], shown[0])
		}
		if err := wait(ctx, x.Plan.Binding.every()); err != nil {
			return err
		}
	}
}

// anyShown is an error if not one point was shown since the run began.
func (x *runner) anyShown(at []int) error {
	found := func(p PassResult) bool { return p.seen.Found }
	if patient(x.View) || slices.ContainsFunc(at, func(i int) bool { return slices.ContainsFunc(x.steps[i].Passes, found) }) {
		return nil
	}
	return x.Plan.Binding.nothingShown(x.tags[at[0]], x.steps[at[0]].Passes[0].seen)
}

func patient(v Viewer) bool {
	p, ok := v.(Patient)
	return ok && p.Patient()
}

// result puts the record together.
func (x *runner) result(began time.Time, state string) *Result {
	for i := range x.steps {
		if s := &x.steps[i]; s.Verdict == NotRun && s.Note == "" {
			s.Note = state
		}
	}
	r := &Result{
		Format: ResultFormat, Site: x.Plan.Site, System: x.Plan.System, Laboratory: x.Address, Seed: x.Seed,
		Versions: Versions{x.Product, mapSum(x.Map), x.Plan.Checksum()}, Begin: began.UTC(), End: time.Now().UTC(),
		State: state, Steps: x.steps, Summary: count(x.steps), Signers: x.Signers,
	}
	r.Summary.Seconds = x.spent.Seconds()
	notReached(r.Steps)
	vote(r.Steps)
	r.Findings = findings(r.Steps)
	r.Reliance = relied(r.Steps, x.Map)
	return r
}

func mapSum(m *regmap.Map) string {
	h := sha256.New()
	m.WriteCSV(h)
	return hex.EncodeToString(h.Sum(nil))
}
