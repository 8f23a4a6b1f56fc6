package rehearsal

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"switchroom/points"
)

func (s *System) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /values", s.values)
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.HandleFunc("GET /export.csv", s.export)
	mux.HandleFunc("POST /command", s.command)
	return mux
}

// row is a tag as it is shown.
type row struct {
	*Tag
	shown
}

// rows are all tags as they are shown now. What nobody has read for some rounds is
// stale, whoever should have said so.
func (s *System) rows() []row {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]row, len(s.shown))
	for i := range s.shown {
		t := &s.cfg.Tags[i]
		r := row{t, s.shown[i]}
		d := s.cfg.device(t.Device)
		switch old := s.now().Sub(r.at) > 4*d.Period+4*d.Timeout; {
		case d.KeepsLast && !r.at.IsZero():
			r.at = s.now()
		case old && r.quality == good:
			r.quality = stale
		}
		out[i] = r
	}
	return out
}

// clock is the time that is told with a value.
func (r *row) clock() string {
	if r.at.IsZero() {
		return ""
	}
	return r.at.Add(r.Zone).UTC().Format(time.RFC3339Nano)
}

func (r *row) info() *points.Info {
	id, _ := points.Lookup(r.Point) // check has looked it up
	return points.Of(id)
}

func (s *System) values(w http.ResponseWriter, _ *http.Request) {
	type entry struct {
		Value   json.RawMessage `json:"value"`
		Quality string          `json:"quality"`
		Time    string          `json:"time,omitempty"`
	}
	all := map[string]map[string]entry{}
	for _, r := range s.rows() {
		if all[r.Breaker] == nil {
			all[r.Breaker] = map[string]entry{}
		}
		all[r.Breaker][r.Point] = entry{r.json(), r.quality, r.clock()}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(all)
}

// json is the value; a number that JSON can't tell is null.
func (r *row) json() json.RawMessage {
	if j := r.info().JSON(r.value); json.Valid(j) {
		return j
	}
	return json.RawMessage("null")
}

func (s *System) metrics(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	fmt.Fprintln(&b, "# TYPE switchroom_point gauge")
	for _, r := range s.rows() {
		if r.quality != good || r.info().Type == points.Text {
			continue
		}
		v := r.value.Float()
		if r.info().Type == points.Instant {
			v = float64(r.value.Time().UnixMilli()) / 1000
		}
		fmt.Fprintf(&b, "switchroom_point{breaker=%q,point=%q} %s\n", r.Breaker, r.Point, strconv.FormatFloat(v, 'g', -1, 64))
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	w.Write(b.Bytes())
}

func (s *System) export(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/csv")
	c := csv.NewWriter(w)
	c.Write([]string{"tag", "value", "quality", "time"})
	for _, r := range s.rows() {
		value := ""
		if r.value.Available() {
			value = r.info().Format(r.value)
		}
		c.Write([]string{r.Breaker + "." + r.Point, value, r.quality, r.clock()})
	}
	c.Flush()
}
