package accounts_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	. "switchroom/accounts"
	"switchroom/credential"
)

const origin = "https://console.example.org:8443"

var console = Site{Name: "Switchroom", ID: "console.example.org", Origins: []string{origin}}

// device is an authenticator and the browser in front of it, written after WebAuthn
// level 3: ES256, attestation "none". Its fields are what an attacker would turn.
type device struct {
	*testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	user   string // its handle, as the site gave it
	count  uint32
	flags  byte // of the authenticator data
	site   string
	origin string
}

const userPresent, userVerified, attested = 1, 4, 64

func newDevice(t *testing.T) *device {
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	id := make([]byte, 32)
	rand.Read(id)
	return &device{T: t, key: key, id: id, flags: userPresent | userVerified, site: console.ID, origin: origin}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// asked is what a site asks a device for.
type asked struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
		UserVerification string `json:"userVerification"`
		Selection        struct {
			UserVerification string `json:"userVerification"`
			ResidentKey      string `json:"residentKey"`
		} `json:"authenticatorSelection"`
		Exclude []struct {
			ID string `json:"id"`
		} `json:"excludeCredentials"`
		Allow []struct {
			ID string `json:"id"`
		} `json:"allowCredentials"`
	} `json:"publicKey"`
}

func (d *device) read(ask []byte) (a asked) {
	d.Helper()
	if err := json.Unmarshal(ask, &a); err != nil {
		d.Fatal(err)
	}
	return a
}

func (d *device) client(kind, challenge string) []byte {
	return must[[]byte](d.T)(json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false}))
}

// data is the authenticator data (§6.1).
func (d *device) data(extra byte, more []byte) []byte {
	site := sha256.Sum256([]byte(d.site))
	b := append(site[:], d.flags|extra)
	return append(binary.BigEndian.AppendUint32(b, d.count), more...)
}

// create answers what was asked when a passkey is set up.
func (d *device) create(ask []byte) []byte {
	d.Helper()
	a := d.read(ask)
	d.user = string(must[[]byte](d.T)(base64.RawURLEncoding.DecodeString(a.PublicKey.User.ID)))
	at := must[[]byte](d.T)(d.key.PublicKey.Bytes())
	cose := must[[]byte](d.T)(cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: at[1:33], -3: at[33:]}))
	more := binary.BigEndian.AppendUint16(make([]byte, 16), uint16(len(d.id)))
	more = append(append(more, d.id...), cose...)
	object := must[[]byte](d.T)(cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": d.data(attested, more)}))
	return d.answer(map[string]any{
		"clientDataJSON": b64(d.client("webauthn.create", a.PublicKey.Challenge)), "attestationObject": b64(object), "transports": []string{"internal"},
	})
}

// get answers what was asked when it is used.
func (d *device) get(ask []byte) []byte {
	d.Helper()
	client, data := d.client("webauthn.get", d.read(ask).PublicKey.Challenge), d.data(0, nil)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature := must[[]byte](d.T)(ecdsa.SignASN1(rand.Reader, d.key, digest[:]))
	return d.answer(map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64([]byte(d.user)),
	})
}

