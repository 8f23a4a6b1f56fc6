package schedule

import (
	"fmt"
	"net/netip"
)

// Unit ids behind something: an IFM has two rotary switches (recalled), other
// devices what Modbus has.
const (
	rotaryMax = 99
	unitMax   = 247
	itself    = 255 // of an IFE and of a panel server
)

// reach says how the network reaches each breaker: at an address of its own, or
// behind something with a unit id.
func (l *list) reach() {
	switch l.options.Topology {
	case Each:
		l.each()
	case OneGate:
		l.one(gatewayRow, "GW")
	case OnePanel:
		l.one(panelRow, "PS")
	default:
		l.listed()
	}
	l.units()
}

// each gives every breaker an address of its own.
func (l *list) each() {
	for _, g := range l.gates {
		l.note("row %d, %s %q, passed over: every breaker gets an address of its own", g.row, g.face, clip(g.name))
	}
	l.gates = nil
	seen := map[netip.AddrPort]bool{}
	for _, e := range l.breakers {
		e.via, e.unit = "", 0
		if at := netip.AddrPortFrom(e.addr, e.port); seen[at] && !l.options.LAN {
			e.addr = netip.Addr{} // it gets one of its own
		} else {
			seen[at] = true
		}
		if e.face == "" || e.face == "ifm" {
			e.face = "ife"
		}
	}
	l.own(l.breakers)
}

// one puts all breakers behind one thing, with the unit ids that the list has or
// the next.
func (l *list) one(kind, stem string) {
	for _, g := range l.gates {
		l.note("row %d, %s %q, passed over: one %s is in front of all", g.row, g.face, clip(g.name), kind)
	}
	gate := &entry{name: l.free(stem), face: kind, port: l.options.Port}
	taken := map[int]bool{}
	for _, e := range l.breakers {
		if !gate.addr.IsValid() {
			gate.addr, gate.port, gate.listed = e.addr, e.port, e.listed
		}
		taken[e.unit] = true
	}
	next := 1
	for _, e := range l.breakers {
		if e.face == "none" {
			e.via = ""
			continue
		}
		if e.face == "" {
			e.face = "ifm"
		}
		for ; e.unit == 0 || e.unit == itself; next++ {
			if !taken[next] {
				e.unit = next
			}
		}
		e.via, e.addr, e.port = gate.name, netip.Addr{}, 0
	}
	l.gates = []*entry{gate}
	l.own(l.gates)
}

// listed takes it as it stands: those that share an address are behind what is there.
func (l *list) listed() {
	groups := map[netip.AddrPort][]*entry{}
	var order []netip.AddrPort
	for _, e := range append(append([]*entry{}, l.gates...), l.breakers...) {
		if e.face == "none" && e.via != "" {
			l.problem(e.row, "via", "nothing reaches a breaker without interface; leave it empty, or write ifm as the interface")
		}
		if e.face == "none" || l.behind(e) || !e.addr.IsValid() {
			continue
		}
		at := netip.AddrPortFrom(e.addr, e.port)
		if groups[at] == nil {
			order = append(order, at)
		}
		groups[at] = append(groups[at], e)
	}
	for _, at := range order {
		l.group(at, groups[at])
	}
	for _, e := range l.breakers {
		if e.face == "ifm" && e.via == "" {
			l.problem(e.row, "interface", "nothing reaches this IFM by its own unit id, 1 to 99: write the address of its IFE server or gateway and the unit id, or the name in a column via")
		}
		if e.face == "" {
			e.face = "ife"
		}
	}
	var own []*entry
	for _, e := range append(append([]*entry{}, l.gates...), l.breakers...) {
		if e.via == "" && e.face != "none" && e.face != "ifm" {
			own = append(own, e)
		}
	}
	l.own(own)
}

