package fat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Binding says how to see what the system under test shows, and how to tell it to
// operate a breaker. Its texts are templates: see [Tag].
type Binding struct {
	Kind              string            `yaml:"kind"`                         // http, csv, prometheus, mqtt, person
	URL               string            `yaml:"url,omitempty"`                // of http, csv, prometheus; tcp://HOST:PORT of mqtt
	File              string            `yaml:"file,omitempty"`               // of csv
	Value             string            `yaml:"value,omitempty"`              // JSON pointer, column, metric
	Quality           string            `yaml:"quality,omitempty"`            // the same; empty: the system tells none
	Time              string            `yaml:"time,omitempty"`               // the same; empty: the system tells none
	Key               string            `yaml:"key,omitempty"`                // of csv: column of the name
	Row               string            `yaml:"row,omitempty"`                // of csv: what stands in that column
	Labels            map[string]string `yaml:"labels,omitempty"`             // of prometheus
	Topic             string            `yaml:"topic,omitempty"`              // of mqtt
	Good              []string          `yaml:"good,omitempty"`               // what quality says of a good value; none: good, ok, true, 1, 192
	Words             map[string]string `yaml:"words,omitempty"`              // what the system writes for a value: closed: true
	Every             float64           `yaml:"every,omitempty"`              // s between two looks; 0: a quarter
	Stale             float64           `yaml:"stale,omitempty"`              // s: a value whose time is older counts as told stale; 0: only quality counts
	AuthorizationFile string            `yaml:"authorization_file,omitempty"` // its first line goes into the header Authorization, or is USER:PASSWORD of mqtt
	Command           *CommandBinding   `yaml:"command,omitempty"`            //
}

// CommandBinding says how to make the system under test operate a breaker.
type CommandBinding struct {
	URL    string            `yaml:"url"`
	Method string            `yaml:"method,omitempty"` // empty: POST
	Body   string            `yaml:"body,omitempty"`   // with {do}: open or close
	Type   string            `yaml:"type,omitempty"`   // content type; empty: application/json
	Words  map[string]string `yaml:"words,omitempty"`  // what {do} becomes
}

// Tag is one point of one breaker as templates name it: {breaker} {point} {point_}
// (with _ for what is no letter or digit) {name} (of the names file) {register}
// {address} (register less one) {unit} {host} {port}.
type Tag struct {
	Breaker, Point, Name, Host, Port string
	Register, Unit                   int
}

// Expand fills a template; each value goes through escape.
func (t Tag) Expand(template string, escape func(string) string) string {
	if !strings.Contains(template, "{") {
		return template
	}
	if escape == nil {
		escape = func(s string) string { return s }
	}
	pairs := []string{}
	for _, p := range [][2]string{
		{"breaker", t.Breaker}, {"point", t.Point}, {"point_", underscored(t.Point)}, {"breaker_", underscored(t.Breaker)}, {"name", t.Name},
		{"register", strconv.Itoa(t.Register)}, {"address", strconv.Itoa(t.Register - 1)}, {"unit", strconv.Itoa(t.Unit)}, {"host", t.Host}, {"port", t.Port},
	} {
		pairs = append(pairs, "{"+p[0]+"}", escape(p[1]))
	}
	return strings.NewReplacer(pairs...).Replace(template)
}

func underscored(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, s)
}

// Viewer looks at what the system under test shows. Look returns one Shown per
// tag; an error is a system that can't be looked at at all.
type Viewer interface {
	Look(ctx context.Context, tags []Tag) ([]Shown, error)
	Close() error
}

// Patient is a viewer that is asked once and not again and again: a person.
type Patient interface{ Patient() bool }

// kinds of bindings, and what each must have.
var kinds = map[string]struct {
	needs []string
	open  func(b *Binding, t Terminal) (Viewer, error)
}{
	"http":       {[]string{"url", "value"}, openHTTP},
	"csv":        {[]string{"url or file", "value", "key", "row"}, openCSV},
	"prometheus": {[]string{"url", "value"}, openPrometheus},
	"mqtt":       {[]string{"url", "topic"}, openMQTT},
	"person":     {nil, openPerson},
}

// Terminal is where a person is asked.
type Terminal struct {
	In  io.Reader
	Out io.Writer
}

// Open opens what the binding names. A binding without a kind asks a person.
func (b *Binding) Open(t Terminal) (Viewer, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	kind := b.Kind
	if kind == "" {
		kind = "person"
	}
	return kinds[kind].open(b, t)
}

// check names everything that a binding lacks.
func (b *Binding) check() error {
	if b.Kind == "" {
		return errors.Join(b.checkTemplates()...)
	}
	k, ok := kinds[b.Kind]
	if !ok {
		return fmt.Errorf("binding: kind %q is none of csv, http, mqtt, person, prometheus", b.Kind)
	}
	has := map[string]bool{"url": b.URL != "", "url or file": b.URL != "" || b.File != "", "value": b.Value != "", "key": b.Key != "", "row": b.Row != "", "topic": b.Topic != ""}
	var missing []string
	for _, n := range k.needs {
		if !has[n] {
			missing = append(missing, n)
		}
	}
	wrong := b.checkTemplates()
	if missing != nil {
		wrong = append(wrong, fmt.Errorf("binding: kind %s needs %s", b.Kind, strings.Join(missing, ", ")))
	}
	if strings.Contains(b.URL, "@") {
		wrong = append(wrong, errors.New("binding: no user and password in the url; put them into a file and name it in authorization_file"))
	}
	return errors.Join(wrong...)
}

// every is the time between two looks.
func (b *Binding) every() time.Duration {
	if b.Every > 0 {
		return time.Duration(b.Every * float64(time.Second))
	}
	return 250 * time.Millisecond
}

// judged fills in quality and time as the system tells them.
func (b *Binding) judged(s Shown, quality, at string, now time.Time) Shown {
	if b.Quality != "" {
		s.Quality = strings.TrimSpace(quality)
		s.Bad = s.Bad || !b.isGood(s.Quality)
	}
	if t, ok := parseTime(at); b.Time != "" && ok {
		s.At = t
		if b.Stale > 0 && now.Sub(t) > time.Duration(b.Stale*float64(time.Second)) {
			s.Bad = true
		}
	}
	return s
}

func (b *Binding) isGood(quality string) bool {
	good := b.Good
	if len(good) == 0 {
		good = []string{"good", "ok", "true", "valid", "1", "192"}
	}
	return slices.ContainsFunc(good, func(g string) bool {
		g, q := strings.ToLower(g), strings.ToLower(quality)
		return g == q || len(g) > 2 && strings.HasPrefix(q, g+" ") || sameNumber(g, q)
	})
}

func sameNumber(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err == nil && err2 == nil && x == y
}

// words are the words of the system for values, in lower case.
func (b *Binding) words() map[string]string {
	m := map[string]string{}
	for k, v := range b.Words {
		m[strings.ToLower(k)] = v
	}
	return m
}

// secret reads the first line of the file that holds a secret.
func secret(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("binding: authorization_file: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 8<<10))
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSpace(line), err
}

// none is what is shown of a tag that the system does not have.
func none() Shown { return Shown{Number: math.NaN()} }
