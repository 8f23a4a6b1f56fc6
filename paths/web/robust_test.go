package web

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
)

// Who floods the pages takes nothing from the breaker. (CVE-2017-6019.)
func TestFlood_CVE_2017_6019(t *testing.T) {
	at := newPlace(t, access.Hardened)
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			for i := range 8 {
				at.stranger().post("/login", url.Values{"name": {fmt.Sprint("x", i)}, "password": {"y"}})
			}
		})
	}
	tripped := make(chan struct{}, 1)
	at.unit.Subscribe(func(r imu.Record) {
		if r.Trip != nil {
			tripped <- struct{}{}
		}
	})
	at.unit.Steady(at.d.world.Now(), [4]complex128{20000, 20000, 20000, 0}, [3]complex128{230, 230, 230}, 50)
	select {
	case <-tripped:
	case <-time.After(10 * time.Second):
		t.Error("20 kA do not trip while the pages are flooded")
	}
	all.Wait()
	if a := at.stranger().get("/login"); a.status != http.StatusOK {
		t.Errorf("after the flood the pages answer %d", a.status)
	}
}

// TestShare: whoever holds all connections that they get at a device keeps nobody from
// it who comes from elsewhere.
func TestShare(t *testing.T) {
	at := newPlace(t, access.Faithful)
	from := func(a string) (net.Conn, bool) {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(a)}}
		c, err := d.Dial("tcp", at.d.options.Address.String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		io.WriteString(c, "GET /login HTTP/1.1\r\nHost: "+at.d.options.Address.String()+"\r\n\r\n")
		_, err = c.Read(make([]byte, 1))
		return c, err == nil
	}
	held := 0
	for range 2 * connsMax {
		if _, ok := from("127.0.66.1"); ok {
			held++
		}
	}
	if held != shareMax {
		t.Errorf("one place holds %d connections, want %d", held, shareMax)
	}
	if _, ok := from("127.0.66.2"); !ok {
		t.Error("another place is shut out")
	}
}

// What is too large is refused, with bounded memory. (CVE-2022-43439, CVE-2024-31484.)
func TestTooLarge_CVE_2022_43439(t *testing.T) {
	at := newPlace(t, access.Faithful)
	w := at.as(0, administrators)
	if a := w.post("/login", url.Values{"name": {strings.Repeat("x", bodyMax)}}); a.status != http.StatusBadRequest {
		t.Errorf("a body of more than %d bytes: %d", bodyMax, a.status)
	}
	if a := w.post("/login", url.Values{"name": {strings.Repeat("x", 1<<16)}, "password": {strings.Repeat("y", 1<<16)}}); a.status != http.StatusUnauthorized {
		t.Errorf("a long password: %d", a.status)
	}
	for _, e := range at.d.Log() {
		if len(e.Who) > passwordMax || len(e.Detail) > detailMax {
			t.Errorf("the log takes %d bytes from a stranger", len(e.Who))
		}
	}
	q, _ := http.NewRequest("GET", at.base+"/login", nil)
	q.Header.Set("X-Long", strings.Repeat("x", 64<<10))
	if a := send(t, q); a.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a long header: %d", a.status)
	}
}

// FuzzRequest: nothing that anybody sends makes a handler fall over. (CVE-2022-43545,
// CVE-2022-29872, CVE-2024-31484.)
func FuzzRequest(f *testing.F) {
	at := newPlace(f, access.Faithful)
	admin := at.as(0, administrators)
	for i := range routes {
		f.Add(uint8(i), "id=1&first=32028&count=2", "name=x&order=open&breaker_password=0000&time=2026-01-01T00:00:00")
	}
	f.Add(uint8(0), "%zz;&&=", "\x00\xff=%")
	f.Fuzz(func(t *testing.T, n uint8, query, body string) {
		r := &routes[int(n)%len(routes)]
		if strings.HasSuffix(r.path, "/live") || r.path == "/logout" || r.path == "/password" {
			return
		}
		q := httptest.NewRequest(r.method, at.base+"/", strings.NewReader(body))
		q.URL.Scheme, q.URL.Host = "", ""
		q.URL.Path, q.URL.RawQuery, q.RequestURI = r.path, query, ""
		q.Header.Set("Origin", at.base)
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.AddCookie(&http.Cookie{Name: at.d.cookieName, Value: admin.id})
		w := httptest.NewRecorder()
		at.d.ServeHTTP(w, q)
		if w.Code >= 500 {
			t.Errorf("%s %s?%s %q: %d", r.method, r.path, query, body, w.Code)
		}
		if at.d.sessions.find(admin.id, true) == nil {
			admin = at.as(0, administrators)
		}
	})
}
