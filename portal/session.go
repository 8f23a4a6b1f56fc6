package portal

import (
	"crypto/sha256"
	"sync"
	"time"

	"switchroom/credential"
)

// Bounds of sessions, ours.
const (
	sessionsMost = 2048 // of all; the one that has been idle longest makes room
	sessionsEach = 8    // of one person or case, likewise
)

var sessionTimes = credential.Session{Lock: 30 * time.Minute, End: 8 * time.Hour}

// session is somebody who is signed in, or follows a case.
type session struct {
	person, follows string
	begun, used     time.Time
}

// sessions keeps them by the digest of their tokens, in memory alone.
type sessions struct {
	mu  sync.Mutex
	all map[[sha256.Size]byte]*session
}

func digestOf(token credential.Secret) [sha256.Size]byte {
	return sha256.Sum256([]byte(token.Reveal()))
}

// begin makes a session and returns its token.
func (s *sessions) begin(now time.Time, one session) credential.Secret {
	token := credential.NewToken()
	one.begun, one.used = now, now
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[[sha256.Size]byte]*session{}
	}
	for t, o := range s.all {
		if sessionTimes.At(now, o.begun, o.used) != credential.Open {
			delete(s.all, t)
		}
	}
	s.room(func(o *session) bool { return o.person == one.person && o.follows == one.follows }, sessionsEach)
	s.room(func(*session) bool { return true }, sessionsMost)
	s.all[digestOf(token)] = &one
	return token
}

// room ends the idlest of those that are meant, where there are as many as may be.
func (s *sessions) room(meant func(*session) bool, most int) {
	var idlest [sha256.Size]byte
	var at time.Time
	n := 0
	for t, o := range s.all {
		if !meant(o) {
			continue
		}
		if n++; n == 1 || o.used.Before(at) {
			idlest, at = t, o.used
		}
	}
	if n >= most {
		delete(s.all, idlest)
	}
}

// find is the session of a token; the zero one if it has ended. An idle one ends too:
// there is nothing here that has to wait behind a locked screen.
func (s *sessions) find(now time.Time, token credential.Secret) session {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.all[digestOf(token)]
	if one == nil {
		return session{}
	}
	if sessionTimes.At(now, one.begun, one.used) != credential.Open {
		delete(s.all, digestOf(token))
		return session{}
	}
	if now.After(one.used) {
		one.used = now
	}
	return *one
}

func (s *sessions) end(token credential.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, digestOf(token))
}

// endOf ends every session of a person.
func (s *sessions) endOf(person string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, o := range s.all {
		if o.person == person {
			delete(s.all, t)
		}
	}
}
