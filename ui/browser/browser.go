// Package browser drives a Chromium without a window: it takes pictures of
// pages and lets tests look at them as a person's browser would. It is for the
// storybook and for tests; nothing that a switchroom runs on needs it.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// ErrNone says that there is no browser on this machine.
var ErrNone = errors.New("no Chromium found; install the Debian package chromium")

// names are the programs that will do, in order.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Find gives the path of a browser, or ErrNone.
func Find() (string, error) {
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p, nil
		}
	}
	return "", ErrNone
}

// Browser is a running Chromium. Close it.
type Browser struct {
	ctx  context.Context
	stop []context.CancelFunc
}

// Start starts a browser; it ends with ctx or by Close.
func Start(ctx context.Context) (*Browser, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.Flag("hide-scrollbars", true))
	if os.Getuid() == 0 {
		// Chromium refuses to sandbox for root. The pages are our own.
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(ctx, opts...)
	tab, stopTab := chromedp.NewContext(alloc)
	b := &Browser{tab, []context.CancelFunc{stopTab, stopAlloc}}
	if err := chromedp.Do(tab); err != nil {
		b.Close()
		return nil, fmt.Errorf("%s does not start: %w", path, err)
	}
	return b, nil
}

// Close ends the browser.
func (b *Browser) Close() {
	for _, stop := range b.stop {
		stop()
	}
}

// View is how a page is looked at.
type View struct {
	Name          string
	Width, Height int64
	Dark, Phone   bool
	Still         bool // prefers-reduced-motion
}

// Views are a desk and a phone, each in both themes.
var Views = []View{
	{Name: "dark", Width: 1280, Height: 900, Dark: true},
	{Name: "light", Width: 1280, Height: 900},
	{Name: "phone-dark", Width: 390, Height: 844, Dark: true, Phone: true},
	{Name: "phone-light", Width: 390, Height: 844, Phone: true},
}

func (v View) set(ctx context.Context) error {
	var opts []chromedp.EmulateViewportOption
	if v.Phone {
		opts = append(opts, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait, chromedp.EmulateScale(2))
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(v.Width, v.Height, opts...)); err != nil {
		return err
	}
	scheme, motion := "light", "no-preference"
	if v.Dark {
		scheme = "dark"
	}
	if v.Still {
		motion = "reduce"
	}
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion}}})
	return err
}

// patience is how long a page may be open; a busy machine needs some.
const patience = 3 * time.Minute
