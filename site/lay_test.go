package site

import (
	"strings"
	"testing"
	"time"

	"switchroom/imu"
)

// TestLay: hands do what a scenario would, and nothing else.
func TestLay(t *testing.T) {
	s, err := Parse("one.yaml", []byte("site: One\nbreakers: [{name: Q1, in: 630, variant: \"2.0\", without: [mch]}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	w := imu.NewSteppedWorld(time.Unix(0, 0))
	l, err := s.Build(w, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	u := l.Units[0]
	for _, tt := range []struct {
		a    Action
		want string // of the error; "": done
	}{
		{Action{Do: "rack", To: "test"}, ""},
		{Action{Do: "coil", To: "res", Much: 230}, ""},
		{Action{Do: "coil", To: "mch", Much: 230}, "has no mch"},
		{Action{Do: "coil", To: "mx2", Much: 230}, "has no mx2"},
		{Action{Do: "erms", To: "on"}, "not installed"},
		{Action{Do: "fault"}, "nobody can do fault"},
	} {
		switch err := Lay(u, 0, &tt.a); {
		case tt.want == "" && err != nil, tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%+v: %v, want %q", tt.a, err, tt.want)
		}
	}
	if u.Position() != imu.TestPosition || u.Indicators(0).Supplied[imu.RES] != 230 {
		t.Errorf("%+v", u.Indicators(0))
	}
}
