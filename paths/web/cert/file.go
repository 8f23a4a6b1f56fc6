package cert

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// fileMax bounds what is read of a file: a chain and a key are some kilobytes.
const fileMax = 1 << 20

// load reads certificates and key from a file.
func load(path string, kind Kind) (*made, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, fileMax))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c, err := tls.X509KeyPair(b, b)
	if err != nil {
		return nil, fmt.Errorf("%s holds no certificate with its key; the device goes on without it: %w", path, err)
	}
	return &made{kind, c, c.Leaf}, nil
}

// save writes them so that the file is either the old or the new one, whatever
// happens in between, and no one but its owner reads the key.
func save(dir, name string, m *made) error {
	b, err := encode(m)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = replace(filepath.Join(dir, name), b)
	}
	if err != nil {
		return fmt.Errorf("the certificate is in use, but will be lost at the end of the program: %w", err)
	}
	return nil
}

func encode(m *made) ([]byte, error) {
	var b bytes.Buffer
	for _, der := range m.tls.Certificate {
		pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	key, err := x509.MarshalPKCS8PrivateKey(m.tls.PrivateKey)
	if err != nil {
		return nil, err
	}
	pem.Encode(&b, &pem.Block{Type: "PRIVATE KEY", Bytes: key})
	return b.Bytes(), nil
}

// replace writes a file beside the old one, syncs it, renames it over the old
// one, and syncs the directory.
func replace(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // of a file that was not renamed
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	return err
}

// syncDir makes the rename last. Windows, on which a directory cannot be synced, does so itself.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, os.ErrInvalid) {
		return err
	}
	return nil
}

// fingerprint is the SHA-256 of a certificate as browsers show it: AB:CD:….
func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, ":")
}
