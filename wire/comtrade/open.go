package comtrade

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MaxConfig is the most bytes of a .cfg, .hdr or .inf file that are read.
const MaxConfig = 16 << 20

// Open reads the recording at path: a .cfg file with the .dat beside it (and
// the .hdr and .inf if they are there), or a .cff. Case does not matter.
func Open(path string) (*Recording, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".cff":
		return openWith(path, func(f *os.File) (*Recording, error) { return ReadCombined(f) })
	case ".cfg":
		return openPair(path)
	}
	return nil, &Error{File: filepath.Base(path), What: "not the name of a recording", Remedy: "give the .cfg file, with the .dat beside it, or the .cff file"}
}

func openWith(path string, read func(*os.File) (*Recording, error)) (*Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return read(f)
}

func openPair(path string) (*Recording, error) {
	return openWith(path, func(cfg *os.File) (*Recording, error) {
		beside := siblings(path)
		if beside[".dat"] == "" {
			name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
			return nil, &Error{File: filepath.Base(path), What: "there is no data file beside it", Remedy: "put " + name + ".dat into the same folder"}
		}
		r, err := openWith(beside[".dat"], func(dat *os.File) (*Recording, error) { return Read(cfg, dat) })
		if err != nil {
			return nil, err
		}
		if r.Header, err = readText(beside[".hdr"]); err == nil {
			r.Information, err = readText(beside[".inf"])
		}
		return r, err
	})
}

// siblings finds the files of the same recording by their extension in lower
// case. Devices and file systems disagree about case: the name that is equal
// wins over one that is only alike.
func siblings(path string) map[string]string {
	found := map[string]string{}
	dir, base := filepath.Dir(path), filepath.Base(path)
	stem := strings.TrimSuffix(base, filepath.Ext(base))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return found
	}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		key, name := strings.ToLower(ext), strings.TrimSuffix(e.Name(), ext)
		if name == stem || found[key] == "" && strings.EqualFold(name, stem) {
			found[key] = filepath.Join(dir, e.Name())
		}
	}
	return found
}

// readText reads a .hdr or .inf file; no path, no text.
func readText(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := readAll(f, filepath.Base(path), MaxConfig)
	return decodeText(data), err
}

// Read reads a recording from its two parts. Errors call them by their names
// if they are files.
func Read(cfg, dat io.Reader) (*Recording, error) {
	r, err := ReadConfig(cfg)
	if err != nil {
		return nil, err
	}
	name := nameOf(dat, "dat")
	data, err := readAll(dat, name, MaxData)
	if err != nil {
		return nil, err
	}
	if err := r.readData(data, place{file: name, line: 1}); err != nil {
		return nil, err
	}
	return r, nil
}

// ReadConfig reads a configuration alone. The recording has channels but no
// samples.
func ReadConfig(cfg io.Reader) (*Recording, error) {
	name := nameOf(cfg, "cfg")
	data, err := readAll(cfg, name, MaxConfig)
	if err != nil {
		return nil, err
	}
	return parseConfig(&cursor{file: name, rest: decodeText(data)})
}

// nameOf is what to call a stream in an error.
func nameOf(r io.Reader, otherwise string) string {
	if f, ok := r.(interface{ Name() string }); ok {
		return filepath.Base(f.Name())
	}
	return otherwise
}

// readAll reads a stream of at most limit bytes. Without the limit a device
// file, or a download that never ends, would take all memory.
func readAll(r io.Reader, name string, limit int) ([]byte, error) {
	hint := 0
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() <= int64(limit) {
			hint = int(info.Size())
		}
	}
	data := make([]byte, 0, hint+512)
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if len(data) > limit {
			return nil, &Error{File: name, What: fmt.Sprintf("the file is larger than %d MiB", limit>>20), Remedy: "cut the recording into shorter ones"}
		}
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}
