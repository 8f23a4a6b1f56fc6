package commission_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/client"
	. "switchroom/commission"
	"switchroom/credential"
	"switchroom/points"
)

func plan(t testing.TB, base *Snapshot, b *Breaker, wishes ...Wish) *Plan {
	t.Helper()
	p, err := NewPlan(base, b, "as the study has it", wishes)
	if err != nil {
		t.Fatal(err)
	}
	p.Stamp("1", "ada", "Ada Lock", noon)
	return p
}

func job(base *Snapshot, p *Plan, address string) Job {
	return Job{Plan: p, Base: base, Who: who(address), Password: credential.NewSecret(level4),
		Now: func() time.Time { return noon }, Wait: 2 * time.Second, Options: client.Options{Timeout: time.Second}}
}

func apply(t testing.TB, j Job) *Outcome {
	t.Helper()
	o, err := Apply(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var isd = []Wish{{"protection.short_time.isd", "3"}, {"protection.ground_fault.ig", "300"}, {"protection.instantaneous.ii", "8"}}

// TestApply changes three functions by each way, and nothing else.
func TestApply(t *testing.T) {
	for _, way := range []string{"bus", "cable"} {
		t.Run(way, func(t *testing.T) {
			u := serve(t, 1, nil)[0]
			u.plug(t)
			address := map[string]string{"bus": u.bus, "cable": u.cable}[way]
			base := take(t, address)
			o := apply(t, job(base, plan(t, base, nil, isd...), address))
			if o.End != Applied || o.Why != "" || len(o.Rows) != 3 || len(o.Relied) == 0 {
				t.Fatalf("%+v", o)
			}
			for _, r := range o.Rows {
				if !r.Verified {
					t.Errorf("%+v", r)
				}
			}
			if got := Compare(base, take(t, address)); len(got) != 3 {
				t.Errorf("%v", got)
			}
			if o.AsLeft.Value("protection.instantaneous.ii") != "8" {
				t.Error("as left is not what was left")
			}
		})
	}
}

func TestApplyOnlyFromItsBase(t *testing.T) {
	u := serve(t, 1, nil)[0]
	base := take(t, u.bus)
	p := plan(t, base, nil, isd...)
	other := plan(t, base, nil, Wish{"protection.long_time.ir", "800"})
	apply(t, job(base, other, u.bus))
	_, err := Apply(t.Context(), job(base, p, u.bus))
	changed, ok := errors.AsType[*ChangedError](err)
	if !ok || len(changed.Changes) != 1 || !strings.Contains(err.Error(), "protection.long_time.ir was 1000 and is 800") {
		t.Fatal(err)
	}
	forged := *base
	forged.Rows = take(t, u.bus).Rows
	if _, err := Apply(t.Context(), job(&forged, p, u.bus)); err == nil {
		t.Error("a plan was carried out from another base than its own")
	}
	forged = *base
	forged.Identity = map[string]string{points.DeviceSerial.String(): "another"}
	q := plan(t, &forged, nil, isd...)
	if now := take(t, u.bus); now.Identity[points.DeviceSerial.String()] != "" {
		if _, err := Apply(t.Context(), job(&forged, q, u.bus)); err == nil {
			t.Error("another unit was written to")
		}
	}
	if got := take(t, u.bus).Value("protection.short_time.isd"); got != base.Value("protection.short_time.isd") {
		t.Error("a refused plan was carried out")
	}
}

func TestApplyWrongPassword(t *testing.T) {
	u := serve(t, 1, nil)[0]
	base := take(t, u.bus)
	j := job(base, plan(t, base, nil, isd...), u.bus)
	j.Password = credential.NewSecret("zzzz")
	o := apply(t, j)
	if o.End != NotApplied || !strings.Contains(o.Why, "password") || strings.Contains(fmt.Sprintf("%+v", o), "zzzz") {
		t.Errorf("%+v", o)
	}
	if got := Compare(base, take(t, u.bus)); got != nil {
		t.Error(got)
	}
}

// TestTwoEngineers has somebody edit over the network while another comes by a cable.
func TestTwoEngineers(t *testing.T) {
	u := serve(t, 1, nil)[0]
	u.plug(t)
	if _, err := dial(t, u.bus).Do(t.Context(), points.ProtectionSessionOpen, level4); err != nil {
		t.Fatal(err)
	}
	base := take(t, u.cable)
	o := apply(t, job(base, plan(t, base, nil, isd...), u.cable))
	if o.End != NotApplied || !strings.Contains(o.Why, "somebody edits this breaker by another way") {
		t.Errorf("%+v", o)
	}
}

// meddler stands between: it carries a connection to a unit, and cuts the one on which
// the n-th message passes, before or after that is delivered. Later ones pass.
type meddler struct {
	to, at string
	cut    int
	after  bool
	closed bool // no connection is admitted after the cut

	mu    sync.Mutex
	seen  int
	group sync.WaitGroup
	l     net.Listener
}

func meddle(t *testing.T, to string, cut int, after bool) *meddler {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimSuffix(strings.TrimPrefix(to, "modbus://"), "/255")
	m := &meddler{to: host, at: "modbus://" + l.Addr().String() + "/255", cut: cut, after: after, l: l}
	m.group.Go(m.listen)
	t.Cleanup(func() { l.Close(); m.group.Wait() })
	return m
}

func (m *meddler) listen() {
	for {
		c, err := m.l.Accept()
		if err != nil {
			return
		}
		m.mu.Lock()
		gone := m.closed && m.cut > 0 && m.seen >= m.cut
		m.mu.Unlock()
		u, err := net.Dial("tcp4", m.to)
		if err != nil || gone {
			c.Close()
			if err == nil {
				u.Close()
			}
			continue
		}
		m.group.Go(func() { io.Copy(c, u); c.Close(); u.Close() })
		m.group.Go(func() { m.forward(u, c); c.Close(); u.Close() })
	}
}

// forward carries one request after the other: each is written by the client at once.
func (m *meddler) forward(u, c net.Conn) {
	b := make([]byte, 512)
	for {
		n, err := c.Read(b)
		if err != nil {
			return
		}
		m.mu.Lock()
		m.seen++
		here := m.seen == m.cut
		m.mu.Unlock()
		if here && !m.after {
			return
		}
		u.Write(b[:n])
		if here {
			time.Sleep(5 * time.Millisecond) // or the unit drops what it has not read yet
			return
		}
	}
}

// TestEveryMessageCut loses the connection at every message of a change, before and after
// it has arrived. Whatever was lost, either the old or the new settings act, and the
// outcome says which.
func TestEveryMessageCut(t *testing.T) {
	u := serve(t, 1, nil)[0]
	all := messages(t, u.bus)
	ends := map[End]int{}
	for cut := 1; cut <= all; cut++ {
		for _, after := range []bool{false, true} {
			base := take(t, u.bus)
			m := meddle(t, u.bus, cut, after)
			o, err := Apply(t.Context(), job(base, plan(t, base, nil, flip(base)...), m.at))
			left := take(t, u.bus)
			if err != nil {
				if got := Compare(base, left); got != nil {
					t.Errorf("cut %d: nothing was to be written, and %v", cut, got)
				}
				continue
			}
			agree(t, fmt.Sprintf("cut %d %v", cut, after), o, base, left)
			ends[o.End]++
		}
	}
	if ends[Applied] == 0 || ends[NotApplied] == 0 {
		t.Errorf("the cuts did not reach both sides of the write: %v", ends)
	}
}

// messages counts those of a change.
func messages(t *testing.T, address string) int {
	base := take(t, address)
	m := meddle(t, address, 0, false)
	if o := apply(t, job(base, plan(t, base, nil, flip(base)...), m.at)); o.End != Applied {
		t.Fatalf("%+v", o)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seen
}

// flip wishes other values than a breaker has.
func flip(base *Snapshot) []Wish {
	if base.Value("protection.short_time.isd") == "3" {
		return []Wish{{"protection.short_time.isd", "4"}, {"protection.ground_fault.ig", "400"}, {"protection.instantaneous.ii", "9"}}
	}
	return isd
}

// agree holds an outcome against what is in the breaker.
func agree(t *testing.T, what string, o *Outcome, base, left *Snapshot) {
	t.Helper()
	changes := Compare(base, left)
	switch {
	case o.End == Applied && len(changes) != 3, (o.End == NotApplied || o.End == RolledBack) && len(changes) != 0:
		t.Errorf("%s: %s (%s), and the breaker has %v", what, o.End, o.Why, changes)
	case o.End == Uncertain || o.AsLeft == nil:
		t.Errorf("%s: %s (%s)", what, o.End, o.Why)
	case Compare(o.AsLeft, left) != nil:
		t.Errorf("%s: left otherwise than as left", what)
	}
}

// TestLostForGood loses the breaker at the write and does not find it again: that is not
// known, and said. Resume finds out.
func TestLostForGood(t *testing.T) {
	u := serve(t, 1, nil)[0]
	all := messages(t, u.bus)
	known := map[End]int{}
	for cut := 1; cut <= all; cut++ {
		base := take(t, u.bus)
		m := meddle(t, u.bus, cut, true)
		m.closed = true
		j := job(base, plan(t, base, nil, flip(base)...), m.at)
		j.Wait = 20 * time.Millisecond
		begun := false
		j.Begin = func(context.Context, *Snapshot) error { begun = true; return nil }
		o, err := Apply(t.Context(), j)
		if (err == nil) != begun {
			t.Fatalf("cut %d: begun %v, and %v", cut, begun, err)
		}
		if err != nil || o.End != Uncertain {
			continue
		}
		if !strings.Contains(o.Why, "resume") {
			t.Error(o.Why)
		}
		j.Who.Address, j.Wait = u.bus, 0
		end := Resume(t.Context(), j)
		agree(t, fmt.Sprintf("resumed %d", cut), end, base, take(t, u.bus))
		known[end.End]++
	}
	if known[Applied] == 0 || known[NotApplied] == 0 {
		t.Errorf("the cuts did not reach both sides of the write: %v", known)
	}
}

// TestRolledBack has the unit do more than was planned: with I²t, a ground-fault delay of
// zero becomes 0.1 s by itself.
func TestRolledBack(t *testing.T) {
	u := serve(t, 1, nil)[0]
	base := take(t, u.bus)
	if got := base.Value("protection.ground_fault.tg"); got != "0" {
		t.Fatalf("tg is %s: this test needs another way", got)
	}
	o := apply(t, job(base, plan(t, base, nil, Wish{"protection.ground_fault.i2t", "on"}), u.bus))
	if o.End != RolledBack || !strings.Contains(o.Why, "protection.ground_fault.tg was 0 and is 0.1") {
		t.Errorf("%s: %s", o.End, o.Why)
	}
	if got := Compare(base, take(t, u.bus)); got != nil {
		t.Errorf("left as %v", got)
	}
}
