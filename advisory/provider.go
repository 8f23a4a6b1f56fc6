package advisory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/gocsaf/csaf/v3/csaf"
	"github.com/gocsaf/csaf/v3/util"
)

// advisoriesMost bounds what is read of one provider.
const advisoriesMost = 5000

// Provider is who publishes advisories.
type Provider struct {
	client *http.Client
	keys   openpgp.EntityList
	meta   csaf.ProviderMetadata
	doc    any
	at     *url.URL
}

// bounded reads no answer beyond a length.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" {
		return nil, errors.New("advisories are read by https only")
	}
	res, err := b.next.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, MaxDocument+1), res.Body}
	}
	return res, err
}

// wellKnown is where a provider's metadata lie at its address.
const wellKnown = "/.well-known/csaf/provider-metadata.json"

// metadataOf is what a provider is looked for by: a domain, or the address of its metadata. An
// address without a path, as a portal prints its own, is that of the host that has them.
func metadataOf(given string) (string, error) {
	if !strings.Contains(given, "://") {
		return given, nil
	}
	u, err := url.Parse(given)
	if err != nil {
		return "", err
	}
	if u.Scheme != "https" {
		return "", fmt.Errorf("%s: advisories are read by https only: give the domain, or an https address", given)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = wellKnown
	}
	return u.String(), nil
}

// Find finds a provider by its domain, its https address, or that of its
// provider-metadata.json, and reads the keys that it signs with.
func Find(ctx context.Context, c *http.Client, domain string) (*Provider, error) {
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	domain, err := metadataOf(domain)
	if err != nil {
		return nil, err
	}
	limited := *c
	limited.Transport = bounded{next}
	found := csaf.NewProviderMetadataLoader(&limited).LoadWithContext(ctx, domain)
	if !found.Valid() {
		var why []string
		for _, m := range found.Messages {
			why = append(why, m.Message)
		}
		return nil, fmt.Errorf("%s publishes no advisories that can be read: %s", domain, strings.Join(why, "; "))
	}
	p := &Provider{client: &limited, doc: found.Document}
	if p.at, err = url.Parse(found.URL); err != nil {
		return nil, err
	}
	if err := util.ReMarshalJSON(&p.meta, found.Document); err != nil {
		return nil, err
	}
	return p, p.readKeys(ctx)
}

// readKeys reads the keys that the metadata names; each must be the one that it names.
func (p *Provider) readKeys(ctx context.Context) error {
	for _, k := range p.meta.PGPKeys {
		if k.URL == nil {
			continue
		}
		b, err := p.get(ctx, *k.URL)
		if err != nil {
			return fmt.Errorf("key: %w", err)
		}
		ring, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(b))
		if err != nil {
			return fmt.Errorf("key %s: %w", *k.URL, err)
		}
		for _, e := range ring {
			if k.Fingerprint == "" || strings.EqualFold(hex.EncodeToString(e.PrimaryKey.Fingerprint), string(k.Fingerprint)) {
				p.keys = append(p.keys, e)
			}
		}
	}
	return nil
}

func (p *Provider) get(ctx context.Context, address string) ([]byte, error) {
	u, err := p.at.Parse(address)
	if err != nil {
		return nil, err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	r, err := p.client.Do(q)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", u, r.Status)
	}
	b, err := io.ReadAll(r.Body)
	if err == nil && len(b) > MaxDocument {
		err = fmt.Errorf("%s is longer than %d bytes", u, MaxDocument)
	}
	return b, err
}

// All reads what the provider publishes. A document that is not as it was signed is left
// out, and said in the error, which comes with all that could be read.
func (p *Provider) All(ctx context.Context) (docs []*Advisory, err error) {
	var bad []error
	quiet := func(slog.Level, string, ...any) {}
	files := csaf.NewAdvisoryFileProcessor(p.client, util.NewPathEval(), p.doc, p.at)
	files.Log = quiet
	err = files.ProcessWithContext(ctx, func(_ csaf.TLPLabel, all []csaf.AdvisoryFile) error {
		for _, f := range all {
			if len(docs)+len(bad) >= advisoriesMost {
				return fmt.Errorf("more than %d advisories are published: give those you want as files", advisoriesMost)
			}
			d, err := p.one(ctx, f)
			if err != nil {
				bad = append(bad, fmt.Errorf("%s: %w", f.URL(), err))
				continue
			}
			docs = append(docs, d)
		}
		return nil
	})
	return docs, errors.Join(append(bad, err)...)
}

// one reads a document and holds it against its digests and its signature.
func (p *Provider) one(ctx context.Context, f csaf.AdvisoryFile) (*Advisory, error) {
	b, err := p.get(ctx, f.URL())
	if err != nil {
		return nil, err
	}
	digests := 0
	for _, d := range []struct {
		at   string
		hash hash.Hash
	}{{f.SHA512URL(), sha512.New()}, {f.SHA256URL(), sha256.New()}} {
		if d.at == "" {
			continue
		}
		told, err := p.get(ctx, d.at)
		if err != nil && f.IsDirectory() {
			continue // either will do
		}
		if err != nil {
			return nil, err
		}
		d.hash.Write(b)
		if want, _, _ := strings.Cut(strings.TrimSpace(string(told)), " "); !strings.EqualFold(want, hex.EncodeToString(d.hash.Sum(nil))) {
			return nil, errors.New("it is not what its digest was made of")
		}
		digests++
	}
	if digests == 0 {
		return nil, errors.New("it is published without a digest")
	}
	if err := p.signed(ctx, f, b); err != nil {
		return nil, err
	}
	return Read(f.URL(), b)
}

// signed checks the signature with the keys of the provider, if it publishes any: see
// [Provider.Signs].
func (p *Provider) signed(ctx context.Context, f csaf.AdvisoryFile, b []byte) error {
	if len(p.keys) == 0 {
		return nil
	}
	sig, err := p.get(ctx, f.SignURL())
	if err != nil {
		return fmt.Errorf("its signature: %w", err)
	}
	if _, err := openpgp.CheckArmoredDetachedSignature(p.keys, bytes.NewReader(b), bytes.NewReader(sig), nil); err != nil {
		return fmt.Errorf("its signature: %w", err)
	}
	return nil
}

// Name is who publishes.
func (p *Provider) Name() string {
	if p.meta.Publisher != nil && p.meta.Publisher.Name != nil {
		return *p.meta.Publisher.Name
	}
	return p.at.Host
}

// Signs tells whether the provider signs what it publishes.
func (p *Provider) Signs() bool { return len(p.keys) > 0 }
