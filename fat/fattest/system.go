// Package fattest is a supervision system to be tested: it polls breakers by
// Modbus TCP once a second and shows their values by HTTP, as a small SCADA does. Its
// driver is its own, so that it can have the mistakes that people make (Mistakes);
// whoever finds them all has a good acceptance test.
//
// It shows GET /values (JSON), /metrics (Prometheus text) and /export.csv, and takes
// orders at POST /command. It is for tests, and no product.
package fattest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"switchroom/client"
	"switchroom/points"
	"switchroom/regmap"
)

// Breaker is one breaker that the system polls.
type Breaker struct {
	Name   string
	Modbus string // HOST:PORT
	Unit   int
}

// Config is how the system is set up.
type Config struct {
	Breakers []Breaker
	Points   []string // of every breaker
	Poll     time.Duration
	Timeout  time.Duration
	Password string // of orders
	Mistakes []Mistake
}

// System is a running supervision system.
type System struct {
	drivers []*driver
	cfg     Config
	stop    context.CancelFunc
	wg      sync.WaitGroup
}

// Start starts polling. Stop ends it.
func Start(ctx context.Context, cfg Config) (*System, error) {
	if cfg.Poll == 0 {
		cfg.Poll = time.Second
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = time.Second
	}
	ctx, stop := context.WithCancel(ctx)
	s := &System{cfg: cfg, stop: stop}
	m := regmap.Default()
	for _, b := range cfg.Breakers {
		d, err := newDriver(m, b, cfg)
		if err != nil {
			stop()
			return nil, err
		}
		s.drivers = append(s.drivers, d)
	}
	for _, mk := range cfg.Mistakes {
		i := slices.IndexFunc(s.drivers, func(d *driver) bool { return d.name == mk.Breaker })
		if i < 0 {
			stop()
			return nil, fmt.Errorf("no breaker %q for the mistake %s", mk.Breaker, mk.Name)
		}
		if err := mk.make(s, s.drivers[i]); err != nil {
			stop()
			return nil, fmt.Errorf("%s: %w", mk.Name, err)
		}
	}
	for _, d := range s.drivers {
		s.wg.Go(func() { d.run(ctx) })
	}
	return s, nil
}

// Stop ends the polling.
func (s *System) Stop() {
	s.stop()
	s.wg.Wait()
}

// value is what the system shows of a tag.
type value struct {
	Value   any       `json:"value"`
	Quality string    `json:"quality"`
	Time    time.Time `json:"time"`
}

// values are all that it shows.
func (s *System) values() map[string]map[string]value {
	all := map[string]map[string]value{}
	for _, d := range s.drivers {
		all[d.name] = d.shown()
	}
	return all
}

// Handler serves what the system shows.
func (s *System) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /values", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(s.values()) })
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.HandleFunc("GET /export.csv", s.export)
	mux.HandleFunc("POST /command", s.command)
	return mux
}

func (s *System) metrics(w http.ResponseWriter, _ *http.Request) {
	for b, vs := range s.values() {
		for p, v := range vs {
			x := "NaN"
			switch n := v.Value.(type) {
			case float64:
				x = strconv.FormatFloat(n, 'g', -1, 64)
			case bool:
				x = map[bool]string{true: "1", false: "0"}[n]
			}
			labels := fmt.Sprintf("{breaker=%q,point=%q}", b, p)
			fmt.Fprintf(w, "scada_value%s %s\nscada_good%s %s\n", labels, x, labels, map[bool]string{true: "1", false: "0"}[v.Quality == "good"])
		}
	}
}

func (s *System) export(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, "Tag;Value;Quality;Timestamp")
	for b, vs := range s.values() {
		for p, v := range vs {
			text := ""
			if v.Value != nil {
				text = strings.ReplaceAll(fmt.Sprint(v.Value), ".", ",")
			}
			fmt.Fprintf(w, "%s.%s;%s;%s;%s\n", b, p, text, v.Quality, v.Time.UTC().Format("2006-01-02 15:04:05"))
		}
	}
}

// command operates a breaker, once.
func (s *System) command(w http.ResponseWriter, r *http.Request) {
	var o struct{ Breaker, Do string }
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	i := slices.IndexFunc(s.drivers, func(d *driver) bool { return d.name == o.Breaker })
	if i < 0 {
		http.Error(w, "no such breaker", http.StatusNotFound)
		return
	}
	times := 1
	if s.drivers[i].repeats {
		times = 3
	}
	var err error
	for range times {
		if err = s.operate(r.Context(), s.drivers[i], o.Do); err == nil {
			return
		}
		time.Sleep(time.Second)
	}
	http.Error(w, err.Error(), http.StatusBadGateway)
}

func (s *System) operate(ctx context.Context, d *driver, do string) error {
	c, err := client.Dial(ctx, fmt.Sprintf("modbus://%s/%d", d.addr, d.unit), client.Options{Timeout: 2 * time.Second})
	if err != nil {
		return err
	}
	defer c.Close()
	op := points.BreakerOpen
	if do == "close" {
		op = points.BreakerClose
	}
	_, err = c.Do(ctx, op, s.cfg.Password) // the bare command, as a simple driver sends it
	return err
}

// numberOf is a value as JSON has it: nothing for what is no number.
func numberOf(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}
