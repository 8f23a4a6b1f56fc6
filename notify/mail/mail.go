// Package mail sends events as e-mails, through a mail server of the owner's (SMTP,
// RFC 5321, with STARTTLS or TLS from the beginning).
//
// The certificate of the server is verified. Nothing falls back to clear text: whoever
// wants that says so. A message has one recipient, so that none learns of the others
// and a wrong address does not hold up the rest. An e-mail that was sent is not one
// that was read: do not rely on e-mails alone.
package mail

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"switchroom/notify"
)

// Bounds. The first two are those of the real interface (facts/interfaces.md §1.5:
// confirmed), the others ours.
const (
	RecipientsMax = 12
	TextMax       = 63               // characters of the owner's text
	within        = 10 * time.Second // for each step
	stuckMax      = 30 * time.Minute // for a recipient that the server puts off
	spacing       = 5 * time.Second  // from one e-mail to the next; what happens meanwhile goes into one
)

// Config says by which server, from whom, to whom.
type Config struct {
	Server   string      // HOST:PORT
	Security string      // one of [Securities]
	TLS      *tls.Config // what is trusted; nil is what the system trusts
	User     string      // "": no login
	Password string
	From     string
	To       []string
	Text     string // the owner's, in each e-mail
}

// Securities are the ways to a server.
func Securities() []string { return []string{"starttls", "tls", "none"} }

// Check says what is wrong with a configuration. It never repeats the password.
func (c *Config) Check() error {
	_, port, err := net.SplitHostPort(c.Server)
	n, bad := strconv.Atoi(port)
	switch {
	case err != nil || bad != nil || n < 1 || n > 65535:
		return fmt.Errorf("mail server %q: write HOST:PORT, such as mail.example.org:587", c.Server)
	case c.Security != "starttls" && c.Security != "tls" && c.Security != "none":
		return fmt.Errorf("security %q is none of %s", c.Security, strings.Join(Securities(), ", "))
	case (c.User == "") != (c.Password == ""):
		return errors.New("user and password of the mail server go together")
	case c.Security == "none" && c.Password != "":
		return errors.New("a password is not sent in clear: use security starttls or tls")
	case len(c.To) == 0 || len(c.To) > RecipientsMax:
		return fmt.Errorf("%d recipients; there are 1 to %d", len(c.To), RecipientsMax)
	case utf8.RuneCountInString(c.Text) > TextMax || c.Text != notify.Line(c.Text):
		return fmt.Errorf("the text has up to %d characters on one line", TextMax)
	}
	for _, a := range append([]string{c.From}, c.To...) {
		if err := CheckAddress(a); err != nil {
			return err
		}
	}
	return nil
}

// CheckAddress says what is wrong with an e-mail address. It is a plain one, so that
// nothing but an address gets into a header.
func CheckAddress(a string) error {
	p, err := netmail.ParseAddress(a)
	if err != nil || p.Address != a || p.Name != "" || a != notify.Line(a) || len(a) > 254 {
		return fmt.Errorf("%q is no e-mail address; write somebody@example.org", a)
	}
	return nil
}

// Sender sends events. It is a [notify.Target].
type Sender struct {
	cfg   Config
	host  string
	port  int
	scrub *strings.Replacer // of what a server says; nil: there is no secret
	letter
	next time.Time // before which no e-mail is sent
}

// letter is what is being sent: events, and who has not got them.
type letter struct {
	events []notify.Event
	left   []string
	never  []error   // why some never will
	putOff time.Time // since when the server puts some off
}

// of reports whether the letter is about the first of some events.
func (l *letter) of(events []notify.Event) bool {
	return len(l.left) > 0 && len(l.events) <= len(events) && l.events[0] == events[0]
}

// New returns a sender.
func New(c Config) (*Sender, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	host, port, _ := net.SplitHostPort(c.Server)
	s := &Sender{cfg: c, host: host}
	s.port, _ = strconv.Atoi(port)
	if c.Password != "" {
		b64 := base64.StdEncoding
		s.scrub = strings.NewReplacer(c.Password, "…", b64.EncodeToString([]byte(c.Password)), "…", b64.EncodeToString([]byte("\x00"+c.User+"\x00"+c.Password)), "…")
	}
	return s, nil
}

