package pairing

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"

	"switchroom/wire/ble"
)

// Config is one end of a pairing.
type Config struct {
	Initiator  bool
	Own, Peer  ble.Address
	SecureOnly bool          // no legacy pairing
	Random     io.Reader     // nil: crypto/rand
	Passkey    func() uint32 // of the responder: the six digits that it shows; nil: random
	// Bent is for tests that attack: it may change the features before they are sent.
	Bent func(*ble.Features)
}

// Result is what pairing has made.
type Result struct {
	Key    ble.Key // that the link is encrypted by now: LTK, or STK of legacy pairing
	Secure bool    // by Secure Connections
	Bonds  bool    // both ends want to keep it
}

// Bond is what both ends keep.
type Bond struct {
	Peer   ble.Address
	LTK    ble.Key
	EDIV   uint16 // of legacy pairing; 0 otherwise
	Rand   [8]byte
	Secure bool
}

// Step is what to do after a packet.
type Step struct {
	Send   []ble.SMP   // in this order
	Show   *uint32     // show this passkey until pairing ends
	Ask    bool        // have somebody type the passkey, and call [Machine.Enter]
	Done   *Result     // the initiator encrypts the link by it; the responder waits for that
	Bond   *Bond       // keep this
	Failed *ble.Reason // it has ended
}

type state string

const (
	idle      state = "idle"
	features  state = "features"
	keys      state = "keys"
	rounds    state = "rounds"
	random    state = "random"
	check     state = "check"
	encrypted state = "done" // waits for the link to be encrypted
	over      state = "over"
)

// Machine is one end of one pairing. It is for one goroutine.
type Machine struct {
	cfg   Config
	state state

	request, response ble.Features
	secure            bool

	passkey uint32
	entered bool
	early   *ble.SMP // came before the passkey was entered

	private     *ble.PrivateKey
	own, peer   ble.PublicKey
	shared      [32]byte
	round       int
	nonce       ble.Key // own
	theirs      ble.Key // nonce of the other end
	confirm     ble.Key // of the other end, for this round
	mac, ltk    ble.Key
	result      Result
	distributed Bond
}

// New returns an end that has sent and received nothing.
func New(c Config) *Machine {
	if c.Random == nil {
		c.Random = rand.Reader
	}
	return &Machine{cfg: c, state: idle}
}

// Over reports whether the pairing has ended, well or not.
func (m *Machine) Over() bool { return m.state == over || m.state == encrypted }

// wanted is what this end asks for.
func (m *Machine) wanted() ble.Features {
	f := ble.Features{IO: ble.DisplayOnly, Auth: ble.AuthBonding | ble.AuthMITM | ble.AuthSecure, MaxKey: 16, Responder: ble.DistributeEncryption}
	if m.cfg.Initiator {
		f.IO = ble.KeyboardDisplay
	}
	if m.cfg.Bent != nil {
		m.cfg.Bent(&f)
	}
	return f
}

// Begin is the initiator's first step.
func (m *Machine) Begin() Step {
	m.request = m.wanted()
	m.state = features
	return Step{Send: []ble.SMP{m.request.Packet(ble.SMPRequest)}}
}

// turn is what a packet of a code does in a state: no row means that it is out of turn.
var turn map[state]map[byte]func(*Machine, ble.SMP) Step

func init() { // its rows refer to what refers to it
	turn = map[state]map[byte]func(*Machine, ble.SMP) Step{
		idle:      {ble.SMPRequest: (*Machine).requested},
		features:  {ble.SMPResponse: (*Machine).responded, ble.SMPPublicKey: (*Machine).publicKey, ble.SMPConfirm: (*Machine).legacyConfirm},
		keys:      {ble.SMPPublicKey: (*Machine).publicKey},
		rounds:    {ble.SMPConfirm: (*Machine).confirmed, ble.SMPRandom: (*Machine).revealed},
		random:    {ble.SMPConfirm: (*Machine).legacyConfirm, ble.SMPRandom: (*Machine).legacyRandom},
		check:     {ble.SMPCheck: (*Machine).checked},
		encrypted: {ble.SMPEncryption: (*Machine).longTerm, ble.SMPCentral: (*Machine).identification},
	}
}

