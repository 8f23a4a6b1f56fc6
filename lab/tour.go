package lab

import (
	"net/url"

	"switchroom/imu"
)

// step is one thing that a newcomer can try: what, where, and what comes of it.
type step struct {
	do, at, what string
}

// tour is what a newcomer can try here, in an order that tells a story. A site
// without a room, a network or web pages has no step that needs one.
func (s *Server) tour() (all []step) {
	if len(s.lab.Units) == 0 {
		return nil
	}
	first := s.told(s.lab.Units[0].Name())
	if s.lab.Room != nil {
		all = append(all, step{do: "Badge in", at: "/room", what: "Nobody touches a breaker from outside the locked room."})
	}
	all = append(all, step{do: "Walk up to " + first.Name, at: frontURL(first.Name), what: "Open the cover, and change Isd on its display: Home, Protection, I short time."})
	if at, below := s.feeder(); at != "" {
		all = append(all, step{do: "Put a fault on a feeder", at: "/network/fault?at=" + url.QueryEscape(at) + "&kind=three_phase&ohm=10", what: "At " + at + ", below " + below + ", with 10 mΩ. Protection clears it by its own settings."})
	}
	all = append(all, step{do: "See why it tripped", at: "/events?history=trip", what: "A trip leads to its curve, its waveform, and what the breakers above it saw."},
		step{do: "Bring it back", at: "/#breakers", what: "Walk up to the breaker that tripped: clear the fault, push its blue button in, then I."})
	if first.Web != "" {
		all = append(all, step{do: "Log in to the web pages of " + first.Name, at: first.Web + "/", what: s.factoryAccount()})
	}
	return append(all,
		step{do: "Look at the wire", at: "/wire", what: "Every request, decoded, and the rule that refused it."},
		step{do: "Stop the time", at: "/time", what: "Then put a fault on, and step from one thing due to the next."})
}

// feeder is a node that a load hangs on, and the closed breaker that feeds it; "":
// there is none.
func (s *Server) feeder() (node, breaker string) {
	n := s.lab.Network
	if n == nil {
		return "", ""
	}
	for _, l := range n.Loads {
		for i := range n.Branches {
			if b := &n.Branches[i]; b.To == l.Node && b.Switch.Closed() {
				return l.Node, b.Name
			}
		}
	}
	return "", ""
}

// factoryAccount says who gets in at web pages that nobody has set up yet. It is the
// account that is printed in the maker's guides, and the pages ask for another
// password at once.
func (s *Server) factoryAccount() string {
	if s.lab.Site.Profile.ByRole() {
		return "As delivered: user SecurityAdmin, password AAAAAAAA. You are asked to change it at once."
	}
	return "As delivered: user Administrator, password Gateway. You are asked to change it at once."
}

// interfaceWords are interfaces as people write them.
var interfaceWords = map[imu.Interface]string{imu.NoInterface: "none", imu.IFE: "IFE", imu.EIFE: "EIFE", imu.IFM: "IFM"}
