package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"switchroom/notify"
	"switchroom/notify/notifytest"
	"switchroom/points"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const password = "canary-mail-password"

// office is a mail server in this process.
type office struct {
	mu      sync.Mutex
	refuse  map[string]int // recipients, with the code that they get
	echo    bool           // repeats the login in its answer
	got     []taken
	secured bool // of the last session
}

type taken struct {
	from, to string
	text     []byte
	user     string
}

type session struct {
	*office
	conn *smtp.Conn
	taken
}

func (o *office) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, tls := c.TLSConnectionState()
	o.mu.Lock()
	o.secured = tls
	o.mu.Unlock()
	return &session{office: o, conn: c}, nil
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pw string) error {
		if s.echo {
			return &smtp.SMTPError{Code: 535, Message: "no " + base64.StdEncoding.EncodeToString([]byte("\x00"+user+"\x00"+pw)) + " " + pw}
		}
		if user != "desk" || pw != password {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if code := s.refuse[to]; code != 0 {
		return &smtp.SMTPError{Code: code, Message: "not here"}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) (err error) {
	s.text, err = io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, s.taken)
	return err
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// open starts the server at a loopback address.
func (o *office) open(t *testing.T, security string, cert *tls.Certificate) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(o)
	s.Domain, s.AllowInsecureAuth, s.ErrorLog = "localhost", true, quiet{}
	if cert != nil {
		c := &tls.Config{Certificates: []tls.Certificate{*cert}}
		if security == "tls" {
			l = tls.NewListener(l, c)
		} else {
			s.TLSConfig = c
		}
	}
	address := l.Addr().String()
	notifytest.Until(t, func() { s.Close() }, func() { s.Serve(l) })
	return address
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func (o *office) all() []taken { o.mu.Lock(); defer o.mu.Unlock(); return o.got }

var trip = notify.Event{At: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Site: "Hall Ü", Breaker: "Q1", Code: points.CodeTripLong, Phase: notify.Happened, Detail: "l1 1234 A"}

func config(address, security string, roots *tls.Config) Config {
	return Config{Server: address, Security: security, TLS: roots, User: "desk", Password: password, From: "room@example.org", To: []string{"a@example.org", "b@example.org"}, Text: "Hall two, call 112"}
}

func sender(t *testing.T, c Config) *Sender {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSend(t *testing.T) {
	cert := notifytest.NewAuthority(t).Issue(t, "127.0.0.1")
	for _, security := range []string{"starttls", "tls", "none"} {
		t.Run(security, func(t *testing.T) {
			o := &office{}
			address := o.open(t, security, &cert.Server)
			c := config(address, security, &tls.Config{RootCAs: cert.Roots})
			if security == "none" {
				c.User, c.Password = "", ""
			}
			if n, err := sender(t, c).Send(t.Context(), []notify.Event{trip, trip}); n != 2 || err != nil {
				t.Fatalf("%d sent: %v", n, err)
			}
			got := o.all()
			if len(got) != 2 || got[0].to != "a@example.org" || got[1].to != "b@example.org" || got[0].user != c.User {
				t.Fatalf("%+v", got)
			}
			checkLetter(t, got[0])
		})
	}
}

func checkLetter(t *testing.T, got taken) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(got.text))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if want := "Hall Ü: Q1: " + points.EventOf(points.CodeTripLong).Title + " (l1 1234 A) and 1 more"; subject != want {
		t.Errorf("subject %q, want %q", subject, want)
	}
	if to := m.Header.Get("To"); !strings.Contains(to, got.to) || strings.Count(string(got.text), "@example.org") > 5 && strings.Contains(to, ",") {
		t.Errorf("to %q", to)
	}
	text, _ := io.ReadAll(m.Body)
	for _, want := range []string{"Hall two, call 112", "2026-03-04 05:06:07.000 UTC", points.CodeTripLong.String(), "Do not rely on e-mails alone"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("without %q: %s", want, text)
		}
	}
}

