package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// The list of parts is a CycloneDX 1.6 document. It is made from what the linker
// has put into the programs themselves, not from go.mod, which names more.

type bom struct {
	Schema       string       `json:"$schema"`
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Serial       string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     bomMetadata  `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type bomMetadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Ref        string     `json:"bom-ref"`
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	Licenses   []license  `json:"licenses,omitempty"`
	PURL       string     `json:"purl"`
	Properties []property `json:"properties,omitempty"`
}

type license struct {
	License licenseID `json:"license"`
}

type licenseID struct {
	ID string `json:"id"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// parts makes the list of parts of all builds together.
func (r *release) parts(binaries map[target][]byte) ([]byte, error) {
	self := component{
		Ref: "pkg:generic/switchroom@" + r.version, Type: "application", Name: "switchroom", Version: r.version,
		Licenses: []license{{licenseID{"Apache-2.0"}}}, PURL: "pkg:generic/switchroom@" + r.version,
		Properties: []property{{"switchroom:revision", r.revision}},
	}
	std := strings.TrimPrefix(runtime.Version(), "go")
	all := map[string]component{}
	all["std"] = component{Ref: "pkg:golang/std@" + std, Type: "library", Name: "std", Version: std, PURL: "pkg:golang/std@" + std}
	for t, b := range binaries {
		info, err := buildinfo.Read(bytes.NewReader(b))
		if err != nil {
			return nil, fmt.Errorf("%v: %w", t, err)
		}
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			p := "pkg:golang/" + m.Path + "@" + m.Version
			all[p] = component{Ref: p, Type: "library", Name: m.Path, Version: m.Version, PURL: p, Properties: []property{{"go:sum", m.Sum}}}
		}
	}
	doc := bom{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata: bomMetadata{r.at.Format("2006-01-02T15:04:05Z"), self}, Dependencies: []dependency{{Ref: self.Ref, DependsOn: []string{}}},
	}
	for _, c := range all {
		doc.Components = append(doc.Components, c)
	}
	slices.SortFunc(doc.Components, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	for _, c := range doc.Components {
		doc.Dependencies[0].DependsOn = append(doc.Dependencies[0].DependsOn, c.Ref)
	}
	return doc.marshal()
}

// marshal writes the document with a serial number that follows from it.
func (b *bom) marshal() ([]byte, error) {
	plain, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(plain)
	id[6], id[8] = id[6]&0x0F|0x80, id[8]&0x3F|0x80 // UUID version 8: of our own making
	b.Serial = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
	out, err := json.MarshalIndent(b, "", "  ")
	return append(out, '\n'), err
}