// Handle takes a packet of the other end. What comes after the end does nothing: a
// pairing fails once.
func (m *Machine) Handle(p ble.SMP) Step {
	if m.state == over {
		return Step{}
	}
	switch p.Code {
	case ble.SMPFailed:
		r := ble.Reason(p.Body[0])
		m.state = over
		return Step{Failed: &r}
	case ble.SMPKeypress, ble.SMPSecurity, ble.SMPIdentity, ble.SMPAddress, ble.SMPSigning:
		return Step{} // asks for nothing here
	}
	if m.waits() && (p.Code == ble.SMPConfirm || p.Code == ble.SMPPublicKey) && m.early == nil {
		m.early = &p
		return Step{}
	}
	do := turn[m.state][p.Code]
	if do == nil {
		return m.fail(ble.Unspecified)
	}
	return do(m, p)
}

// waits reports whether the passkey is still being typed.
func (m *Machine) waits() bool {
	return m.cfg.Initiator && !m.entered && (m.state == rounds || m.state == random)
}

// fail ends the pairing and tells the other end why.
func (m *Machine) fail(r ble.Reason) Step {
	m.state = over
	return Step{Send: []ble.SMP{ble.Failure(r)}, Failed: &r}
}

// Cancel ends it from here: nobody types the passkey, or it took too long.
func (m *Machine) Cancel(r ble.Reason) Step {
	if m.Over() {
		return Step{}
	}
	return m.fail(r)
}

// requested is the responder that is asked to pair.
func (m *Machine) requested(p ble.SMP) Step {
	if m.cfg.Initiator {
		return m.fail(ble.Unspecified)
	}
	m.request = p.Features()
	m.response = m.wanted()
	m.response.Initiator = 0
	m.response.Responder &= m.request.Responder
	if why := m.agree(); why != 0 {
		return m.fail(why)
	}
	n, err := m.digits()
	if err != nil {
		return m.fail(ble.Unspecified)
	}
	m.passkey, m.entered, m.state = n, true, features
	return Step{Send: []ble.SMP{m.response.Packet(ble.SMPResponse)}, Show: &n}
}

// responded is the initiator that hears what the other end can.
func (m *Machine) responded(p ble.SMP) Step {
	if !m.cfg.Initiator {
		return m.fail(ble.Unspecified)
	}
	m.response = p.Features()
	if why := m.agree(); why != 0 {
		return m.fail(why)
	}
	if !m.secure {
		m.state = random
		if m.entered { // somebody was quick
			return m.sendLegacyConfirm()
		}
		return Step{Ask: true}
	}
	m.state = keys
	return m.sendKey(Step{Ask: true})
}

// agree sees that what both ends can is enough. It returns why not.
func (m *Machine) agree() ble.Reason {
	a, b := m.request, m.response
	m.secure = a.Auth&b.Auth&ble.AuthSecure != 0
	m.result.Bonds = a.Bonds() && b.Bonds()
	switch {
	case a.OOB != 0 || b.OOB != 0:
		return ble.OOBNotAvailable
	case a.MaxKey < 16 || b.MaxKey < 16:
		return ble.KeySize
	case a.MaxKey > 16 || b.MaxKey > 16:
		return ble.InvalidParameters
	case a.IO != ble.KeyboardOnly && a.IO != ble.KeyboardDisplay, b.IO != ble.DisplayOnly && b.IO != ble.DisplayYesNo && b.IO != ble.KeyboardDisplay:
		return ble.AuthenticationRequired // without a passkey nobody knows who is there
	case a.Auth&b.Auth&ble.AuthMITM == 0 && (a.Auth|b.Auth)&ble.AuthMITM == 0:
		return ble.AuthenticationRequired
	case m.cfg.SecureOnly && !m.secure:
		return ble.AuthenticationRequired
	}
	return 0
}

