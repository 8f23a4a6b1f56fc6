package app

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"switchroom/ui"
)

//go:embed static/app.js
var scriptText string

//go:embed static/worker.js
var workerText string

// shell is all that the phone may keep: files that are the same for everybody, and no
// data of any breaker.
func shell() []string {
	return []string{"/app.js", "/manifest.webmanifest", "/offline", ui.URL("icon.svg"), ui.URL("theme.js"), ui.URL("ui.css"), ui.URL("ui.js")}
}

// workerFor is the service worker with the shell of this program in it. A program with
// another shell has another worker, which drops what the one before has kept.
func workerFor(files []string) string {
	list, _ := json.Marshal(files) // texts can be encoded
	sum := sha256.Sum256([]byte(strings.Join(files, "\n") + scriptText + workerText))
	version, _ := json.Marshal(hex.EncodeToString(sum[:8]))
	return strings.NewReplacer("SHELL", string(list), "VERSION", string(version)).Replace(workerText)
}

// icon is one of a manifest.
type icon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// manifest lets a phone install the page as an app. It names no breaker.
func (v *visit) manifest() {
	v.file("application/manifest+json", asJSON(map[string]any{
		"name": "Switchroom app", "short_name": "Breaker", "id": "/", "start_url": "/", "scope": "/", "display": "standalone",
		"background_color": "#20282c", "theme_color": "#20282c",
		"icons": []icon{{ui.URL("icon.svg"), "any", "image/svg+xml", "any"}},
	}))
}

func (v *visit) script() { v.file("text/javascript; charset=utf-8", []byte(scriptText)) }
func (v *visit) worker() { v.file("text/javascript; charset=utf-8", []byte(workerFor(shell()))) }

// offline is shown when the app cannot be reached.
func (v *visit) offline() {
	v.in = false // it is kept: nothing of the person in it
	v.show(http.StatusOK, "No connection", "", message(ui.Notice{Severity: ui.Medium, Title: "The app does not answer.", Text: "Start it again, and open the link that it prints. Nothing of the breaker was kept here."}))
}

// file writes what is no page. It is not kept either: the worker keeps what may be.
func (v *visit) file(kind string, b []byte) {
	v.w.Header().Set("Content-Type", kind)
	v.w.Write(b) // who has gone reads nothing
}

// take hands a file out to be kept by the person, who has asked for it.
func (v *visit) take(name, kind string, b []byte) {
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	v.file(kind, b)
}

// asJSON is what surely can be encoded, for people to read too.
func asJSON(x any) []byte {
	b, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		return []byte("null\n")
	}
	return append(b, '\n')
}

func assets() http.Handler { return ui.Assets() }
