package web

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
)

// Somebody who does nothing is not logged in for ever, and a page that only follows
// keeps nobody.
func TestIdle(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		who := at.as(access.Viewer, guests)
		at.pass(sessionIdle - time.Minute)
		if a := who.get("/monitoring/live"); a.status != http.StatusOK {
			t.Fatalf("%v: %d", p, a.status)
		}
		if at.pass(2 * time.Minute); who.get("/monitoring").status != http.StatusUnauthorized {
			t.Errorf("%v: idle, and still in", p)
		}
		who = at.as(access.Viewer, guests)
		for range int(sessionMost/sessionIdle) + 2 {
			at.pass(sessionIdle - time.Minute)
			who.get("/monitoring")
		}
		if at.pass(sessionIdle); who.get("/monitoring").status != http.StatusUnauthorized {
			t.Errorf("%v: longer than %v", p, sessionMost)
		}
	}
}

// TestFollow: what happens at the breaker is on the page at once and not with the next
// beat, and a page of somebody who is not in any more ends.
func TestFollow(t *testing.T) {
	at := newPlace(t, access.Faithful)
	at.d.beat = time.Hour
	who := at.as(0, guests)
	q, err := http.NewRequest("GET", at.base+"/monitoring/breaker/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.AddCookie(&http.Cookie{Name: at.d.cookieName, Value: who.id})
	r, err := plainClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	lines := bufio.NewScanner(r.Body)
	until := func(what string) bool {
		for lines.Scan() {
			if strings.Contains(lines.Text(), what) {
				return true
			}
		}
		return false
	}
	if !until("badge-closed") {
		t.Fatal("the page does not begin with how it is")
	}
	at.unit.Push(at.d.world.Now(), imu.OpenButton, true)
	if !until("badge-open") {
		t.Fatal("the opening is not on the page")
	}
	at.d.sessions.end(who.id)
	at.unit.Pad(at.d.world.Now(), true)
	if until("badge-tripped") || lines.Err() != nil {
		t.Errorf("who is not in any more goes on seeing: %v", lines.Err())
	}
}
