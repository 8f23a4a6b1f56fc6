package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"switchroom/accounts"
	"switchroom/credential"
)

// Provider is a company's identity provider. Its methods may be called from several
// goroutines.
type Provider struct {
	settings Settings
	secret   credential.Secret
	http     *http.Client
	tickets  credential.Tickets[asked]

	mu    sync.Mutex
	found *oidc.Provider // what it says of itself, once it has answered
}

// asked is what one sign-in was begun with.
type asked struct {
	state, nonce, verifier string
	anew                   bool
}

// New takes settings up. The provider need not be there yet: it is asked when somebody
// signs in.
func New(s Settings) (*Provider, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.Claim == "" {
		s.Claim = "preferred_username"
	}
	secret, err := s.secret()
	if err != nil {
		return nil, err
	}
	c, err := client(&s)
	if err != nil {
		return nil, err
	}
	return &Provider{settings: s, secret: credential.NewSecret(secret), http: c}, nil
}

// Close ends connections that wait for the next sign-in.
func (p *Provider) Close() { p.http.CloseIdleConnections() }

// Begin returns the address at the provider to send a browser to, and the ticket that
// it keeps in a cookie until it comes back, once, within five minutes. anew has the
// provider ask who it is, however short ago it did.
func (p *Provider) Begin(ctx context.Context, now time.Time, source string, anew bool) (address string, ticket credential.Secret, err error) {
	c, _, err := p.config(ctx)
	if err != nil {
		return "", ticket, err
	}
	a := asked{credential.NewToken().Reveal(), credential.NewToken().Reveal(), oauth2.GenerateVerifier(), anew}
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.nonce), oauth2.S256ChallengeOption(a.verifier)}
	if anew {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return c.AuthCodeURL(a.state, options...), p.tickets.Begin(now, source, a), nil
}

// config is what the exchange needs. It asks the provider about itself once.
func (p *Provider) config(ctx context.Context) (*oauth2.Config, *oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.http), p.settings.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("the company's identity provider %s does not answer as one (%w); sign in with a password, or try again later", p.settings.Issuer, err)
		}
		if err := encrypted(found); err != nil {
			return nil, nil, err
		}
		p.found = found
	}
	return &oauth2.Config{
		ClientID: p.settings.ClientID, ClientSecret: p.secret.Reveal(), Endpoint: p.found.Endpoint(),
		RedirectURL: p.settings.Redirect, Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}, p.found, nil
}

// encrypted refuses a provider that has codes or keys fetched in clear.
func encrypted(found *oidc.Provider) error {
	var all struct {
		Keys string `json:"jwks_uri"`
	}
	if err := found.Claims(&all); err != nil {
		return err
	}
	e := found.Endpoint()
	bad := []error{address("its authorization_endpoint", e.AuthURL), address("its token_endpoint", e.TokenURL), address("its jwks_uri", all.Keys)}
	if found.UserInfoEndpoint() != "" {
		bad = append(bad, address("its userinfo_endpoint", found.UserInfoEndpoint()))
	}
	return errors.Join(bad...)
}

var errCame = errors.New("this is not how the company was asked, or it took longer than five minutes: begin again at the sign-in page")

// Finish takes a browser that comes back with its ticket and the query of the address
// it was sent to, and returns who the provider says that it is.
func (p *Provider) Finish(ctx context.Context, now time.Time, ticket credential.Secret, query url.Values) (accounts.Identity, error) {
	one, ok := p.tickets.Take(ticket, now)
	if !ok || query.Get("state") != one.What.state || len(query["state"]) != 1 || len(query["code"]) > 1 {
		return accounts.Identity{}, errCame
	}
	if iss := query.Get("iss"); iss != "" && iss != p.settings.Issuer { // RFC 9207: the answer of another
		return accounts.Identity{}, errCame
	}
	if why := query.Get("error"); why != "" || query.Get("code") == "" {
		return accounts.Identity{}, fmt.Errorf("the company did not let you in (%q)", short(why))
	}
	ctx = oidc.ClientContext(ctx, p.http)
	c, found, err := p.config(ctx)
	if err != nil {
		return accounts.Identity{}, err
	}
	tokens, err := c.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(one.What.verifier))
	if err != nil {
		return accounts.Identity{}, refused(err)
	}
	claims, err := p.claims(ctx, now, found, tokens, one.What)
	if err != nil {
		return accounts.Identity{}, err
	}
	return p.identity(now, claims, one)
}