// TestNoClearText holds that without TLS nothing is said, and that a certificate is
// verified.
func TestNoClearText(t *testing.T) {
	ours, other := notifytest.NewAuthority(t), notifytest.NewAuthority(t)
	good := ours.Issue(t, "127.0.0.1")
	strange, elsewhere := other.Issue(t, "127.0.0.1"), ours.Issue(t, "127.0.0.9")
	for _, c := range []struct {
		name, security string
		cert           *tls.Certificate
		why            string
	}{
		{"no STARTTLS offered", "starttls", nil, "offers no STARTTLS"},
		{"another authority", "starttls", &strange.Server, "certificate is not accepted"},
		{"another name", "starttls", &elsewhere.Server, "certificate is not accepted"},
		{"another authority, TLS", "tls", &strange.Server, "certificate is not accepted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := &office{}
			s := sender(t, config(o.open(t, c.security, c.cert), c.security, &tls.Config{RootCAs: good.Roots}))
			if n, err := s.Send(t.Context(), []notify.Event{trip}); n != 0 || err == nil || !strings.Contains(err.Error(), c.why) || strings.Contains(err.Error(), "canary") {
				t.Errorf("%d sent: %v", n, err)
			}
			if len(o.all()) > 0 {
				t.Error("an e-mail went out")
			}
		})
	}
}

// TestPasswordStays holds that neither a wrong login nor a server that repeats it puts
// the password into an error.
func TestPasswordStays(t *testing.T) {
	cert := notifytest.NewAuthority(t).Issue(t, "127.0.0.1")
	for _, echo := range []bool{false, true} {
		o := &office{echo: echo}
		c := config(o.open(t, "starttls", &cert.Server), "starttls", &tls.Config{RootCAs: cert.Roots})
		c.User = "wrong"
		n, err := sender(t, c).Send(t.Context(), []notify.Event{trip})
		if n != 0 || err == nil || !strings.Contains(err.Error(), "does not accept the login") {
			t.Errorf("%d sent: %v", n, err)
		}
		for _, secret := range []string{password, base64.StdEncoding.EncodeToString([]byte(password)), base64.StdEncoding.EncodeToString([]byte("\x00wrong\x00" + password))} {
			if strings.Contains(fmt.Sprint(err), secret) {
				t.Errorf("the error has the password: %v", err)
			}
		}
	}
}

// TestInjection holds that nothing in an event adds a header, a recipient or a second
// message.
func TestInjection(t *testing.T) {
	o := &office{}
	c := config(o.open(t, "none", nil), "none", nil)
	c.User, c.Password, c.To = "", "", c.To[:1]
	e := trip
	e.Breaker = "Q1\r\nBcc: evil@example.org"
	e.Site = "Hall\nX-Evil: 1\r\n\r\nbody"
	e.Detail = "x\r\n.\r\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<evil@example.org>\r\nDATA\r\nevil"
	if n, err := sender(t, c).Send(t.Context(), []notify.Event{e}); n != 1 || err != nil {
		t.Fatalf("%d sent: %v", n, err)
	}
	got := o.all()
	if len(got) != 1 || got[0].to != "a@example.org" || got[0].from != "room@example.org" {
		t.Fatalf("%+v", got)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(got[0].text))
	if err != nil || m.Header.Get("Bcc") != "" || m.Header.Get("X-Evil") != "" {
		t.Errorf("%v %v", m.Header, err)
	}
}

// TestRecipients holds that one who is refused keeps nobody else from an e-mail, and
// that nobody gets one twice when another is put off.
func TestRecipients(t *testing.T) {
	o := &office{refuse: map[string]int{"a@example.org": 550}}
	c := config(o.open(t, "none", nil), "none", nil)
	c.User, c.Password, c.To = "", "", append(c.To, "c@example.org")
	s := sender(t, c)
	n, err := s.Send(t.Context(), []notify.Event{trip})
	if n != 1 || !errors.As(err, new(notify.Part)) || len(o.all()) != 2 || !strings.Contains(err.Error(), "a@example.org") {
		t.Errorf("refused: %d sent to %d: %v", n, len(o.all()), err)
	}
	s.next, o.got, o.refuse = time.Time{}, nil, map[string]int{"b@example.org": 451}
	if n, err := s.Send(t.Context(), []notify.Event{trip}); n != 0 || err == nil || errors.As(err, new(notify.Part)) || len(o.all()) != 2 {
		t.Errorf("put off: %d sent to %d: %v", n, len(o.all()), err)
	}
	o.refuse = nil
	if n, err := s.Send(t.Context(), []notify.Event{trip, trip}); n != 1 || err != nil || len(o.all()) != 3 || o.all()[2].to != "b@example.org" {
		t.Errorf("later: %d sent to %d: %v", n, len(o.all()), err)
	}
	s.next, o.got, o.refuse = time.Time{}, nil, map[string]int{"a@example.org": 550, "b@example.org": 550, "c@example.org": 550}
	if n, err := s.Send(t.Context(), []notify.Event{trip}); n != 1 || !errors.As(err, new(notify.Refusal)) {
		t.Errorf("all refused: %d sent: %v", n, err)
	}
}

