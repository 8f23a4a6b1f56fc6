package lab

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/site"
	"switchroom/study"
	"switchroom/wire/comtrade"
)

// Bounds of what is played, ours.
const (
	samplesMax  = 2_000_000
	playedMax   = 10 * time.Minute
	happenedMax = 60 // events that are told of a playback
	playingMax  = 8  // at once, in all breakers
)

// state of a playback.
type playState string

const (
	playing playState = "playing"
	stopped playState = "stopped"
	ended   playState = "ended"
)

// playback is a recording that is played into one unit, as a test set injects it: each
// sample at its own instant of the world's time, into that unit's sensors alone.
type playback struct {
	unit     *imu.Unit
	world    *imu.World
	file     string
	hz       float64
	chosen   map[string]string
	notes    []string
	length   time.Duration
	samples  int
	expected *protection.Report // what the model says of the recording by the unit's settings; nil: its settings cannot be read
	begin    time.Duration      // world time of its first sample
	alarm    *imu.Alarm
	release  func() // gives the test set of the unit back

	mu    sync.Mutex // held while a sample is played
	wave  protection.Waveform
	next  int
	last  imu.Played // what stands for values that are missing
	state playState
	until time.Duration // world time at which it was over

	logMu    sync.Mutex
	over     bool // nothing more is noted
	happened []imu.Record
}

// errBusy is why something else cannot be injected.
var errBusy = errors.New("a recording is played into it; stop that first")

// newPlayback checks a recording against a unit. Nothing has happened yet.
func (h *hands) newPlayback(u *imu.Unit, rec *comtrade.Recording, c study.Channels) (*playback, error) {
	taken, err := c.Take(rec)
	if err != nil {
		return nil, err
	}
	p := &playback{unit: u, world: h.lab.World, hz: rec.Frequency, chosen: taken.Chosen, wave: taken.Waveform, samples: len(rec.Times), state: playing}
	if err := p.timed(); err != nil {
		return nil, err
	}
	if !u.Closed() {
		return nil, errors.New("it is open, and nothing flows through it; close it first")
	}
	for _, n := range taken.Secondary {
		p.notes = append(p.notes, "channel "+n+" holds secondary values, which are played as they are; ask for primary values to multiply them")
	}
	p.alarm = h.lab.World.NewAlarm(p.due)
	return p, p.judge(h)
}

// timed checks the times of the samples.
func (p *playback) timed() error {
	t := p.wave.T
	switch {
	case len(t) < 2:
		return errors.New("the recording has fewer than two samples")
	case len(t) > samplesMax:
		return fmt.Errorf("the recording has %d samples; up to %d can be played", len(t), samplesMax)
	}
	for k := range t {
		if math.IsNaN(t[k]) || k > 0 && t[k] < t[k-1] {
			return fmt.Errorf("sample %d has no time, or one before that of the sample before it; the recording cannot be played", k+1)
		}
	}
	if !(t[len(t)-1]-t[0] <= playedMax.Seconds()) {
		return fmt.Errorf("the recording lasts %.0f s; up to %v can be played", t[len(t)-1]-t[0], playedMax)
	}
	p.length = p.offset(len(t) - 1)
	return nil
}

// offset is when a sample comes, from the first on.
func (p *playback) offset(k int) time.Duration {
	return time.Duration(math.Round((p.wave.T[k] - p.wave.T[0]) * 1e9))
}

// judge says what the model makes of the recording by the settings of the unit, from
// cold, as `switchroom replay` does; and what else is to be known of it. It refuses what
// the model refuses: a recording that is too coarse.
func (p *playback) judge(h *hands) error {
	if hz := h.lab.Site.Frequency; p.hz > 0 && math.Abs(p.hz-hz) > 1 {
		p.notes = append(p.notes, fmt.Sprintf("the recording is of %g Hz and the site of %g Hz: the unit measures over its own cycle", p.hz, hz))
	}
	settings, d := p.unit.Group(h.now(), looker, 0)
	if !d.OK() {
		p.notes = append(p.notes, "its settings cannot be read, so it is not said what the model makes of the recording")
		return nil
	}
	dev := study.NewDevice(p.unit.Name(), p.unit.Rating())
	rep, err := protection.Play(dev.Rating, settings, p.wave, protection.Options{Setup: dev.Setup})
	if err != nil {
		return err
	}
	p.expected = &rep
	p.notes = append(p.notes, rep.Notes...)
	return nil
}

