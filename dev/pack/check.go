package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// sumsFile holds the sums of all files of a release, as sha256sum -c reads them.
const sumsFile = "SHA256SUMS"

func writeSums(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var out []byte
	for _, f := range files { // sorted by name
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		out = fmt.Appendf(out, "%x  %s\n", sha256.Sum256(data), f.Name())
	}
	return os.WriteFile(filepath.Join(dir, sumsFile), out, 0o644)
}

// checkRelease looks into every file of a release. What takes other tools,
// dev/release-check does.
func checkRelease(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	seen := map[string]int{}
	var bad []error
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err == nil {
			err = checkFile(f.Name(), data, seen)
		}
		if err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", f.Name(), err))
		}
	}
	for what, want := range map[string]int{"tar.gz": of("linux") + of("darwin"), "zip": of("windows"), "deb": of("linux"), "image": 1, "parts": 1} {
		if seen[what] != want {
			bad = append(bad, fmt.Errorf("%d files of kind %s, want %d", seen[what], what, want))
		}
	}
	return errors.Join(bad...)
}

func checkFile(name string, data []byte, seen map[string]int) error {
	switch {
	case strings.HasSuffix(name, ".tar.gz"):
		seen["tar.gz"]++
		files, err := untar(data, true)
		return errors.Join(err, checkNames(files, strings.TrimSuffix(name, ".tar.gz"), "switchroom"))
	case strings.HasSuffix(name, ".zip"):
		seen["zip"]++
		files, err := unzip(data)
		return errors.Join(err, checkNames(files, strings.TrimSuffix(name, ".zip"), "switchroom.exe"))
	case strings.HasSuffix(name, "_oci.tar"):
		seen["image"]++
		files, err := untar(data, false)
		return errors.Join(err, checkImage(files))
	case strings.HasSuffix(name, ".cdx.json"):
		seen["parts"]++
		return checkParts(data)
	case strings.HasSuffix(name, ".deb"):
		seen["deb"]++
	case name != sumsFile:
		return errors.New("no file of a release")
	}
	return nil
}

// untar reads an archive. Modes and owners must be as they are meant.
func untar(data []byte, packed bool) (map[string]entry, error) {
	var in io.Reader = bytes.NewReader(data)
	if packed {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		in = z
	}
	out := map[string]entry{}
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		if h.Uname != "" || h.Gname != "" || h.Uid != h.Gid || h.Uid != 0 && h.Uid != nobody {
			return nil, fmt.Errorf("%s belongs to somebody: %d %s", h.Name, h.Uid, h.Uname)
		}
		out[h.Name] = entry{name: h.Name, mode: h.Mode, owner: h.Uid, data: b}
	}
}

func unzip(data []byte) (map[string]entry, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	out := map[string]entry{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		out[f.Name] = entry{name: f.Name, mode: int64(f.Mode().Perm()), data: b}
	}
	return out, nil
}

// checkNames holds that an archive has what it should, with the right modes.
func checkNames(files map[string]entry, base, binary string) error {
	var bad []error
	for _, want := range []string{binary, "LICENSE", "README.md", "SECURITY.md", "docs/registers.md", "docs/trace.md", "examples/hospital.yaml"} {
		f, ok := files[base+"/"+want]
		mode := int64(0o644)
		if want == binary {
			mode = 0o755
		}
		if !ok || len(f.data) == 0 || f.mode != mode {
			bad = append(bad, fmt.Errorf("%s is absent, empty, or of mode %o", want, f.mode))
		}
	}
	for name := range files {
		if !strings.HasPrefix(name, base+"/") {
			bad = append(bad, fmt.Errorf("%s lies outside %s/", name, base))
		}
	}
	return errors.Join(bad...)
}