// TestEnds holds that a server that says nothing does not hold up the end.
func TestEnds(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		c, err := l.Accept()
		if err == nil {
			defer c.Close()
			cancel()
			io.Copy(io.Discard, c)
		}
	}()
	c := config(l.Addr().String(), "starttls", nil)
	began := time.Now()
	if n, err := sender(t, c).Send(ctx, []notify.Event{trip}); n != 0 || err == nil {
		t.Errorf("%d sent: %v", n, err)
	}
	if d := time.Since(began); d > within/2 {
		t.Errorf("it took %v", d)
	}
}

func TestCheck(t *testing.T) {
	long := strings.Repeat("x", TextMax+1)
	for _, c := range []struct {
		name   string
		change func(*Config)
		why    string
	}{
		{"no port", func(c *Config) { c.Server = "mail.example.org" }, "HOST:PORT"},
		{"security", func(c *Config) { c.Security = "ssl" }, "none of starttls"},
		{"password in clear", func(c *Config) { c.Security = "none" }, "not sent in clear"},
		{"user alone", func(c *Config) { c.Password = "" }, "go together"},
		{"nobody", func(c *Config) { c.To = nil }, "0 recipients"},
		{"thirteen", func(c *Config) { c.To = strings.Split(strings.Repeat("a@example.org ", 13), " ")[:13] }, "13 recipients"},
		{"text", func(c *Config) { c.Text = long }, "up to 63 characters"},
		{"text of two lines", func(c *Config) { c.Text = "a\nb" }, "one line"},
		{"name", func(c *Config) { c.To[0] = "A <a@example.org>" }, "no e-mail address"},
		{"injection", func(c *Config) { c.From = "a@example.org\r\nBcc: b@example.org" }, "no e-mail address"},
		{"two", func(c *Config) { c.To[0] = "a@example.org, b@example.org" }, "no e-mail address"},
	} {
		cfg := config("127.0.0.1:25", "tls", nil)
		c.change(&cfg)
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), c.why) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if c := config("127.0.0.1:25", "tls", nil); c.Check() != nil {
		t.Error(c.Check())
	}
}

// TestAiosmtpd sends to Debian's aiosmtpd with STARTTLS and a login.
func TestAiosmtpd(t *testing.T) {
	python := "/usr/bin/python3"
	if exec.Command(python, "-c", "import aiosmtpd").Run() != nil {
		t.Skip("SKIPPED: no aiosmtpd; install the Debian package python3-aiosmtpd")
	}
	dir, port := t.TempDir(), notifytest.FreePort(t)
	cert := notifytest.NewAuthority(t).Issue(t, "127.0.0.1")
	pem, out := filepath.Join(dir, "pem"), filepath.Join(dir, "out")
	if err := os.WriteFile(pem, cert.PEM(t), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(python, "testdata/receiver.py", port, pem, out)
	c.Env = append(os.Environ(), "MAIL_USER=desk", "MAIL_PASSWORD="+password)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	s := sender(t, config("127.0.0.1:"+port, "starttls", &tls.Config{RootCAs: cert.Roots}))
	var err error
	notifytest.Eventually(t, "aiosmtpd takes it", func() bool {
		var n int
		n, err = s.Send(t.Context(), []notify.Event{trip, trip})
		return n == 2 && err == nil
	})
	text, _ := os.ReadFile(out)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	var first struct{ From, To, User, Text string }
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || len(lines) != 2 || first.From != "room@example.org" || first.To != "a@example.org" || first.User != "desk" {
		t.Errorf("%v: %s", err, text)
	}
	checkLetter(t, taken{to: first.To, text: []byte(first.Text)})
}
