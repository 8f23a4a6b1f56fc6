package main

import (
	"bytes"
	"crypto/md5"
	_ "embed"
	"fmt"
	"strings"
)

//go:embed switchroom.1
var manual []byte

// debVersion is the version as Debian orders it: 1.0.0~rc.1 is before 1.0.0.
func debVersion(v string) string { return strings.Replace(v, "-", "~", 1) }

const debControl = `Package: switchroom
Version: %s
Architecture: %s
Maintainer: Switchroom maintainers <maintainers@users.noreply.invalid>
Installed-Size: %d
Section: electronics
Priority: optional
Description: virtual low-voltage circuit breakers that speak Modbus TCP
 A switchroom of intelligent low-voltage circuit breakers on a desk:
 Masterpact MTZ-compatible virtual breakers, a client for virtual and real
 ones, and tools to prove a supervision system against them before anyone
 enters the switchroom.
`

const debCopyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: switchroom

Files: *
Copyright: The Switchroom authors
License: Apache-2.0
 On Debian systems the text of the licence is in
 /usr/share/common-licenses/Apache-2.0.
`

// deb makes the Debian package. It starts no service: a switchroom is run by
// whoever works with it.
func (r *release) deb(t target, binary []byte) ([]byte, error) {
	man, err := gzipped(manual)
	if err != nil {
		return nil, err
	}
	files := []entry{
		{name: "usr/bin/switchroom", mode: 0o755, data: binary},
		{name: "usr/share/doc/switchroom/copyright", mode: 0o644, data: []byte(debCopyright)},
	}
	for _, d := range under("usr/share/doc/switchroom", r.docs) {
		if !strings.HasSuffix(d.name, "/LICENSE") { // Debian has it
			files = append(files, d)
		}
	}
	files = append(files, entry{name: "usr/share/man/man1/switchroom.1.gz", mode: 0o644, data: man})
	var sums bytes.Buffer
	size := 0
	for _, f := range files {
		fmt.Fprintf(&sums, "%x  %s\n", md5.Sum(f.data), f.name)
		size += (len(f.data) + 1023) / 1024
	}
	control, err := tarball([]entry{
		{name: "./control", mode: 0o644, data: fmt.Appendf(nil, debControl, debVersion(r.version), t.arch, size)},
		{name: "./md5sums", mode: 0o644, data: sums.Bytes()},
	}, r.at)
	if err != nil {
		return nil, err
	}
	data, err := tarball(files, r.at)
	if err != nil {
		return nil, err
	}
	return r.ar([]entry{{name: "debian-binary", data: []byte("2.0\n")}, {name: "control.tar.gz", data: control}, {name: "data.tar.gz", data: data}}), nil
}

// ar is the archive that a Debian package is (deb(5)).
func (r *release) ar(members []entry) []byte {
	b := []byte("!<arch>\n")
	for _, m := range members {
		b = fmt.Appendf(b, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", m.name, r.at.Unix(), 0, 0, "100644", len(m.data))
		if b = append(b, m.data...); len(m.data)%2 == 1 {
			b = append(b, '\n')
		}
	}
	return b
}
