package lab

import (
	"encoding/json"
	"net/http"
	"time"
)

// beat is how often a run hears that the laboratory is there. A client that is gone
// without a word is found out when it no longer takes the beats.
const beat = 5 * time.Second

// holdRun begins a run and holds it for as long as the client holds the connection:
// whatever ends that, a key, a crash or a pulled plug, ends all that was injected in
// the run's name.
func (s *Server) holdRun(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Name string `json:"name"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		refuse(w, http.StatusUnprocessableEntity, `write {"name": "what is run"}`)
		return
	}
	id, err := s.desk.Begin(asked.Name)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	defer s.desk.End(id)
	c := http.NewResponseController(w)
	c.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "application/jsonl")
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		c.SetWriteDeadline(time.Now().Add(beat))
		if json.NewEncoder(w).Encode(map[string]string{"id": id}) != nil || c.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		case <-s.over:
			return
		}
	}
}
