package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

// made is a release with something in the place of the programs.
func made(t *testing.T) (*release, map[target][]byte) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	all := map[target][]byte{}
	for _, tg := range targets {
		all[tg] = append([]byte(tg.String()), 1, 2, 3)
	}
	all[targets[0]] = program
	docs := []entry{{name: "LICENSE", mode: 0o644, data: []byte("may")}, {name: "README.md", mode: 0o644, data: []byte("do")}}
	return &release{version: "1.2.3-rc.1", revision: "abc", at: time.Unix(1_700_000_000, 0).UTC(), docs: docs}, all
}

// TestImage holds that an image is whole and the same each time, and that one that
// was tampered with is found out.
func TestImage(t *testing.T) {
	r, programs := made(t)
	one, err := r.image(programs)
	if err != nil {
		t.Fatal(err)
	}
	two, _ := r.image(programs)
	if !bytes.Equal(one, two) {
		t.Error("made twice, it has other bytes")
	}
	files, err := untar(one, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkImage(files); err != nil {
		t.Error(err)
	}
	for name, f := range files {
		if !strings.HasPrefix(name, "blobs/") || len(f.data) == 0 {
			continue
		}
		f.data[len(f.data)/2] ^= 1
		if checkImage(files) == nil {
			t.Errorf("a byte of %s is another, and nobody sees it", name)
		}
		f.data[len(f.data)/2] ^= 1
	}
}

func TestDeb(t *testing.T) {
	r, programs := made(t)
	linux := target{"linux", "arm64"}
	b, err := r.deb(linux, programs[linux])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, []byte("!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\ncontrol.tar.gz")) || len(b)%2 != 0 {
		t.Errorf("%.90q", b)
	}
	if v := debVersion("1.2.3-rc.1"); v != "1.2.3~rc.1" {
		t.Error(v)
	}
}

func TestParts(t *testing.T) {
	r, programs := made(t)
	b, err := r.parts(map[target][]byte{targets[0]: programs[targets[0]]})
	if err != nil {
		t.Fatal(err)
	}
	if err := checkParts(b); err == nil || !strings.Contains(err.Error(), "kong") { // this test has no kong in it
		t.Errorf("%v\n%s", err, b)
	}
	again, _ := r.parts(map[target][]byte{targets[0]: programs[targets[0]]})
	if !bytes.Equal(b, again) {
		t.Error("made twice, it has other bytes")
	}
}

// TestFresh holds that a directory with something else in it is left alone.
func TestFresh(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(dir+"/mine", nil, 0o600)
	if fresh(dir) == nil {
		t.Error("it was cleared")
	}
	if _, err := os.Stat(dir + "/mine"); err != nil {
		t.Error(err)
	}
}

func TestVersions(t *testing.T) {
	for v, ok := range map[string]bool{"1.2.3": true, "0.5.0-rc.1": true, "1.2": false, "1.2.3; rm": false, "": false, "1.2.3+x": false} {
		if versions.MatchString(v) != ok {
			t.Errorf("%q: %v", v, !ok)
		}
	}
}

// TestArchives holds that both kinds of archive have what they should, with its
// modes, and that one that lacks something is found out.
func TestArchives(t *testing.T) {
	at := time.Unix(1_700_000_000, 0).UTC()
	files := []entry{{name: "base/switchroom", mode: 0o755, data: []byte("program")}}
	for _, name := range []string{"LICENSE", "README.md", "SECURITY.md", "docs/registers.md", "docs/trace.md", "examples/hospital.yaml"} {
		files = append(files, entry{name: "base/" + name, mode: 0o644, data: []byte(name)})
	}
	for kind, pack := range map[string]func([]entry) (map[string]entry, error){
		"tar.gz": func(f []entry) (map[string]entry, error) {
			b, err := tarball(f, at)
			if err != nil {
				return nil, err
			}
			all, err := untar(b, true)
			for name := range all {
				if strings.HasSuffix(name, "/") {
					delete(all, name)
				}
			}
			return all, err
		},
		"zip": func(f []entry) (map[string]entry, error) {
			b, err := zipped(f, at)
			if err != nil {
				return nil, err
			}
			return unzip(b)
		},
	} {
		all, err := pack(files)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkNames(all, "base", "switchroom"); err != nil || len(all) != len(files) {
			t.Errorf("%s: %v, %d files", kind, err, len(all))
		}
		if all, err = pack(files[:3]); err != nil || checkNames(all, "base", "switchroom") == nil {
			t.Errorf("%s: a file is absent, and nobody sees it (%v)", kind, err)
		}
	}
}
