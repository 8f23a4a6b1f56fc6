package remote

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Client asks one laboratory. It may be used from several goroutines.
type Client struct {
	base string // without a slash at its end
	http *http.Client
}

// New returns a client of the laboratory at base: http://127.0.0.1:5021.
func New(base string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("laboratory %q: write http://HOST:PORT, as `switchroom up` prints it", base)
	}
	return &Client{base: strings.TrimRight(base, "/"), http: &http.Client{}}, nil
}

// Error is a refusal of the laboratory (RFC 9457).
type Error struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

func (e *Error) Error() string {
	if e.Detail != "" {
		return e.Detail
	}
	return fmt.Sprintf("the laboratory answers %d %s", e.Status, e.Title)
}

// Units lists the breakers.
func (c *Client) Units(ctx context.Context) (units []Unit, err error) {
	return units, c.ask(ctx, http.MethodGet, "/api/v1/units", nil, &units)
}

// Read returns what a unit shows, by point; without names all it shows.
func (c *Client) Read(ctx context.Context, unit string, names ...string) (readings []Reading, err error) {
	q := url.Values{"point": names}
	return readings, c.ask(ctx, http.MethodGet, "/api/v1/units/"+url.PathEscape(unit)+"/points?"+q.Encode(), nil, &readings)
}

// Kinds lists the faults that can be injected.
func (c *Client) Kinds(ctx context.Context) (kinds []Kind, err error) {
	return kinds, c.ask(ctx, http.MethodGet, "/api/v1/faults/kinds", nil, &kinds)
}

// Inject injects a fault.
func (c *Client) Inject(ctx context.Context, o Order) (in Injection, err error) {
	return in, c.ask(ctx, http.MethodPost, "/api/v1/faults", o, &in)
}

// Injections lists what was injected, the newest last.
func (c *Client) Injections(ctx context.Context) (all []Injection, err error) {
	return all, c.ask(ctx, http.MethodGet, "/api/v1/faults", nil, &all)
}

// Undo ends an injection.
func (c *Client) Undo(ctx context.Context, id int) (in Injection, err error) {
	return in, c.ask(ctx, http.MethodDelete, "/api/v1/faults/"+strconv.Itoa(id), nil, &in)
}

// UndoAll ends every injection that is active, and returns them.
func (c *Client) UndoAll(ctx context.Context) (all []Injection, err error) {
	return all, c.ask(ctx, http.MethodDelete, "/api/v1/faults", nil, &all)
}

// Run is a run: what is injected in its name ends when it ends, or when whoever
// began it is gone.
type Run struct {
	ID     string
	stream io.ReadCloser
	ctx    context.Context
	stop   context.CancelCauseFunc
}

// ErrEnded is why the context of a run ends when the laboratory does.
var ErrEnded = errors.New("the laboratory has ended")

// silence is after how long without a beat a laboratory is taken to have ended: four
// beats.
const silence = 20 * time.Second

// Begin begins a run. Its context must last as long as the run.
func (c *Client) Begin(ctx context.Context, name string) (*Run, error) {
	res, err := c.send(ctx, http.MethodPost, "/api/v1/runs", map[string]string{"name": name})
	if err != nil {
		return nil, err
	}
	beats := bufio.NewReader(res.Body)
	line, err := beats.ReadBytes('\n')
	var first struct {
		ID string `json:"id"`
	}
	if err == nil {
		err = json.Unmarshal(line, &first)
	}
	if err == nil && first.ID == "" {
		err = errors.New("the laboratory gave the run no id")
	}
	if err != nil {
		res.Body.Close()
		return nil, fmt.Errorf("beginning a run: %w", err)
	}
	r := &Run{ID: first.ID, stream: res.Body}
	r.ctx, r.stop = context.WithCancelCause(ctx)
	go r.listen(beats)
	return r, nil
}

// listen hears the beats of the laboratory until there are no more.
func (r *Run) listen(beats *bufio.Reader) {
	silent := time.AfterFunc(silence, func() {
		r.stop(ErrEnded)
		r.stream.Close()
	})
	defer silent.Stop()
	for {
		if _, err := beats.ReadSlice('\n'); err != nil {
			r.stop(ErrEnded)
			return
		}
		silent.Reset(silence)
	}
}

// Context ends with the run; its cause is ErrEnded where the laboratory ended it.
func (r *Run) Context() context.Context { return r.ctx }

// End ends the run and with it all that was injected in its name.
func (r *Run) End() error {
	r.stop(context.Canceled)
	return r.stream.Close()
}

// answerMax bounds an answer, in bytes: the points of a unit are some 100 kB.
const answerMax = 64 << 20

// ask sends a request and reads its answer into out.
func (c *Client) ask(ctx context.Context, method, path string, in, out any) error {
	res, err := c.send(ctx, method, path, in)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if err := json.NewDecoder(io.LimitReader(res.Body, answerMax)).Decode(out); err != nil {
		return fmt.Errorf("%s%s: the answer is no laboratory's: %w", c.base, path, err)
	}
	return nil
}

// send sends a request, and returns its answer if that is not a refusal.
func (c *Client) send(ctx context.Context, method, path string, in any) (*http.Response, error) {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(data)
	}
	kind := ""
	if in != nil {
		kind = "application/json"
	}
	return c.request(ctx, method, path, kind, body)
}

// post sends what is no JSON.
func (c *Client) post(ctx context.Context, path, kind string, body io.Reader) (*http.Response, error) {
	return c.request(ctx, http.MethodPost, path, kind, body)
}

func (c *Client) request(ctx context.Context, method, path, kind string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("no laboratory at %s: %w; start one with `switchroom demo` or `switchroom up`", c.base, err)
	}
	if res.StatusCode < 300 {
		return res, nil
	}
	defer res.Body.Close()
	refusal := Error{Status: res.StatusCode, Title: http.StatusText(res.StatusCode)}
	json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&refusal) // a body that is none leaves the title
	return nil, &refusal
}