// checkImage follows an image from its index to its layers: every content has the
// sum and the size that it is said to have, and none is there that nothing names.
func checkImage(files map[string]entry) error {
	used := map[string]bool{}
	arches := []string{}
	var follow func(d descriptor) error
	follow = func(d descriptor) error {
		f, ok := files["blobs/sha256/"+strings.TrimPrefix(d.Digest, "sha256:")]
		if !ok || digest(f.data) != d.Digest || len(f.data) != d.Size {
			return fmt.Errorf("%s %s is absent, or has another sum or size", d.MediaType, d.Digest)
		}
		used[f.name] = true
		if d.MediaType != typeIndex && d.MediaType != typeManifest {
			return nil
		}
		var m manifest
		if err := json.Unmarshal(f.data, &m); err != nil {
			return err
		}
		if m.Config != nil {
			arch, err := checkConfig(files, m)
			if err != nil || d.Platform == nil || d.Platform.Architecture != arch {
				return fmt.Errorf("%s: platform %v, config %s, %v", d.Digest, d.Platform, arch, err)
			}
			arches = append(arches, arch)
			m.Manifests = append(append(m.Manifests, *m.Config), m.Layers...)
		}
		for _, next := range m.Manifests {
			if err := follow(next); err != nil {
				return err
			}
		}
		return nil
	}
	var top manifest
	if err := json.Unmarshal(files["index.json"].data, &top); err != nil {
		return err
	}
	for _, d := range top.Manifests {
		if err := follow(d); err != nil {
			return err
		}
	}
	for name := range files {
		if strings.HasPrefix(name, "blobs/sha256/") && !strings.HasSuffix(name, "/") && !used[name] {
			return fmt.Errorf("%s is named by nothing", name)
		}
	}
	if len(arches) != of("linux") || len(slices.Compact(slices.Sorted(slices.Values(arches)))) != len(arches) {
		return fmt.Errorf("architectures %v", arches)
	}
	return nil
}

// checkConfig holds that a container runs as nobody, and that its layer is the one
// that is meant.
func checkConfig(files map[string]entry, m manifest) (arch string, err error) {
	blob := func(d descriptor) []byte { return files["blobs/sha256/"+strings.TrimPrefix(d.Digest, "sha256:")].data }
	var c struct {
		Architecture string
		Config       struct {
			User       string
			Entrypoint []string
		}
		Rootfs struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	if err := json.Unmarshal(blob(*m.Config), &c); err != nil {
		return "", err
	}
	if c.Config.User != "65532:65532" || !slices.Equal(c.Config.Entrypoint, []string{"/switchroom"}) || len(m.Layers) != 1 || len(c.Rootfs.DiffIDs) != 1 {
		return "", fmt.Errorf("user %q, entry point %v, %d layers", c.Config.User, c.Config.Entrypoint, len(m.Layers))
	}
	z, err := gzip.NewReader(bytes.NewReader(blob(m.Layers[0])))
	if err != nil {
		return "", err
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return "", err
	}
	if digest(plain) != c.Rootfs.DiffIDs[0] {
		return "", errors.New("the layer is another than the config says")
	}
	layer, err := untar(plain, false)
	if err == nil && (layer["switchroom"].mode != 0o755 || len(layer["switchroom"].data) == 0) {
		err = errors.New("the layer has no program")
	}
	return c.Architecture, err
}

var (
	urnUUID = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	purls   = regexp.MustCompile(`^pkg:(golang|generic)/[^@ ]+@[^@ ]+$`)
)

// checkParts holds what the schema of CycloneDX 1.6 requires of the fields that
// are used.
func checkParts(data []byte) error {
	var b bom
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		return err
	}
	if b.Format != "CycloneDX" || b.Spec != "1.6" || b.Version < 1 || !urnUUID.MatchString(b.Serial) {
		return fmt.Errorf("head: %s %s %d %s", b.Format, b.Spec, b.Version, b.Serial)
	}
	refs := map[string]bool{}
	for _, c := range append([]component{b.Metadata.Component}, b.Components...) {
		if refs[c.Ref] || c.Name == "" || c.Version == "" || !purls.MatchString(c.PURL) || c.Type != "library" && c.Type != "application" {
			return fmt.Errorf("component %+v", c)
		}
		refs[c.Ref] = true
	}
	for _, dep := range b.Dependencies {
		for _, ref := range append([]string{dep.Ref}, dep.DependsOn...) {
			if !refs[ref] {
				return fmt.Errorf("dependency on %s, which is no component", ref)
			}
		}
	}
	if !refs["pkg:golang/github.com/alecthomas/kong@"+versionOf(b, "github.com/alecthomas/kong")] {
		return errors.New("a part that the program surely has is absent: kong")
	}
	return nil
}

func versionOf(b bom, name string) string {
	for _, c := range b.Components {
		if c.Name == name {
			return c.Version
		}
	}
	return ""
}
