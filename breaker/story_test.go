package breaker_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchroom/breaker"
)

// A story is a test history: steps with a semicolon between, each an instant in
// milliseconds and what is done, for example "0 order close; 100 push open". What
// it gives back is every answer and every change, in the same notation.

const ms = time.Millisecond

type teller struct {
	t   *testing.T
	b   *breaker.Breaker
	log []string
}

func tell(t *testing.T, b *breaker.Breaker, story string) string {
	t.Helper()
	s := &teller{t: t, b: b}
	for step := range strings.SplitSeq(story, ";") {
		s.step(strings.Fields(step))
	}
	return strings.Join(s.log, "; ")
}

func (s *teller) step(f []string) {
	s.t.Helper()
	n, err := strconv.ParseFloat(f[0], 64)
	if err != nil {
		s.t.Fatalf("step %v: %v", f, err)
	}
	now := time.Duration(n * float64(ms))
	s.b.Advance(now, s.note)
	s.do(now, f[1], f[2:])
	s.b.Advance(now, s.note)
}

func (s *teller) do(now time.Duration, verb string, arg []string) {
	s.t.Helper()
	switch verb {
	case "order":
		if a := s.b.Order(now, s.pick("open close reset", arg[0])); a != breaker.Accepted {
			s.say(now, "refused", answerNames[a])
		}
	case "push", "release":
		s.b.Push(now, breaker.Button(s.pick("open close reset", arg[0])-1), verb == "push")
	case "press":
		s.b.Press(now, breaker.Button(s.pick("open close reset", arg[0])-1))
	case "coil":
		v, _ := strconv.ParseFloat(arg[1], 64)
		s.b.Coil(now, breaker.Coil(s.pick("MX MX2 MN XF RES MCH", arg[0])-1), v)
	case "trip":
		s.b.Trip(now, breaker.Cause(s.pick("long_time short_time instantaneous ground_fault", arg[0])))
	case "inhibit", "permit":
		s.b.Inhibit(now, breaker.Inhibitor(s.pick("io comm", arg[0])-1), verb == "inhibit")
	case "lock", "unlock":
		s.err(now, s.b.Lock(now, breaker.Lock(s.pick("padlock key interlock chassis", arg[0])-1), verb == "lock"))
	case "rack":
		s.err(now, s.b.Rack(now, breaker.Position(s.pick("connected test disconnected withdrawn", arg[0]))))
	case "charge":
		s.b.Charge(now)
	case "ready":
		s.say(now, "ready?", s.b.NotReady().String())
	case "wait":
	default:
		s.t.Fatalf("no verb %q", verb)
	}
}

var answerNames = map[breaker.Answer]string{
	breaker.UnknownOrder: "unknown", breaker.MustReset: "must_reset", breaker.AlreadyClosed: "already_closed",
	breaker.AlreadyOpen: "already_open", breaker.AlreadyReset: "already_reset", breaker.NoActuator: "no_actuator",
	breaker.ResetForbidden: "reset_forbidden", breaker.CloseInhibited: "inhibited", breaker.NotReadyToClose: "not_ready",
}

// pick returns the place of name among names, from 1 on.
func (s *teller) pick(names, name string) breaker.Order {
	s.t.Helper()
	i := slices.Index(strings.Fields(names), name)
	if i < 0 {
		s.t.Fatalf("%q is none of %s", name, names)
	}
	return breaker.Order(i + 1)
}

func (s *teller) err(now time.Duration, err error) {
	if err != nil {
		s.say(now, "error", map[error]string{
			breaker.ErrNotOpen: "not_open", breaker.ErrFixed: "fixed", breaker.ErrChassisLocked: "chassis_locked",
		}[err])
	}
}

func (s *teller) note(c breaker.Change) {
	what := c.By.String()
	switch c.Kind {
	case breaker.Tripped:
		what = c.Cause.String()
	case breaker.Racked:
		what = c.Position.String()
	}
	s.say(c.At, c.Kind.String(), what)
}

func (s *teller) say(at time.Duration, words ...string) {
	s.log = append(s.log, fmt.Sprintf("%g %s", float64(at)/float64(ms), strings.Join(words, " ")))
}
