package modbus

import "sync/atomic"

// Interceptor sees every query that passes a [Router]. It may call next, with
// this query or another; change what next appended; answer itself; return out
// unchanged and so swallow the query; or call q.Later to answer, resume or hang
// up in its own time. It must not block.
type Interceptor func(q *Query, out []byte, next Handler) []byte

// Router sends each unit id to its handler: a device here, a serial line,
// anything. A unit id that has none goes to the default, and without a default
// is answered with exception 0x0B. The zero value routes nothing. All methods
// may be called while it serves; each request sees the old or the new route.
type Router struct {
	units     [256]atomic.Pointer[Handler]
	fallback  atomic.Pointer[Handler]
	intercept atomic.Pointer[Interceptor]
}

// Set routes unit to h; nil routes it to the default again.
func (r *Router) Set(unit byte, h Handler) { r.units[unit].Store(boxed(h)) }

// SetDefault routes all units that have no handler of their own to h; nil to nobody.
func (r *Router) SetDefault(h Handler) { r.fallback.Store(boxed(h)) }

// SetIntercept puts f in front of all handlers; nil takes it away.
func (r *Router) SetIntercept(f Interceptor) {
	if f == nil {
		r.intercept.Store(nil)
		return
	}
	r.intercept.Store(&f)
}

func boxed(h Handler) *Handler {
	if h == nil {
		return nil
	}
	return &h
}

// Serve answers one request.
func (r *Router) Serve(q *Query, out []byte) []byte {
	if f := r.intercept.Load(); f != nil {
		return (*f)(q, out, (*routes)(r))
	}
	return (*routes)(r).Serve(q, out)
}

// routes is a Router behind its interceptor.
type routes Router

func (r *routes) Serve(q *Query, out []byte) []byte {
	h := r.units[q.Unit].Load()
	if h == nil {
		h = r.fallback.Load()
	}
	if h == nil {
		return nobody.Serve(q, out)
	}
	return (*h).Serve(q, out)
}
