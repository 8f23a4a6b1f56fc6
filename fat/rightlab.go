package fat

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"switchroom/lab/remote"
)

// rightLab finds what tells that the laboratory is not the one of the plan: a run
// would stimulate breakers that the system under test does not ask.
func (p *Plan) rightLab(units []remote.Unit) error {
	var wrong []error
	first, more := "", 0
	for _, b := range p.Breakers {
		i := slices.IndexFunc(units, func(u remote.Unit) bool { return u.Name == b.Name })
		if i < 0 {
			continue
		}
		u := BreakerOf(units[i])
		switch {
		case p.asks(b.Name) && u.Modbus == "":
			wrong = append(wrong, fmt.Errorf("the laboratory has %s without Modbus, so that no system can ask it; drop its rows, or give it an interface in the site file", b.Name))
		case b.same(u):
		case first == "":
			first = fmt.Sprintf("the plan has %s at %s, the laboratory at %s", b.Name, b.where(), u.where())
		default:
			more++
		}
	}
	if more > 0 {
		first += fmt.Sprintf(", and so with %d more", more)
	}
	if first != "" {
		wrong = append(wrong, errors.New(first+"; is it the right one? give it by --lab, or plan anew"))
	}
	return errors.Join(wrong...)
}

// asks reports whether a step of the plan is about a breaker.
func (p *Plan) asks(breaker string) bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Breaker == breaker })
}

// same reports whether two breakers are asked at one place. A plan may name none, or
// a host by its name, which can't be compared.
func (b Breaker) same(o Breaker) bool {
	x, err := netip.ParseAddrPort(b.Modbus)
	y, err2 := netip.ParseAddrPort(o.Modbus)
	if err != nil || err2 != nil {
		return true
	}
	return x == y && (b.Unit == 0 || b.Unit == o.Unit)
}

func (b Breaker) where() string { return fmt.Sprintf("%s unit %d", b.Modbus, b.Unit) }
