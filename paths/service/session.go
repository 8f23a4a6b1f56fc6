// Package service answers what commissioning software and phones ask over a stream of
// bytes ([switchroom/wire/usblink]): a USB cable, or a Bluetooth link. Whoever connects
// proves a password first (B5), for as long as they go on asking.
//
// Translation only: what is asked becomes a request of [imu.Unit.Do], which decides.
package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/wire/usblink"
)

// idle ends what a password has proved when nobody asks anything for so long, in
// world time. Ours: the documents give none.
const idle = 10 * time.Minute

// Session is what is at the other end of one cable or link, and what it has proved.
type Session struct {
	unit  *imu.Unit
	world *imu.World
	actor access.Actor
	asOf  [4]uint32 // changes of the passwords that Levels knows of
	out   []byte
	shown atomic.Pointer[proof] // for others, who may look while a question is answered
}

// proof is who is at the other end, and since which changes of the passwords.
type proof struct {
	actor access.Actor
	asOf  [4]uint32
}

// New returns a session of an actor as their path has proved them; they have proved no
// password yet.
func New(u *imu.Unit, w *imu.World, a access.Actor) *Session {
	return &Session{unit: u, world: w, actor: a}
}

// Actor returns who is at the other end, with the levels that they hold now. It may be
// called while a question is answered.
func (s *Session) Actor() access.Actor {
	p := s.shown.Load()
	if p == nil {
		return access.Actor{}
	}
	return p.now(s.unit, s.world)
}

// now drops what has been lost since.
func (p *proof) now(u *imu.Unit, w *imu.World) access.Actor {
	a := p.actor
	if a.Levels == 0 {
		return a
	}
	for i, n := range u.PasswordChanges(w.Now()) {
		if n != p.asOf[i] {
			a.Levels &^= access.Level(i + 1)
		}
	}
	return a
}

// Run answers questions until c ends.
func (s *Session) Run(c io.ReadWriter) {
	in := usblink.NewReader(c)
	for {
		f, err := in.Next()
		if errors.Is(err, usblink.ErrVersion) {
			if s.answer(c, f.Number, fail("version", fmt.Sprintf("this end speaks version %d", usblink.Version))) != nil {
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

func (s *Session) answer(w io.Writer, number uint32, r *usblink.Reply) error {
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
var verbs map[string]func(*Session, *usblink.Ask) *usblink.Reply

func init() { // its rows refer to what refers to it
	verbs = map[string]func(*Session, *usblink.Ask) *usblink.Reply{
		usblink.Capture:  (*Session).capture,
		usblink.Captures: (*Session).captures,
		usblink.Do:       (*Session).do,
		usblink.Events:   (*Session).events,
		usblink.Firmware: (*Session).firmware,
		usblink.Hello:    (*Session).hello,
		usblink.Install:  (*Session).install,
		usblink.Login:    (*Session).login,
		usblink.Logout:   (*Session).logout,
		usblink.Read:     (*Session).read,
		usblink.Stage:    (*Session).stage,
		usblink.Write:    (*Session).write,
	}
}

// ask answers one question.
func (s *Session) ask(body []byte) *usblink.Reply {
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
	defer func() { s.shown.Store(&proof{s.actor, s.asOf}) }()
	if s.actor.Levels != 0 && s.world.Now() < s.actor.Until {
		s.actor.Until = s.world.Now() + idle // else it stays over
	}
	return verb(s, a)
}

// recheck drops the levels whose password has been changed since it was proved.
func (s *Session) recheck() {
	had := s.actor.Levels
	s.actor = (&proof{s.actor, s.asOf}).now(s.unit, s.world)
	if had != 0 && s.actor.Levels == 0 {
		s.logout(nil)
	}
}

// hello says what this is: a product, and no reading.
func (s *Session) hello(*usblink.Ask) *usblink.Reply {
	return &usblink.Reply{OK: true, Unit: s.unit.Name(), Product: s.unit.Config().Identity.Range}
}

// login proves the levels of a password (B5).
func (s *Session) login(a *usblink.Ask) *usblink.Reply {
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
func (s *Session) logout(*usblink.Ask) *usblink.Reply {
	s.actor.Levels, s.actor.Until = 0, 0
	return &usblink.Reply{OK: true}
}

func denied(d access.Decision) *usblink.Reply {
	return fail(d.Reason.String(), d.Reason.Remedy())
}
