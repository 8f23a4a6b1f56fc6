package remote

import (
	"context"
	"net/http"
	"net/url"
)

// Network is how the network of a laboratory stands.
type Network struct {
	Elements []Element      `json:"elements"` // loads, motors, capacitors, sources, transformers
	Faults   []NetworkFault `json:"faults"`   // that are on
	Nodes    []string       `json:"nodes"`
	Cables   []string       `json:"cables"`
}

// Element is what can be switched in a network.
type Element struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"` // load, motor, capacitor, source, generator, transformer
	Node  string   `json:"node"`
	On    bool     `json:"on"`
	KW    *float64 `json:"kw"`    // that it takes now; of a source, gives. null: not known
	KVAR  *float64 `json:"kvar"`  // reactive, lagging above 0
	Share *float64 `json:"share"` // of a load, of its power; null: of no load
	Held  bool     `json:"held"`  // a load that is held by hand and does not follow its profile
	Rated float64  `json:"rated"` // W, var of a capacitor, VA of a source; 0: without limit
	Dip   float64  `json:"dip"`   // share of its voltage that a source lacks, in the worst phase
}

// NetworkFault is a fault in a network that is on.
type NetworkFault struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"`
	At    string   `json:"at"`    // node, cable or breaker
	Along float64  `json:"along"` // share of the length of a cable; 0: at a node
	Ohm   float64  `json:"ohm"`
	Gap   float64  `json:"gap_mm"`
	Amps  *float64 `json:"amps"`    // rms that its worst leg carries; null: not known
	Ends  *float64 `json:"ends_in"` // s of the laboratory until it ends by itself; null: it does not
}

// Deed is something done to a network by hand. It has the names and the fields of a
// scenario's actions (docs/network.md).
type Deed struct {
	Do     string   `json:"do" enum:"on,off,load,profile,dip,fault,clear,lose,return,start,stop"`
	Target string   `json:"target" doc:"load, motor, source; node or cable of a fault; name of a fault to clear"`
	Name   string   `json:"name,omitempty" doc:"of a fault, to clear it by; its target"`
	Kind   string   `json:"kind,omitempty" doc:"of a fault: three_phase, phase_phase, phase_phase_earth, phase_earth, phase_neutral, broken_neutral"`
	Along  *float64 `json:"along,omitempty" doc:"share of the length of the cable at which a fault is"`
	Phase  int      `json:"phase,omitempty" doc:"of a fault: the first phase concerned, 1 to 3"`
	Ohm    float64  `json:"ohm,omitempty" doc:"ohm, of each leg of a fault; 0 is bolted"`
	Gap    float64  `json:"gap_mm,omitempty" doc:"mm between the electrodes of an arc; 0: none"`
	Share  float64  `json:"share,omitempty" doc:"of its power that a load takes, 0 to 1.5; of the voltage that a dip takes away, 0 to 1"`
	For    float64  `json:"for,omitempty" minimum:"0" maximum:"3600" doc:"s of the laboratory; 0: of a fault 10, else until it is taken back"`
}

// Prospect is what a bolted fault at a place would draw, by IEC 60909-0 with breakers as
// they stand; all in A.
type Prospect struct {
	At    string         `json:"at"`
	Nodes []NodeProspect `json:"nodes"` // the node itself, or both ends of the cable; empty: no source feeds it
}

// NodeProspect is of one node.
type NodeProspect struct {
	Node   string  `json:"node"`
	Ik3Max float64 `json:"ik3_max"`
	Ik3Min float64 `json:"ik3_min"`
	Ik2Min float64 `json:"ik2_min"`
	Ik1Max float64 `json:"ik1_max"`
	Ik1Min float64 `json:"ik1_min"`
	Ip     float64 `json:"ip"` // peak
}

// Network tells how the network stands.
func (c *Client) Network(ctx context.Context) (n Network, err error) {
	return n, c.ask(ctx, http.MethodGet, "/api/v1/network", nil, &n)
}

// Prospect tells what a bolted fault would draw at a node, or along a cable.
func (c *Client) Prospect(ctx context.Context, at string) (p Prospect, err error) {
	return p, c.ask(ctx, http.MethodGet, "/api/v1/network/prospect?"+url.Values{"at": {at}}.Encode(), nil, &p)
}

// ToNetwork does something to the network by hand.
func (c *Client) ToNetwork(ctx context.Context, d Deed) (n Network, err error) {
	return n, c.ask(ctx, http.MethodPost, "/api/v1/network/deeds", d, &n)
}

// Restore brings the network back to how the laboratory began.
func (c *Client) Restore(ctx context.Context) (n Network, err error) {
	return n, c.ask(ctx, http.MethodPost, "/api/v1/network/restore", nil, &n)
}
