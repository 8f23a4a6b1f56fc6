package commission_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/client"
	. "switchroom/commission"
	"switchroom/credential"
	"switchroom/points"
	"switchroom/store"
	"switchroom/store/storetest"
)

// roles is who is signed in, by token: what somebody may is what their role may.
type roles map[string]accounts.Role

func (r roles) May(_ time.Time, token credential.Secret, p accounts.Permission, _ bool) (accounts.Person, error) {
	name := token.Reveal()
	if !slices.Contains(accounts.Granted(r[name]), p) {
		return accounts.Person{}, &accounts.Denied{Reason: accounts.NotPermitted, Permission: p}
	}
	return accounts.Person{ID: "id-" + name, Login: name, Name: strings.ToUpper(name)}, nil
}

var people = roles{"ada": accounts.Engineer, "bob": accounts.Approver, "eve": accounts.Engineer, "val": accounts.Viewer}

func as(name string) credential.Secret { return credential.NewSecret(name) }

// house is an office over a store that can break.
type house struct {
	*Office
	t     testing.TB
	place store.Place
	s     *store.Store
	now   time.Time
}

func newHouse(t *testing.T) *house {
	return houseIn(t, store.Place{Dir: filepath.Join(t.TempDir(), "data")})
}

func houseIn(t testing.TB, place store.Place) *house {
	h := &house{t: t, place: place, now: noon}
	h.open()
	t.Cleanup(func() { h.s.Close() })
	return h
}

// open is the program started, again too.
func (h *house) open() {
	h.t.Helper()
	if h.s != nil {
		h.s.Close()
	}
	s, err := store.Open(context.Background(), h.place, audit.Part(), Part())
	if err != nil {
		h.t.Fatal(err)
	}
	var mu sync.Mutex
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		h.now = h.now.Add(time.Second)
		return h.now
	}
	l, err := audit.Open(context.Background(), s, now)
	if err != nil {
		h.t.Fatal(err)
	}
	h.s, h.Office = s, NewOffice(s, l, people, client.Options{Timeout: time.Second}, now)
}

