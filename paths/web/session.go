package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"sync"
	"time"
)

// How long somebody stays logged in. No document gives it; ours.
const (
	sessionIdle = 10 * time.Minute
	sessionMost = 8 * time.Hour
	sessionsMax = 64 // of one device; the one that has been idle longest makes room
)

// session is somebody who is logged in. Only its own device reaches it.
type session struct {
	account   uint64 // id of the account
	source    string
	begun     time.Time
	used      time.Time
	postponed bool    // the change of the password that somebody else has set
	flash     *notice // told on the next page
}

// token is a session's id as it is kept: whoever reads the memory of the program
// learns nobody's id.
type token [sha256.Size]byte

// sessions are those of one device. Ids are drawn here and nowhere else: one that a
// browser brings and that was not drawn is nobody's.
type sessions struct {
	now func() time.Time

	mu  sync.Mutex
	all map[token]*session
}

// begin makes a session and returns its id.
func (s *sessions) begin(account uint64, source string) string {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails
	id := base64.RawURLEncoding.EncodeToString(raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	if len(s.all) >= sessionsMax {
		delete(s.all, s.idlest())
	}
	if s.all == nil {
		s.all = map[token]*session{}
	}
	now := s.now()
	s.all[sha256.Sum256([]byte(id))] = &session{account: account, source: source, begun: now, used: now}
	return id
}

// sweep forgets who has been idle for too long.
func (s *sessions) sweep() {
	for t, one := range s.all {
		if s.over(one) {
			delete(s.all, t)
		}
	}
}

func (s *sessions) over(one *session) bool {
	now := s.now()
	return now.Sub(one.used) >= sessionIdle || now.Sub(one.begun) >= sessionMost
}

func (s *sessions) idlest() (t token) {
	var first time.Time
	for k, one := range s.all {
		if first.IsZero() || one.used.Before(first) {
			t, first = k, one.used
		}
	}
	return t
}

// find returns the session of an id, or nil. active says that somebody did
// something: a page that only follows what moves keeps nobody logged in.
func (s *sessions) find(id string, active bool) *session {
	if id == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := token(sha256.Sum256([]byte(id)))
	one := s.all[t]
	if one == nil || s.over(one) {
		delete(s.all, t)
		return nil
	}
	if active {
		one.used = s.now()
	}
	return one
}

// count is how many people are logged in.
func (s *sessions) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	return len(s.all)
}

// end ends the session of an id.
func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, sha256.Sum256([]byte(id)))
}

// endAll ends every session of an account.
func (s *sessions) endAll(account uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, one := range s.all {
		if one.account == account {
			delete(s.all, t)
		}
	}
}

// endOthers ends every session of an account but the one of an id.
func (s *sessions) endOthers(account uint64, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	keep := token(sha256.Sum256([]byte(id)))
	for t, one := range s.all {
		if one.account == account && t != keep {
			delete(s.all, t)
		}
	}
}

// with changes a session.
func (s *sessions) with(one *session, f func(*session)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(one)
}

// cookie is what the browser keeps of a session.
func (d *Device) cookie(r *http.Request, id string) *http.Cookie {
	c := &http.Cookie{Name: d.cookieName, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil}
	if id == "" {
		c.MaxAge = -1
	}
	return c
}

// idOf is the session id that a request brings; of several cookies of that name
// nobody knows which is meant, so none counts.
func (d *Device) idOf(r *http.Request) string {
	if all := r.CookiesNamed(d.cookieName); len(all) == 1 {
		return all[0].Value
	}
	return ""
}