// digits are six random ones, each number as likely as another.
func (m *Machine) digits() (uint32, error) {
	if m.cfg.Passkey != nil {
		return m.cfg.Passkey() % 1_000_000, nil
	}
	n, err := rand.Int(m.cfg.Random, big.NewInt(1_000_000))
	if err != nil {
		return 0, err
	}
	return uint32(n.Uint64()), nil
}

// fresh draws a random value.
func (m *Machine) fresh() (k ble.Key, err error) {
	_, err = io.ReadFull(m.cfg.Random, k[:])
	return k, err
}

// Enter is the passkey that somebody has typed into the initiator.
func (m *Machine) Enter(passkey uint32) Step {
	if !m.cfg.Initiator || m.entered || m.Over() {
		return Step{}
	}
	m.passkey, m.entered = passkey, true
	var s Step
	switch {
	case m.state == rounds:
		s = m.sendConfirm()
	case m.state == random:
		s = m.sendLegacyConfirm()
	}
	if m.early != nil && s.Failed == nil {
		p := *m.early
		m.early = nil
		return s.then(m.Handle(p))
	}
	return s
}

// then joins two steps.
func (s Step) then(t Step) Step {
	t.Send = append(s.Send, t.Send...)
	t.Ask = s.Ask || t.Ask
	if t.Show == nil {
		t.Show = s.Show
	}
	return t
}

// Encrypted says that the link is encrypted by the key of the result. The responder of
// a legacy pairing gives out the long-term key of the bond.
func (m *Machine) Encrypted() Step {
	if m.state != encrypted {
		return Step{}
	}
	bond := Bond{Peer: m.cfg.Peer, LTK: m.result.Key, Secure: m.secure}
	awaits := m.result.Bonds && m.cfg.Initiator && !m.secure // the long-term key
	if !awaits {
		m.state = over // else a link that is encrypted anew would be given keys anew
	}
	switch {
	case !m.result.Bonds:
		return Step{}
	case m.secure:
		return Step{Bond: &bond}
	case m.cfg.Initiator || m.response.Responder&ble.DistributeEncryption == 0:
		return Step{}
	}
	return m.distribute(bond)
}

func (m *Machine) distribute(bond Bond) Step {
	ltk, err1 := m.fresh()
	id, err2 := m.fresh()
	if err1 != nil || err2 != nil {
		return m.fail(ble.Unspecified)
	}
	bond.LTK, bond.EDIV = ltk, binary.BigEndian.Uint16(id[8:])|1 // not 0, which stands for Secure Connections
	copy(bond.Rand[:], id[:8])
	body := binary.LittleEndian.AppendUint16(nil, bond.EDIV)
	body = append(body, ble.Reverse(bond.Rand[:])...)
	return Step{Send: []ble.SMP{ltk.Packet(ble.SMPEncryption), {Code: ble.SMPCentral, Body: body}}, Bond: &bond}
}

// longTerm and identification are the initiator that is given a long-term key.
func (m *Machine) longTerm(p ble.SMP) Step {
	if !m.cfg.Initiator || m.secure {
		return Step{}
	}
	m.distributed = Bond{Peer: m.cfg.Peer, LTK: p.Key()}
	return Step{}
}

func (m *Machine) identification(p ble.SMP) Step {
	if !m.cfg.Initiator || m.secure || m.distributed.LTK == (ble.Key{}) {
		return Step{}
	}
	b := m.distributed
	b.EDIV = binary.LittleEndian.Uint16(p.Body)
	copy(b.Rand[:], ble.Reverse(p.Body[2:10]))
	m.state = over
	return Step{Bond: &b}
}

// String says where it stands, for messages.
func (m *Machine) String() string { return fmt.Sprintf("pairing, %s", m.state) }