// project is of one breaker at an address, with a study of Isd.
func (h *house) project(address string) {
	h.t.Helper()
	low, high := 2.0, 5.0
	p := &Project{Format: 1, Number: "P1", Name: "Plant", Boards: []Board{{Name: "Main"}}, Breakers: []Breaker{{
		ID: "Q1", Board: "Main", Addresses: []string{address}, Rating: &Rating{In: 1000, Variant: "6.0", Poles: 3, ENCT: true},
		Study: &Study{Source: "PS-7", Values: []StudyValue{{Point: "protection.short_time.isd", Value: "3", Low: &low, High: &high}}},
	}}}
	if err := h.PutProject(h.t.Context(), as("bob"), p); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) snap() *Taken {
	h.t.Helper()
	s, err := h.Snapshot(h.t.Context(), as("ada"), "P1", "Q1", Reach{})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h *house) plan(wishes ...Wish) *Plan {
	h.t.Helper()
	p, err := h.Plan(h.t.Context(), as("ada"), "P1", "Q1", h.snap().Snapshot.Digest(), "as the study has it", wishes)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

var key = Reach{Password: credential.NewSecret(level4)}

// alone finds the password of level 4, but not four zeros of a digest.
var alone = regexp.MustCompile(`[^0-9a-f]` + level4 + `[^0-9a-f]`)

// recorded is the log: what, who, how it ended; the oldest first.
func (h *house) recorded() (all []string) {
	page, err := audit.Find(h.t.Context(), h.s, audit.Filter{}, audit.Place{}, 200)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range slices.Backward(page) {
		all = append(all, fmt.Sprintf("%s %s %s", r.What, r.Who, r.Result))
		if b, _ := r.MarshalJSON(); alone.Match(b) {
			h.t.Errorf("a password in the log: %s", b)
		}
	}
	return all
}

func TestOfficeWithinTheStudy(t *testing.T) { storetest.Each(t, withinTheStudy) }

func withinTheStudy(t *testing.T, place store.Place) {
	u, h := serve(t, 1, nil)[0], houseIn(t, place)
	h.project(u.bus)
	p := h.plan(Wish{"protection.short_time.isd", "3"})
	if p.NeedsSecond() || p.Rows[0].Was != "1.5" || !strings.Contains(p.Rows[0].Range, "1.5 to 10") {
		t.Fatalf("%+v", p)
	}
	o, err := h.Apply(t.Context(), as("ada"), p.ID, key)
	if err != nil || o.End != Applied {
		t.Fatal(o, err)
	}
	f, err := h.PlanOf(t.Context(), as("val"), p.ID)
	if err != nil || f.Outcome.End != Applied || f.Outcome.PlanDigest != p.Digest() || f.Outcome.Digest() != o.Digest() {
		t.Fatal(f, err)
	}
	if _, err := h.Apply(t.Context(), as("ada"), p.ID, key); err == nil {
		t.Error("a plan was carried out twice")
	}
	if all, err := h.Plans(t.Context(), as("val"), "P1", ""); err != nil || len(all) != 1 {
		t.Error(all, err)
	}
	if s, err := h.SnapshotOf(t.Context(), as("val"), "P1", "Q1", Digest(p.Base.Short())); err != nil || s.Digest() != p.Base {
		t.Error(err)
	}
	all, err := h.Snapshots(t.Context(), as("val"), "P1", "Q1")
	if err != nil || len(all) != 2 || all[0].Digest() != o.AsLeft.Digest() {
		t.Fatal(len(all), err)
	}
	want := []string{"project.put bob done", "snapshot.taken ada done", "plan.made ada done", "plan.begun ada done", "plan.applied ada done"}
	if got := h.recorded()[1:]; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestOfficeSecondPerson(t *testing.T) { storetest.Each(t, secondPerson) }

func secondPerson(t *testing.T, place store.Place) {
	u, h := serve(t, 1, nil)[0], houseIn(t, place)
	h.project(u.bus)
	p := h.plan(Wish{"protection.short_time.isd", "8"}, Wish{"protection.long_time.ir", "800"})
	if len(p.Outruns) != 2 || !strings.Contains(p.Outruns[0].Text, "says nothing") || !strings.Contains(p.Outruns[1].Text, "from 2 to 5") {
		t.Fatalf("%+v", p.Outruns)
	}
	no := func(what string, err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := h.Apply(t.Context(), as("ada"), p.ID, key)
	if !errors.Is(err, ErrSecondPerson) {
		t.Errorf("%v", err)
	}
	_, err = h.Approve(t.Context(), as("ada"), p.ID, p.Digest(), "")
	no("an engineer approved", err, "none of your roles")
	_, err = h.Approve(t.Context(), as("bob"), p.ID, "sha256:00", "")
	no("another plan was approved", err, "look at it again")
	people["ada"] = accounts.Approver
	_, err = h.Approve(t.Context(), as("ada"), p.ID, p.Digest(), "")
	people["ada"] = accounts.Engineer
	no("the planner approved with another role", err, "somebody else")
	if _, err := h.Approve(t.Context(), as("bob"), p.ID, p.Digest(), "agreed on site"); err != nil {
		t.Fatal(err)
	}
	people["bob"] = accounts.Engineer
	_, err = h.Apply(t.Context(), as("bob"), p.ID, key)
	people["bob"] = accounts.Approver
	no("who approved applied", err, "somebody else")
	if o, err := h.Apply(t.Context(), as("eve"), p.ID, key); err != nil || o.End != Applied {
		t.Error(o, err)
	}
}

// TestOfficeStudyIsNotTheEngineers: who plans must not widen what the study admits.
func TestOfficeStudyIsNotTheEngineers(t *testing.T) {
	u, h := serve(t, 1, nil)[0], newHouse(t)
	h.project(u.bus)
	p, err := h.Project(t.Context(), as("ada"), "P1")
	if err != nil {
		t.Fatal(err)
	}
	p.Breakers[0].Name = "Transformer 1"
	if err := h.PutProject(t.Context(), as("ada"), p); err != nil {
		t.Error("the name of a breaker is the engineer's to change:", err)
	}
	wide := 10.0
	p.Breakers[0].Study.Values[0].High = &wide
	if err := h.PutProject(t.Context(), as("ada"), p); err == nil || !strings.Contains(err.Error(), "somebody who approves") {
		t.Error(err)
	}
	if err := h.PutProject(t.Context(), as("val"), p); err == nil {
		t.Error("a viewer changed a project")
	}
}

func TestOfficeAsksForEverything(t *testing.T) {
	u, h := serve(t, 1, nil)[0], newHouse(t)
	h.project(u.bus)
	p := h.plan(Wish{"protection.short_time.isd", "3"})
	ctx, nobody := t.Context(), as("nobody")
	for what, err := range map[string]error{
		"PutProject": h.PutProject(ctx, nobody, &Project{Format: 1, Number: "P2", Name: "x", Boards: []Board{{Name: "Main"}}}), "Projects": second(h.Projects(ctx, nobody)), "Project": second(h.Project(ctx, nobody, "P1")),
		"Scan": second(h.Scan(ctx, nobody, Scan{Ranges: []string{"127.0.9.1"}})), "Snapshot": second(h.Snapshot(ctx, nobody, "P1", "Q1", Reach{})),
		"Snapshots": second(h.Snapshots(ctx, nobody, "P1", "Q1")), "SnapshotOf": second(h.SnapshotOf(ctx, nobody, "P1", "Q1", p.Base)), "Plan": second(h.Plan(ctx, nobody, "P1", "Q1", p.Base, "why", isd)),
		"Unfinished": second(h.Unfinished(ctx, nobody)), "Perform": second(h.Perform(ctx, nobody, "P1", "Q1", "clock", key)), "Diff": second(h.Diff(ctx, nobody, p.ID)),
		"Plans": second(h.Plans(ctx, nobody, "P1", "")), "PlanOf": second(h.PlanOf(ctx, nobody, p.ID)), "Approve": second(h.Approve(ctx, nobody, p.ID, p.Digest(), "")),
		"Apply": second(h.Apply(ctx, nobody, p.ID, key)), "Resume": second(h.Resume(ctx, nobody, p.ID, key)), "Apply of none": second(h.Apply(ctx, nobody, "77", key)),
	} {
		if _, denied := errors.AsType[*accounts.Denied](err); !denied {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestOfficeBusy has the breaker edited by one while another wants to.
func TestOfficeBusy(t *testing.T) {
	u, h := serve(t, 1, nil)[0], newHouse(t)
	h.project(u.bus)
	p := h.plan(Wish{"protection.short_time.isd", "3"})
	q := h.plan(Wish{"protection.short_time.isd", "4"})
	begun, goOn := make(chan bool), make(chan bool)
	h.Pause(func() { close(begun); <-goOn })
	done := make(chan error)
	go func() { _, err := h.Apply(context.Background(), as("ada"), p.ID, key); done <- err }()
	<-begun
	_, err := h.Apply(t.Context(), as("eve"), q.ID, key)
	if busy, ok := errors.AsType[*BusyError](err); !ok || busy.Who != "ADA" {
		t.Error(err)
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestOfficeEveryWrite breaks the data directory at every write of a change, and starts
// again: the breaker has the old or the new settings, the next snapshot says which where
// the end is not recorded, and resuming ends it.
func TestOfficeEveryWrite(t *testing.T) {
	resumed := map[End]int{}
	for n := 1; ; n++ {
		u, h := serve(t, 1, nil)[0], newHouse(t)
		h.project(u.bus)
		base := take(t, u.bus)
		p := h.plan(isd...)
		if _, err := h.Approve(t.Context(), as("bob"), p.ID, p.Digest(), ""); err != nil {
			t.Fatal(err)
		}
		breaks := &storetest.Breaker{}
		h.place.Wrap = breaks.Wrap
		h.open()
		breaks.Arm(n)
		_, err := h.Apply(t.Context(), as("ada"), p.ID, key)
		reached := len(breaks.Points()) >= n
		breaks.Arm(0)
		h.open()
		changed := len(Compare(base, take(t, u.bus)))
		if changed != 0 && changed != 3 {
			t.Errorf("point %d: a mix of old and new", n)
		}
		if !reached {
			if err != nil || changed != 3 {
				t.Errorf("nothing broke, and %v", err)
			}
			break
		}
		if err == nil && !slices.Contains(h.recorded(), "plan.applied ada done") {
			t.Errorf("point %d broke, and nobody says so", n) // where only the answer of the disk broke, the log looks again
		}
		if notice := h.snap().Notice; notice != "" {
			if want := map[int]string{0: "the old settings act", 3: "the new settings act"}[changed]; !strings.Contains(notice, want) {
				t.Errorf("point %d: %s, and %d rows have changed", n, notice, changed)
			}
			if _, err := h.Apply(t.Context(), as("ada"), p.ID, key); err == nil {
				t.Errorf("point %d: applied on top of what was cut short", n)
			}
			if all, err := h.Unfinished(t.Context(), as("val")); err != nil || len(all) != 1 || all[0].Plan != p.ID || all[0].By != "ada" {
				t.Errorf("point %d: %+v %v", n, all, err)
			}
			o, err := h.Resume(t.Context(), as("ada"), p.ID, key)
			if err != nil {
				t.Fatal(err)
			}
			agree(t, fmt.Sprint("resumed ", n), o, base, take(t, u.bus))
			resumed[o.End]++
		} else if f, err := h.PlanOf(t.Context(), as("ada"), p.ID); err != nil || f.Outcome == nil && changed != 0 {
			t.Errorf("point %d: the breaker has changed, and no end and no beginning is recorded: %v", n, err)
		}
	}
	if resumed[Applied] == 0 {
		t.Errorf("no break came between the breaker and its record: %v", resumed)
	}
}

func TestOfficeOfOtherSettings(t *testing.T) {
	u, h := serve(t, 1, nil)[0], newHouse(t)
	u.plug(t)
	h.project(u.bus)
	cable := Reach{Address: u.cable, Password: credential.NewSecret(level4)}
	for point, value := range map[string]string{"lock.protection.hmi": "on", "lock.protection.remote": "on", "interface.name": "LV1-Q1", "metering.power_sign": "bottom_to_top", "breaker.mode": "manual"} {
		s, err := h.Snapshot(t.Context(), as("ada"), "P1", "Q1", cable)
		if err != nil {
			t.Fatal(err)
		}
		p, err := h.Plan(t.Context(), as("ada"), "P1", "Q1", s.Snapshot.Digest(), "commissioning", []Wish{{point, value}})
		if err != nil {
			t.Error(err)
			continue
		}
		if p.NeedsSecond() {
			t.Errorf("%s protects nothing by itself", point)
		}
		o, err := h.Apply(t.Context(), as("ada"), p.ID, cable)
		if id, _ := points.Lookup(point); err != nil || o.End != Applied || id == 0 {
			t.Errorf("%s: %+v %v", point, o, err)
		}
	}
}

// BenchmarkOfficeSnapshots is as-found snapshots of 100 breakers of a project, kept and
// recorded; the target is 3 s.
func BenchmarkOfficeSnapshots(b *testing.B) {
	units := serve(b, 100, nil)
	h := houseIn(b, store.Place{Dir: filepath.Join(b.TempDir(), "data")})
	p := &Project{Format: 1, Number: "P1", Name: "Plant", Boards: []Board{{Name: "Main"}}}
	var ids []string
	for i, u := range units {
		ids = append(ids, fmt.Sprint("Q", i+1))
		p.Breakers = append(p.Breakers, Breaker{ID: ids[i], Board: "Main", Addresses: []string{u.bus}})
	}
	if err := h.PutProject(b.Context(), as("ada"), p); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, one := range h.SnapshotAll(b.Context(), as("ada"), "P1", ids, Reach{}, nil) {
			if one.Err != nil {
				b.Fatal(one.Err)
			}
		}
	}
}
