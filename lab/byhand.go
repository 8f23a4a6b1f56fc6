package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/lab/remote"
	"switchroom/plant"
	"switchroom/site"
)

// tellNetwork is the network as it is told.
func (s *Server) tellNetwork() remote.Network {
	n := s.lab.Network
	t := remote.Network{Elements: []remote.Element{}, Faults: []remote.NetworkFault{}, Nodes: s.nodes(), Cables: []string{}}
	for _, e := range n.Standings() {
		t.Elements = append(t.Elements, tellElement(&e))
	}
	now := s.lab.World.Now()
	for _, f := range n.Faults() {
		t.Faults = append(t.Faults, tellFault(&f, now))
	}
	for i := range n.Cables {
		t.Cables = append(t.Cables, n.Cables[i].Name)
	}
	return t
}

func tellElement(e *plant.Standing) remote.Element {
	return remote.Element{Name: e.Name, Kind: string(e.Kind), Node: e.Node, On: e.On, KW: finite(real(e.Takes) / 1000), KVAR: finite(imag(e.Takes) / 1000),
		Share: finite(e.Share), Held: e.Held, Rated: e.Rated, Dip: slices.Max(e.Dip[:])}
}

func tellFault(f *plant.Burning, now time.Duration) remote.NetworkFault {
	t := remote.NetworkFault{Name: f.Name, Kind: string(f.Kind), At: f.Node, Along: f.Along, Ohm: f.Ohm, Gap: f.Gap}
	if t.At == "" {
		t.At = f.Cable
	}
	if f.Kind != plant.BrokenNeutral {
		t.Amps = finite(f.Amps)
	}
	if f.Until > 0 {
		left := max(0, (f.Until - now).Seconds())
		t.Ends = &left
	}
	return t
}

// finite is a number, or nil where it is none.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// nodes are the nodes that breakers and cables reach, and sources feed.
func (s *Server) nodes() []string {
	all := map[string]bool{}
	n := s.lab.Network
	for i := range n.Branches {
		all[n.Branches[i].From], all[n.Branches[i].To] = true, true
	}
	for i := range n.Cables {
		all[n.Cables[i].From], all[n.Cables[i].To] = true, true
	}
	return append([]string{}, slices.Sorted(maps.Keys(all))...)
}

// hasNetwork reports whether the site has a network to do something to.
func (s *Server) hasNetwork() bool { return len(s.lab.Network.Branches) > 0 }

// prospect is what would flow at a node, or at both ends of a cable.
func (s *Server) prospect(at string) (remote.Prospect, error) {
	p := remote.Prospect{At: at, Nodes: []remote.NodeProspect{}}
	ends := []string{at}
	for _, c := range s.lab.Network.Cables {
		if c.Name == at {
			ends = []string{c.From, c.To}
		}
	}
	if len(ends) == 1 && !slices.Contains(s.nodes(), at) {
		return p, fmt.Errorf("there is no node and no cable %q; the nodes are %v", at, s.nodes())
	}
	for _, n := range s.lab.Network.ShortCircuit(false).Nodes {
		if slices.Contains(ends, n.Node) {
			p.Nodes = append(p.Nodes, remote.NodeProspect{Node: n.Node, Ik3Max: n.Ik3Max, Ik3Min: n.Ik3Min, Ik2Min: n.Ik2Min, Ik1Max: n.Ik1Max, Ik1Min: n.Ik1Min, Ip: n.Ip})
		}
	}
	return p, nil
}

// deed is a deed as the site knows it.
func deedOf(d *remote.Deed) site.Deed {
	return site.Deed{Do: d.Do, Target: d.Target, Name: d.Name, Kind: d.Kind, Along: d.Along, Phase: d.Phase, Ohm: d.Ohm, Gap: d.Gap, Share: d.Share,
		For: time.Duration(d.For * float64(time.Second))}
}

// toNetwork does something to the network.
func (s *Server) toNetwork(d *remote.Deed) error {
	err := s.lab.Hand.Do(deedOf(d))
	if err == nil {
		poke(s.hub.moved)
	}
	return err
}

func (s *Server) showNetwork(context.Context, *struct{}) (*body[remote.Network], error) {
	if !s.hasNetwork() {
		return nil, huma.Error404NotFound(site.ErrNoNetwork.Error())
	}
	return &body[remote.Network]{s.tellNetwork()}, nil
}

func (s *Server) showProspect(_ context.Context, in *struct {
	At string `query:"at" required:"true" doc:"node or cable"`
}) (*body[remote.Prospect], error) {
	p, err := s.prospect(in.At)
	if err != nil {
		return nil, huma.Error404NotFound(err.Error())
	}
	return &body[remote.Prospect]{p}, nil
}

func (s *Server) doDeed(_ context.Context, in *body[remote.Deed]) (*body[remote.Network], error) {
	return s.after(s.toNetwork(&in.Body))
}

func (s *Server) restoreNetwork(context.Context, *struct{}) (*body[remote.Network], error) {
	err := s.lab.Hand.Restore()
	poke(s.hub.moved)
	return s.after(err)
}

// after is the network after something was done, or why it was not.
func (s *Server) after(err error) (*body[remote.Network], error) {
	switch {
	case errors.Is(err, site.ErrNoNetwork):
		return nil, huma.Error404NotFound(err.Error())
	case err != nil:
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	return &body[remote.Network]{s.tellNetwork()}, nil
}
