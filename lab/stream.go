package lab

import (
	"context"
	"net/http"
	"time"

	"switchroom/ui"
)

// heartbeat is how often a stream is heard of when nothing moves.
const heartbeat = 15 * time.Second

// watch answers a request with what moves in a page, until the browser leaves, is too
// slow, or the server ends.
func (s *Server) watch(w http.ResponseWriter, r *http.Request, key string, parts func(context.Context) []ui.Part) {
	if r.Method == http.MethodHead {
		return
	}
	who, first, err := s.hub.join(key, func(ctx context.Context) []ui.Part { return append(parts(ctx), s.clockPart()) })
	if err != nil {
		w.Header().Set("Retry-After", "30")
		refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	defer s.hub.leave(key, who)
	http.NewResponseController(w).SetReadDeadline(time.Time{}) // nothing more is read
	stream, err := ui.Watch(w)
	if err != nil || stream.Send(first) != nil {
		return
	}
	s.stream(r.Context(), stream, who)
}

func (s *Server) stream(ctx context.Context, stream *ui.Stream, who *watcher) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case m, ok := <-who.messages:
			if !ok {
				return
			}
			err = stream.Send(m)
		case <-beat.C:
			err = stream.Beat()
		case <-ctx.Done():
			return
		case <-s.over:
			return
		}
		if err != nil {
			return
		}
	}
}
