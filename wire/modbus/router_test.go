package modbus

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// says answers every query with these bytes.
func says(b ...byte) Handler {
	return HandlerFunc(func(_ *Query, out []byte) []byte { return append(out, b...) })
}

func TestRouter(t *testing.T) {
	var r Router
	ask := func(unit byte) []byte { return r.Serve(&Query{Unit: unit, PDU: []byte{3}}, nil) }
	step := func(want []byte, unit byte, why string) {
		t.Helper()
		if got := ask(unit); !cmp.Equal(got, want) {
			t.Errorf("unit %d: % x, want % x (%s)", unit, got, want, why)
		}
	}
	step([]byte{0x83, 0x0B}, 7, "nobody there")
	r.Set(7, says(7))
	step([]byte{7}, 7, "its own handler")
	step([]byte{0x83, 0x0B}, 8, "another unit")
	r.SetDefault(says(1))
	step([]byte{1}, 8, "the default")
	step([]byte{7}, 7, "the default does not come first")
	r.Set(7, nil)
	step([]byte{1}, 7, "taken away")
	r.SetIntercept(func(q *Query, out []byte, next Handler) []byte {
		if q.Unit == 9 {
			return out
		}
		return append(next.Serve(q, out), 0xFE)
	})
	step([]byte{1, 0xFE}, 7, "changed in passing")
	step(nil, 9, "swallowed")
	r.SetIntercept(nil)
	step([]byte{1}, 9, "let through again")
	r.SetDefault(nil)
	step([]byte{0x83, 0x0B}, 9, "nobody again")
}

func TestRouterOfAnEmptyPDU(t *testing.T) {
	var r Router
	if got := r.Serve(&Query{}, nil); !cmp.Equal(got, []byte{0x80, 0x0B}) {
		t.Errorf("% x", got)
	}
}