func (d *device) answer(response map[string]any) []byte {
	return must[[]byte](d.T)(json.Marshal(map[string]any{
		"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	}))
}

// register sets a device up for somebody who is signed in.
func (o *office) register(d *device, tok credential.Secret) error {
	o.Helper()
	return o.FinishPasskey(o.Context(), o.now, tok, "telephone", d.create(must[[]byte](o.T)(o.BeginPasskey(o.now, tok))))
}

// touch is a sign-in with a device.
func (o *office) touch(d *device) (credential.Secret, error) {
	o.Helper()
	ask, ticket, err := o.BeginPasskeySignIn(o.now, home)
	if err != nil {
		o.Fatal(err)
	}
	d.count++
	return o.PasskeySignIn(o.Context(), o.now, ticket, d.get(ask), home)
}

// equipped is an office where olga has a device.
func equipped(t *testing.T) (*office, *device, string) {
	o := newOffice(t)
	if err := o.Passkeys(console); err != nil {
		t.Fatal(err)
	}
	id, d := o.hire("olga", Operator), newDevice(t)
	if err := o.register(d, o.in("olga", good)); err != nil {
		t.Fatal(err)
	}
	return o, d, id
}

// TestPasskey: set up, listed, used alone, also after the program was started again,
// removed.
func TestPasskey(t *testing.T) {
	o, d, id := equipped(t)
	if d.user != id {
		t.Errorf("the handle is %q, and the person %q", d.user, id)
	}
	o.reopen()
	o.Passkeys(console)
	tok := must[credential.Secret](t)(o.touch(d))
	p := must[Person](t)(o.Who(o.now, tok, true))
	if len(p.Passkeys) != 1 || p.Passkeys[0].Name != "telephone" || p.Passkeys[0].Count != 1 || !p.Passkeys[0].Last.Equal(o.now) || p.Passkeys[0].Key != nil {
		t.Errorf("listed: %+v", p.Passkeys)
	}
	if err := o.register(d, tok); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("the same twice: %v", err)
	}
	ask := d.read(must[[]byte](t)(o.BeginPasskey(o.now, tok)))
	if s := ask.PublicKey.Selection; s.UserVerification != "required" || s.ResidentKey != "required" || ask.PublicKey.RP.ID != console.ID || len(ask.PublicKey.Exclude) != 1 {
		t.Errorf("asked: %+v", ask)
	}
	if err := o.RemovePasskey(t.Context(), o.now, tok, []byte("another")); err == nil {
		t.Error("removed what is not there")
	}
	if err := o.RemovePasskey(t.Context(), o.now, tok, d.id); err != nil {
		t.Fatal(err)
	}
	if _, err := o.touch(d); err == nil {
		t.Error("lets in after it was removed")
	}
}

// TestPasskeyRefused: every way in which an answer is not the right one.
func TestPasskeyRefused(t *testing.T) {
	for _, c := range []struct {
		why string
		do  func(o *office, d *device, id string)
	}{
		{"another site", func(_ *office, d *device, _ string) { d.site = "example.org" }},
		{"a page of another site", func(_ *office, d *device, _ string) { d.origin = "https://console.example.org.evil.test" }},
		{"the owner was not verified", func(_ *office, d *device, _ string) { d.flags = userPresent }},
		{"nobody was there", func(_ *office, d *device, _ string) { d.flags = userVerified }},
		{"another key", func(o *office, d *device, _ string) { d.key = newDevice(o.T).key }},
		{"another's handle", func(o *office, d *device, _ string) { d.user = o.admin }},
		{"nobody's handle", func(_ *office, d *device, _ string) { d.user = "" }},
		{"a passkey of nobody", func(_ *office, d *device, _ string) { d.id = make([]byte, 32) }},
		{"switched off", func(o *office, _ *device, id string) {
			must[string](o.T)(o.Put(o.Context(), o.admin, Person{ID: id, Login: "olga", Name: "Olga", Off: true}))
		}},
		{"gone", func(o *office, _ *device, id string) { o.Remove(o.Context(), o.admin, id) }},
		{"invited anew", func(o *office, _ *device, id string) { o.Invite(o.Context(), o.now, id) }},
		{"the console has another name", func(o *office, d *device, _ string) {
			o.Passkeys(Site{Name: "Switchroom", Origins: []string{"http://localhost:8080"}})
			d.site, d.origin = "localhost", "http://localhost:8080"
		}},
	} {
		o, d, id := equipped(t)
		c.do(o, d, id)
		if _, err := o.touch(d); err == nil {
			t.Errorf("%s: let in", c.why)
		} else if strings.Contains(err.Error(), id) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	o, d, _ := equipped(t)
	must[credential.Secret](t)(o.touch(d))
}

// TestChallenge: an answer does once, soon, and with the ticket that it was asked by.
func TestChallenge(t *testing.T) {
	o, d, _ := equipped(t)
	ask, ticket, _ := o.BeginPasskeySignIn(o.now, home)
	d.count++
	answer := d.get(ask)
	must[credential.Secret](t)(o.PasskeySignIn(t.Context(), o.now, ticket, answer, home))
	again := func(after time.Duration, ticket credential.Secret, answer []byte) error {
		_, err := o.PasskeySignIn(t.Context(), o.now.Add(after), ticket, answer, home)
		return err
	}
	d.count++
	if again(0, ticket, answer) == nil || again(0, ticket, d.get(ask)) == nil {
		t.Error("the same challenge twice")
	}
	one, t1, _ := o.BeginPasskeySignIn(o.now, home)
	_, t2, _ := o.BeginPasskeySignIn(o.now, home)
	if again(0, t2, d.get(one)) == nil {
		t.Error("the ticket of another")
	}
	if again(5*time.Minute, t1, d.get(one)) == nil {
		t.Error("after five minutes")
	}
	other, t3, _ := o.BeginPasskeySignIn(o.now, home)
	for range 100 {
		o.BeginPasskeySignIn(o.now.Add(time.Second), "198.51.100.1")
	}
	if err := again(time.Second, t3, d.get(other)); err != nil {
		t.Errorf("driven out by another source: %v", err)
	}
}

// TestCopied: a counter that does not go on is noticed, told, and lets nobody in again.
func TestCopied(t *testing.T) {
	o, d, id := equipped(t)
	must[credential.Secret](t)(o.touch(d))
	d.count--
	if _, err := o.touch(d); !errors.Is(err, ErrCopied) {
		t.Errorf("the same count again: %v", err)
	}
	o.reopen()
	o.Passkeys(console)
	d.count = 100
	if _, err := o.touch(d); !errors.Is(err, ErrCopied) {
		t.Errorf("and then a higher one: %v", err)
	}
	if o.disk.people[id].Passkeys[0].Copied.IsZero() {
		t.Error("not kept")
	}
	o.in("olga", good)
}

// TestCounterOfNone: devices that do not count, as those whose keys are copied by their
// maker's means, are let in each time.
func TestCounterOfNone(t *testing.T) {
	o, d, _ := equipped(t)
	for range 3 {
		d.count = ^uint32(0) // touch adds one
		must[credential.Secret](t)(o.touch(d))
	}
}

// TestPasskeyProof: it opens a locked session and proves, for its own person only.
func TestPasskeyProof(t *testing.T) {
	o, d, _ := equipped(t)
	tok := o.in("ada", good)
	if _, _, err := o.BeginPasskeyProof(o.now, tok, home); err == nil {
		t.Error("asked for a passkey of somebody who has none")
	}
	mine := newDevice(t)
	if err := o.register(mine, tok); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(11 * time.Minute)
	if got := o.reason(tok, PeopleManage); got != "locked" {
		t.Fatal(got)
	}
	prove := func(d *device) (credential.Secret, error) {
		ask, ticket, err := o.BeginPasskeyProof(o.now, tok, home)
		if err != nil {
			t.Fatal(err)
		}
		if a := d.read(ask); len(a.PublicKey.Allow) != 1 || a.PublicKey.UserVerification != "required" {
			t.Errorf("asked %+v", a)
		}
		d.count++
		answer := d.get(ask)
		if _, err := o.PasskeySignIn(t.Context(), o.now, ticket, answer, home); err == nil {
			t.Error("what was asked for a proof signs in")
		}
		ask, ticket, _ = o.BeginPasskeyProof(o.now, tok, home)
		return o.PasskeyProof(t.Context(), o.now, tok, ticket, d.get(ask), home)
	}
	if _, err := prove(d); err == nil {
		t.Error("another's passkey")
	}
	next := must[credential.Secret](t)(prove(mine))
	if o.reason(next, PeopleManage) != "" || o.reason(tok, PeopleManage) != "not signed in" {
		t.Error("the session does not go on by its new token only")
	}
}

// TestPasskeyWhen: who may set one up, and that where no name is said nothing works.
func TestPasskeyWhen(t *testing.T) {
	o := newOffice(t)
	tok := o.in("ada", good)
	if _, err := o.BeginPasskey(o.now, tok); err == nil || !strings.Contains(err.Error(), "name") {
		t.Errorf("no site: %v", err)
	}
	if err := o.Passkeys(Site{Name: "S", ID: "192.0.2.1", Origins: []string{"https://192.0.2.1"}}); err == nil {
		t.Error("a site that is a number")
	}
	if err := o.Passkeys(Site{Name: "S", Origins: []string{"http://localhost:8080"}}); err != nil {
		t.Fatal(err)
	}
	d := newDevice(t)
	d.site, d.origin = "localhost", "http://localhost:8080"
	ask := must[[]byte](t)(o.BeginPasskey(o.now, tok))
	if o.FinishPasskey(t.Context(), o.now, tok, "", d.create(ask)) == nil {
		t.Error("without a name")
	}
	if o.FinishPasskey(t.Context(), o.now, tok, "telephone", d.create(ask)) == nil {
		t.Error("the same challenge twice")
	}
	ask = must[[]byte](t)(o.BeginPasskey(o.now, tok))
	if o.FinishPasskey(t.Context(), o.now.Add(5*time.Minute), tok, "telephone", d.create(ask)) == nil {
		t.Error("after five minutes")
	}
	o.now = o.now.Add(6 * time.Minute)
	o.Who(o.now, tok, true)
	if _, err := o.BeginPasskey(o.now, tok); err == nil {
		t.Error("without a fresh proof")
	}
}

// FuzzPasskeyAnswer: whatever a browser answers, nothing breaks and nobody is let in.
func FuzzPasskeyAnswer(f *testing.F) {
	f.Add([]byte(`{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AAAA","userHandle":"AAAA"}}`))
	f.Add([]byte(nil))
	var o *office
	f.Fuzz(func(t *testing.T, answer []byte) {
		if o == nil {
			o, _, _ = equipped(t)
		}
		o.T = t
		_, ticket, err := o.BeginPasskeySignIn(o.now, home)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.PasskeySignIn(t.Context(), o.now, ticket, answer, home); err == nil {
			t.Error("let in")
		}
		tok := o.in("ada", good)
		if _, err := o.BeginPasskey(o.now, tok); err != nil {
			t.Fatal(err)
		}
		if o.FinishPasskey(t.Context(), o.now, tok, "x", answer) == nil {
			t.Error("set up")
		}
	})
}
