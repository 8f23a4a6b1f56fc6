package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

	"switchroom/notify"
)

// Service is a mail server as a device's pages set it up.
type Service struct {
	On       bool   `json:"on"`
	Server   string `json:"server"`
	Security string `json:"security"`
	CA       string `json:"ca,omitempty"` // PEM of the authority that is trusted; "": those of the system
	User     string `json:"user,omitempty"`
	Password string `json:"password,omitempty"`
	From     string `json:"from"`
}

// List is an event list: who gets which events.
type List struct {
	To     []string      `json:"to"`
	Text   string        `json:"text,omitempty"`
	Filter notify.Filter `json:"filter"`
}

// Config is what sends the e-mails of a list.
func (s *Service) Config(l *List) (Config, error) {
	c := Config{Server: s.Server, Security: s.Security, User: s.User, Password: s.Password, From: s.From, To: l.To, Text: l.Text}
	if s.CA != "" {
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM([]byte(s.CA)) {
			return c, errors.New("the authority is no certificate in PEM")
		}
		c.TLS = &tls.Config{RootCAs: roots}
	}
	return c, c.Check()
}

// Check says what is wrong with a service. What is off may be incomplete.
func (s *Service) Check() error {
	if !s.On {
		return nil
	}
	_, err := s.Config(&List{To: []string{s.From}})
	return err
}

// Check says what is wrong with a list, whatever the service.
func (l *List) Check() error {
	c := Config{Server: "localhost:25", Security: "none", From: "somebody@example.org", To: l.To, Text: l.Text}
	return c.Check()
}
