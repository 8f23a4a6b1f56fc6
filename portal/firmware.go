package portal

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"switchroom/trust"
	"switchroom/trust/issue"
)

// Bounds of the shelf of firmware, ours.
const (
	packageMost  = 257 << 20 // bytes of one
	packagesMost = 200
)

var packageForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// Firmware is a package that was judged and may be shown.
type Firmware struct {
	File      string    `json:"file"`
	URL       string    `json:"url"`
	Component string    `json:"component"`
	Version   string    `json:"version"`
	Sequence  uint64    `json:"sequence"`
	Built     string    `json:"build_date"`
	Signer    string    `json:"signer"`
	Timestamp time.Time `json:"timestamp"`
	Size      int64     `json:"size"`
	SHA256    string    `json:"sha256"`
}

// Withheld is a file that is not shown, and why: for the coordinator.
type Withheld struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
	Detail string `json:"detail,omitempty"`
}

// shelf is the directory of firmware of a portal. What was judged is copied under the
// name of its digest, and that copy is what is handed out: a file that is swapped after
// it was judged is not.
type shelf struct {
	dir, kept string // where the operator puts packages; the copies

	mu     sync.Mutex
	judged map[string]judged
}

// judged is a file as it was judged, and against what.
type judged struct {
	stamp    string // of the file, the lists and the hour
	firmware *Firmware
	withheld *Withheld
}

func newShelf(data string) (*shelf, error) {
	s := &shelf{dir: filepath.Join(data, "firmware"), kept: filepath.Join(data, "firmware-judged"), judged: map[string]judged{}}
	// Copies of an earlier run go: each is made anew when its package is judged.
	return s, errors.Join(os.RemoveAll(s.kept), os.MkdirAll(s.dir, 0o700), os.MkdirAll(s.kept, 0o700))
}

// firmware judges what is on the shelf as of now.
func (s *Server) firmware(now time.Time) (shown []Firmware, withheld []Withheld, err error) {
	f := s.shelf
	f.mu.Lock()
	defer f.mu.Unlock()
	files, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, nil, err
	}
	set, err := issue.Open(s.trustDir)
	if err != nil {
		return nil, nil, err
	}
	side, err := set.Side()
	if err != nil {
		return nil, nil, err
	}
	side.Clock = now
	against := fmt.Sprint(sha256.Sum256([]byte(encoded(set.Index))), now.Unix()/3600)
	shown = []Firmware{}
	for _, file := range files[:min(len(files), packagesMost)] {
		j := f.judge(file, side, against)
		if j.firmware != nil {
			x := *j.firmware
			x.URL = s.url + "/firmware/" + x.File
			shown = append(shown, x)
		} else {
			withheld = append(withheld, *j.withheld)
		}
	}
	slices.SortFunc(shown, func(a, b Firmware) int {
		return strings.Compare(a.Component+a.Version+a.File, b.Component+b.Version+b.File)
	})
	return shown, withheld, nil
}

// judge looks at one file, unless nothing has changed since it was looked at.
func (f *shelf) judge(file fs.DirEntry, side *trust.Side, against string) judged {
	name := file.Name()
	no := func(reason, detail string) judged {
		return judged{withheld: &Withheld{name, reason, detail}}
	}
	info, err := file.Info()
	if err != nil || !info.Mode().IsRegular() || !packageForm.MatchString(name) {
		return no("not-a-file", "give it a name of letters, digits and . _ -")
	}
	stamp := fmt.Sprint(info.Size(), info.ModTime().UnixNano(), against)
	if j, is := f.judged[name]; is && j.stamp == stamp {
		return j
	}
	j, err := f.look(name, side)
	if err != nil {
		return no("not-read", err.Error())
	}
	j.stamp = stamp
	f.judged[name] = j
	return j
}

// look copies a file, judges the copy, and keeps it if it is firmware that is taken.
func (f *shelf) look(name string, side *trust.Side) (j judged, err error) {
	t, err := os.CreateTemp(f.kept, ".new-*")
	if err != nil {
		return j, err
	}
	defer os.Remove(t.Name())
	defer t.Close()
	size, hash, err := copied(t, filepath.Join(f.dir, name))
	if err != nil {
		return j, err
	}
	m, v := trust.VerifyReader(t, size, side)
	switch {
	case !v.OK():
		return judged{withheld: &Withheld{name, v.Reason, v.Detail}}, nil
	case m.Class != trust.Firmware:
		return judged{withheld: &Withheld{name, "not-firmware", "digital modules are bought, each for one control unit"}}, nil
	}
	j.firmware = &Firmware{File: name, Component: m.Component, Version: m.Version, Sequence: m.Sequence, Built: m.BuildDate, Signer: v.Signer,
		Timestamp: v.Timestamp, Size: size, SHA256: hash}
	return j, errors.Join(t.Sync(), os.Rename(t.Name(), filepath.Join(f.kept, hash)))
}

// copied copies a file that is not longer than a package may be.
func copied(to io.Writer, name string) (size int64, hash string, err error) {
	from, err := os.Open(name)
	if err != nil {
		return 0, "", err
	}
	defer from.Close()
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(to, h), io.LimitReader(from, packageMost+1))
	if err == nil && size > packageMost {
		err = fmt.Errorf("%s is longer than any package may be (%d bytes)", name, packageMost)
	}
	return size, hex.EncodeToString(h.Sum(nil)), err
}

// stocked opens the copy of a package that may be shown.
func (s *Server) stocked(now time.Time, name string) (*os.File, *Firmware, error) {
	shown, _, err := s.firmware(now)
	if err != nil {
		return nil, nil, err
	}
	for i := range shown {
		if shown[i].File == name {
			f, err := os.Open(filepath.Join(s.shelf.kept, shown[i].SHA256))
			return f, &shown[i], err
		}
	}
	return nil, nil, errNone
}
