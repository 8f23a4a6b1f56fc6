package syslog

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"switchroom/notify"
)

// Config says where a collector is.
type Config struct {
	Network  string      // udp, tcp or tls
	Address  string      // HOST:PORT
	Facility string      // one of [Facilities]
	TLS      *tls.Config // of tls: what is trusted; nil is what the system trusts
}

// Sender sends events to one collector. It is a [notify.Target].
type Sender struct {
	cfg      Config
	facility int
	conn     net.Conn // nil: not connected
	reading  sync.WaitGroup
}

// New returns a sender. It connects with the first event.
func New(c Config) (*Sender, error) {
	f, err := facility(c.Facility)
	if err != nil {
		return nil, err
	}
	if c.Network != "udp" && c.Network != "tcp" && c.Network != "tls" {
		return nil, fmt.Errorf("syslog over %q: write udp, tcp or tls", c.Network)
	}
	if _, _, err := net.SplitHostPort(c.Address); err != nil {
		return nil, fmt.Errorf("syslog collector %q: write HOST:PORT", c.Address)
	}
	return &Sender{cfg: c, facility: f}, nil
}

// Send implements [notify.Target].
func (s *Sender) Send(ctx context.Context, events []notify.Event) (done int, err error) {
	if s.conn == nil {
		if err := s.connect(ctx); err != nil {
			return 0, s.told(err)
		}
	}
	for i := range events {
		if err := s.write(&events[i]); err != nil {
			s.Close()
			return i, s.told(err)
		}
	}
	return len(events), nil
}

// Close ends the connection.
func (s *Sender) Close() error {
	if s.conn == nil {
		return nil
	}
	err := s.conn.Close()
	s.conn = nil
	s.reading.Wait()
	return err
}

func (s *Sender) connect(ctx context.Context) (err error) {
	d := &net.Dialer{Timeout: within}
	if s.cfg.Network == "tls" {
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		s.conn, err = (&tls.Dialer{NetDialer: d, Config: s.trust()}).DialContext(ctx, "tcp", s.cfg.Address)
	} else {
		s.conn, err = d.DialContext(ctx, s.cfg.Network, s.cfg.Address)
	}
	if err != nil {
		s.conn = nil
		return err
	}
	if s.cfg.Network != "udp" {
		s.reading.Go(hangsUp(s.conn))
	}
	return nil
}

// hangsUp waits until the collector closes a connection, and closes it here too: the
// next write fails then, where it would be taken by the system and lost otherwise.
func hangsUp(c net.Conn) func() {
	return func() {
		io.Copy(io.Discard, c)
		c.Close()
	}
}

func (s *Sender) trust() *tls.Config {
	c := &tls.Config{}
	if s.cfg.TLS != nil {
		c = s.cfg.TLS.Clone()
	}
	c.MinVersion = tls.VersionTLS12
	return c
}

func (s *Sender) write(e *notify.Event) error {
	m := message(e, s.facility)
	if s.cfg.Network != "udp" {
		m = framed(m)
	}
	s.conn.SetWriteDeadline(time.Now().Add(within))
	_, err := s.conn.Write(m)
	return err
}

// told says what to do about an error.
func (s *Sender) told(err error) error {
	var unknown *tls.CertificateVerificationError
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("the collector's certificate is not accepted: %w; give the authority that signed it as ca_file, and use a name or address that stands in it", err)
	case errors.Is(err, net.ErrClosed):
		return errors.New("the collector has closed the connection")
	case strings.Contains(err.Error(), "connection refused"):
		return fmt.Errorf("nothing listens at %s (%s); is the collector running?", s.cfg.Address, s.cfg.Network)
	}
	return err
}
