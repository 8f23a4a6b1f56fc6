package usb

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/wire/usblink"
)

// idle ends what a password has proved when nobody asks anything for so long, in
// world time. Ours: the documents give none.
const idle = 10 * time.Minute

// session is what is at the other end of one cable.
type session struct {
	unit  *imu.Unit
	world *imu.World
	actor access.Actor
	asOf  [4]uint32 // changes of the passwords that Levels knows of
	out   []byte
}

// run answers questions until the cable is pulled.
func (s *session) run(c net.Conn) {
	in := usblink.NewReader(c)
	for {
		f, err := in.Next()
		if errors.Is(err, usblink.ErrVersion) {
			if s.answer(c, f.Number, fail("version", fmt.Sprintf("this port speaks version %d", usblink.Version))) != nil {
				return
			}
			continue
		}
		if err != nil {
			return
		}
		if f.Kind != usblink.Question {
			continue // nobody has asked it anything
		}
		if s.answer(c, f.Number, s.ask(f.Body)) != nil {
			return
		}
	}
}

func (s *session) answer(w io.Writer, number uint32, r *usblink.Reply) error {
	body, err := json.Marshal(r)
	if err != nil || len(body) > usblink.MaxBody {
		body, _ = json.Marshal(fail("too_long", "the answer is too long; ask for less"))
	}
	f := usblink.Frame{Kind: usblink.Answer, Number: number, Body: body}
	if s.out, err = f.Append(s.out[:0]); err != nil {
		return err
	}
	_, err = w.Write(s.out)
	return err
}

// fail is an answer that says no.
func fail(reason, message string) *usblink.Reply {
	return &usblink.Reply{Reason: reason, Message: message}
}

// verbs are what can be asked.
var verbs map[string]func(*session, *usblink.Ask) *usblink.Reply

func init() { // its rows refer to what refers to it
	verbs = map[string]func(*session, *usblink.Ask) *usblink.Reply{
		usblink.Capture:  (*session).capture,
		usblink.Captures: (*session).captures,
		usblink.Do:       (*session).do,
		usblink.Events:   (*session).events,
		usblink.Hello:    (*session).hello,
		usblink.Login:    (*session).login,
		usblink.Logout:   (*session).logout,
		usblink.Read:     (*session).read,
		usblink.Write:    (*session).write,
	}
}

// ask answers one question.
func (s *session) ask(body []byte) *usblink.Reply {
	a, err := usblink.ParseAsk(body)
	clear(body) // it may hold a password
	if err != nil {
		return fail("malformed", err.Error())
	}
	verb := verbs[a.Verb]
	if verb == nil {
		return fail("malformed", "there is no such verb")
	}
	s.recheck()
	if s.actor.Levels != 0 && s.world.Now() < s.actor.Until {
		s.actor.Until = s.world.Now() + idle // else it stays over
	}
	return verb(s, a)
}

// recheck drops the levels whose password has been changed since it was proved.
func (s *session) recheck() {
	if s.actor.Levels == 0 {
		return
	}
	for i, n := range s.unit.PasswordChanges(s.world.Now()) {
		if n != s.asOf[i] {
			s.actor.Levels &^= access.Level(i + 1)
		}
	}
	if s.actor.Levels == 0 {
		s.logout(nil)
	}
}

// hello says what this is: a product, and no reading.
func (s *session) hello(*usblink.Ask) *usblink.Reply {
	return &usblink.Reply{OK: true, Unit: s.unit.Name(), Product: s.unit.Config().Identity.Range}
}

// login proves the levels of a password (B5).
func (s *session) login(a *usblink.Ask) *usblink.Reply {
	s.logout(nil)
	p, err := imu.ParsePassword(a.Password)
	if err != nil {
		p = imu.Password{} // no unit has it: it is refused and counted as any other
	}
	now := s.world.Now()
	s.asOf = s.unit.PasswordChanges(now) // before: a change meanwhile ends the session
	offer := s.actor
	offer.Until = now + idle
	levels, d := s.unit.Prove(now, offer, p)
	if !d.OK() {
		return denied(d)
	}
	s.actor.Levels, s.actor.Until = levels, now+idle
	r := &usblink.Reply{OK: true, Unit: s.unit.Name()}
	for n := 1; n <= 4; n++ {
		if levels.Has(n) {
			r.Levels = append(r.Levels, n)
		}
	}
	return r
}

// logout forgets what was proved.
func (s *session) logout(*usblink.Ask) *usblink.Reply {
	s.actor.Levels, s.actor.Until = 0, 0
	return &usblink.Reply{OK: true}
}

func denied(d access.Decision) *usblink.Reply {
	return fail(d.Reason.String(), d.Reason.Remedy())
}
