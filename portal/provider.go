package portal

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gocsaf/csaf/v3/csaf"
)

// Files of the provider; where they are is ours, but for the first directory.
const (
	feedFile     = "white/csaf-feed-tlp-white.json"
	serviceFile  = "service.json"
	categoryFile = "white/category-white.json"
)

// sortAdvisories puts the one that was changed last first.
func sortAdvisories(all []Advisory) {
	slices.SortStableFunc(all, func(a, b Advisory) int {
		return cmp.Or(b.last().At.Compare(a.last().At), strings.Compare(b.ID, a.ID))
	})
}

// updated is when something was published last; the start of the portal before that.
func (s *Server) updated(all []Advisory) time.Time {
	if len(all) > 0 {
		return all[0].last().At
	}
	return s.began
}

// metadata is provider-metadata.json of a trusted provider.
func (s *Server) metadata(all []Advisory) *csaf.ProviderMetadata {
	base := strings.TrimSuffix(s.csafBase(), "/")
	m := csaf.NewProviderMetadataPrefix(base, []csaf.TLPLabel{csaf.TLPLabelWhite})
	m.Distributions[0].Rolie.Services = []csaf.JSONURL{csaf.JSONURL(base + "/" + serviceFile)}
	m.Distributions[0].Rolie.Categories = []csaf.JSONURL{csaf.JSONURL(base + "/" + categoryFile)}
	m.AddDirectoryDistribution(base + "/white/")
	m.SetLastUpdated(s.updated(all))
	m.SetPGP(strings.ToUpper(s.signer.fingerprint()), base+"/openpgp/"+s.keyName())
	role, vendor, name, space := csaf.MetadataRoleTrustedProvider, csaf.CSAFCategoryVendor, publisherName, publisherNamespace
	m.Role = &role
	m.Publisher = &csaf.Publisher{Category: &vendor, Name: &name, Namespace: &space, ContactDetails: "the form of the portal: " + s.url + "/declare"}
	no := false // a lab: its advisories are of nothing real
	m.ListOnCSAFAggregators, m.MirrorOnCSAFAggregators = &no, &no
	return m
}

func (s *Server) keyName() string { return strings.ToUpper(s.signer.fingerprint()) + ".asc" }

// feed is the ROLIE feed.
func (s *Server) feed(all []Advisory) *csaf.ROLIEFeed {
	base := s.csafBase()
	f := csaf.FeedData{ID: "csaf-feed-tlp-white", Title: "Advisories, TLP:WHITE", Updated: csaf.TimeStamp(s.updated(all)), Entry: []*csaf.Entry{},
		Link:     []csaf.Link{{Rel: "self", HRef: base + feedFile}},
		Category: []csaf.ROLIECategory{{Scheme: "urn:ietf:params:rolie:category:information-type", Term: "csaf"}}}
	for i := range all {
		x := &all[i]
		at := base + x.File
		f.Entry = append(f.Entry, &csaf.Entry{
			ID: x.ID, Titel: x.Says.Title, Published: csaf.TimeStamp(x.first().At), Updated: csaf.TimeStamp(x.last().At),
			Link:    []csaf.Link{{Rel: "self", HRef: at}, {Rel: "hash", HRef: at + ".sha256"}, {Rel: "hash", HRef: at + ".sha512"}, {Rel: "signature", HRef: at + ".asc"}},
			Format:  csaf.Format{Schema: "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", Version: "2.0"},
			Content: csaf.Content{Type: "application/json", Src: at},
		})
	}
	return &csaf.ROLIEFeed{Feed: f}
}

// service says which feeds there are; categories what they are about.
func (s *Server) service() *csaf.ROLIEServiceDocument {
	d := new(csaf.ROLIEServiceDocument)
	d.Service.Workspace = []csaf.ROLIEServiceWorkspace{{Title: "Advisories", Collection: []csaf.ROLIEServiceWorkspaceCollection{{Title: "Advisories, TLP:WHITE", HRef: s.csafBase() + feedFile,
		Categories: csaf.ROLIEServiceWorkspaceCollectionCategories{Category: []csaf.ROLIEServiceWorkspaceCollectionCategoriesCategory{{Scheme: "urn:ietf:params:rolie:category:information-type", Term: "csaf"}}}}}}}
	return d
}

func categories() *csaf.ROLIECategoryDocument {
	var all []string
	for _, p := range products {
		all = append(all, p.Name)
	}
	return csaf.NewROLIECategoryDocument(all...)
}

// changes is changes.csv: file and time, the newest first.
func changes(all []Advisory) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for i := range all {
		w.Write([]string{inWhite(all[i].File), dated(all[i].last().At)}) // to memory
	}
	w.Flush()
	return b.Bytes()
}

// index is index.txt.
func index(all []Advisory) []byte {
	var b strings.Builder
	for i := range all {
		fmt.Fprintln(&b, inWhite(all[i].File))
	}
	return []byte(b.String())
}

