package ui

import "net/http"

// Policy is the content security policy of every page: what comes from this
// server as a file is allowed, nothing else. No inline script and no inline
// style, so a name that smuggles markup into a page still runs nothing. It has
// no unsafe-eval: htmx's hx-on, js: values and trigger filters do not work, and
// a test refuses templates that use them.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// secureHeaders are set on every answer.
var secureHeaders = []struct{ name, value string }{
	{"Cache-Control", "no-store"}, // pages show states; Assets overrides it
	{"Content-Security-Policy", Policy},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), usb=(), serial=()"},
	{"Referrer-Policy", "same-origin"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
}

// Secure sets the headers that keep a page to itself, then serves.
func Secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, h := range secureHeaders {
			w.Header().Set(h.name, h.value)
		}
		next.ServeHTTP(w, r)
	})
}
