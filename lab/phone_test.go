package lab

import (
	"net/url"
	"strings"
	"testing"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
)

// TestPhone: a phone is held to a breaker that is dead, by somebody who is there, and
// nobody learns of it.
func TestPhone(t *testing.T) {
	p := newPlace(t, lockedRoom)
	p.until("Q1", "breaker.closed", "true")
	if r, page := p.get("/unit/Q1/phone"); r.StatusCode != 403 || !strings.Contains(page, "badge in first") {
		t.Errorf("with nobody inside: %d\n%s", r.StatusCode, page)
	}
	p.post("/room/badge", url.Values{"person": {"Olga"}, "way": {"in"}})
	u := p.lab.Units[0]
	heard := 0
	u.Subscribe(func(imu.Record) { heard++ })
	r, page := p.get("/unit/Q1/phone?by=Olga")
	for _, want := range []string{"Breaker Q1, In", "keeps no record", "Who it is", "Settings", "Now", "ours"} {
		if r.StatusCode != 200 || !strings.Contains(page, want) {
			t.Errorf("%d: %q is not on the page", r.StatusCode, want)
		}
	}
	if heard != 0 {
		t.Errorf("%d events tell of a phone", heard)
	}
	now := p.lab.World.Now()
	u.Push(now, imu.OpenButton, true)
	p.until("Q1", "breaker.closed", "false")
	u.Supply(p.lab.World.Now(), false)
	r, page = p.get("/unit/Q1/phone?by=Olga")
	if r.StatusCode != 200 || !strings.Contains(page, "has no supply") || strings.Contains(page, ">Now<") {
		t.Errorf("without supply: %d\n%s", r.StatusCode, page)
	}
	if r, page = p.get("/api/v1/units/Q1/nfc"); r.StatusCode != 200 || !strings.Contains(page, `"powered":false`) || strings.Contains(page, `"current.l1"`) {
		t.Errorf("%d: %s", r.StatusCode, page)
	}
	if r, _ = p.get("/api/v1/units/Q1/nfc?by=Cleo"); r.StatusCode != 403 {
		t.Errorf("somebody who is outside reads: %d", r.StatusCode)
	}
	var s imu.Snapshot
	u.Read(p.lab.World.Now(), access.Actor{Path: access.NFC, Present: true}, &s)
	if s.Values[points.RatingIn] == 0 {
		t.Error("the rating is gone")
	}
}
