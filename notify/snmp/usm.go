package snmp

import (
	"bytes"
	"crypto/hmac"
	"crypto/subtle"

	"github.com/gosnmp/gosnmp"
)

// failure is why a version 3 message is not taken: the counter of it is what the
// sender gets back (RFC 3414, section 3.2).
type failure int

const (
	_ failure = iota
	unsupportedLevel
	outsideWindow
	unknownUser
	unknownEngine
	wrongDigest
	undecipherable
	numFailures
)

// usmStats is where the counters of failures stand, by [failure].
var usmStats = must("1.3.6.1.6.3.15.1.1")

// window is by how much the time in a message may differ (RFC 3414), s.
const window = 150

// judge says whether a message of a header may be taken, and its user. m is the whole
// message. The order is that of RFC 3414, section 3.2.
func (a *Agent) judge(m []byte, h *header) (*account, failure) {
	if h.engine != a.cfg.Engine.ID {
		return nil, unknownEngine
	}
	u := a.accounts[h.user]
	switch {
	case u == nil:
		return nil, unknownUser
	case h.flags&3 == 2, h.flags&3 == 3 && u.keys.PrivacyProtocol == gosnmp.NoPriv:
		return u, unsupportedLevel
	case h.flags&1 == 0:
		return u, 0 // it may ask, and will get nothing: see [Agent.serve]
	case !u.signed(m, h):
		return u, wrongDigest
	case !a.timely(h):
		return u, outsideWindow
	}
	return u, 0
}

// timely reports whether a message is none that somebody recorded earlier.
func (a *Agent) timely(h *header) bool {
	now := int64(a.cfg.Engine.Time())
	return h.boots == a.cfg.Engine.Boots && h.boots < bootsMax && now-int64(h.time) <= window && int64(h.time)-now <= window
}

// account is a user with keys for our engine.
type account struct {
	User
	keys *gosnmp.UsmSecurityParameters
}

// macSizes is how much of the digest stands in a message (RFC 3414, RFC 7860).
var macSizes = map[gosnmp.SnmpV3AuthProtocol]int{gosnmp.SHA: 12, gosnmp.SHA224: 16, gosnmp.SHA256: 24, gosnmp.SHA384: 32, gosnmp.SHA512: 48}

// signed reports whether the user's key made the digest of a message.
func (u *account) signed(m []byte, h *header) bool {
	proto := u.keys.AuthenticationProtocol
	if len(h.mac) != macSizes[proto] {
		return false
	}
	at := cap(m) - cap(h.mac) // it is a part of m
	blank := bytes.Clone(m)
	clear(blank[at : at+len(h.mac)])
	mac := hmac.New(proto.HashType().New, u.keys.SecretKey)
	mac.Write(blank)
	return subtle.ConstantTimeCompare(mac.Sum(nil)[:len(h.mac)], h.mac) == 1
}

// report answers a message that is not taken with the counter of why. The sender of
// one that was out of time must be able to trust the time in the answer: it is signed.
func (a *Agent) report(h *header, u *account, why failure, request uint32) []byte {
	p := &gosnmp.SnmpPacket{
		Version: gosnmp.Version3, MsgID: h.id, MsgMaxSize: sizeMax, SecurityModel: gosnmp.UserSecurityModel, ContextEngineID: a.cfg.Engine.ID,
		PDUType: gosnmp.Report, RequestID: request,
		Variables: []gosnmp.SnmpPDU{{Name: usmStats.under(uint32(why), 0).String(), Type: gosnmp.Counter32, Value: uint(a.failures[why].Load())}},
	}
	sp := &gosnmp.UsmSecurityParameters{UserName: h.user, AuthenticationProtocol: gosnmp.NoAuth, PrivacyProtocol: gosnmp.NoPriv}
	if why == outsideWindow {
		p.MsgFlags = gosnmp.AuthNoPriv
		sp.AuthenticationProtocol, sp.SecretKey = u.keys.AuthenticationProtocol, u.keys.SecretKey
	}
	a.stamp(sp)
	p.SecurityParameters = sp
	m, err := p.MarshalMsg()
	if err != nil {
		return nil
	}
	return m
}

// stamp says who answers, and when.
func (a *Agent) stamp(sp *gosnmp.UsmSecurityParameters) {
	sp.AuthoritativeEngineID, sp.AuthoritativeEngineBoots, sp.AuthoritativeEngineTime = a.cfg.Engine.ID, a.cfg.Engine.Boots, a.cfg.Engine.Time()
}

// open reads the payload of a message that was judged. What the codec read must be
// what was judged.
func (a *Agent) open(m []byte, h *header, u *account) (*gosnmp.SnmpPacket, bool) {
	g := &gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.SnmpV3MsgFlags(h.flags & 3), SecurityParameters: u.keys.Copy()}
	p, err := g.SnmpDecodePacket(bytes.Clone(m))
	if err != nil {
		return nil, false
	}
	sp, ok := p.SecurityParameters.(*gosnmp.UsmSecurityParameters)
	return p, ok && p.MsgID == h.id && byte(p.MsgFlags) == h.flags && sp.UserName == h.user && sp.AuthoritativeEngineID == h.engine &&
		sp.AuthoritativeEngineBoots == h.boots && sp.AuthoritativeEngineTime == h.time
}

// seal makes the answer to a message of a user, at the level at which was asked.
func (a *Agent) seal(h *header, u *account, p *gosnmp.SnmpPacket) ([]byte, error) {
	sp := u.keys.Copy().(*gosnmp.UsmSecurityParameters)
	a.stamp(sp)
	p.Version, p.MsgID, p.MsgMaxSize, p.SecurityModel = gosnmp.Version3, h.id, sizeMax, gosnmp.UserSecurityModel
	p.MsgFlags, p.SecurityParameters = gosnmp.SnmpV3MsgFlags(h.flags&3), sp
	if p.MsgFlags == gosnmp.AuthPriv {
		if err := u.keys.InitPacket(p); err != nil { // a salt that was never used
			return nil, err
		}
	}
	return p.MarshalMsg()
}
