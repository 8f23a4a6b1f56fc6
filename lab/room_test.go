package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"switchroom/lab/remote"
)

const lockedRoom = `
room:
  name: LV room
  people:
    - {name: Olga, badge: "10000042", qualified: true}
    - {name: Emil, badge: "10000043", pin: "2468"}
    - {name: Cleo, badge: "10000044"}
  access: [Olga, Emil]
  ports: [{name: service socket, protected: true}]
  emergency_stop: [{by: mx}]
`

// TestRoom: what people do at the door and outside it, over HTTP.
func TestRoom(t *testing.T) {
	p := newPlace(t, lockedRoom)
	c, ctx := p.client, p.Context()
	p.until("Q1", "breaker.closed", "true")
	begin := time.Now().Add(-time.Minute)
	badge := func(who, way string) func() (remote.Room, error) {
		return func() (remote.Room, error) { return c.Badge(ctx, remote.BadgeOrder{Person: who, Way: way}) }
	}
	door := func(do, who string) func() (remote.Room, error) {
		return func() (remote.Room, error) { return c.Door(ctx, remote.DoorOrder{Do: do, Person: who}) }
	}
	for _, tt := range []struct {
		why    string
		do     func() (remote.Room, error)
		status int
		want   string // of the room then, or of the refusal
	}{
		{"empty", func() (remote.Room, error) { return c.Room(ctx) }, 0, "closed []"},
		{"not on the list", badge("Cleo", "in"), 403, "not on the access list"},
		{"unknown", badge("10000042", "in"), 403, "does not know this badge"},
		{"a wrong PIN", func() (remote.Room, error) {
			return c.Badge(ctx, remote.BadgeOrder{Person: "Emil", Way: "in", WrongPIN: true})
		}, 403, "the PIN does not go"},
		{"nobody to hold the door", door("hold", ""), 409, "closed and locked"},
		{"in", badge("Olga", "in"), 0, "open [] Olga with badge"},
		{"again", badge("Olga", "in"), 409, "inside already"},
		{"held", door("hold", ""), 0, "held [] Olga with badge"},
		{"behind her", door("tailgate", "Cleo"), 0, "held [tailgating] Olga with badge Cleo with no badge"},
		{"acknowledged too early", door("acknowledge", ""), 409, "still open"},
		{"shut", door("shut", ""), 0, "closed [tailgating] Olga with badge Cleo with no badge"},
		{"acknowledged", door("acknowledge", ""), 0, "closed [] Olga"},
		{"with a PIN", badge("Emil", "in"), 0, "Emil with badge and PIN"},
		{"out by the handle", door("leave", "Cleo"), 0, "open [] Olga with badge Emil with badge and PIN"},
		{"unlocked", door("unlock", ""), 0, "unlocked"},
		{"locked", door("lock", ""), 0, "open"},
		{"not pressed", func() (remote.Room, error) { return c.ReleaseStop(ctx, remote.StopOrder{}) }, 409, "not pressed"},
		{"pressed", func() (remote.Room, error) { return c.PressStop(ctx, remote.StopOrder{By: "Olga"}) }, 0, "stop by Olga Q1 mx false Q2 mx false"},
		{"pressed again", func() (remote.Room, error) { return c.PressStop(ctx, remote.StopOrder{}) }, 409, "stays so until it is released"},
		{"released", func() (remote.Room, error) { return c.ReleaseStop(ctx, remote.StopOrder{By: "a stranger"}) }, 0, "Olga"},
		{"nonsense at the door", door("paint", ""), 422, ""},
		{"no way", badge("Olga", ""), 422, ""},
	} {
		r, err := tt.do()
		got := inWords(&r)
		var refused *remote.Error
		if err != nil && errors.As(err, &refused) {
			got = err.Error()
		}
		if (refused == nil) != (tt.status == 0) || refused != nil && refused.Status != tt.status || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %v: %s, want %d: %s", tt.why, err, got, tt.status, tt.want)
		}
	}
	if got := p.shows("Q1", "breaker.fault_tripped"); got != "false" {
		t.Errorf("the emergency stop tripped Q1: %s", got)
	}
	log, err := c.RoomLog(ctx, 0)
	if err != nil || len(log) < 10 || log[0].Event != "stop_released" || log[1].Event != "stop_pressed" || !log[1].Alarm || log[1].Person != "Olga" || log[0].At.Before(begin) {
		t.Errorf("%v %+v", err, log)
	}
	if two, err := c.RoomLog(ctx, 2); err != nil || fmt.Sprint(two) != fmt.Sprint(log[:2]) {
		t.Errorf("%v %+v", err, two)
	}
}

func inWords(r *remote.Room) string {
	told := []string{r.Door}
	if !r.Locked {
		told = append(told, "unlocked")
	}
	var alarms []string
	for _, a := range r.Alarms {
		alarms = append(alarms, a.Alarm)
	}
	told = append(told, fmt.Sprint(alarms))
	for _, o := range r.Inside {
		told = append(told, o.Person, "with", o.With)
	}
	if r.Stop != nil && r.Stop.Pressed {
		told = append(told, "stop by", r.Stop.By)
		for _, w := range r.Stop.Opens {
			told = append(told, w.Breaker, w.By, fmt.Sprint(w.Closed))
		}
	}
	return strings.Join(told, " ")
}

