// Package provider has people sign in at a company's own identity provider: OpenID
// Connect, the authorization code flow with PKCE, state and nonce.
//
// It says who somebody is there, and decides nothing: who is let in here is for package
// accounts. It keeps no token of the provider, and asks it for nothing later.
package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
)

// Settings are what is known of a provider, as they stand in a file.
type Settings struct {
	Issuer     string `json:"issuer"`      // its address; https, unless it is this computer
	ClientID   string `json:"client_id"`   // as which the console was registered there
	SecretFile string `json:"secret_file"` // a file with the client's secret; empty: a client without one
	Redirect   string `json:"redirect"`    // the address of the console that the provider sends people back to
	Claim      string `json:"claim"`       // which claim has the name that is entered here; empty: preferred_username
	Make       bool   `json:"make"`        // people who are not there yet are made, in no group
	CAFile     string `json:"ca_file"`     // certificates of whoever signed the provider's; empty: those of the system
}

const settingsMost = 1 << 16 // bytes

// Read reads settings from JSON. It says all that is wrong at once.
func Read(text []byte) (Settings, error) {
	var s Settings
	if len(text) > settingsMost {
		return s, fmt.Errorf("the settings of the provider have more than %d bytes", settingsMost)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("the settings of the provider do not read: %w", err)
	}
	return s, s.check()
}

func (s *Settings) check() error {
	bad := []error{address("issuer", s.Issuer), address("redirect", s.Redirect)}
	if s.ClientID == "" {
		bad = append(bad, errors.New("client_id: say as which client the console was registered at the provider"))
	}
	if strings.ContainsAny(s.Claim, " \t\n") {
		bad = append(bad, errors.New("claim: one name, such as preferred_username, email or upn"))
	}
	return errors.Join(bad...)
}

// address says what is wrong with one: what is sent to it lets people in.
func address(name, text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%s: an address such as https://id.example.org/", name)
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return fmt.Errorf("%s: %s is not https, and not this computer", name, u.Host)
	}
	return nil
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// secret reads the client's secret.
func (s *Settings) secret() (string, error) {
	if s.SecretFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(s.SecretFile)
	if err != nil {
		return "", fmt.Errorf("secret_file: %w", err)
	}
	if one := strings.TrimSpace(string(text)); one != "" && len(one) <= 4096 {
		return one, nil
	}
	return "", fmt.Errorf("secret_file: %s has no secret in its one line", s.SecretFile)
}
