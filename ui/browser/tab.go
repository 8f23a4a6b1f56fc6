package browser

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Tab is one page that is open. Close it.
type Tab struct {
	ctx  context.Context
	stop context.CancelFunc

	mu    sync.Mutex
	said  []string
	heard chan struct{} // closed when the mark has been read
}

// mark ends what a page has said so far.
const mark = "browser: that was all"

// Open opens a page and waits until it is drawn.
func (b *Browser) Open(v View, url string) (*Tab, error) {
	ctx, stopTab := chromedp.NewContext(b.ctx)
	ctx, stopTime := context.WithTimeout(ctx, patience)
	t := &Tab{ctx: ctx, stop: func() { stopTime(); stopTab() }}
	if err := t.load(v, url); err != nil {
		t.Close()
		return nil, fmt.Errorf("%s (%s): %w", url, v.Name, err)
	}
	return t, nil
}

func (t *Tab) load(v View, url string) error {
	if err := v.set(t.ctx); err != nil {
		return err
	}
	console := chromedp.Console(t.ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			t.hear(fmt.Sprintf("%s: %s", m.Type, m.Text))
		}
	}()
	if err := chromedp.Do(t.ctx, chromedp.Navigate(url)); err != nil {
		return err
	}
	// Plots are drawn after their data came; what failed has said so too.
	return t.Wait(`document.readyState === "complete" && !document.querySelector("[data-plot]:not([data-drawn])")`)
}

func (t *Tab) hear(s string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if strings.HasSuffix(s, mark) {
		if t.heard != nil {
			close(t.heard)
			t.heard = nil
		}
		return
	}
	t.said = append(t.said, s)
}

// Close closes the page.
func (t *Tab) Close() { t.stop() }

// Console is all that the page has written to the console until now, the
// browser's own complaints (such as what the policy blocked) among it.
func (t *Tab) Console() ([]string, error) {
	heard := make(chan struct{})
	t.mu.Lock()
	t.heard = heard
	t.mu.Unlock()
	if _, err := Eval[bool](t, fmt.Sprintf("(console.log(%q), true)", mark)); err != nil {
		return nil, err
	}
	select {
	case <-heard:
	case <-t.ctx.Done():
		return nil, t.ctx.Err()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.said...), nil
}

// Eval evaluates an expression in the page and waits for it if it is a promise.
func Eval[T any](t *Tab, expression string) (T, error) {
	return chromedp.Run(t.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Wait waits until an expression is true in the page, also across a page that is left
// meanwhile.
func (t *Tab) Wait(expression string) (err error) {
	for range leftTries {
		_, err = chromedp.Run(t.ctx, chromedp.Poll[bool]("!!("+expression+")", chromedp.WithPollingInterval(20*time.Millisecond)))
		if err == nil || !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "context") {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("waiting for %s: %w", expression, err)
	}
	return nil
}

// Reload loads the page again.
func (t *Tab) Reload() error { return chromedp.Do(t.ctx, chromedp.Reload()) }

// Press types keys into what has the focus, such as "\t".
func (t *Tab) Press(keys string) error { return chromedp.Do(t.ctx, chromedp.KeyEvent(keys)) }

// Click clicks the first element that a selector finds. In a page that moves, the
// element may be drawn anew between looking and clicking; then nothing was clicked, and
// it is looked for again.
func (t *Tab) Click(selector string) (err error) {
	for range clickTries {
		err = chromedp.Do(t.ctx, chromedp.Click(selector))
		if err == nil || !strings.Contains(err.Error(), "Could not find node") {
			return err
		}
	}
	return err
}

// leftTries is how often a page may be left while something is waited for.
const leftTries = 10

// clickTries is how often an element is looked for that is drawn anew meanwhile.
const clickTries = 5

// PNG is a picture of the whole page.
func (t *Tab) PNG() ([]byte, error) { return chromedp.Run(t.ctx, chromedp.FullScreenshot(100)) }

// See changes how the page is looked at, without loading it again.
func (t *Tab) See(v View) error {
	if err := v.set(t.ctx); err != nil {
		return err
	}
	// Two frames: one to lay out anew, one to draw.
	_, err := Eval[bool](t, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
	return err
}

// Authenticator gives the tab a device of its own with passkeys, whose owner always
// consents (the WebAuthn domain of the DevTools protocol).
func (t *Tab) Authenticator() error {
	if _, err := chromedp.Call(t.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		return err
	}
	_, err := chromedp.Call(t.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	return err
}
