package lab

import (
	"switchroom/plant"
	"switchroom/ui"
)

// conductors says which nodes of the network are energised: what breakers measure
// there, and what is joined to that by a closed breaker, a cable or a transformer.
// Where nothing measures, a node that no source can reach is dead and any other is
// unknown.
func (s *Server) conductors(all []standing) map[string]ui.State {
	n := s.lab.Network
	j := joined(n)
	seen, fed := s.seen(j, all), j.fed(n)
	states := map[string]ui.State{}
	for node := range j {
		r := j.root(node)
		states[node] = seen[r]
		if seen[r] == ui.Unknown && !fed[r] {
			states[node] = ui.Dead
		}
	}
	return states
}

// joined are the nodes as breakers stand now, joined by what joins them.
func joined(n *plant.Network) joints {
	j := joints{}
	for i := range n.Branches {
		b := &n.Branches[i]
		j.touch(b.From, b.To)
		if b.Switch.Closed() {
			j.join(b.From, b.To)
		}
	}
	for i := range n.Cables {
		j.join(n.Cables[i].From, n.Cables[i].To)
	}
	for i := range n.Transformers {
		j.touch(n.Transformers[i].From, n.Transformers[i].To)
	}
	return j
}

// seen is what breakers measure, by conductor.
func (s *Server) seen(j joints, all []standing) map[string]ui.State {
	seen := map[string]ui.State{}
	for i := range all {
		k, ok := s.branchOf[all[i].Name]
		if !ok {
			continue
		}
		b := &s.lab.Network.Branches[k]
		where := b.To
		if b.TapsTop {
			where = b.From
		}
		j.tell(seen, where, s.live(all[i].volts))
	}
	return seen
}

// fed are the conductors that a source or a transformer feeds.
func (j joints) fed(n *plant.Network) map[string]bool {
	fed := map[string]bool{}
	for i := range n.Sources {
		fed[j.root(n.Sources[i].Node)] = true
	}
	for i := range n.Transformers {
		fed[j.root(n.Transformers[i].To)] = true
	}
	return fed
}

// byName are the places of breakers in a list, by name.
func byName(all []standing) map[string]int {
	at := map[string]int{}
	for i := range all {
		at[all[i].Name] = i
	}
	return at
}

// joints are nodes that are one conductor: each leads to another of the same.
type joints map[string]string

func (j joints) touch(nodes ...string) {
	for _, n := range nodes {
		if _, ok := j[n]; !ok {
			j[n] = n
		}
	}
}

func (j joints) root(n string) string {
	j.touch(n)
	for j[n] != n {
		j[n] = j[j[n]]
		n = j[n]
	}
	return n
}

func (j joints) join(a, b string) { j[j.root(a)] = j.root(b) }

// tell notes what is measured at a node; energised wins, for a conductor that
// anybody sees energised is.
func (j joints) tell(seen map[string]ui.State, node string, is ui.State) {
	r := j.root(node)
	if is == ui.Energised || is == ui.Dead && seen[r] == ui.Unknown {
		seen[r] = is
	}
}

// sides are the conductors above and below a breaker.
func sides(b *plant.Branch, states map[string]ui.State) (above, below ui.State) {
	return states[b.From], states[b.To]
}

// branchesOf are the breakers of a network, by name.
func branchesOf(n *plant.Network) map[string]int {
	at := map[string]int{}
	if n != nil {
		for i := range n.Branches {
			at[n.Branches[i].Name] = i
		}
	}
	return at
}
