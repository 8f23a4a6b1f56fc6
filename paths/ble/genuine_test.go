package ble_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/access"
	"switchroom/client"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/trust"
	"switchroom/trust/issue"
	wire "switchroom/wire/ble"
	"switchroom/wire/ble/attest"
	"switchroom/wire/ble/pairing"
	"switchroom/wire/usblink"
)

// appHandle is where an app shows what it is.
const appHandle = 26

// papers is a key with its certificates.
type papers struct {
	key   crypto.Signer
	chain [][]byte
}

// vendor is somebody who certifies apps, and what a unit that trusts them has.
type vendor struct {
	anchors               map[string]*trust.Branch
	app, expired, revoked papers
	firmware              papers // for packages, not for apps
	communication         papers
}

// theVendor makes it once: keys take their time.
var theVendor = sync.OnceValues(makeVendor)

func makeVendor() (v vendor, err error) {
	dir, err := os.MkdirTemp("", "pki")
	if err != nil {
		return v, err
	}
	defer os.RemoveAll(dir)
	const pass = "a passphrase"
	old, now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	s, err := issue.Init(filepath.Join(dir, "set"), pass, old)
	if err != nil {
		return v, err
	}
	for _, c := range []struct {
		to  *papers
		now time.Time
	}{{&v.expired, old}, {&v.app, now}, {&v.revoked, now}} {
		name, err := s.App(pass, c.now)
		if err != nil {
			return v, err
		}
		chain, err := s.AppChain(name)
		if err != nil {
			return v, err
		}
		c.to.key, err = s.Key(name, pass)
		if err != nil {
			return v, err
		}
		for _, x := range chain {
			c.to.chain = append(c.to.chain, x.Raw)
		}
	}
	for _, c := range []struct {
		to     *papers
		branch string
	}{{&v.firmware, trust.Micrologic}, {&v.communication, trust.Communication}} {
		if c.to.key, err = s.Key(c.branch+"-signing-1", pass); err != nil {
			return v, err
		}
		for _, name := range []string{c.branch + "-signing-1", c.branch + "-issuing"} {
			x, err := s.Certificate(name)
			if err != nil {
				return v, err
			}
			c.to.chain = append(c.to.chain, x.Raw)
		}
	}
	gone, err := x509.ParseCertificate(v.revoked.chain[0])
	if err != nil {
		return v, err
	}
	if _, err := s.Revoke(gone.SerialNumber.Text(16), issue.Revocation{Reason: "keyCompromise", At: now}, pass, now); err != nil {
		return v, err
	}
	if err := s.CRL(pass, now); err != nil {
		return v, err
	}
	v.anchors, err = trust.ReadAnchors(os.DirFS(filepath.Join(dir, "set")))
	return v, err
}

// statement is what the app of a stranger is to sign on its link.
func (s *stranger) statement(t *testing.T) (st attest.Statement) {
	t.Helper()
	s.att(wire.ATT{Op: wire.ATTMTURequest, MTU: 247})
	v, err := s.att(wire.ATT{Op: wire.ATTRead, Handle: appHandle})
	if err != nil || copy(st.Nonce[:], v) != 32 {
		t.Fatalf("the number: % x, %v", v, err)
	}
	st.Unit, st.Phone = s.to, s.own
	s.do(func() { st.Link = s.link.Binding() })
	return st
}

// shows writes an answer in pieces. It returns what the unit says to the last.
func (s *stranger) shows(answer []byte) (err error) {
	for len(answer) > 0 && err == nil {
		n := min(len(answer), 200)
		_, err = s.att(wire.ATT{Op: wire.ATTWrite, Handle: appHandle, Value: answer[:n]})
		answer = answer[n:]
	}
	return err
}

// login is the first question of every test here.
var login = &usblink.Ask{Verb: usblink.Login, Password: "0000"}