// due plays the samples that have come.
func (p *playback) due(now time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.state == playing && p.next < len(p.wave.T) {
		at := p.begin + p.offset(p.next)
		if at > now {
			p.alarm.Set(at)
			return
		}
		p.last = p.sample(p.next)
		p.unit.Play(max(at, p.begin), &p.last)
		p.next++
	}
	if p.state == playing {
		p.finish(ended, p.begin+p.length)
	}
}

// sample is the k-th; what is missing is as it was before.
func (p *playback) sample(k int) imu.Played {
	s := p.last
	for c, v := range [][]float64{p.wave.L1, p.wave.L2, p.wave.L3, p.wave.N} {
		take(&s.I[c], v, k)
	}
	take(&s.Leakage, p.wave.Leakage, k)
	if p.wave.V1 == nil && p.wave.V2 == nil && p.wave.V3 == nil {
		return s
	}
	volts := [3]float64{}
	if s.V != nil {
		volts = *s.V
	}
	for c, v := range [][]float64{p.wave.V1, p.wave.V2, p.wave.V3} {
		take(&volts[c], v, k)
	}
	s.V = &volts
	return s
}

func take(to *float64, from []float64, k int) {
	if from != nil && !math.IsNaN(from[k]) {
		*to = from[k]
	}
}

// stop ends it; the unit takes the network's currents again.
func (p *playback) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == playing {
		p.finish(stopped, p.world.Now())
	}
}

// finish is called locked.
func (p *playback) finish(how playState, at time.Duration) {
	p.state, p.until = how, at
	p.alarm.Stop()
	p.unit.Inject(at, nil)
	p.wave = protection.Waveform{} // which may be large
	p.logMu.Lock()
	p.over = true
	p.logMu.Unlock()
	p.release()
}

// heard notes what the unit tells meanwhile.
func (p *playback) heard(r imu.Record) {
	p.logMu.Lock()
	defer p.logMu.Unlock()
	if !p.over && r.At >= p.begin && len(p.happened) < happenedMax {
		p.happened = append(p.happened, r)
	}
}

// standing is how far it is: the state, and the time since its first sample.
func (p *playback) standing() (playState, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state != playing {
		return p.state, p.until - p.begin
	}
	return playing, min(p.length, p.world.Now()-p.begin)
}

// events are what the unit told.
func (p *playback) events() []imu.Record {
	p.logMu.Lock()
	defer p.logMu.Unlock()
	return slices.Clone(p.happened)
}

// tripOf is the first trip among events, and when the contacts opened; nil: none.
func tripOf(all []imu.Record) (trip, opened *imu.Record) {
	for i := range all {
		r := &all[i]
		if trip == nil && r.Trip != nil && r.What == imu.Entry {
			trip = r
		}
		if opened == nil && r.Code == points.CodeOpened {
			opened = r
		}
	}
	return trip, opened
}

// decks are the playbacks of a laboratory: the last of each unit.
type decks struct {
	of map[string]*atomic.Pointer[playback] // by unit; read while a sample is played, so without a lock

	mu sync.Mutex // held while one begins
}

func newDecks(l *site.Lab) *decks {
	d := &decks{of: map[string]*atomic.Pointer[playback]{}}
	for _, u := range l.Units {
		d.of[u.Name()] = &atomic.Pointer[playback]{}
		u.Subscribe(d.heard)
	}
	return d
}

// heard is called with every event of every unit.
func (d *decks) heard(r imu.Record) {
	if p := d.of[r.Unit].Load(); p != nil {
		p.heard(r)
	}
}

// errCrowded is returned when too many are played.
var errCrowded = fmt.Errorf("%d recordings are being played already; wait for one, or stop it", playingMax)

// put has a playback begin now, in the place of the last of its unit.
func (d *decks) put(p *playback, set *testSet) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, o := range d.list() {
		if s, _ := o.standing(); s == playing {
			n++
		}
	}
	if n >= playingMax {
		return errCrowded
	}
	if err := set.reserve(); err != nil {
		return err
	}
	p.release = set.free
	p.begin = p.world.Now()
	d.of[p.unit.Name()].Store(p)
	p.alarm.Set(p.begin)
	return nil
}

// list is all of them, the newest first.
func (d *decks) list() (all []*playback) {
	for _, at := range d.of {
		if p := at.Load(); p != nil {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *playback) int {
		return cmp.Or(cmp.Compare(b.begin, a.begin), cmp.Compare(a.unit.Name(), b.unit.Name()))
	})
	return all
}

// stopAll stops every one.
func (d *decks) stopAll() {
	for _, p := range d.list() {
		p.stop()
	}
}
