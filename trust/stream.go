package trust

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// VerifyReader judges a package of size bytes as [Verify] does, without holding its
// images in memory. It is for who only wants to know: what is to be written must be
// the bytes that were judged, and those Verify returns.
func VerifyReader(r io.ReaderAt, size int64, s *Side) (*Manifest, Verdict) {
	var v Verdict
	p, at, err := readHead(r, size)
	if err != nil {
		v.refuse(BadFormat, err)
		return nil, v
	}
	v.Component, v.Version = p.Manifest.Component, p.Manifest.Version
	if s.signed(p, &v) && p.wholeIn(io.NewSectionReader(r, at, size-at), &v) && s.fits(p.Manifest, &v) {
		v.Reason = Accepted
		return p.Manifest, v
	}
	return nil, v
}

// readHead reads what stands before the images, and where they begin.
func readHead(r io.ReaderAt, size int64) (*Package, int64, error) {
	b := make([]byte, min(size, int64(headBytes+maxManifest+maxSignature+maxTimestamp)))
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, int64(len(b))), b); err != nil {
		return nil, 0, err
	}
	p, rest, err := splitHead(b)
	if err != nil {
		return nil, 0, err
	}
	at, images := int64(len(b)-len(rest)), uint64(0)
	for _, i := range p.Manifest.Images {
		images += i.Size // bounded by the manifest's check
	}
	switch left := uint64(size - at); {
	case images > left:
		return nil, 0, fmt.Errorf("the package is cut short: %d bytes of images, %d are there", images, left)
	case images < left:
		return nil, 0, fmt.Errorf("%d bytes follow the last image", left-images)
	}
	return p, at, nil
}

// wholeIn compares the images that follow each other in r with what was signed.
func (p *Package) wholeIn(r io.Reader, v *Verdict) bool {
	buffer := make([]byte, 256<<10)
	for _, want := range p.Manifest.Images {
		h := sha256.New()
		if _, err := io.CopyBuffer(h, io.LimitReader(r, int64(want.Size)), buffer); err != nil {
			return v.refuse(BadFormat, err)
		}
		if hex.EncodeToString(h.Sum(nil)) != want.SHA256 {
			return v.refuse(BadDigest, fmt.Errorf("image %s", want.Name))
		}
	}
	return true
}
