package attest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"testing"
	"time"

	"switchroom/wire/ble"
)

// maker returns a key and a certificate that it has signed itself.
func maker(t testing.TB) (*ecdsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "app"}, NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err = x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, c
}

// TestSigned: an answer counts for the statement that it was made for, and for none that
// differs in anything.
func TestSigned(t *testing.T) {
	key, c := maker(t)
	s := Statement{Nonce{1}, ble.Address{Random: true, Octets: [6]byte{0xC0, 1}}, ble.Address{Random: true, Octets: [6]byte{0xC0, 2}}, [32]byte{3}}
	a, err := Sign(key, [][]byte{c.Raw}, s)
	if err != nil || !a.Signed(c, s) {
		t.Fatalf("%v", err)
	}
	for name, change := range map[string]func(*Statement){
		"another number":            func(s *Statement) { s.Nonce[31] ^= 1 },
		"another unit":              func(s *Statement) { s.Unit.Octets[5] ^= 1 },
		"another phone":             func(s *Statement) { s.Phone.Octets[0] ^= 1 },
		"a public address":          func(s *Statement) { s.Phone.Random = false },
		"the ends the wrong way":    func(s *Statement) { s.Unit, s.Phone = s.Phone, s.Unit },
		"another link":              func(s *Statement) { s.Link[0] ^= 1 },
		"a link without encryption": func(s *Statement) { s.Link = [32]byte{} },
	} {
		x := s
		change(&x)
		if a.Signed(c, x) {
			t.Errorf("%s: it counts", name)
		}
	}
	if _, other := maker(t); a.Signed(other, s) {
		t.Error("it counts for another key")
	}
	b, err := a.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(b)
	if err != nil || !bytes.Equal(back.Signature, a.Signature) {
		t.Fatalf("%v", err)
	}
	if app, others, err := back.Chain(); err != nil || !app.Equal(c) || len(others) != 0 {
		t.Errorf("%v %v %v", app, others, err)
	}
	for n := range b {
		if _, err := Parse(b[:n]); !errors.Is(err, ErrMore) {
			t.Fatalf("%d of %d bytes: %v", n, len(b), err)
		}
	}
	if _, err := Parse(append(b, 0)); !errors.Is(err, ErrForm) {
		t.Errorf("a byte more: %v", err)
	}
}

// FuzzParse: what is read is written so that it reads the same, within the bound.
func FuzzParse(f *testing.F) {
	f.Add([]byte{2, 0, '{', '}'})
	f.Add([]byte("\x29\x00{\"certificates\":[\"MAA=\"],\"signature\":\"AA\"}"))
	f.Add([]byte{0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Parse(b)
		if err != nil {
			return
		}
		a.Chain()
		out, err := a.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Parse(out)
		if err != nil || !bytes.Equal(back.Signature, a.Signature) || len(back.Certificates) != len(a.Certificates) {
			t.Errorf("%+v is read again as %+v, %v", a, back, err)
		}
	})
}
