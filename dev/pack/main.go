// Command pack makes and checks a release; dev/release and dev/release-check call
// it. It builds the program for each system, and packs it as archives, Debian
// packages and an image of containers, with a list of parts and the sums of all.
//
// Nothing in what it writes depends on the machine, the directory or the clock:
// names are in order, owners are 0, and every time is that of the commit.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// target is a system that the program is built for.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "-" + t.arch }

// binary is the name of the program there.
func (t target) binary() string {
	if t.os == "windows" {
		return "switchroom.exe"
	}
	return "switchroom"
}

// targets are the systems. ONLY=linux-amd64 makes a release for some alone: a
// rehearsal that takes a sixth of the time.
var targets = only(os.Getenv("ONLY"), []target{
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"linux", "amd64"}, {"linux", "arm64"},
	{"windows", "amd64"}, {"windows", "arm64"},
})

func only(names string, all []target) []target {
	if names == "" {
		return all
	}
	return slices.DeleteFunc(all, func(t target) bool { return !slices.Contains(strings.Split(names, ","), t.String()) })
}

// of counts the targets of a system.
func of(system string) int {
	n := 0
	for _, t := range targets {
		if t.os == system {
			n++
		}
	}
	return n
}

// release is what is being made.
type release struct {
	version  string    // 1.2.3, without a v
	revision string    // of the source
	at       time.Time // in every file
	out      string
	docs     []entry // that go with the program
}

func main() {
	err := errors.New("usage: pack make VERSION OUT | pack check OUT")
	switch {
	case len(os.Args) == 4 && os.Args[1] == "make":
		err = makeRelease(os.Args[2], os.Args[3])
	case len(os.Args) == 3 && os.Args[1] == "check":
		err = checkRelease(os.Args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// versions are those that a Debian package, an image and a person can all read.
var versions = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$`)

func makeRelease(version, out string) error {
	version = strings.TrimPrefix(version, "v")
	if of("linux") == 0 {
		return fmt.Errorf("ONLY=%s: name at least one of linux-amd64, linux-arm64", os.Getenv("ONLY"))
	}
	if !versions.MatchString(version) {
		return fmt.Errorf("version %q: write 1.2.3, or 1.2.3-rc.1", version)
	}
	epoch, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return fmt.Errorf("SOURCE_DATE_EPOCH: %w; call dev/release", err)
	}
	r := &release{version: version, revision: os.Getenv("SOURCE_REVISION"), at: time.Unix(epoch, 0).UTC(), out: out}
	if r.docs, err = documents(); err != nil {
		return err
	}
	if err := fresh(out); err != nil {
		return err
	}
	return r.make()
}

// fresh makes an empty directory. It clears none that holds something else.
func fresh(dir string) error {
	old, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, f := range old {
		if !strings.HasPrefix(f.Name(), "switchroom") && f.Name() != sumsFile {
			return fmt.Errorf("%s holds %s, which is not of a release: give an empty directory", dir, f.Name())
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o755)
}

// make builds and packs everything.
func (r *release) make() error {
	tmp, err := os.MkdirTemp("", "switchroom-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	binaries := map[target][]byte{}
	for _, t := range targets {
		fmt.Fprintln(os.Stderr, "build", t)
		if binaries[t], err = r.build(t, filepath.Join(tmp, t.String())); err != nil {
			return err
		}
		if err := r.pack(t, binaries[t]); err != nil {
			return err
		}
	}
	if err := r.write("switchroom_"+r.version+"_oci.tar", func() ([]byte, error) { return r.image(binaries) }); err != nil {
		return err
	}
	if err := r.write("switchroom_"+r.version+"_sbom.cdx.json", func() ([]byte, error) { return r.parts(binaries) }); err != nil {
		return err
	}
	return writeSums(r.out)
}

// build builds the program.
func (r *release) build(t target, file string) ([]byte, error) {
	flags := fmt.Sprintf("-s -w -buildid= -X switchroom/cmd/internal/cli.Version=%s -X switchroom/cmd/internal/cli.Revision=%s", r.version, r.revision)
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", file, "./cmd/switchroom")
	cmd.Env = append(os.Environ(), "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%v: %w", t, err)
	}
	return os.ReadFile(file)
}

// pack packs one build.
func (r *release) pack(t target, binary []byte) error {
	base := fmt.Sprintf("switchroom-%s-%v", r.version, t)
	files := append([]entry{{name: base + "/" + t.binary(), mode: 0o755, data: binary}}, under(base, r.docs)...)
	if t.os == "windows" {
		return r.write(base+".zip", func() ([]byte, error) { return zipped(files, r.at) })
	}
	if err := r.write(base+".tar.gz", func() ([]byte, error) { return tarball(files, r.at) }); err != nil || t.os != "linux" {
		return err
	}
	return r.write(fmt.Sprintf("switchroom_%s_%s.deb", debVersion(r.version), t.arch), func() ([]byte, error) { return r.deb(t, binary) })
}

func (r *release) write(name string, made func() ([]byte, error)) error {
	data, err := made()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(filepath.Join(r.out, name), data, 0o644)
}
