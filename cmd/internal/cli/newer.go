package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"time"

	"golang.org/x/mod/semver"
)

// UpdatesFlag says where the newest version of the program is told (E10). Nothing is asked
// of anybody unless it is given.
type UpdatesFlag struct {
	Updates string `help:"Where releases are told: an https address or a file that has the SHA256SUMS of the newest one. Left out, nobody is asked." env:"SWITCHROOM_UPDATES" placeholder:"URL|FILE"`
}

// Bounds of what is read, ours.
const (
	sumsMost   = 64 << 10
	toldWithin = 3 * time.Second
)

// released is the name of an archive of a release.
var released = regexp.MustCompile(`(?m)^[0-9a-f]{64} [ *]switchroom-([0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.]+)?)-(?:linux|darwin|windows)-`)

// Newer returns the newest version that is told, if it is newer than this program; ""
// otherwise. A program that was not released is older than every release.
func (f *UpdatesFlag) Newer(ctx context.Context) (string, error) {
	if f.Updates == "" {
		return "", nil
	}
	text, err := f.told(ctx)
	if err != nil {
		return "", fmt.Errorf("whether there is a newer version cannot be told (E10): %w", err)
	}
	best := ""
	for _, m := range released.FindAllStringSubmatch(text, -1) {
		if best == "" || semver.Compare("v"+m[1], "v"+best) > 0 {
			best = m[1]
		}
	}
	if best == "" {
		return "", fmt.Errorf("%s names no release (E10)", f.Updates)
	}
	if semver.IsValid("v"+Version) && semver.Compare("v"+best, "v"+Version) <= 0 {
		return "", nil
	}
	return best, nil
}

func (f *UpdatesFlag) told(ctx context.Context) (string, error) {
	u, err := url.Parse(f.Updates)
	if err != nil || u.Scheme == "" {
		file, err := os.Open(f.Updates)
		if err != nil {
			return "", err
		}
		defer file.Close()
		return bounded(file)
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && net.ParseIP(u.Hostname()).IsLoopback()) {
		return "", errors.New("write an https address, or a file")
	}
	ctx, stop := context.WithTimeout(ctx, toldWithin)
	defer stop()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Updates, nil)
	if err != nil {
		return "", err
	}
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return "", errors.New(r.Status)
	}
	return bounded(r.Body)
}

func bounded(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, sumsMost+1))
	if len(b) > sumsMost {
		return "", errors.New("it is too long for a list of sums")
	}
	return string(b), err
}

// Tell says on standard error that there is a newer version, or why that is not known.
// Nothing waits for it but the start.
func (f *UpdatesFlag) Tell(a *App) (newer string) {
	newer, err := f.Newer(a.Ctx)
	switch {
	case err != nil:
		fmt.Fprintln(a.Stderr, "note:", err)
	case newer != "":
		fmt.Fprintf(a.Stderr, "Version %s is there, and this is %s: update before you go on (E10).\n", newer, Version)
	}
	return newer
}
