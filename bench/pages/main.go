// Pages measures the laboratory's pages as a browser meets them: how long the first
// one takes and how much is transferred, what 200 browsers that watch cost, and how
// soon a trip is on screen. It builds and runs the demonstration, on loopback, and
// writes what it found into docs/performance.md.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"switchroom/bench/paper"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const watchers = 200

func main() {
	log.SetFlags(0)
	watch := flag.Duration("watch", 20*time.Second, "how long browsers watch")
	trips := flag.Int("trips", 20, "how many trips are watched")
	flag.Parse()
	if err := run(*watch, *trips); err != nil {
		log.Fatal(err)
	}
}

func run(watch time.Duration, trips int) error {
	d, err := begin()
	if err != nil {
		return err
	}
	defer d.end()
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s on %s, %d processors, %s. Command: `go run ./pages` in bench.\n\n", time.Now().UTC().Format(time.DateOnly), machine(), runtime.NumCPU(), runtime.Version())
	fmt.Fprintln(&out, "| what | measured | goal |\n|---|---|---|")
	for _, m := range []func(io.Writer) error{
		d.firstPage,
		func(w io.Writer) error { return d.crowd(w, watch) },
		func(w io.Writer) error { return d.trips(w, trips) },
	} {
		if err := m(&out); err != nil {
			return err
		}
	}
	os.Stdout.Write(out.Bytes())
	return paper.Write(paper.Performance, from, to, out.String())
}

// demo is the demonstration as a process.
type demo struct {
	cmd *exec.Cmd
	dir string
	lab string
}