// behind puts a breaker behind what it names in the column via.
func (l *list) behind(e *entry) bool {
	if e.via == "" || e.gateway() {
		return false
	}
	if e.face == "" {
		e.face = "ifm"
	}
	front := l.named(e.via)
	if front != nil && front.face == "" {
		front.face = "ife"
	}
	switch {
	case front == nil:
		front = &entry{row: e.row, name: e.via, face: gatewayRow, addr: e.addr, port: e.port, listed: e.listed}
		l.add(front)
		l.note("%q is in no row of its own, and taken as a gateway", clip(e.via))
	case front == e:
		l.problem(e.row, "via", "%q is the breaker itself", clip(e.via))
	case !front.gateway() && (front.via != "" || front.face != "ife" && front.face != ""):
		l.problem(e.row, "via", "%q has no IFE with an address, on which an IFM could be stacked", clip(e.via))
	case !front.gateway() && e.face != "ifm":
		l.problem(e.row, "interface", "only an IFM is stacked on the IFE server of %q", clip(e.via))
	case e.addr.IsValid() && front.addr.IsValid() && (e.addr != front.addr || e.port != front.port):
		l.problem(e.row, "address", "%v, and %q is at %v: behind it a breaker has its address", e.addr, clip(e.via), front.addr)
	}
	e.via = front.name
	return true
}

// group sorts out those that share an address.
func (l *list) group(at netip.AddrPort, all []*entry) {
	if len(all) == 1 && all[0].face != "ifm" {
		return
	}
	var fronts, rest []*entry
	for _, e := range all {
		if e.gateway() || (e.unit == 0 || e.unit == itself) && e.face != "ifm" {
			fronts = append(fronts, e)
		} else {
			rest = append(rest, e)
		}
	}
	switch {
	case len(fronts) > 1:
		for _, e := range fronts[1:] {
			l.problem(e.row, "address", "%s is the address in row %d too; give each its own, or unit ids if they are behind one gateway", show(fronts[0].listed), fronts[0].row)
		}
		return
	case len(fronts) == 0:
		fronts = []*entry{{row: all[0].row, name: l.free("GW"), face: gatewayRow, addr: at.Addr(), port: at.Port(), listed: all[0].listed}}
		l.add(fronts[0])
	}
	l.stack(fronts[0], rest)
}

// stack puts breakers behind one that has the address.
func (l *list) stack(front *entry, rest []*entry) {
	if front.face == "" {
		front.face = "ife"
	}
	for _, e := range rest {
		if e.face == "" {
			e.face = "ifm"
		}
		switch {
		case !front.gateway() && front.face != "ife":
			l.problem(e.row, "address", "it is that of the %s in row %d, behind which there is nothing; give it its own", front.face, front.row)
		case !front.gateway() && e.face != "ifm":
			l.problem(e.row, "interface", "%s at the address of the IFE server in row %d; write ifm, or give it an address of its own", e.face, front.row)
		}
		e.via = front.name
	}
}

// units checks the unit ids of those behind something.
func (l *list) units() {
	taken := map[string]int{}
	for _, e := range l.breakers {
		most := unitMax
		if e.face == "ifm" {
			most = rotaryMax
		}
		if e.via == "" {
			continue
		}
		key := fmt.Sprintf("%s/%d", e.via, e.unit)
		switch other := taken[key]; {
		case e.unit == 0 || e.unit == itself:
			l.problem(e.row, "unit", "behind %q the unit id says which breaker is asked; write one from 1 to %d", clip(e.via), most)
		case e.unit > most:
			l.problem(e.row, "unit", "%d: an %s behind %q has a unit id from 1 to %d", e.unit, e.face, clip(e.via), most)
		case other != 0:
			l.problem(e.row, "unit", "%d behind %q is the unit id in row %d too", e.unit, clip(e.via), other)
		default:
			taken[key] = e.row
		}
	}
}

// own notes those that listen at an address of their own.
func (l *list) own(all []*entry) {
	seen := map[netip.AddrPort]int{}
	for _, e := range all {
		e.where = netip.AddrPortFrom(e.addr, e.port)
		switch {
		case e.face == "none":
			e.where = netip.AddrPort{}
			continue
		case !e.addr.IsValid() && l.options.LAN:
			l.problem(e.row, "address", "is empty: on the network %q needs the address that it is to have", clip(e.name))
		case e.addr.IsValid() && seen[e.where] != 0:
			l.problem(e.row, "address", "%s is the address in row %d too; give each its own, or unit ids if they are behind one gateway", show(e.listed), seen[e.where])
		}
		if e.addr.IsValid() && seen[e.where] == 0 {
			seen[e.where] = max(e.row, 1)
		}
		e.listening = true
	}
}

// show writes an address, with its port where it has one.
func show(a netip.AddrPort) string {
	if a.Port() == 0 {
		return a.Addr().String()
	}
	return a.String()
}
