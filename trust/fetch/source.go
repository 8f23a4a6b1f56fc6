package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Source says where the list of an issuer is published: a row of a portal's
// /pki/index.json.
type Source struct {
	Branch      string   `json:"branch"`
	Issuer      string   `json:"issuer"`
	Products    []string `json:"products"`
	CRL         string   `json:"crl"`
	Certificate string   `json:"certificate"`
}

// Bounds of what is read, and how long it is waited for. Ours.
const (
	indexMost       = 1 << 20
	sourcesMost     = 1000
	listMost        = 16 << 20
	certificateMost = 64 << 10
	within          = 30 * time.Second
	redirectsMost   = 3
)

// Client returns a client that goes where it was sent and no further: https, or http
// on this computer; redirects only within one host; a limit of time.
func Client() *http.Client {
	return &http.Client{Timeout: within, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > redirectsMost || r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme {
			return errors.New("it is sent elsewhere: give the address where it is")
		}
		return nil
	}}
}

// Index reads the index of a portal.
func Index(ctx context.Context, c *http.Client, portal string) ([]Source, error) {
	base, err := address(portal)
	if err != nil {
		return nil, err
	}
	b, _, err := get(ctx, c, base.JoinPath("pki", "index.json"), "", indexMost)
	if err != nil {
		return nil, err
	}
	var all []Source
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("the index of %s cannot be read: %w", base.Host, err)
	}
	if len(all) == 0 || len(all) > sourcesMost {
		return nil, fmt.Errorf("the index of %s has %d rows", base.Host, len(all))
	}
	for i := range all {
		for _, u := range []*string{&all[i].CRL, &all[i].Certificate} {
			if *u == "" {
				continue
			}
			full, err := base.Parse(*u)
			if err != nil {
				return nil, fmt.Errorf("the index of %s: %w", base.Host, err)
			}
			*u = full.String()
		}
	}
	return all, nil
}

// address reads an address that may be asked.
func address(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	local := u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !local) || u.User != nil {
		return nil, fmt.Errorf("%s: give an https address (http only on this computer), without a password in it", u.Redacted())
	}
	return u, nil
}

// get reads what is at an address, unless it is what tag names already (nil).
func get(ctx context.Context, c *http.Client, u *url.URL, tag string, most int64) (b []byte, newTag string, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, "", err
	}
	if tag != "" {
		q.Header.Set("If-None-Match", tag)
	}
	r, err := c.Do(q)
	if err != nil {
		return nil, "", err
	}
	defer r.Body.Close()
	switch {
	case r.StatusCode == http.StatusNotModified && tag != "":
		return nil, tag, nil
	case r.StatusCode != http.StatusOK:
		return nil, "", fmt.Errorf("%s says %s", u.Host, r.Status)
	case r.ContentLength > most:
		return nil, "", fmt.Errorf("%s offers %d bytes, at most %d are taken", u.Host, r.ContentLength, most)
	}
	b, err = io.ReadAll(io.LimitReader(r.Body, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s offers more than %d bytes", u.Host, most)
	}
	return b, r.Header.Get("ETag"), err
}
