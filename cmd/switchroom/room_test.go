package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"switchroom/lab/remote"
)

// TestStopThatLeavesClosed: a breaker that an emergency stop did not open is named,
// and the command fails. While time stands still none could have opened, and that is
// what it says.
func TestStopThatLeavesClosed(t *testing.T) {
	speed := 1.
	lab := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/time" {
			json.NewEncoder(w).Encode(remote.Time{Speed: speed})
			return
		}
		json.NewEncoder(w).Encode(remote.Room{Locked: true, Door: "closed", Stop: &remote.RoomStop{
			Pressed: true, Opens: []remote.RoomWire{{Breaker: "Q1", By: "mx"}, {Breaker: "Q2", By: "mn", Closed: true}},
		}})
	}))
	defer lab.Close()
	out, status := call("room", "stop", "--lab", lab.URL)
	if status != 1 || !strings.Contains(out, "still closed: Q2; open them by their buttons") || !strings.Contains(out, "Q1 (MX, open)") {
		t.Errorf("status %d: %s", status, out)
	}
	speed = 0
	if out, status = call("room", "stop", "--lab", lab.URL); status != 1 || !strings.Contains(out, "time stands still") || !strings.Contains(out, "Q2") {
		t.Errorf("status %d: %s", status, out)
	}
}
