package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// The formats of an image of containers (OCI image specification 1.1).
const (
	typeIndex    = "application/vnd.oci.image.index.v1+json"
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeLayer    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// nobody is the user that the program is in a container: no user of the host.
const nobody = 65532

// blobs is an image being made: contents by their sums.
type blobs struct {
	files []entry
	seen  map[string]bool
}

// descriptor says where a content is.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    *platform         `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
}

type manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	Config        *descriptor       `json:"config,omitempty"`
	Layers        []descriptor      `json:"layers,omitempty"`
	Manifests     []descriptor      `json:"manifests,omitempty"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

func digest(b []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(b)) }

func (b *blobs) add(mediaType string, data []byte) descriptor {
	d := descriptor{MediaType: mediaType, Digest: digest(data), Size: len(data)}
	if !b.seen[d.Digest] {
		b.seen[d.Digest] = true
		b.files = append(b.files, entry{name: "blobs/sha256/" + d.Digest[len("sha256:"):], mode: 0o644, data: data})
	}
	return d
}

func (b *blobs) addJSON(mediaType string, v any) (descriptor, error) {
	data, err := json.Marshal(v)
	return b.add(mediaType, data), err
}

// image makes the image: nothing but the program, for both architectures. It is
// an image layout in a tar archive, which skopeo, podman and docker load.
func (r *release) image(binaries map[target][]byte) ([]byte, error) {
	b := &blobs{seen: map[string]bool{}}
	index := manifest{SchemaVersion: 2, MediaType: typeIndex, Annotations: r.annotations()}
	for _, t := range targets {
		if t.os != "linux" {
			continue
		}
		d, err := r.platform(b, t, binaries[t])
		if err != nil {
			return nil, err
		}
		index.Manifests = append(index.Manifests, d)
	}
	all, err := b.addJSON(typeIndex, index)
	if err != nil {
		return nil, err
	}
	all.Annotations = map[string]string{"org.opencontainers.image.ref.name": r.version}
	top, err := json.Marshal(manifest{SchemaVersion: 2, MediaType: typeIndex, Manifests: []descriptor{all}})
	if err != nil {
		return nil, err
	}
	files := append([]entry{
		{name: "oci-layout", mode: 0o644, data: []byte(`{"imageLayoutVersion":"1.0.0"}`)},
		{name: "index.json", mode: 0o644, data: top},
	}, b.files...)
	return tarred(files, r.at)
}

func (r *release) annotations() map[string]string {
	return map[string]string{
		"org.opencontainers.image.title":    "switchroom",
		"org.opencontainers.image.version":  r.version,
		"org.opencontainers.image.revision": r.revision,
		"org.opencontainers.image.created":  r.at.Format("2006-01-02T15:04:05Z"),
		"org.opencontainers.image.licenses": "Apache-2.0",
	}
}

// platform makes the image of one architecture.
func (r *release) platform(b *blobs, t target, binary []byte) (descriptor, error) {
	files := []entry{
		{name: "data/", mode: 0o750, owner: nobody},
		{name: "switchroom", mode: 0o755, data: binary},
		{name: "tmp/", mode: 0o1777},
	}
	for _, d := range r.docs {
		if d.name == "LICENSE" {
			files = append(files, entry{name: "usr/share/doc/switchroom/LICENSE", mode: 0o644, data: d.data})
		}
	}
	layer, err := tarred(files, r.at)
	if err != nil {
		return descriptor{}, err
	}
	packed, err := gzipped(layer)
	if err != nil {
		return descriptor{}, err
	}
	config, err := b.addJSON(typeConfig, r.config(t, digest(layer)))
	if err != nil {
		return descriptor{}, err
	}
	m := manifest{SchemaVersion: 2, MediaType: typeManifest, Config: &config, Layers: []descriptor{b.add(typeLayer, packed)}, Annotations: r.annotations()}
	d, err := b.addJSON(typeManifest, m)
	d.Platform = &platform{t.arch, t.os}
	return d, err
}

// config is how a container runs: as nobody, with its memory in /data.
func (r *release) config(t target, layer string) map[string]any {
	created := r.at.Format("2006-01-02T15:04:05Z")
	return map[string]any{
		"architecture": t.arch, "os": t.os, "created": created,
		"config": map[string]any{
			"User": fmt.Sprintf("%d:%d", nobody, nobody), "WorkingDir": "/data", "Entrypoint": []string{"/switchroom"},
			"Env": []string{"PATH=/", "XDG_STATE_HOME=/data", "HOME=/data"}, "Labels": r.annotations(),
		},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{layer}},
		"history": []map[string]any{{"created": created, "created_by": "dev/release"}},
	}
}
