package trust

import (
	"encoding/binary"
	"fmt"
)

// magic begins every package.
const magic = "SWRMPKG1"

// Bounds, checked before anything is read. Ours.
const (
	maxManifest   = 64 << 10
	maxSignature  = 64 << 10
	maxTimestamp  = 64 << 10
	maxImages     = 16
	maxImageBytes = 256 << 20
	headBytes     = len(magic) + 3*4
)

// Package is a package taken apart. Its slices are parts of the bytes that were
// read: do not change those. What Verify returns is what it verified, so write
// that and do not read the file again.
type Package struct {
	Manifest      *Manifest
	ManifestBytes []byte
	Signature     []byte // CMS, DER
	Timestamp     []byte // RFC 3161 response, DER; empty if there is none
	Images        [][]byte
}

// Join returns the bytes of a package.
func (p *Package) Join() []byte {
	b := []byte(magic)
	for _, part := range [][]byte{p.ManifestBytes, p.Signature, p.Timestamp} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
	}
	b = append(append(append(b, p.ManifestBytes...), p.Signature...), p.Timestamp...)
	for _, image := range p.Images {
		b = append(b, image...)
	}
	return b
}

// Split takes a package apart without judging it.
func Split(b []byte) (*Package, error) {
	p, rest, err := splitHead(b)
	if err != nil {
		return nil, err
	}
	return p, p.take(rest)
}

// splitHead takes apart what stands before the images.
func splitHead(b []byte) (p *Package, rest []byte, err error) {
	if len(b) < headBytes || string(b[:len(magic)]) != magic {
		return nil, nil, fmt.Errorf("this is not a package: it does not begin with %s", magic)
	}
	p, rest = &Package{}, b[headBytes:]
	parts := []struct {
		name string
		max  uint32
		into *[]byte
	}{{"manifest", maxManifest, &p.ManifestBytes}, {"signature", maxSignature, &p.Signature}, {"timestamp", maxTimestamp, &p.Timestamp}}
	for i, part := range parts {
		n := binary.BigEndian.Uint32(b[len(magic)+4*i:])
		if n > part.max || uint64(n) > uint64(len(rest)) {
			return nil, nil, fmt.Errorf("%s of %d bytes: too long, or the package is cut short", part.name, n)
		}
		*part.into, rest = rest[:n:n], rest[n:]
	}
	p.Manifest, err = ParseManifest(p.ManifestBytes)
	return p, rest, err
}

// take takes the images; not a byte may be left.
func (p *Package) take(rest []byte) error {
	for _, i := range p.Manifest.Images {
		if i.Size > uint64(len(rest)) {
			return fmt.Errorf("image %s: the package is cut short", i.Name)
		}
		p.Images, rest = append(p.Images, rest[:i.Size:i.Size]), rest[i.Size:]
	}
	if len(rest) > 0 {
		return fmt.Errorf("%d bytes follow the last image", len(rest))
	}
	return nil
}
