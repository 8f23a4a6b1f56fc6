package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// entry is a file, or a directory if its name ends with a slash, of an archive.
type entry struct {
	name  string
	mode  int64
	owner int // user and group
	data  []byte
}

// documents are the files of the source that go with the program.
func documents() ([]entry, error) {
	all := []string{"LICENSE", "README.md", "SECURITY.md"}
	for _, dir := range []string{"docs", "examples"} {
		err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				all = append(all, filepath.ToSlash(p))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(all)
	var out []entry
	for _, p := range all {
		data, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{name: p, mode: 0o644, data: data})
	}
	return out, nil
}

// under puts files into a directory.
func under(dir string, files []entry) []entry {
	out := slices.Clone(files)
	for i := range out {
		out[i].name = dir + "/" + out[i].name
	}
	return out
}

// withParents adds the directories of files, each before what is in it.
func withParents(files []entry) []entry {
	seen := map[string]bool{"./": true, "/": true}
	var out []entry
	var parent func(name string)
	parent = func(name string) {
		dir := path.Dir(strings.TrimSuffix(name, "/")) + "/"
		if seen[dir] {
			return
		}
		parent(dir)
		seen[dir] = true
		out = append(out, entry{name: dir, mode: 0o755})
	}
	for _, f := range files {
		if strings.HasSuffix(f.name, "/") {
			seen[f.name] = true
		}
		parent(f.name)
		out = append(out, f)
	}
	return out
}

// tarred makes a tar archive.
func tarred(files []entry, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range withParents(files) {
		h := &tar.Header{Name: f.name, Mode: f.mode, Uid: f.owner, Gid: f.owner, Size: int64(len(f.data)), ModTime: at, Format: tar.FormatUSTAR, Typeflag: tar.TypeReg}
		if strings.HasSuffix(f.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// tarball makes a tar archive that is compressed.
func tarball(files []entry, at time.Time) ([]byte, error) {
	t, err := tarred(files, at)
	if err != nil {
		return nil, err
	}
	return gzipped(t)
}

// gzipped compresses; the head holds no time and no name.
func gzipped(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// zipped makes a zip archive.
func zipped(files []entry, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at}
		h.SetMode(fs.FileMode(f.mode))
		out, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := out.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