// Send implements [notify.Target]. What was begun is ended first: the same events go
// to whoever has not got them.
func (s *Sender) Send(ctx context.Context, events []notify.Event) (int, error) {
	if wait := time.Until(s.next); wait > 0 {
		notify.Pause(ctx, wait)
		return 0, ctx.Err()
	}
	if !s.of(events) {
		s.letter = letter{events: events, left: slices.Clone(s.cfg.To)}
	}
	if err := s.deliver(ctx); err != nil {
		return 0, s.told(err)
	}
	s.next = time.Now().Add(spacing)
	n, refused := len(s.events), s.never
	s.letter = letter{}
	switch {
	case len(refused) == len(s.cfg.To):
		return n, notify.Refusal{Err: s.told(errors.Join(refused...))}
	case len(refused) > 0:
		return n, notify.Part{Err: s.told(errors.Join(refused...))}
	}
	return n, nil
}

// Close implements [notify.Target].
func (s *Sender) Close() error { return nil }

// deliver sends the letter to whoever has not got it. Its error is why it must be
// tried again.
func (s *Sender) deliver(ctx context.Context) error {
	line, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer line.close()
	var later []string
	for _, to := range s.left {
		final, failed := s.hand(line, to)
		switch {
		case failed == nil:
		case final || !s.putOff.IsZero() && time.Since(s.putOff) > stuckMax:
			s.never = append(s.never, fmt.Errorf("%s: %w", to, failed))
		default:
			later, err = append(later, to), failed
		}
	}
	if s.left = later; len(later) > 0 && s.putOff.IsZero() {
		s.putOff = time.Now()
	}
	return err
}

// hand sends the letter to one recipient. final: it never can be.
func (s *Sender) hand(line *line, to string) (final bool, err error) {
	m, err := s.message(to)
	if err != nil {
		return true, err
	}
	if err = line.Send(m); err == nil || m.IsDelivered() { // what failed came afterwards
		return false, nil
	}
	var no *gomail.SendError
	return errors.As(err, &no) && no.ErrorCode() >= 500, err
}

// line is a connection to the server. It is closed however the conversation ends.
type line struct {
	*gomail.Client
	conn net.Conn
	stop func() bool
}

func (l *line) close() {
	l.Client.Close()
	l.stop()
	l.conn.Close()
}

func (s *Sender) dial(ctx context.Context) (*line, error) {
	l := &line{}
	var err error
	if l.Client, err = gomail.NewClient(s.host, s.options(ctx, l)...); err != nil {
		return nil, err
	}
	if err := l.DialWithContext(ctx); err != nil {
		if l.conn != nil {
			l.stop()
			l.conn.Close()
		}
		return nil, err
	}
	return l, nil
}

// options are those of a conversation with the server, over a connection that l keeps.
func (s *Sender) options(ctx context.Context, l *line) []gomail.Option {
	trust := &tls.Config{}
	if s.cfg.TLS != nil {
		trust = s.cfg.TLS.Clone()
	}
	trust.MinVersion, trust.ServerName = tls.VersionTLS12, s.host
	o := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(within), gomail.WithTLSConfig(trust)}
	switch s.cfg.Security {
	case "starttls":
		o = append(o, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case "tls":
		o = append(o, gomail.WithSSL())
	default:
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.cfg.Password != "" {
		o = append(o, gomail.WithUsername(s.cfg.User), gomail.WithPassword(s.cfg.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return append(o, gomail.WithDialContextFunc(func(dialing context.Context, network, address string) (net.Conn, error) {
		var err error
		d := &net.Dialer{Timeout: within}
		if s.cfg.Security == "tls" {
			l.conn, err = (&tls.Dialer{NetDialer: d, Config: trust}).DialContext(dialing, network, address)
		} else {
			l.conn, err = d.DialContext(dialing, network, address)
		}
		if err != nil {
			l.conn = nil
			return nil, err
		}
		conn := l.conn
		l.stop = context.AfterFunc(ctx, func() { conn.Close() })
		return conn, nil
	}))
}

// told says what to do about an error, without the secret.
func (s *Sender) told(err error) error {
	var unknown *tls.CertificateVerificationError
	text := notify.Line(err.Error())
	if s.scrub != nil {
		text = s.scrub.Replace(text)
	}
	switch {
	case errors.As(err, &unknown):
		text = "the mail server's certificate is not accepted: " + text + "; give the authority that signed it as ca_file, and use the name that stands in it"
	case strings.Contains(text, "does not support STARTTLS"):
		text = "the mail server offers no STARTTLS, and nothing is sent in clear; use security tls, or none where that is what you want"
	case strings.Contains(text, "AUTH"):
		text = "the mail server does not accept the login: " + text
	case strings.Contains(text, "connection refused"):
		text = fmt.Sprintf("nothing listens at %s; is the mail server running?", s.cfg.Server)
	}
	return errors.New(text)
}
