package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// AssetsPath is where a server has to mount Assets.
const AssetsPath = "/ui/"

// bundles says which embedded files make up each file that is served, in
// order. htmx comes before what builds on it.
var bundles = []struct {
	name, kind string
	files      []string
}{
	{"icon.svg", "image/svg+xml", []string{"static/icon.svg"}},
	{"plot.css", "text/css; charset=utf-8", []string{"vendored/uPlot.min.css"}},
	{"plot.js", "text/javascript; charset=utf-8", []string{"vendored/uPlot.iife.min.js", "static/js/plot.js"}},
	{"theme.js", "text/javascript; charset=utf-8", []string{"static/js/theme.js"}},
	{"ui.css", "text/css; charset=utf-8", []string{"static/css/*.css"}},
	{"ui.js", "text/javascript; charset=utf-8", []string{"vendored/htmx.min.js", "vendored/hx-sse.min.js", "static/js/[0-9]*.js"}},
}

//go:embed static vendored
var embedded embed.FS

// asset is one served file.
type asset struct {
	kind          string
	url           string
	plain, packed []byte
}

// assets are made at the first use: a program that serves no page pays nothing.
var assets = sync.OnceValue(func() map[string]*asset {
	all := map[string]*asset{}
	for _, b := range bundles {
		text := bundle(b.files)
		sum := sha256.Sum256(text)
		ext := path.Ext(b.name)
		url := AssetsPath + strings.TrimSuffix(b.name, ext) + "." + hex.EncodeToString(sum[:8]) + ext
		all[b.name] = &asset{b.kind, url, text, pack(text)}
	}
	return all
})

// bundle joins the files that the patterns name. A missing file is a defect of
// the build, found by the first test.
func bundle(patterns []string) []byte {
	var b bytes.Buffer
	for _, p := range patterns {
		names, err := fs.Glob(embedded, p)
		if err != nil || len(names) == 0 {
			panic("ui: no embedded file " + p)
		}
		slices.Sort(names)
		for _, n := range names {
			text, err := embedded.ReadFile(n)
			if err != nil {
				panic("ui: " + err.Error())
			}
			b.Write(text)
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

func pack(text []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write(text) // a buffer takes everything
	z.Close()
	return b.Bytes()
}

// URL is the address of a served file by its name in bundles, such as "ui.css":
// it has a hash of the content in it, so that a browser may keep it for ever.
func URL(name string) string {
	a, ok := assets()[name]
	if !ok {
		panic("ui: no asset " + name)
	}
	return a.url
}

// Assets serves the scripts and styles under AssetsPath. A name with another
// hash than today's is not found, so that no page mixes two versions.
func Assets() http.Handler {
	byURL := map[string]*asset{}
	for _, a := range assets() {
		byURL[a.url] = a
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		a.serve(w, r)
	})
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		w.Write(body) // the browser went away
	}
}

// takesGzip reports whether an Accept-Encoding header names gzip and does not
// refuse it with a weight of zero.
func takesGzip(accept string) bool {
	for one := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(one), ";")
		if strings.TrimSpace(name) != "gzip" {
			continue
		}
		weight, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !ok || err != nil || q > 0
	}
	return false
}