func begin() (*demo, error) {
	dir, err := os.MkdirTemp("", "pages")
	if err != nil {
		return nil, err
	}
	d := &demo{dir: dir}
	program := filepath.Join(dir, "switchroom")
	build := exec.Command("go", "build", "-o", program, "./cmd/switchroom")
	build.Dir = ".."
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	ready := filepath.Join(dir, "ready")
	d.cmd = exec.Command(program, "demo", "--lab", "127.0.0.1:0", "--ready-file", ready)
	d.cmd.Stderr = os.Stderr
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	for range 300 {
		var r struct{ Lab string }
		if text, err := os.ReadFile(ready); err == nil && json.Unmarshal(text, &r) == nil {
			d.lab = r.Lab
			return d, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	d.end()
	return nil, fmt.Errorf("the demonstration is not ready after 30 s")
}

func (d *demo) end() {
	d.cmd.Process.Signal(syscall.SIGTERM)
	d.cmd.Wait()
	os.RemoveAll(d.dir)
}

// firstPage loads the first page with all that it needs, as a browser without a cache.
func (d *demo) firstPage(w io.Writer) error {
	var took []time.Duration
	size := 0
	for range 30 {
		begin := time.Now()
		page, n, err := fetch(d.lab + "/")
		if err != nil {
			return err
		}
		took, size = append(took, time.Since(begin)), n
		for _, m := range regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`).FindAllStringSubmatch(page, -1) {
			_, n, err := fetch(d.lab + m[1])
			if err != nil {
				return err
			}
			size += n
		}
	}
	slices.Sort(took)
	fmt.Fprintf(w, "| first page, until its last byte is here: median (worst) of %d | %.1f ms (%.1f ms) | < 100 ms |\n", len(took), ms(took[len(took)/2]), ms(took[len(took)-1]))
	fmt.Fprintf(w, "| transferred for it, with scripts and styles, packed | %.0f kB | < 150 kB |\n", float64(size)/1000)
	return nil
}

// fetch returns a body, and how many bytes crossed.
func fetch(url string) (string, int, error) {
	q, _ := http.NewRequest(http.MethodGet, url, nil)
	q.Header.Set("Accept-Encoding", "gzip")
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return "", 0, err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, r.Status)
	}
	return string(b), len(b), err
}

// crowd has browsers watch the first page, and looks at what the process takes.
func (d *demo) crowd(w io.Writer, long time.Duration) error {
	idle, err := d.share(long / 2)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var got atomic.Int64
	var all sync.WaitGroup
	for range watchers {
		all.Go(func() { d.listen(ctx, "/live", func([]byte) { got.Add(1) }) })
	}
	time.Sleep(3 * time.Second) // everybody has come
	busy, err := d.share(long)
	stop()
	all.Wait()
	fmt.Fprintf(w, "| %d browsers watch the first page, which moves each second | %.1f %% of a core, %.1f %% of it without them; %d lines of events came | < 15 %% |\n", watchers, 100*busy, 100*idle, got.Load())
	return err
}

// listen hears the lines of a stream.
func (d *demo) listen(ctx context.Context, path string, hear func([]byte)) error {
	q, _ := http.NewRequestWithContext(ctx, http.MethodGet, d.lab+path, nil)
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	s := bufio.NewScanner(r.Body)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		hear(s.Bytes())
	}
	return s.Err()
}

// share is the share of a core that the process takes over a while.
func (d *demo) share(long time.Duration) (float64, error) {
	before, err := d.ticks()
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	time.Sleep(long)
	after, err := d.ticks()
	const hertz = 100 // of the kernel's accounting, USER_HZ
	return float64(after-before) / hertz / time.Since(begin).Seconds(), err
}

func (d *demo) ticks() (user int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", d.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	rest := text[bytes.LastIndexByte(text, ')')+2:]
	var system int64
	f := strings.Fields(string(rest))
	fmt.Sscan(f[11], &user)
	fmt.Sscan(f[12], &system)
	return user + system, nil
}

// trips injects a trip again and again, and waits until a page shows it.
func (d *demo) trips(w io.Writer, n int) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	shown := make(chan time.Time, 64)
	gone := make(chan error, 1)
	go func() {
		gone <- d.listen(ctx, "/live", func(line []byte) {
			if bytes.Contains(line, []byte("Q11: tripped")) {
				select {
				case shown <- time.Now():
				default:
				}
			}
		})
	}()
	time.Sleep(time.Second)
	var took []time.Duration
	for range n {
		at, err := d.trip()
		if err != nil {
			return err
		}
		select {
		case t := <-shown:
			took = append(took, t.Sub(at))
		case <-time.After(5 * time.Second):
			return fmt.Errorf("a trip is not on the page after 5 s")
		}
		if err := d.order(http.MethodDelete, "/api/v1/faults", nil, nil); err != nil {
			return err
		}
		time.Sleep(2 * time.Second)
		for len(shown) > 0 {
			<-shown
		}
	}
	slices.Sort(took)
	fmt.Fprintf(w, "| a trip by instantaneous protection, from the event until the page has it: median (worst) of %d | %.0f ms (%.0f ms) | < 200 ms |\n", n, ms(took[n/2]), ms(took[n-1]))
	stop()
	<-gone
	return nil
}

// trip has Q11 trip, and returns when by its own history.
func (d *demo) trip() (time.Time, error) {
	err := d.order(http.MethodPost, "/api/v1/faults", map[string]any{"fault": "trip", "unit": "Q11", "with": map[string]string{"cause": "instantaneous"}}, nil)
	if err != nil {
		return time.Time{}, err
	}
	var e struct {
		Events []struct {
			Laboratory time.Time
		}
	}
	for range 50 {
		if err := d.order(http.MethodGet, "/api/v1/events?unit=Q11&history=trip", nil, &e); err != nil {
			return time.Time{}, err
		}
		if len(e.Events) > 0 && time.Since(e.Events[0].Laboratory) < 2*time.Second {
			return e.Events[0].Laboratory, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return time.Time{}, fmt.Errorf("Q11 has not tripped")
}

func (d *demo) order(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, _ := json.Marshal(in)
		body = bytes.NewReader(text)
	}
	q, _ := http.NewRequest(method, d.lab+path, body)
	q.Header.Set("Content-Type", "application/json")
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	text, _ := io.ReadAll(r.Body)
	if r.StatusCode > 299 {
		return fmt.Errorf("%s %s: %s: %s", method, path, r.Status, text)
	}
	if out != nil {
		return json.Unmarshal(text, out)
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// machine is the processor.
func machine() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	if _, rest, ok := strings.Cut(string(text), "model name"); ok {
		_, name, _ := strings.Cut(rest, ":")
		name, _, _ = strings.Cut(name, "\n")
		return strings.TrimSpace(name)
	}
	return runtime.GOARCH
}

const from, to = "<!-- bench/pages writes from here -->", "<!-- bench/pages writes to here -->"
