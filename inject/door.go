package inject

import "sync"

// door is a gate that several injections narrow at once: the narrowest of them
// holds, and when one ends the others go on. Without it, the end of a restart would
// take back a limit that is still in force.
type door struct {
	gate Gate

	mu     sync.Mutex
	narrow map[*passage]int
}

// passage is the gate as one injection sees it.
type passage struct{ door *door }

// through returns a passage of one more injection.
func (d *door) through() *passage { return &passage{d} }

// Narrow is what this injection admits; less than 0 takes that back.
func (p *passage) Narrow(conns int) {
	d := p.door
	d.mu.Lock()
	defer d.mu.Unlock()
	if conns < 0 {
		delete(d.narrow, p)
	} else {
		d.narrow[p] = conns
	}
	least := -1
	for _, n := range d.narrow {
		if least < 0 || n < least {
			least = n
		}
	}
	d.gate.Narrow(least)
}

// Hangup cuts every connection.
func (p *passage) Hangup() { p.door.gate.Hangup() }

// doorOf is the one door of a gate: units behind one interface share it.
func (d *Desk) doorOf(g Gate) *door {
	if d.doors[g] == nil {
		d.doors[g] = &door{gate: g, narrow: map[*passage]int{}}
	}
	return d.doors[g]
}