// TestGenuine is what an app may show a hardened unit, and what becomes of it: only one
// answer lets the phone ask anything.
func TestGenuine(t *testing.T) {
	v, err := theVendor()
	if err != nil {
		t.Fatal(err)
	}
	stranger1, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	without := map[string]*trust.Branch{trust.Micrologic: {Roots: v.anchors[trust.Micrologic].Roots}}
	for _, c := range []struct {
		name    string
		anchors map[string]*trust.Branch
		by      papers
		bend    func(*attest.Statement)
		answer  func([]byte) []byte
		why     string // of the history; "": it is admitted
	}{
		{name: "a genuine app", by: v.app},
		{name: "no app at all", why: "before it has shown anything"},
		{name: "an expired certificate", by: v.expired, why: "has expired"},
		{name: "a revoked certificate", by: v.revoked, why: "is revoked"},
		{name: "a certificate for packages", by: v.firmware, why: "not one for apps"},
		{name: "a certificate of the other branch", by: v.communication, why: "nobody whom the unit trusts"},
		{name: "the certificate of another's key", by: papers{stranger1, v.app.chain}, why: "the signature does not fit"},
		{name: "without who has certified it", by: papers{v.app.key, v.app.chain[:1]}, why: "nobody whom the unit trusts"},
		{name: "another number", by: v.app, bend: func(s *attest.Statement) { s.Nonce[0] ^= 1 }, why: "the signature does not fit"},
		{name: "another unit", by: v.app, bend: func(s *attest.Statement) { s.Unit.Octets[5] ^= 1 }, why: "the signature does not fit"},
		{name: "another link", by: v.app, bend: func(s *attest.Statement) { s.Link[0] ^= 1 }, why: "the signature does not fit"},
		{name: "a changed bit", by: v.app, answer: func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"signature":"ME`), []byte(`"signature":"MF`), 1)
		}, why: "the signature does not fit"},
		{name: "what makes no sense", by: v.app, answer: func([]byte) []byte { return []byte{3, 0, '{', 'x', '}'} }, why: "makes no sense"},
		{name: "an answer without end", by: v.app, answer: func([]byte) []byte { return append([]byte{0xFF, 0x7F}, make([]byte, 9000)...) }, why: "makes no sense"},
		{name: "a unit that trusts nobody", anchors: map[string]*trust.Branch{}, by: v.app, why: "trusts nobody"},
		{name: "a unit without revocation lists", anchors: without, by: v.app, why: "is not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st, s, end := aloneAs(t, func(cfg *imu.Config) {
					cfg.Profile, cfg.Anchors = access.Hardened, v.anchors
					if c.anchors != nil {
						cfg.Anchors = c.anchors
					}
				})
				defer end()
				s.connect(t)
				if !s.pair(pairing.Config{}) {
					t.Fatalf("%q", s.log)
				}
				if c.by.key != nil {
					err := s.shows(s.answer(t, c.by, c.bend, c.answer))
					if (err == nil) != (c.why == "") {
						t.Errorf("the unit says %v", err)
					}
				}
				r := s.reply(t, login)
				if c.why == "" {
					if !r.OK || len(refusals(st)) > 0 {
						t.Errorf("%+v, history %q", r, refusals(st))
					}
					return
				}
				if r.OK || r.Reason != access.NotGenuine.String() || !said(st, "not a genuine app: ") || !said(st, c.why) {
					t.Errorf("%+v, history %q", r, refusals(st))
				}
				if r := s.reply(t, &usblink.Ask{Verb: usblink.Read}); r.OK || len(refusals(st)) != 1 {
					t.Errorf("a second question: %+v, history %q", r, refusals(st))
				}
			})
		})
	}
}

// answer is what papers say on the stranger's link, bent as a test wants it.
func (s *stranger) answer(t *testing.T, by papers, bend func(*attest.Statement), change func([]byte) []byte) []byte {
	t.Helper()
	what := s.statement(t)
	if bend != nil {
		bend(&what)
	}
	a, err := attest.Sign(by.key, by.chain, what)
	if err != nil {
		t.Fatal(err)
	}
	b, err := a.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		b = change(b)
	}
	return b
}

// TestGenuineOnce: an answer counts once, on its link, and before the first question.
func TestGenuineOnce(t *testing.T) {
	v, err := theVendor()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		st, s, end := aloneAs(t, func(cfg *imu.Config) { cfg.Profile, cfg.Anchors = access.Hardened, v.anchors })
		defer end()
		s.connect(t)
		if !s.pair(pairing.Config{}) {
			t.Fatalf("%q", s.log)
		}
		recorded := s.answer(t, v.app, nil, nil)
		if err := s.shows(recorded); err != nil {
			t.Fatal(err)
		}
		if err := s.shows(recorded); err != wire.NeedsAuthorization {
			t.Errorf("a second time on the same link: %v", err)
		}
		again := func() {
			s.do(func() { s.link.Disconnect() })
			s.connect(t)
			s.do(func() { s.link.Encrypt(*s.bond) })
			if s.ask(nil) != nil {
				t.Fatal("the bond does not count")
			}
			s.statement(t)
		}
		again()
		if err := s.shows(recorded); err != wire.NeedsAuthorization || !said(st, "the signature does not fit") {
			t.Errorf("replayed on the next link: %v, %q", err, refusals(st))
		}
		if _, err := s.att(wire.ATT{Op: wire.ATTRead, Handle: appHandle}); err != wire.NeedsAuthorization {
			t.Errorf("after an answer the number is told again: %v", err)
		}
		again()
		fresh := s.answer(t, v.app, nil, nil)
		if r := s.reply(t, login); r.OK {
			t.Error("it asks without showing anything")
		}
		if err := s.shows(fresh); err != wire.NeedsAuthorization {
			t.Errorf("after the first question: %v", err)
		}
		if r := s.reply(t, login); r.OK {
			t.Error("an answer that comes late counts")
		}
		again()
		if s.shows(s.answer(t, v.app, nil, nil)) != nil || !s.reply(t, login).OK {
			t.Error("a right answer on the next link does not count")
		}
	})
}

// TestGenuineNeverAsked: the other profiles have nothing to sign, and ask for nothing.
func TestGenuineNeverAsked(t *testing.T) {
	for _, p := range []access.Profile{access.Faithful, access.RBAC} {
		synctest.Test(t, func(t *testing.T) {
			_, s, end := alone(t, p)
			defer end()
			s.connect(t)
			s.pair(pairing.Config{})
			if _, err := s.att(wire.ATT{Op: wire.ATTRead, Handle: appHandle}); err != wire.InvalidHandle {
				t.Errorf("%v: %v", p, err)
			}
			if r := s.reply(t, login); !r.OK {
				t.Errorf("%v: %+v", p, r)
			}
		})
	}
}

// TestGenuineClient is the whole way with the phone of this program.
func TestGenuineClient(t *testing.T) {
	v, err := theVendor()
	if err != nil {
		t.Fatal(err)
	}
	st := imutest.NewStand(t)
	cfg := st.Unit.Config()
	cfg.Profile, cfg.Anchors = access.Hardened, v.anchors
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, err := imu.New(cfg, w)
	if err != nil {
		t.Fatal(err)
	}
	r := newRoom(t, &imutest.Stand{Unit: u, World: w})
	r.on(t)
	dial := func(app *client.App, enter bool) error {
		until(t, "the last phone is gone", func() bool { return r.radio().Phone == "" })
		o := client.Options{App: app}
		if enter {
			o.Passkey = r.reads
		}
		c, err := client.DialBLE(context.Background(), r.address, o)
		if err != nil {
			return err
		}
		defer c.Close()
		return c.Login(context.Background(), "0000")
	}
	good, expired := files(t, v.app), files(t, v.expired)
	if err := dial(nil, true); !errors.Is(err, client.ErrNoApp) {
		t.Errorf("without an app: %v", err)
	}
	if err := dial(expired, true); !errors.Is(err, client.ErrNotGenuine) {
		t.Errorf("an expired one: %v", err)
	}
	if err := dial(&client.App{Key: good.Key, Certificate: expired.Certificate}, true); err == nil || !strings.Contains(err.Error(), "not that of the key") {
		t.Errorf("of two apps: %v", err)
	}
	if err := dial(good, true); err != nil {
		t.Errorf("a genuine one: %v", err)
	}
	if err := dial(nil, false); err != nil {
		t.Errorf("and again by its bond: %v", err)
	}
	if err := os.Chmod(good.Key, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := dial(nil, false); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others may read: %v", err)
	}
}

// files are papers as a phone has them.
func files(t *testing.T, p papers) *client.App {
	t.Helper()
	dir := t.TempDir()
	a := &client.App{Key: filepath.Join(dir, "app.key"), Certificate: filepath.Join(dir, "app.pem")}
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		t.Fatal(err)
	}
	var chain []byte
	for _, c := range p.chain {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c})...)
	}
	err = os.WriteFile(a.Key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
	if err = errors.Join(err, os.WriteFile(a.Certificate, chain, 0o644)); err != nil {
		t.Fatal(err)
	}
	return a
}
