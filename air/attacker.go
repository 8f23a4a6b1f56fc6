package air

import "switchroom/wire/ble"

// Inject is somebody who sends a packet as if it came from h.From, at the moment when
// h.To listens for the next one of that link. It reports whether there is such a link.
// What they have not sealed with its key ends it, as the specification has it (Vol 6
// Part B 5.1.3.1): an attacker who is near can end a link, and no more.
func (a *Air) Inject(h Heard) (heard bool) {
	a.Loop.Call(func() {
		to, l := a.receiver(h)
		if l == nil || l.over || l.silent != nil {
			return
		}
		heard = true
		a.hear(h)
		payload := h.Payload
		if to.open != nil {
			var err error
			if payload, err = to.open.Open(nil, h.Header, h.Payload); err != nil {
				l.end(ble.MICFailure, ble.MICFailure)
				return
			}
		}
		if h.Header != llControl {
			to.radio.out(ble.ACL{Handle: to.handle, First: h.Header == llStart, Heard: true, Data: payload})
		}
	})
	return heard
}

// Meddle puts somebody in between: f is given every packet of a link and returns what
// arrives in its place. Nil ends it.
func (a *Air) Meddle(f func(Heard) []byte) { a.Loop.Call(func() { a.between = f }) }

// receiver is the end of a link that a packet is for.
func (a *Air) receiver(h Heard) (*end, *link) {
	for r := range a.radios {
		for _, l := range r.links {
			for i := range l.ends {
				if l.ends[i].address == h.To && l.ends[1-i].address == h.From {
					return &l.ends[i], l
				}
			}
		}
	}
	return nil, nil
}