// TestNoRoom: a site without a room says what to do.
func TestNoRoom(t *testing.T) {
	p := newPlace(t, "")
	for _, path := range []string{"GET /api/v1/room", "GET /api/v1/room/log", "POST /api/v1/room/badge", "POST /api/v1/room/door", "POST /api/v1/room/stop", "POST /api/v1/room/release"} {
		method, at, _ := strings.Cut(path, " ")
		body := map[bool]string{true: `{"person":"Olga","way":"in"}`, false: "{}"}[strings.HasSuffix(at, "badge")]
		if strings.HasSuffix(at, "door") {
			body = `{"do":"hold"}`
		}
		if status, got := p.ask(method, at, body); status != 404 || !strings.Contains(got, "write room: in the site file") {
			t.Errorf("%s: %d %s", path, status, got)
		}
	}
	if err := p.lab.Attends(""); err != nil {
		t.Error("breakers that stand in the open have nobody before them:", err)
	}
}

func (p *place) ask(method, path, body string) (int, string) {
	p.Helper()
	req, err := http.NewRequest(method, p.server.URL()+path, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	io.Copy(&b, res.Body)
	return res.StatusCode, b.String()
}

// TestRoomTellsNoSecrets: no answer holds a badge number or a PIN, whatever is asked.
func TestRoomTellsNoSecrets(t *testing.T) {
	p := newPlace(t, lockedRoom)
	var all strings.Builder
	for _, a := range []struct{ method, path, body string }{
		{"POST", "/api/v1/room/badge", `{"person":"Olga","way":"in"}`},
		{"POST", "/api/v1/room/badge", `{"person":"Emil","way":"in"}`},
		{"POST", "/api/v1/room/badge", `{"person":"Emil","way":"in","wrong_pin":true}`},
		{"POST", "/api/v1/room/badge", `{"person":"Cleo","way":"in"}`},
		{"POST", "/api/v1/room/stop", `{"by":"Olga"}`},
		{"GET", "/api/v1/room", ""},
		{"GET", "/api/v1/room/log", ""},
		{"GET", "/api/v1/openapi.json", ""},
	} {
		status, got := p.ask(a.method, a.path, a.body)
		fmt.Fprintln(&all, status, got)
	}
	if !strings.Contains(all.String(), "…42") {
		t.Error("nobody knows their badge again")
	}
	for _, secret := range []string{"10000042", "10000043", "10000044", "0042", "2468"} {
		if strings.Contains(all.String(), secret) {
			t.Errorf("%s is told", secret)
		}
	}
	// Nor what somebody sends who looks for a place to put theirs.
	for _, b := range []string{`{"person":"Emil","way":"in","pin":"2468"}`, `{"person":"Emil","way":"2468"}`, `{"person":2468,"way":"in"}`, `{"person":"Emil","way":"in","wrong_pin":"2468"}`} {
		if status, got := p.ask("POST", "/api/v1/room/badge", b); status != 422 || strings.Contains(got, "2468") {
			t.Errorf("%d %s", status, got)
		}
	}
	// What somebody sends who mistakes the name for the number is in no log.
	p.ask("POST", "/api/v1/room/badge", `{"person":"10000043","way":"in"}`)
	p.ask("POST", "/api/v1/room/release", `{"by":"10000043"}`)
	if _, log := p.ask("GET", "/api/v1/room/log", ""); strings.Contains(log, "10000043") {
		t.Error("the log holds what was sent")
	}
}

// TestInstructorsHands: faults that are injected into the process need nobody in the
// room, for they are the instructor's.
func TestInstructorsHands(t *testing.T) {
	p := newPlace(t, lockedRoom)
	p.until("Q1", "breaker.closed", "true")
	if p.lab.Attends("") == nil {
		t.Fatal("somebody is in the room")
	}
	p.inject(remote.Order{Fault: "open", Unit: "Q1"})
	p.until("Q1", "breaker.closed", "false")
}

// TestStopThatOpensNothing: what stays closed is told, after the time that a mechanism
// takes. In a world that stands still nothing opens.
func TestStopThatOpensNothing(t *testing.T) {
	p := newPlace(t, lockedRoom)
	p.until("Q1", "breaker.closed", "true")
	p.lab.World.SetSpeed(0)
	r, err := p.client.PressStop(p.Context(), remote.StopOrder{})
	if err != nil || !r.Stop.Pressed || !r.Stop.Opens[0].Closed {
		t.Errorf("%v %+v", err, r.Stop)
	}
	p.lab.World.SetSpeed(1)
	p.until("Q1", "breaker.closed", "false")
}

// TestManyAtTheDoor: several clients at once leave the room in order.
func TestManyAtTheDoor(t *testing.T) {
	p := newPlace(t, lockedRoom)
	done := make(chan bool)
	for _, who := range []string{"Olga", "Emil", "Cleo", "unknown"} {
		go func() {
			defer func() { done <- true }()
			for range 20 {
				p.client.Badge(p.Context(), remote.BadgeOrder{Person: who, Way: "in"})
				p.client.Door(p.Context(), remote.DoorOrder{Do: "hold"})
				p.client.PressStop(p.Context(), remote.StopOrder{By: who})
				p.client.Badge(p.Context(), remote.BadgeOrder{Person: who, Way: "out"})
				p.client.ReleaseStop(p.Context(), remote.StopOrder{})
				p.client.Door(p.Context(), remote.DoorOrder{Do: "shut"})
			}
		}()
	}
	for range 4 {
		<-done
	}
	if p.lab.Room.State().Stop {
		if _, err := p.client.ReleaseStop(p.Context(), remote.StopOrder{}); err != nil {
			t.Error(err)
		}
	}
	if p.lab.Attends("Cleo") == nil {
		t.Error("somebody is inside whom the reader does not let in")
	}
	p.inject(remote.Order{Fault: "close", Unit: "Q1"}) // no coil is left with supply
	p.until("Q1", "breaker.closed", "true")
}
