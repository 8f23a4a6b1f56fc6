package accounts

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"switchroom/credential"
)

// Bounds of the sessions, ours.
const (
	sessionsMost = 1024 // of all; the one that has been idle longest makes room
	sessionsEach = 8    // of one person, likewise
	freshFor     = 5 * time.Minute
)

// Session is somebody who is signed in.
type Session struct {
	Person string // id
	Source string
	Begun  time.Time
	Used   time.Time
	Proved time.Time // when the password or passkey was last given

	pending credential.Secret                       // key of an authenticator that is being set up
	made    *credential.Begun[webauthn.SessionData] // of a passkey that is
}

type digest [sha256.Size]byte

// sessions keeps them by the digest of their tokens: whoever reads the memory or a
// copy of it cannot go on with one. Tokens are drawn here and nowhere else.
type sessions struct {
	times credential.Session

	mu  sync.Mutex
	all map[digest]*Session
}

func of(token credential.Secret) digest { return sha256.Sum256([]byte(token.Reveal())) }

// begin makes a session with a token that was never one before.
func (s *sessions) begin(now time.Time, one Session) credential.Secret {
	token := credential.NewToken()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	s.room(func(o *Session) bool { return o.Person == one.Person }, sessionsEach)
	s.room(func(*Session) bool { return true }, sessionsMost)
	if s.all == nil {
		s.all = map[digest]*Session{}
	}
	s.all[of(token)] = &one
	return token
}

// room ends the idlest of those that are meant, where there are as many as may be.
func (s *sessions) room(meant func(*Session) bool, most int) {
	n, idlest, at := 0, digest{}, time.Time{}
	for t, one := range s.all {
		if !meant(one) {
			continue
		}
		if n++; n == 1 || one.Used.Before(at) {
			idlest, at = t, one.Used
		}
	}
	if n >= most {
		delete(s.all, idlest)
	}
}

func (s *sessions) sweep(now time.Time) {
	for t, one := range s.all {
		if s.hold(one, now) == credential.Ended {
			delete(s.all, t)
		}
	}
}

func (s *sessions) hold(one *Session, now time.Time) credential.Hold {
	return s.times.At(now, one.Begun, one.Used)
}

// find returns the session of a token and how it is. active says that its person did
// something: a page that only follows what moves keeps nothing open.
func (s *sessions) find(token credential.Secret, now time.Time, active bool) (Session, credential.Hold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.all[of(token)]
	if one == nil {
		return Session{}, credential.Ended
	}
	h := s.hold(one, now)
	switch {
	case h == credential.Ended:
		delete(s.all, of(token))
		return Session{}, h
	case h == credential.Open && active && now.After(one.Used):
		one.Used = now
	}
	return *one, h
}

// change changes the session of a token, if there is one.
func (s *sessions) change(token credential.Secret, f func(*Session)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.all[of(token)]; one != nil {
		f(one)
	}
}

// fresh reports whether somebody has proved to be there just now.
func fresh(s Session, now time.Time) bool {
	return !now.Add(credential.AtOnce).Before(s.Proved) && now.Sub(s.Proved) < freshFor
}

// end ends those that are meant.
func (s *sessions) end(meant func(digest, *Session) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, one := range s.all {
		if meant(t, one) {
			delete(s.all, t)
		}
	}
}
