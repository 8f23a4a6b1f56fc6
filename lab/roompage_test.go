package lab

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What people do at the door, by forms; a refusal stands on the page with its reason.
func TestRoomPage(t *testing.T) {
	p := newPlace(t, lockedRoom)
	p.until("Q1", "breaker.closed", "true")
	for _, tt := range []struct {
		path   string
		form   url.Values
		status int
		want   string // on the page then
	}{
		{"/room/badge", url.Values{"person": {"Cleo"}, "way": {"in"}}, 403, "not on the access list"},
		{"/room/badge", url.Values{"person": {"Emil"}, "way": {"in"}, "wrong_pin": {"yes"}}, 403, "PIN"},
		{"/room/badge", url.Values{"person": {"Olga"}, "way": {"in"}}, 303, "Badge out: Olga"},
		{"/room/badge", url.Values{"person": {"Olga"}, "way": {"in"}}, 409, "inside already"},
		{"/room/badge", url.Values{"person": {"Olga"}}, 403, "in or out"},
		{"/room/door", url.Values{"do": {"nonsense"}}, 422, "It was not done"},
		{"/room/door", url.Values{"do": {"leave"}, "person": {"Olga"}}, 303, "Badge in: Olga"},
		{"/room/release", nil, 409, "not pressed"},
		{"/room/stop", nil, 303, "Release it"},
		{"/room/stop", nil, 409, "pressed already"},
	} {
		res, body := p.post(tt.path, tt.form)
		if res.StatusCode == http.StatusSeeOther {
			_, body = p.get(res.Header.Get("Location"))
		}
		if res.StatusCode != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s %v: %d, want %d, with %q in %.300s", tt.path, tt.form, res.StatusCode, tt.status, tt.want, body)
		}
	}
	p.until("Q1", "breaker.closed", "false")
	if _, body := p.get("/"); !strings.Contains(body, "emergency stop pressed") {
		t.Error("the first page does not tell of the emergency stop")
	}
	res, err := http.Get(p.server.URL() + "/room/live")
	if err != nil {
		t.Fatal(err)
	}
	messages(t, res.Body, "Release it")
	res.Body.Close()
}

// A site without a room says so.
func TestNoRoomPage(t *testing.T) {
	p := newPlace(t)
	for _, r := range Routes() {
		if !strings.HasPrefix(r.Path, "/room") {
			continue
		}
		res, body := p.get(r.Path)
		if r.Method == "POST" {
			res, body = p.post(r.Path, nil)
		}
		if res.StatusCode != 404 || !strings.Contains(body, "has no room") {
			t.Errorf("%s %s: %d", r.Method, r.Path, res.StatusCode)
		}
	}
	if _, body := p.get("/"); strings.Contains(body, `href="/room"`) {
		t.Error("the first page leads to a room that there is not")
	}
}
