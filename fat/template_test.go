package fat

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
)

// TestTagNames: what is said to be known is filled in, and nothing else.
func TestTagNames(t *testing.T) {
	tag := Tag{Breaker: "Q1", Point: "p", Name: "n", Host: "h", Port: "1", Register: 2, Unit: 3}
	for _, n := range tagNames {
		if got := tag.Expand("{"+n+"}", nil); strings.Contains(got, "{") || got == "" {
			t.Errorf("{%s} becomes %q", n, got)
		}
	}
	if got := tag.Expand("{do}", nil); got != "{do}" {
		t.Error(got)
	}
}

func TestNothingShown(t *testing.T) {
	tag := Tag{Breaker: "Q1", Point: "current.l1", Name: "A1"}
	for _, c := range []struct {
		b    Binding
		want string
	}{
		{Binding{Kind: "prometheus", URL: "http://x/metrics", Value: "switchroom_{point_}", Labels: map[string]string{"breaker": "{breaker}"}}, "nothing is shown: there is no metric `switchroom_current_l1{breaker=\"Q1\"}` at http://x/metrics; edit binding: in the plan or give --binding"},
		{Binding{Kind: "http", URL: "http://x/{breaker}", Value: "/{point}/v"}, "there is no value `/current.l1/v` at http://x/Q1;"},
		{Binding{Kind: "csv", File: "a.csv", Key: "tag", Row: "{name}"}, "there is no row with `A1` in the column tag of a.csv;"},
		{Binding{Kind: "mqtt", URL: "tcp://x:1883", Topic: "{breaker}/{point}"}, "nothing came on the topic `Q1/current.l1` at tcp://x:1883;"},
	} {
		if got := c.b.nothingShown(tag, none()).Error(); !strings.Contains(got, c.want) {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// blind is a system that shows nothing that it is asked for.
type blind struct{ *fakeSystem }

func (blind) Look(_ context.Context, tags []Tag) ([]Shown, error) {
	out := make([]Shown, len(tags))
	for i := range out {
		out[i] = none()
	}
	return out, nil
}

// TestNothingIsShownToTheRun: a binding that finds nothing is told before anything is
// touched; where a system may show only what changes, after the first values.
func TestNothingIsShownToTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, kind := range []string{"http", "mqtt"} {
			s := &fakeSystem{lab: newFakeLab("Q1")}
			p, err := Generate([]Breaker{{Name: "Q1"}}, Options{Points: []string{"current.l1"}, Only: []Phase{PointToPoint}})
			if err != nil {
				t.Fatal(err)
			}
			p.Binding = Binding{Kind: kind, URL: "http://x", Value: "/v", Topic: "{point}"}
			res, err := (&Run{Plan: p, Lab: s.lab, View: blind{s}, Seed: 1}).Do(context.Background())
			switch {
			case kind == "http" && (err == nil || !strings.Contains(err.Error(), "nothing is shown: there is no value `/v`") || s.lab.next != 0):
				t.Errorf("%v, %d injections", err, s.lab.next)
			case kind == "mqtt" && (err != nil || !strings.HasPrefix(res.State, "ended: nothing is shown: nothing came on the topic `current.l1`") || res.Summary.Fail != 0):
				t.Errorf("%v, %+v", err, res)
			}
		}
	})
}
