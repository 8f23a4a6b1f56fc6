package lab

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/paths/iomodule"
	"switchroom/site"
)

func (s *Server) readIO(_ context.Context, in *struct {
	Unit string `path:"unit"`
}) (*body[[]remote.IOModule], error) {
	u := s.unit(in.Unit)
	if u == nil {
		return nil, noUnit(in.Unit)
	}
	return s.tellIO(u)
}

// orderIO has somebody do something at an IO module. Who turns a switch, presses the
// button, turns the pad or pulls the cable stands there; wires come from elsewhere.
func (s *Server) orderIO(_ context.Context, in *struct {
	Unit string `path:"unit"`
	Body remote.IOOrder
}) (*body[[]remote.IOModule], error) {
	u := s.unit(in.Unit)
	if u == nil {
		return nil, noUnit(in.Unit)
	}
	o := &in.Body
	if wired := o.Do == "input" || o.Do == "pt100"; !wired || o.By != "" {
		if err := s.lab.Attends(o.By); err != nil {
			return nil, huma.Error403Forbidden(err.Error())
		}
	}
	if err := given(o); err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	a := &site.Action{Do: "io_" + o.Do, Target: u.Name(), Module: o.Module, Pin: o.Input + o.Position, To: o.State, On: o.State == "on", Much: o.Celsius}
	if err := site.Lay(u, s.lab.World.Now(), a); err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	return s.tellIO(u)
}

// ioStates are the states that each thing at a module can have.
var ioStates = map[string][2]string{"input": {"on", "off"}, "cable": {"on", "off"}, "pad": {"locked", "unlocked"}}

// given checks that an order has what it needs, and nothing of another.
func given(o *remote.IOOrder) error {
	states, has := ioStates[o.Do]
	switch {
	case has && o.State != states[0] && o.State != states[1]:
		return fmt.Errorf("%s: state is %s or %s", o.Do, states[0], states[1])
	case !has && o.State != "":
		return fmt.Errorf("%s has no state", o.Do)
	case (o.Do == "input") != (o.Input != 0):
		return fmt.Errorf("%s: input goes with input, 1 to 6", o.Do)
	case (o.Do == "switch") != (o.Position != 0):
		return fmt.Errorf("%s: position goes with switch, 1 to 9", o.Do)
	case o.Do != "pt100" && o.Celsius != 0:
		return fmt.Errorf("%s has no celsius", o.Do)
	}
	return nil
}

func (s *Server) tellIO(u *imu.Unit) (*body[[]remote.IOModule], error) {
	modules, d := u.IO(s.lab.World.Now(), looker)
	if !d.OK() {
		return nil, huma.Error403Forbidden(d.String())
	}
	return &body[[]remote.IOModule]{tellModules(modules)}, nil
}

func tellModules(modules []imu.IOModule) []remote.IOModule {
	all := []remote.IOModule{}
	for i := range modules {
		all = append(all, tellModule(&modules[i]))
	}
	return all
}

func tellModule(m *imu.IOModule) remote.IOModule {
	a := iomodule.Applications[m.Application-1]
	out := remote.IOModule{
		Module: m.Number, Switch: m.Switch, Application: m.Application, Title: a.Title, Certainty: a.Certainty.String(),
		Confirm: m.Energised && m.Switch != m.Application, Pad: "unlocked", Cable: !m.Unplugged, Energised: m.Energised,
		Simple: m.Simple, Bounces: int(m.Bounces), Inputs: []remote.IOPin{}, Outputs: []remote.IOPin{}, Cradle: []remote.IOPassage{},
	}
	if m.Locked {
		out.Pad = "locked"
	}
	if m.Heat.Valid() {
		out.Celsius = &m.Heat.C
	}
	for i, f := range m.Does {
		out.Inputs = append(out.Inputs, remote.IOPin{Pin: fmt.Sprintf("I%d", i+1), Does: f.String(), Wire: m.Wires[i], On: m.State.Inputs[i], Count: int(m.Counts[i]), Events: []string{}})
		if f == iomodule.CradleConnected {
			out.Cradle = tellCradle(m)
		}
	}
	for k, f := range m.Drives {
		p := remote.IOPin{Pin: fmt.Sprintf("O%d", k+1), Does: f.String(), On: m.State.Outputs[k], Count: int(m.Counts[iomodule.Inputs+k]), Events: []string{}}
		for _, c := range m.Shows[k] {
			p.Events = append(p.Events, c.String())
		}
		out.Outputs = append(out.Outputs, p)
	}
	return out
}

func tellCradle(m *imu.IOModule) (all []remote.IOPassage) {
	for k, name := range [...]string{"disconnected", "connected", "test"} {
		all = append(all, remote.IOPassage{Position: name, Count: int(m.State.Cradle[k].Count)})
	}
	return all
}
