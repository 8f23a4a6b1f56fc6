package displays_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"switchroom/client"
	"switchroom/displays"
	"switchroom/points"
	"switchroom/regmap"
)

// breaker is a breaker at the other end, that notes what it is sent.
type breaker struct {
	client.Breaker // nil: what is not below is not used
	closed         bool
	password       string // of it
	sent           []string
	fails          error // of the next order
	silent         bool
}

func (b *breaker) Close() error { return nil }

func (b *breaker) Read(_ context.Context, ids ...points.ID) (all []client.Reading, err error) {
	if b.silent {
		return nil, errors.New("nobody answers")
	}
	for _, id := range ids {
		r := client.Reading{Point: id, Certainty: points.Confirmed}
		if id == points.BreakerClosed {
			r.Value = points.Flag(b.closed)
		}
		all = append(all, r)
	}
	return all, nil
}

func (b *breaker) order(verb, password string, closed bool) error {
	b.sent = append(b.sent, verb+" "+password)
	switch err := b.fails; {
	case err != nil:
		b.fails = nil
		return err
	case password != b.password:
		return &client.Error{Op: "breaker." + verb, Refused: true, Status: regmap.WrongPassword, Err: regmapError(regmap.WrongPassword)}
	}
	b.closed = closed
	return nil
}

type regmapError regmap.Status

func (e regmapError) Error() string { return regmap.Status(e).String() }

func (b *breaker) Open(_ context.Context, p string) error         { return b.order("open", p, false) }
func (b *breaker) CloseBreaker(_ context.Context, p string) error { return b.order("close", p, true) }
func (b *breaker) Reset(_ context.Context, p string) error        { return b.order("reset", p, b.closed) }
func (b *breaker) Do(_ context.Context, op points.ID, p string, _ ...client.Argument) ([]byte, error) {
	return nil, b.order(op.String(), p, b.closed)
}

// rig is a display with one breaker at it, and a clock that stands still.
type rig struct {
	*displays.Panel
	b   *breaker
	now time.Time
}

