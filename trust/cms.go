package trust

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/smallstep/pkcs7"
)

// The one shape of a signature: RFC 5652 SignedData with one signer, signed
// attributes, certificates, and no place for anything that nobody signed. What
// does not encode to the same bytes again has something in it that no check sees.
type (
	cmsInfo struct {
		Type asn1.ObjectIdentifier
		Data cmsData `asn1:"explicit,tag:0"`
	}
	cmsData struct {
		Version      int
		Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
		Content      cmsContent
		Certificates []asn1.RawValue `asn1:"tag:0"`
		Signers      []cmsSigner     `asn1:"set"`
	}
	cmsContent struct {
		Type asn1.ObjectIdentifier
		Data []byte `asn1:"optional,explicit,tag:0"`
	}
	cmsSigner struct {
		Version    int
		Issuer     cmsIssuer
		Digest     pkix.AlgorithmIdentifier
		Attributes []cmsAttribute `asn1:"set,tag:0"`
		Algorithm  pkix.AlgorithmIdentifier
		Signature  []byte
	}
	cmsAttribute struct {
		Type   asn1.ObjectIdentifier
		Values []asn1.RawValue `asn1:"set"`
	}
	cmsIssuer struct {
		Name   asn1.RawValue
		Serial *big.Int
	}
)

var (
	oidData      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidTimestamp = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidSHA256    = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidES256     = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

// signature is a CMS signature that was found true. Whether its signer counts is
// another question.
type signature struct {
	leaf   *x509.Certificate
	others []*x509.Certificate
}

// checkCMS checks a signature over content; nil when it carries its content itself.
func checkCMS(der, content []byte, kind asn1.ObjectIdentifier) (*signature, error) {
	if err := shape(der, kind, content != nil); err != nil {
		return nil, err
	}
	p, err := pkcs7.Parse(der)
	if err != nil {
		return nil, err
	}
	leaf := p.GetOnlySigner()
	if leaf == nil {
		return nil, errors.New("the certificate of the signer is not in it")
	}
	if key, ok := leaf.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("the signer's key is not of P-256")
	}
	var said asn1.ObjectIdentifier
	if err := p.UnmarshalSignedAttribute(pkcs7.OIDAttributeContentType, &said); err != nil || !said.Equal(kind) {
		return nil, errors.New("it is signed for another kind of content")
	}
	if content != nil {
		p.Content = content
	}
	if err := p.Verify(); err != nil {
		return nil, err
	}
	s := &signature{leaf: leaf}
	for _, c := range p.Certificates {
		if !c.Equal(leaf) {
			s.others = append(s.others, c)
		}
	}
	return s, nil
}

// shape refuses every byte that is not of the one shape.
func shape(der []byte, kind asn1.ObjectIdentifier, detached bool) error {
	var c cmsInfo
	if err := same(der, &c); err != nil {
		return err
	}
	d := c.Data
	switch {
	case !c.Type.Equal(pkcs7.OIDSignedData), d.Version != 1 && d.Version != 3:
		return errors.New("it is not signed data")
	case !d.Content.Type.Equal(kind), detached != (d.Content.Data == nil):
		return errors.New("its content is of another kind")
	case len(d.Digests) != 1 || len(d.Signers) != 1 || len(d.Certificates) == 0 || len(d.Certificates) > 4:
		return errors.New("one signer with its certificates is expected")
	}
	s := d.Signers[0]
	switch {
	case s.Version != 1 || len(s.Attributes) == 0:
		return errors.New("signed attributes are expected")
	case !only(d.Digests[0], oidSHA256), !only(s.Digest, oidSHA256), !only(s.Algorithm, oidES256):
		return errors.New("the algorithm is not ECDSA with P-256 and SHA-256")
	}
	return lowS(s.Signature)
}

// only tells whether an algorithm is this one, without parameters.
func only(a pkix.AlgorithmIdentifier, oid asn1.ObjectIdentifier) bool {
	return a.Algorithm.Equal(oid) && len(a.Parameters.FullBytes) == 0
}

// same decodes into v and wants the same bytes back.
func same(der []byte, v any) error {
	rest, err := asn1.Unmarshal(der, v)
	if err != nil {
		return err
	}
	again, err := asn1.Marshal(deref(v))
	if err != nil {
		return err
	}
	if len(rest) > 0 || !bytes.Equal(again, der) {
		return errors.New("it has bytes that nobody signed, or is not DER")
	}
	return nil
}

func deref(v any) any {
	switch p := v.(type) {
	case *cmsInfo:
		return *p
	case *timestampResponse:
		return *p
	case *ecdsaValue:
		return *p
	}
	panic(fmt.Sprintf("trust: no shape %T", v))
}

type ecdsaValue struct{ R, S *big.Int }

// lowS refuses the second form of an ECDSA signature, which anyone can make of
// the first without the key.
func lowS(b []byte) error {
	var v ecdsaValue
	if err := same(b, &v); err != nil {
		return err
	}
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	if v.S.Sign() <= 0 || v.S.Cmp(half) > 0 {
		return errors.New("the signature value is not in its low form")
	}
	return nil
}

// Certificates returns the certificates that a package carries, DER, as they
// stand in its signature. Nobody has judged them.
func Certificates(p *Package) ([][]byte, error) {
	if err := shape(p.Signature, oidData, true); err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	c, err := pkcs7.Parse(p.Signature)
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	var out [][]byte
	for _, x := range c.Certificates {
		out = append(out, x.Raw)
	}
	return out, nil
}
