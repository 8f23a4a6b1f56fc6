package console

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/accounts"
	"switchroom/accounts/kept"
	"switchroom/accounts/papers"
	"switchroom/audit"
	"switchroom/client"
	"switchroom/commission"
	"switchroom/credential"
	"switchroom/store"
	"switchroom/vault"
	"switchroom/vault/door"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// place is a running console with a clock that the test moves.
type place struct {
	t testing.TB
	*Server
	dir string

	mu   sync.Mutex
	late time.Duration
}

func newPlace(t testing.TB) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir() + "/data"}
	ctx := context.Background()
	st, err := store.Open(ctx, store.Place{Dir: p.dir}, audit.Part(), kept.Part(), papers.Part(), commission.Part(), vault.Part())
	if err != nil {
		t.Fatal(err)
	}
	log := must(audit.Open(ctx, st, p.now))
	people := must(kept.Open(ctx, st, must(credential.NewHasher(credential.Cost{Memory: 8, Passes: 1, Lanes: 1}, 2, 100))))
	keeper := &vault.Office{Vault: vault.In(st, p.now), Book: people, Log: log, Now: p.now, Dial: func(address string) vault.Door { return door.To(address, client.Options{}) }}
	p.Server = New(Options{Store: st, People: people, Log: log, Office: commission.NewOffice(st, log, people, client.Options{}, p.now), Vault: keeper, Trust: Trust{Dir: p.dir + "/trust"}, Now: p.now})
	if err := p.Listen("localhost:0"); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		end, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if err := p.Close(end); err != nil {
			t.Error(err)
		}
		st.Close()
	})
	return p
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (p *place) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.late)
}

// pass lets time pass.
func (p *place) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late += d
}

// caller is somebody with a browser, or a program.
type caller struct {
	p *place
	c *http.Client
}

func (p *place) stranger() *caller {
	jar := must(cookiejar.New(nil))
	c := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &caller{p, c}
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

func (c *caller) send(q *http.Request) reply {
	c.p.t.Helper()
	r, err := c.c.Do(q)
	if err != nil {
		c.p.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		c.p.t.Fatal(err)
	}
	return reply{r.StatusCode, r.Header, string(b)}
}

func (c *caller) get(path string) reply {
	return c.send(must(http.NewRequest("GET", c.p.url+path, nil)))
}

func (c *caller) post(path string, form url.Values) reply {
	q := must(http.NewRequest("POST", c.p.url+path, strings.NewReader(form.Encode())))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", c.p.url)
	return c.send(q)
}

// call asks the API.
func (c *caller) call(method, path string, body any) reply {
	var b io.Reader
	if body != nil {
		b = bytes.NewReader(must(json.Marshal(body)))
	}
	q := must(http.NewRequest(method, c.p.url+path, b))
	q.Header.Set("Content-Type", "application/json")
	return c.send(q)
}

const good = "Kestrel-over-9"

type sent = map[string]any

// boss is the first person, signed in.
func (p *place) boss() *caller {
	p.t.Helper()
	link, err := p.SetUpLink(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	c := p.stranger()
	if link != "" {
		_, code, _ := strings.Cut(link, "#")
		if a := c.call("POST", "/api/v1/setup", sent{"code": code, "login": "olga", "name": "Olga Fair", "password": good}); a.status != 200 {
			p.t.Fatal(a)
		}
	}
	return c.in("olga")
}

// in signs somebody in.
func (c *caller) in(login string) *caller {
	c.p.t.Helper()
	if a := c.call("POST", "/api/v1/session", sent{"login": login, "password": good}); a.status != 200 {
		c.p.t.Fatal(login, a)
	}
	return c
}

// person is somebody with roles, qualified for everything, signed in.
func (p *place) person(login string, roles ...accounts.Role) *caller {
	p.t.Helper()
	boss := p.boss()
	g := p.made(boss, "/api/v1/groups", sent{"name": "Group of " + login, "roles": roles})
	id := p.made(boss, "/api/v1/people", sent{"login": login, "name": "Name of " + login, "groups": []string{g}})
	until := p.now().Add(400 * 24 * time.Hour).Format(time.DateOnly)
	if a := boss.call("PUT", "/api/v1/people/"+id+"/qualified", sent{"qualified": sent{"settings": until, "switching": until, "firmware": until}}); a.status != 200 {
		p.t.Fatal(a)
	}
	var i invitationTold
	read(p.t, boss.call("POST", "/api/v1/people/"+id+"/invitation", nil), &i)
	c := p.stranger()
	if a := c.call("POST", "/api/v1/invitation", sent{"code": i.Code, "login": login, "password": good}); a.status != 200 {
		p.t.Fatal(a)
	}
	return c.in(login)
}

func (p *place) made(c *caller, path string, body any) string {
	p.t.Helper()
	var x struct{ ID string }
	read(p.t, c.call("POST", path, body), &x)
	return x.ID
}

func read(t testing.TB, a reply, to any) {
	t.Helper()
	if a.status != 200 {
		t.Fatal(a)
	}
	if err := json.Unmarshal([]byte(a.body), to); err != nil {
		t.Fatal(err, a.body)
	}
}

// records are all records, the oldest first.
func (p *place) records() []audit.Record {
	p.t.Helper()
	all := must(audit.Find(context.Background(), p.Store, audit.Filter{}, audit.Place{}, 1000))
	slices.Reverse(all)
	return all
}

// recorded reports whether there is a record of what somebody did.
func (p *place) recorded(who, what string, r audit.Result) bool {
	return slices.ContainsFunc(p.records(), func(x audit.Record) bool { return x.Who == who && x.What == what && x.Result == r })
}
