package snmp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gosnmp/gosnmp"
)

// User is a user of version 3 (RFC 3414). There is none without authentication.
type User struct {
	Name         string `json:"name"`
	Auth         string `json:"auth"`           // one of [Auths]
	AuthPassword string `json:"auth_password"`  // 8 characters or more
	Priv         string `json:"priv,omitempty"` // one of [Privs]; "": what is sent can be read by others
	PrivPassword string `json:"priv_password,omitempty"`
}

// named is a protocol by the name that people write.
type named[T any] struct {
	name string
	code T
}

// auths and privs are what is offered, sorted. MD5 and DES are broken and left out.
var (
	auths = []named[gosnmp.SnmpV3AuthProtocol]{{"sha", gosnmp.SHA}, {"sha224", gosnmp.SHA224}, {"sha256", gosnmp.SHA256}, {"sha384", gosnmp.SHA384}, {"sha512", gosnmp.SHA512}}
	privs = []named[gosnmp.SnmpV3PrivProtocol]{{"aes", gosnmp.AES}, {"aes256", gosnmp.AES256}}
)

// Auths and Privs return the names of protocols.
func Auths() []string { return names(auths) }

// Privs returns the names of what makes messages unreadable to others.
func Privs() []string { return names(privs) }

func names[T any](all []named[T]) (s []string) {
	for _, n := range all {
		s = append(s, n.name)
	}
	return s
}

func find[T any](all []named[T], name string) (code T, ok bool) {
	i := slices.IndexFunc(all, func(n named[T]) bool { return n.name == name })
	if i < 0 {
		return code, false
	}
	return all[i].code, true
}

// Check says what is wrong with a user. It never repeats a password.
func (u *User) Check() error {
	_, auth := find(auths, u.Auth)
	_, priv := find(privs, u.Priv)
	switch {
	case u.Name == "" || len(u.Name) > 32:
		return fmt.Errorf("a user's name has 1 to 32 bytes")
	case !auth:
		return fmt.Errorf("auth %q is none of %s", u.Auth, strings.Join(Auths(), ", "))
	case u.Priv != "" && !priv:
		return fmt.Errorf("priv %q is none of %s", u.Priv, strings.Join(Privs(), ", "))
	case len(u.AuthPassword) < 8:
		return fmt.Errorf("the password for authentication has fewer than 8 characters (RFC 3414)")
	case u.Priv != "" && len(u.PrivPassword) < 8:
		return fmt.Errorf("the password for privacy has fewer than 8 characters (RFC 3414)")
	}
	return nil
}

// level is what messages of the user must have.
func (u *User) level() gosnmp.SnmpV3MsgFlags {
	if u.Priv != "" {
		return gosnmp.AuthPriv
	}
	return gosnmp.AuthNoPriv
}

// keys makes the keys of a user at an engine. It takes some milliseconds, as intended.
func (u *User) keys(engine string) (*gosnmp.UsmSecurityParameters, error) {
	sp := &gosnmp.UsmSecurityParameters{
		AuthoritativeEngineID: engine, UserName: u.Name, AuthenticationPassphrase: u.AuthPassword, PrivacyPassphrase: u.PrivPassword, PrivacyProtocol: gosnmp.NoPriv,
	}
	sp.AuthenticationProtocol, _ = find(auths, u.Auth)
	if u.Priv != "" {
		sp.PrivacyProtocol, _ = find(privs, u.Priv)
	}
	if err := sp.InitSecurityKeys(); err != nil {
		return nil, err
	}
	sp.AuthenticationPassphrase, sp.PrivacyPassphrase = "", "" // the keys are enough
	return sp, nil
}
