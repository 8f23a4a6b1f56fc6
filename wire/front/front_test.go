package front_test

import (
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"switchroom/wire/front"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// door lets in whoever does not come to Q9, and echoes one message.
func door(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "front") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "s")
	s := &front.Server{Serve: func(c net.Conn, g front.Greeting) {
		if g.Unit == "Q9" {
			front.Answer(c, errors.New("no Q9: "+strings.Repeat("x", 1000)))
			return
		}
		front.Answer(c, nil)
		b, err := front.ReadFrame(c)
		if err == nil {
			front.WriteFrame(c, append(b, g.By+g.As...))
		}
	}}
	if err := s.Listen(path); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Close(); os.RemoveAll(dir) })
	return path
}

func TestGreeting(t *testing.T) {
	path := door(t)
	for _, c := range []struct {
		g       front.Greeting
		in, why string
	}{
		{front.Greeting{Unit: "Q1", By: "Olga", As: "pc"}, "aOlgapc", ""},
		{front.Greeting{Unit: "Q1"}, "a", ""},
		{front.Greeting{Unit: "Q9"}, "", "no Q9"},
		{front.Greeting{Unit: "Q1\n"}, "", "several lines"},
	} {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		err = front.Greet(conn, c.g)
		if c.why != "" {
			if err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("%+v: %v; want %s", c.g, err, c.why)
			}
		} else if err != nil {
			t.Errorf("%+v: %v", c.g, err)
		} else if front.WriteFrame(conn, []byte("a")); true {
			if b, err := front.ReadFrame(conn); string(b) != c.in {
				t.Errorf("%+v: %q, %v; want %q", c.g, b, err, c.in)
			}
		}
		conn.Close()
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket is %v, %v; others must not use it", info.Mode(), err)
	}
}

// TestCrowd: whoever comes when too many are there is let go, and says so by
// ending.
func TestCrowd(t *testing.T) {
	path := door(t)
	var in []net.Conn
	defer func() {
		for _, c := range in {
			c.Close()
		}
	}()
	refused := 0
	for range 70 {
		c, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		in = append(in, c)
		if front.Greet(c, front.Greeting{Unit: "Q1"}) != nil {
			refused++
		}
	}
	if refused != 6 {
		t.Errorf("%d of 70 are refused, want 6", refused)
	}
}

func FuzzGreeted(f *testing.F) {
	f.Add([]byte("\x00\x08Q1\nOlga\n"))
	f.Add([]byte("\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := front.Greeted(bytes.NewReader(b))
		if err != nil {
			return
		}
		var out bytes.Buffer
		front.WriteFrame(&out, []byte(g.Unit+"\n"+g.By+"\n"+g.As))
		if !bytes.HasPrefix(b, out.Bytes()) {
			t.Errorf("%q is read as %+v", b, g)
		}
	})
}
