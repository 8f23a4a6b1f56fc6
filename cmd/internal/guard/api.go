package guard

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"switchroom/cmd/internal/cli"
)

// APICmd asks a running console, which has the data directory to itself, with a token of
// limited scope and life.
type APICmd struct {
	Console   string        `help:"Address of the console." default:"http://localhost:5022" env:"SWITCHROOM_CONSOLE" placeholder:"URL"`
	TokenFile string        `help:"File with the token, made under Your tokens or with people token make; - is standard input." required:"" placeholder:"FILE"`
	Body      string        `help:"File with the body, JSON." type:"existingfile" placeholder:"FILE"`
	Within    time.Duration `help:"How long to wait for the answer." default:"1m"`
	Method    string        `arg:"" help:"GET, POST, PUT or DELETE." enum:"GET,POST,PUT,DELETE"`
	Path      string        `arg:"" help:"Such as /api/v1/projects; see /api/openapi.json, or routes --json."`
}

// answerMost bounds what is read of an answer.
const answerMost = 64 << 20

func (c *APICmd) Run(a *cli.App) error {
	q, err := c.question(a)
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: c.Within, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.Do(q)
	if err != nil {
		return fmt.Errorf("the console does not answer; is it at %s? %w", c.Console, err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(io.LimitReader(r.Body, answerMost))
	if err != nil {
		return err
	}
	if r.StatusCode != http.StatusOK {
		return refusal(r, text)
	}
	_, err = a.Stdout.Write(text)
	return err
}

func (c *APICmd) question(a *cli.App) (*http.Request, error) {
	base, err := url.Parse(c.Console)
	if err != nil || base.Host == "" || base.Scheme != "https" && !(base.Scheme == "http" && local(base.Hostname())) {
		return nil, cli.Misuse("--console %s: write http://localhost:5022, or an https address", c.Console)
	}
	path, err := url.Parse(c.Path)
	if err != nil || !strings.HasPrefix(path.Path, "/api/") || path.Host != "" {
		return nil, cli.Misuse("%s: write a path of the API, such as /api/v1/projects", c.Path)
	}
	token, err := (&cli.PasswordFlag{PasswordFile: c.TokenFile}).Asking(a, "token")
	if err != nil {
		return nil, err
	}
	var body []byte
	if c.Body != "" {
		if body, err = os.ReadFile(c.Body); err != nil {
			return nil, err
		}
	}
	q, err := http.NewRequestWithContext(a.Ctx, c.Method, base.ResolveReference(path).String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Content-Type", "application/json")
	return q, nil
}

// local reports whether a host is this computer, to which a token may go in the clear.
func local(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1"
}

// refusal is what the console has said against it.
func refusal(r *http.Response, text []byte) error {
	var told struct {
		Detail string
		Errors []struct{ Message, Location string }
	}
	if json.Unmarshal(text, &told) != nil || told.Detail == "" {
		return errors.New(r.Status)
	}
	for _, e := range told.Errors {
		told.Detail += fmt.Sprintf("; %s: %s", e.Location, e.Message)
	}
	return errors.New(told.Detail)
}