// refused says why without what the provider answered, in which there may be anything.
func refused(err error) error {
	var r *oauth2.RetrieveError
	if errors.As(err, &r) {
		return fmt.Errorf("the company's identity provider did not take its own code back (%q, HTTP %d): see that client_id, secret_file and redirect are as registered there", short(r.ErrorCode), r.Response.StatusCode)
	}
	return errors.New("the company's identity provider did not answer; begin again, or sign in with a password")
}

// claims are what a provider says of somebody. Which of them has the name is a setting.
type claims struct {
	Subject  string          `json:"sub"`
	AuthTime json.Number     `json:"auth_time"`
	Azp      string          `json:"azp"`
	Name     string          `json:"name"`
	Email    string          `json:"email"`
	Verified json.RawMessage `json:"email_verified"`

	named string
}

// claims judges the token that says who somebody is, and asks for the name where it is
// not in it.
func (p *Provider) claims(ctx context.Context, now time.Time, found *oidc.Provider, tokens *oauth2.Token, a asked) (*claims, error) {
	raw, _ := tokens.Extra("id_token").(string)
	id, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.settings.ClientID, Now: func() time.Time { return now }}).Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("what the company's identity provider says does not hold (%w); see that the clocks of both are right, and begin again", err)
	}
	var c claims
	if err := c.read(id.Claims, p.settings.Claim); err != nil {
		return nil, err
	}
	if id.Nonce != a.nonce || id.Subject == "" || c.Azp != "" && c.Azp != p.settings.ClientID {
		return nil, errCame
	}
	if c.named != "" || found.UserInfoEndpoint() == "" {
		return &c, nil
	}
	more, err := found.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil || more.Subject != id.Subject { // OpenID Connect Core §5.3.2
		return nil, errors.New("the company's identity provider does not say what you are called there; begin again, or sign in with a password")
	}
	at := c.AuthTime
	err = c.read(more.Claims, p.settings.Claim)
	c.AuthTime = at // only what is signed says when
	return &c, err
}

// read reads claims from what is taken by unmarshal.
func (c *claims) read(unmarshal func(any) error, name string) error {
	all := map[string]json.RawMessage{}
	if err := errors.Join(unmarshal(c), unmarshal(&all)); err != nil {
		return errors.New("what the company's identity provider says of you does not read")
	}
	if all[name] != nil && json.Unmarshal(all[name], &c.named) != nil {
		return fmt.Errorf("the claim %s is no name: choose another in the settings", name)
	}
	return nil
}

// identity is what accounts is told.
func (p *Provider) identity(now time.Time, c *claims, one credential.Begun[asked]) (accounts.Identity, error) {
	if v := string(c.Verified); p.settings.Claim == "email" && v != "true" && v != `"true"` {
		c.named = "" // whoever enters an address of somebody else there would be them here
	}
	i := accounts.Identity{
		Issuer: p.settings.Issuer, Subject: c.Subject, Name: strings.TrimSpace(c.named), Full: c.Name, Email: c.Email, Make: p.settings.Make && c.named != "",
	}
	if at, err := c.AuthTime.Int64(); err == nil && at > 0 {
		i.Proved = time.Unix(at, 0)
	}
	if i.Proved.After(now) {
		i.Proved = now // by a clock that goes before ours, or in the same second
	}
	// One second, since it is told in whole ones.
	if one.What.anew && i.Proved.Before(one.At.Add(-time.Second)) {
		return accounts.Identity{}, errors.New("the company did not ask you anew who you are: give the password, or a passkey")
	}
	return i, nil
}

// short cuts what a stranger wrote.
func short(s string) string { return s[:min(len(s), 40)] }
