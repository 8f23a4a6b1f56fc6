package ble

import (
	"encoding/hex"
	"fmt"
	"testing"
)

// key reads a value of sample data.
func key(s string) (k Key) {
	copy(k[:], unhex(s))
	return k
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func coordinate(s string) (c [32]byte) {
	copy(c[:], unhex(s))
	return c
}

func addr(s string, random bool) (a Address) {
	a.Random = random
	copy(a.Octets[:], unhex(s))
	return a
}

// features reads a pairing packet as the sample data print it, most significant byte
// first.
func features(s string) Features {
	b := unhex(s)
	return Features{Responder: b[0], Initiator: b[1], MaxKey: b[2], Auth: b[3], OOB: b[4], IO: b[5]}
}

// TestCMAC is the examples of RFC 4493, section 4.
func TestCMAC(t *testing.T) {
	const whole = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
	for n, want := range map[int]string{
		0:  "bb1d6929e95937287fa37d129b756746",
		16: "070a16b46b4d4144f79bdd9dd04a287c",
		40: "dfa66747de9ae63030ca32611497c827",
		64: "51f0bebf7e3b9d92fc49741779363cfe",
	} {
		if got := CMAC(key("2b7e151628aed2a6abf7158809cf4f3c"), unhex(whole)[:n]); got != key(want) {
			t.Errorf("of %d bytes: %x, want %s", n, got, want)
		}
	}
}

const (
	pkAX = "20b003d2f297be2c5e2c83a7e9f9a5b9eff49111acf4fddbcc0301480e359de6"
	pkAY = "dc809c49652aeb6d63329abf5a52155c766345c28fed3024741c8ed01589d28b"
	pkBX = "1ea1f0f01faf1d9609592284f19e4c0047b58afd8615a69f559077b22faaa190"
	pkBY = "4c55f33e429dad377356703a9ab85160472d1130e28e36765f89aff915b1214a"
	skA  = "3f49f6d4a3c55f3874c9b3e3d2103f504aff607beb40b7995899b8a6cd3c1abd"
	skB  = "55188b3d32f6bb9a900afcfbeed4e72a59cb9ac2f19d7cfb6b4fdd49f47fc5fd"
	dh   = "ec0234a357c8ad05341010a60a397d9b99796b13b4f866f1868d34f373bfa698"
	n1   = "d5cb8454d177733effffb2ec712baeab"
	n2   = "a6e8e7cc25a75f6e216583f7ff3dc4cf"
)

// TestToolbox is the sample data of the Core Specification, Vol 3 Part H, 2.2 and
// Appendix D.
func TestToolbox(t *testing.T) {
	legacy := Legacy{features("07071000000101"), features("05000800000302"), addr("a1a2a3a4a5a6", true), addr("b1b2b3b4b5b6", false)}
	a1, a2 := addr("56123737bfce", false), addr("a713702dcfc1", false)
	mac, ltk := F5(coordinate(dh), key(n1), key(n2), a1, a2)
	for _, c := range []struct{ name, got, want string }{
		{"c1", fmt.Sprintf("%x", C1(Key{}, key("5783d52156ad6f0e6388274ec6702ee0"), legacy)), "1e1e3fef878988ead2a74dc5bef13b86"},
		{"s1", fmt.Sprintf("%x", S1(Key{}, key("000f0e0d0c0b0a091122334455667788"), key("010203040506070899aabbccddeeff00"))), "9a1fe1f0e8b0f49b5b4216ae796da062"},
		{"f4", fmt.Sprintf("%x", F4(coordinate(pkAX), coordinate(skB), key(n1), 0)), "f2c916f107a9bd1cf1eda1bea974872d"},
		{"f5 MacKey", fmt.Sprintf("%x", mac), "2965f176a1084a02fd3f6a20ce636e20"},
		{"f5 LTK", fmt.Sprintf("%x", ltk), "6986791169d7cd23980522b594750a38"},
		{"f6", fmt.Sprintf("%x", F6(mac, key(n1), key(n2), key("12a3343bb453bb5408da42d20c2d0fc8"), Features{Auth: 1, OOB: 1, IO: 2}, a1, a2)), "e3c473989cd0e8c5d26c0b09da958f61"},
		{"g2", fmt.Sprintf("%06d", G2(coordinate(pkAX), coordinate(skB), key(n1), key(n2))), "938554"},
		{"ah", fmt.Sprintf("%x", AH(key("ec0234a357c8ad05341010a60a397d9b"), [3]byte{0x70, 0x81, 0x94})), "0dfbaa"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %s, want %s", c.name, c.got, c.want)
		}
	}
}

// TestDiffieHellman is the sample data of Vol 3 Part H, 2.3.5.6.1, and points that are
// none.
func TestDiffieHellman(t *testing.T) {
	a, err := PrivateKeyOf(unhex(skA))
	if err != nil {
		t.Fatal(err)
	}
	b, err := PrivateKeyOf(unhex(skB))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := a.Public(), (PublicKey{coordinate(pkAX), coordinate(pkAY)}); got != want || !got.Debug() {
		t.Errorf("public key %x, debug %v", got, got.Debug())
	}
	if b.Public() != (PublicKey{coordinate(pkBX), coordinate(pkBY)}) {
		t.Errorf("public key %x", b.Public())
	}
	for _, c := range []struct {
		own  *PrivateKey
		peer PublicKey
	}{{a, b.Public()}, {b, a.Public()}} {
		if w, err := c.own.Shared(c.peer); err != nil || w != coordinate(dh) {
			t.Errorf("shared %x, %v; want %s", w, err, dh)
		}
	}
	off := b.Public()
	off.Y = [32]byte{} // CVE-2018-5383
	for _, bad := range []PublicKey{{}, off, {X: off.X, Y: off.X}} {
		if _, err := a.Shared(bad); err == nil {
			t.Errorf("%x is taken for a point", bad)
		}
	}
}

// TestLinkEncryption is the sample data of Vol 6 Part C, 1: the session key, and the two
// packets of each direction in their order.
func TestLinkEncryption(t *testing.T) {
	d := Diversifier{CentralSKD: [8]byte(unhex("acbdcedfe0f10213")), PeripheralSKD: [8]byte(unhex("0213243546576879")), CentralIV: [4]byte(unhex("badcab24")), PeripheralIV: [4]byte(unhex("deafbabe"))}
	sk := SessionKey(key("4c68384139f574d836bcf34e9dfb01bf"), d)
	if sk != key("99ad1b5226a37e3e058e3b8e27c2c666") {
		t.Fatalf("session key %x", sk)
	}
	seal, open := map[Direction]*LinkCipher{}, map[Direction]*LinkCipher{}
	for _, dir := range []Direction{FromCentral, FromPeripheral} {
		seal[dir], _ = NewLinkCipher(sk, d, dir)
		open[dir], _ = NewLinkCipher(sk, d, dir)
	}
	for _, c := range []struct {
		what   string
		dir    Direction
		header byte
		plain  string
		sealed string
	}{
		{"LL_START_ENC_RSP1", FromCentral, 0x0F, "06", "9fcda7f448"},
		{"LL_START_ENC_RSP2", FromPeripheral, 0x07, "06", "a34c13a415"},
		{"LL_DATA1", FromCentral, 0x0E, "1700636465666768696a6b6c6d6e6f707131323334353637383930", "7a70d66415226df26b17839a060405596bd6564f796b5b9ce6ff32f75a6d33"},
		{"LL_DATA2", FromPeripheral, 0x06, "170037363534333231304142434445464748494a4b4c4d4e4f5051", "f38881e7bd94c9c369b9a66846dd4786aa8c39ce540d0dae3adcdf89b96088"},
	} {
		got, err := seal[c.dir].Seal(nil, c.header, unhex(c.plain))
		if err != nil || hex.EncodeToString(got) != c.sealed {
			t.Errorf("%s: %x, %v; want %s", c.what, got, err, c.sealed)
		}
		if _, err := open[1-c.dir].Open(nil, c.header, got); err == nil {
			t.Errorf("%s opens in the other direction", c.what)
		}
		if back, err := open[c.dir].Open(nil, c.header, got); err != nil || hex.EncodeToString(back) != c.plain {
			t.Errorf("%s opens to %x, %v", c.what, back, err)
		}
		if _, err := open[c.dir].Open(nil, c.header, got); err == nil {
			t.Errorf("%s opens twice", c.what)
		}
	}
}

// TestPrivate: an address that is made with a key resolves with it and no other.
func TestPrivate(t *testing.T) {
	irk := key("ec0234a357c8ad05341010a60a397d9b")
	a := Private(irk, [3]byte{0x70, 0x81, 0x94})
	if a.String() != "70:81:94:0D:FB:AA" || !a.Resolves(irk) || a.Resolves(Key{1}) || a.Static() {
		t.Errorf("%v", a)
	}
	if back, err := ParseAddress(a.String(), true); err != nil || back != a {
		t.Errorf("%v, %v", back, err)
	}
}