func inWhite(file string) string { return strings.TrimPrefix(file, "white/") }

// csafServed answers everything under csafPath.
func (v *visit) csafServed() {
	name := strings.TrimPrefix(v.r.URL.Path, csafPath)
	if name == "" || strings.HasSuffix(name, "/") {
		v.csafListed(name)
		return
	}
	b, kind, err := v.s.csafFile(v.r.Context(), name)
	if err != nil {
		v.failed(err)
		return
	}
	v.file(b, kind, "")
}

// csafListed lists a directory of the provider.
func (v *visit) csafListed(dir string) {
	all, err := v.s.advisories(v.r.Context())
	if err != nil {
		v.failed(err)
		return
	}
	names := listing(dir, all)
	if len(names) == 0 {
		v.failed(errNone)
		return
	}
	v.show(http.StatusOK, "Files", csafPath+dir, listingView(names))
}

// listing are the names in a directory.
func listing(dir string, all []Advisory) (names []string) {
	switch dir {
	case "":
		return []string{"provider-metadata.json", serviceFile, "white/"}
	case "white/":
		names = []string{path.Base(categoryFile), "changes.csv", path.Base(feedFile), "index.txt"}
	}
	for i := range all {
		in, file := path.Split(all[i].File)
		switch {
		case in == dir:
			names = append(names, file, file+".asc", file+".sha256", file+".sha512")
		case path.Dir(path.Clean(in))+"/" == dir:
			names = append(names, path.Base(in)+"/")
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// csafFile is a file of the provider.
func (s *Server) csafFile(ctx context.Context, name string) (b []byte, kind string, err error) {
	var all []Advisory
	if path.Dir(name) == "." || path.Dir(name) == "white" {
		if all, err = s.advisories(ctx); err != nil {
			return nil, "", err
		}
	}
	var out bytes.Buffer
	switch name {
	case "provider-metadata.json":
		_, err = s.metadata(all).WriteTo(&out)
		return out.Bytes(), "application/json", err
	case feedFile:
		_, err = s.feed(all).WriteTo(&out)
		return out.Bytes(), "application/json", err
	case serviceFile:
		_, err = s.service().WriteTo(&out)
		return out.Bytes(), "application/json", err
	case categoryFile:
		_, err = categories().WriteTo(&out)
		return out.Bytes(), "application/json", err
	case "white/index.txt":
		return index(all), "text/plain; charset=utf-8", nil
	case "white/changes.csv":
		return changes(all), "text/csv; charset=utf-8", nil
	case "openpgp/" + s.keyName():
		return s.signer.public, "application/pgp-keys", nil
	}
	return s.csafDocument(ctx, name)
}

// csafDocument is an advisory, a digest of it or its signature.
func (s *Server) csafDocument(ctx context.Context, name string) ([]byte, string, error) {
	file, what := name, ""
	for _, end := range []string{".sha256", ".sha512", ".asc"} {
		if before, is := strings.CutSuffix(name, end); is {
			file, what = before, end
		}
	}
	doc, sig, err := s.published(ctx, file)
	if err != nil {
		return nil, "", err
	}
	const plain = "text/plain; charset=utf-8"
	switch what {
	case ".sha256":
		d := sha256.Sum256(doc)
		return fmt.Appendf(nil, "%s  %s\n", hex.EncodeToString(d[:]), path.Base(file)), plain, nil
	case ".sha512":
		d := sha512.Sum512(doc)
		return fmt.Appendf(nil, "%s  %s\n", hex.EncodeToString(d[:]), path.Base(file)), plain, nil
	case ".asc":
		return sig, "application/pgp-signature", nil
	}
	return doc, "application/json", nil
}

// securityServed is security.txt (RFC 9116).
func (v *visit) securityServed() {
	s := v.s
	v.file(fmt.Appendf(nil, "Contact: %s/declare\nExpires: %s\nPolicy: %s/policy\nEncryption: %s\nCSAF: %sprovider-metadata.json\nCanonical: %s/.well-known/security.txt\nPreferred-Languages: en\n",
		s.url, dated(v.now.AddDate(0, 6, 0)), s.url, s.csafBase()+"openpgp/"+s.keyName(), s.csafBase(), s.url), "text/plain; charset=utf-8", "")
}

// file answers with a file; with a name the browser keeps it.
func (v *visit) file(b []byte, kind, name string) {
	h := v.w.Header()
	h.Set("Content-Type", kind)
	if name != "" {
		h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	if v.route.public {
		h.Set("Access-Control-Allow-Origin", "*") // programs in browsers may read advisories and lists
		d := sha256.Sum256(b)
		h.Set("ETag", `"`+hex.EncodeToString(d[:16])+`"`)
		h.Set("Cache-Control", "no-cache") // keep it, and ask whether there is a newer one
		if v.r.Header.Get("If-None-Match") == h.Get("ETag") {
			v.w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	v.w.WriteHeader(http.StatusOK)
	v.w.Write(b) // who has gone reads nothing
}
