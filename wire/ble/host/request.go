package host

import (
	"errors"
	"fmt"

	"switchroom/wire/ble"
)

// request is a question of a central.
type request struct {
	p    ble.ATT
	done func(ble.ATT, error)
}

// ErrEnded is what becomes of questions whose link ends before an answer.
var ErrEnded = errors.New("the link has ended")

// Request asks the other end; done is told the answer. One question is on the way at a
// time, the others wait.
func (l *Link) Request(p ble.ATT, done func(ble.ATT, error)) {
	if l.over {
		done(ble.ATT{}, ErrEnded)
		return
	}
	l.asked = append(l.asked, request{p, done})
	if len(l.asked) == 1 {
		l.send(ble.ChannelATT, p.Bytes())
	}
}

// answered is a packet of a server.
func (l *Link) answered(pdu []byte) {
	p, err := ble.ParseATT(pdu)
	switch {
	case err != nil && ble.IsRequest(p.Op):
		return // of no sense
	case err != nil:
		l.settle(ble.ATT{}, fmt.Errorf("the answer makes no sense: %w", err))
	case p.Op == ble.ATTNotify || p.Op == ble.ATTIndicate:
		if l.host.cfg.Hooks.Notified != nil {
			l.host.cfg.Hooks.Notified(l, p.Handle, p.Value)
		}
		if p.Op == ble.ATTIndicate {
			l.send(ble.ChannelATT, ble.ATT{Op: ble.ATTConfirm}.Bytes())
		}
	case ble.IsRequest(p.Op):
		l.send(ble.ChannelATT, p.Refusal(ble.NotSupported).Bytes()) // a central of ours has no attributes
	case p.Op == ble.ATTError:
		l.settle(p, p.Fault)
	default:
		l.settle(p, nil)
	}
}

// settle tells the first question its answer, if it is one to it.
func (l *Link) settle(p ble.ATT, err error) {
	if len(l.asked) == 0 {
		return
	}
	q := l.asked[0]
	if err == nil && p.Op != q.p.Op+1 || p.Op == ble.ATTError && p.Of != q.p.Op {
		return // to something else
	}
	l.asked = l.asked[1:]
	if len(l.asked) > 0 {
		l.send(ble.ChannelATT, l.asked[0].p.Bytes())
	}
	q.done(p, err) // may ask more
}

func (l *Link) failRequests() {
	asked := l.asked
	l.asked = nil
	for _, q := range asked {
		q.done(ble.ATT{}, ErrEnded)
	}
}
