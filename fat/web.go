package fat

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// web fetches pages of the system under test.
type web struct {
	client        *http.Client
	authorization string
}

// newWeb returns a web for a binding. A page must come within ten seconds.
func newWeb(b *Binding) (*web, error) {
	auth, err := secret(b.AuthorizationFile)
	if err != nil {
		return nil, err
	}
	return &web{&http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: fetchers}}, auth}, nil
}

// fetchers is how many pages are fetched at once.
const fetchers = 8

// get returns a page.
func (w *web) get(ctx context.Context, url string) ([]byte, error) {
	return w.do(ctx, http.MethodGet, url, "", "")
}

// do asks for a page, with a body perhaps.
func (w *web) do(ctx context.Context, method, url, body, kind string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if w.authorization != "" {
		req.Header.Set("Authorization", w.authorization)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := w.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the system under test: %w", err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, fileMax+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the system under test: %s: %w", url, err)
	case res.StatusCode >= 300:
		return data, fmt.Errorf("the system under test: %s answers %s: %s", url, res.Status, excerpt(string(data)))
	case len(data) > fileMax:
		return nil, fmt.Errorf("the system under test: %s is longer than %d MB", url, fileMax>>20)
	}
	return data, nil
}

// pages fetches several pages at once; what fails has its error.
func (w *web) pages(ctx context.Context, urls []string) (map[string][]byte, map[string]error) {
	var mu sync.Mutex
	got, wrong := map[string][]byte{}, map[string]error{}
	each(len(urls), fetchers, func(i int) {
		data, err := w.get(ctx, urls[i])
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			wrong[urls[i]] = err
			return
		}
		got[urls[i]] = data
	})
	return got, wrong
}

// each calls f for 0 to n-1, at most most at a time, and waits for all.
func each(n, most int, f func(int)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, most)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			f(i)
		})
	}
	wg.Wait()
}

// urlOf fills the template of a URL.
func urlOf(template string, t Tag) string { return t.Expand(template, url.PathEscape) }

func (w *web) Close() error {
	w.client.CloseIdleConnections()
	return nil
}
