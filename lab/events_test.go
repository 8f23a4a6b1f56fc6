package lab

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// The histories of a unit tell an opening by hand; a unit that is not there is told.
func TestEvents(t *testing.T) {
	r := newRoom(t, 1)
	if err := r.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	r.Start()
	defer r.Close(context.Background())
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	r.inject("open", 600, nil)
	r.untilClosed(false)
	res, err := http.Get(r.URL() + "/api/v1/units/Q1/events?last=5")
	if err != nil {
		t.Fatal(err)
	}
	var all []event
	err = json.NewDecoder(res.Body).Decode(&all)
	res.Body.Close()
	opened := false
	for _, e := range all {
		opened = opened || strings.Contains(e.Event, "open") || strings.Contains(e.Event, "closed") && e.What == "exit"
	}
	if err != nil || !opened {
		t.Errorf("%+v, %v", all, err)
	}
	if res, err = http.Get(r.URL() + "/api/v1/units/Q9/events"); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("%v, %v", res, err)
	}
	res.Body.Close()
}