func newRig(t *testing.T, kind displays.Kind, hardened bool) *rig {
	t.Helper()
	r := &rig{b: &breaker{closed: true, password: "3333"}, now: time.Unix(1e9, 0)}
	logins, err := displays.OpenLogins("", hardened)
	if err != nil {
		t.Fatal(err)
	}
	r.Panel, err = displays.New([]string{"modbus://here/255"}, displays.Options{
		Kind: kind, Hardened: hardened, Logins: logins, Now: func() time.Time { return r.now },
		Dial:    func(context.Context, string) (client.Breaker, error) { return r.b, nil },
		Carries: func(string, points.ID) bool { return true },
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Look(t.Context())
	return r
}

// does presses keys; a word in quotes is typed.
func (r *rig) does(t *testing.T, what string) *displays.Frame {
	t.Helper()
	for _, w := range strings.Fields(what) {
		if text, typed := strings.CutPrefix(w, "'"); typed {
			r.Type(t.Context(), text)
		} else if err := r.Press(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	return r.Frame()
}

func TestTables(t *testing.T) {
	if !slices.IsSortedFunc(displays.Rights(), func(a, b displays.Right) int { return strings.Compare(a.Key, b.Key) }) {
		t.Error("the rights are not sorted")
	}
	for _, k := range []displays.Kind{displays.FDM128, displays.FDM121} {
		keys := displays.Keys(k)
		if !slices.IsSortedFunc(keys, func(a, b displays.Key) int { return strings.Compare(a.Key, b.Key) }) {
			t.Errorf("the keys of %v are not sorted", k)
		}
	}
	for _, v := range displays.Views() {
		for _, id := range v.Points {
			if _, ok := client.InRegisters(regmap.Default())(id); !ok {
				t.Errorf("%s: %v stands in no register, and no breaker would show it", v.Title, id)
			}
		}
	}
}

// TestWho: who is admitted to what, by what is sent to the breaker.
func TestWho(t *testing.T) {
	for _, c := range []struct {
		kind     displays.Kind
		hardened bool
		does     string
		sent     string
		says     string
		refused  bool
	}{
		{displays.FDM128, false, "1 control open", "", "only the administrator operates a breaker here, and you are guest", true},
		{displays.FDM128, false, "login 'oper 'oper ok 1 control open", "", "you are operator", true},
		{displays.FDM128, false, "login 'admin 'admin ok 1 control open '3333", "open 3333", "open: done", false},
		{displays.FDM128, false, "login 'admin 'admin ok 1 control close '3333", "close 3333", "close: done", false},
		{displays.FDM128, false, "login 'admin 'admin ok 1 control reset '3333", "reset 3333", "reset: done", false},
		{displays.FDM128, false, "login 'admin 'admin ok 1 control open '9999", "open 9999", "wrong password", true},
		{displays.FDM128, false, "login 'admin 'admin ok 1 control open esc", "", "nothing was sent", false},
		{displays.FDM128, false, "login 'admin 'admin ok 1 control open close", "", "it waits for", true},
		{displays.FDM128, false, "login 'admin 'admin ok 1 open", "", "go to the page control", true},
		{displays.FDM128, false, "login 'admin 'admin 1", "", "or ok to go on with it", true},
		{displays.FDM128, true, "login 'admin 'admin ok", "", "change the password first", true},
		{displays.FDM128, true, "login 'admin 'admin change 'short 'short", "", "10 to 64 characters", true},
		{displays.FDM128, true, "login 'admin 'admin change '0123456789 '0123456789 1 control open '3333", "open 3333", "open: done", false},
		{displays.FDM128, false, "login 'admin 'admin change 'admin 'admin", "", "the password of the factory", true},
		{displays.FDM128, false, "login 'admin 'admin change 'horse 'house", "", "not the same", true},
		{displays.FDM128, false, "login 'admin 'admin change 'horse 'horse logout login 'admin 'admin", "", "user or password is wrong", true},
		{displays.FDM128, false, "login 'admin 'admin change 'horse 'horse hold login 'admin 'admin", "", "logged in as administrator", false},
		{displays.FDM128, false, "login 'admin 'admin ok 1 control hold 1 control open", "", "you are guest", true},
		{displays.FDM128, false, "login 'root 'admin", "", "user or password is wrong", true},
		{displays.FDM128, false, "login 'admin 'admin ok logout 1 control open", "", "you are guest", true},
		{displays.FDM128, false, "1 clear", "", "you are guest", true},
		{displays.FDM128, false, "login 'oper 'oper ok 1 clear '3333", "measure.reset 3333", "are reset", false},
		{displays.FDM128, false, "change", "", "log in first", true},
		{displays.FDM128, false, "5", "", "no breaker 5", true},
		{displays.FDM121, false, "control open", "open 3333", "no password was asked for", false},
		{displays.FDM121, true, "control open '3333", "", "nothing was sent: that is the password of the factory", true},
		{displays.FDM121, true, "control open 'abcd", "open abcd", "wrong password", true},
	} {
		r := newRig(t, c.kind, c.hardened)
		f := r.does(t, c.does)
		if got := strings.Join(r.b.sent, ", "); got != c.sent || !strings.Contains(f.Says, c.says) || f.Refused != c.refused {
			t.Errorf("%v hardened %v, %s: sent %q, says %q, refused %v", c.kind, c.hardened, c.does, got, f.Says, f.Refused)
		}
	}
}

// TestChangedLevel3: an FDM121 tries the factory's once, then it asks, every time.
func TestChangedLevel3(t *testing.T) {
	r := newRig(t, displays.FDM121, false)
	r.b.password = "Zx81"
	if f := r.does(t, "control open"); f.Asks == "" || f.Refused {
		t.Fatalf("%+v", f)
	}
	r.does(t, "'Zx81")
	f := r.does(t, "close 'Zx81")
	if got := fmt.Sprint(r.b.sent); got != "[open 3333 open Zx81 close Zx81]" || f.Says != "close: done" {
		t.Errorf("%s, says %q", got, f.Says)
	}
}

// TestNothingTwice: what may have happened is told, and not sent again.
func TestNothingTwice(t *testing.T) {
	r := newRig(t, displays.FDM121, false)
	r.b.fails = &client.Error{Op: "breaker.open", Refused: true, MayHaveHappened: true, Status: regmap.WrongPassword, Err: errors.New("lost")}
	f := r.does(t, "control open")
	if len(r.b.sent) != 1 || !f.Refused || !strings.Contains(f.Says, "it may have happened all the same") || f.Asks != "" {
		t.Errorf("%v, %+v", r.b.sent, f)
	}
}

// TestNoPasswordIsShown: what was typed stands in nothing that can be seen.
func TestNoPasswordIsShown(t *testing.T) {
	for _, keys := range []string{"login 'admin 'canary1", "login 'admin 'admin change 'canary1 'canary1", "login 'admin 'admin ok 1 control open 'can1"} {
		f := newRig(t, displays.FDM128, false).does(t, keys)
		if b, err := json.Marshal(f); err != nil || strings.Contains(string(b), "can1") || strings.Contains(string(b), "canary") {
			t.Errorf("%s: %s, %v", keys, b, err)
		}
	}
}

// TestIdle: who walks away is logged out.
func TestIdle(t *testing.T) {
	r := newRig(t, displays.FDM128, false)
	r.does(t, "login 'admin 'admin ok 1 control open")
	r.now = r.now.Add(10*time.Minute - time.Second)
	r.Look(t.Context())
	if f := r.Frame(); f.Role != "administrator" {
		t.Errorf("too early: %+v", f)
	}
	r.now = r.now.Add(time.Second)
	r.Look(t.Context())
	if f := r.Frame(); f.Role != "guest" || f.Asks != "" || f.Screen != "overview" {
		t.Errorf("%+v", f)
	}
	r.Type(t.Context(), "3333") // what was asked before is not asked any more
	if len(r.b.sent) != 0 {
		t.Errorf("sent %v", r.b.sent)
	}
}

// TestNoAnswer: a breaker that does not answer shows no reading of before.
func TestNoAnswer(t *testing.T) {
	r := newRig(t, displays.FDM128, false)
	if f := r.Frame(); f.Breakers[0].State != "closed" {
		t.Fatalf("%+v", f)
	}
	r.b.silent = true
	r.Look(t.Context())
	f := r.does(t, "1")
	if f.Breakers[0].State != "no answer" || !strings.Contains(f.Text[0], "nobody answers") || len(f.Readings) != 0 {
		t.Errorf("%+v", f)
	}
	r.b.silent = false
	r.Look(t.Context())
	if f := r.Frame(); f.Breakers[0].State != "no answer" {
		t.Errorf("it was asked at once: %+v", f)
	}
	r.now = r.now.Add(5 * time.Second)
	r.Look(t.Context())
	if f := r.Frame(); f.Breakers[0].State != "closed" {
		t.Errorf("not connected anew: %+v", f)
	}
}

func TestHowMany(t *testing.T) {
	for n, want := range map[int][2]bool{0: {false, false}, 1: {true, true}, 2: {true, false}, 8: {true, false}, 9: {false, false}} {
		for i, k := range []displays.Kind{displays.FDM128, displays.FDM121} {
			_, err := displays.New(make([]string, n), displays.Options{Kind: k, Now: time.Now})
			if (err == nil) != want[i] {
				t.Errorf("%v with %d: %v", k, n, err)
			}
		}
	}
}
