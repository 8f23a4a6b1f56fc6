package displays

import (
	"encoding/json"
	"fmt"

	"switchroom/points"
)

// Frame is what can be seen of a display. Its fields are stable.
type Frame struct {
	Display  string         `json:"display"`
	Screen   string         `json:"screen"` // overview, breaker, control, warning
	Title    string         `json:"title"`
	User     string         `json:"user,omitempty"`
	Role     string         `json:"role,omitempty"` // of an FDM128
	Breakers []BreakerFrame `json:"breakers"`
	Readings []ReadingFrame `json:"readings"` // of the page that is shown
	Text     []string       `json:"text"`
	Asks     string         `json:"asks,omitempty"` // a text that it waits for
	Says     string         `json:"says,omitempty"` // of the last key
	Refused  bool           `json:"refused"`
}

// BreakerFrame is a breaker in the overview.
type BreakerFrame struct {
	Number  int    `json:"number"`
	Name    string `json:"name"`
	Address string `json:"address"`
	State   string `json:"state"` // closed, open, TRIPPED, unknown, no answer
	Error   string `json:"error,omitempty"`
}

// ReadingFrame is a reading of the page that is shown.
type ReadingFrame struct {
	Point     string           `json:"point"`
	Value     json.RawMessage  `json:"value"` // null: not available
	Unit      string           `json:"unit"`
	Certainty points.Certainty `json:"certainty"` // of where it was read
}

// Frame tells what can be seen now.
func (p *Panel) Frame() *Frame {
	f := &Frame{Display: p.Kind.String(), Screen: p.screen.String(), User: p.user, Breakers: []BreakerFrame{}, Readings: []ReadingFrame{}, Says: p.says, Refused: p.refused}
	if p.Kind == FDM128 {
		f.Role = p.role.String()
	}
	if p.asks != nil {
		f.Asks = p.asks.what
	}
	for i, u := range p.units {
		b := BreakerFrame{Number: i + 1, Name: u.name(), Address: u.address, State: u.state()}
		if u.err != nil {
			b.Error = u.err.Error()
		}
		f.Breakers = append(f.Breakers, b)
	}
	switch p.screen {
	case overview:
		p.drawOverview(f)
	case one:
		p.drawOne(f)
	case control:
		p.drawControl(f)
	case warning:
		f.Title = "Password of the factory"
		f.Text = []string{"Everybody can read it up. Change it now (change).", either(p.Hardened, "Nothing else is possible before.", "Or go on with it (ok): whoever comes by can log in.")}
	}
	return f
}

func (p *Panel) drawOverview(f *Frame) {
	f.Title = "Breakers"
	for i, u := range p.units {
		b := &f.Breakers[i]
		f.Text = append(f.Text, fmt.Sprintf("%d  %-20.20s %-10s %s", b.Number, b.Name, b.State, u.short(points.CurrentL1, points.PowerActiveTotal)))
	}
}

// short are readings in a line.
func (u *unit) short(ids ...points.ID) (line string) {
	for _, id := range ids {
		if r, ok := u.values[id]; ok && r.Value.Available() {
			line += fmt.Sprintf("%14s", points.Of(id).Format(r.Value)+" "+points.Of(id).Unit)
		}
	}
	return line
}

func (p *Panel) drawOne(f *Frame) {
	u, v := p.unit(), &views[p.view]
	f.Title = fmt.Sprintf("%s: %s (%d of %d)", u.name(), v.Title, p.view+1, len(views))
	if u.err != nil {
		f.Text = []string{"no answer: " + u.err.Error()}
		return
	}
	for _, id := range v.Points {
		r, ok := u.values[id]
		if !ok {
			continue // this way does not carry it
		}
		info := points.Of(id)
		f.Readings = append(f.Readings, ReadingFrame{info.Name, info.JSON(r.Value), info.Unit, r.Certainty})
		f.Text = append(f.Text, fmt.Sprintf("%-34.34s %14s %-4s%s", info.Title, info.Format(r.Value), info.Unit, either(r.Certainty == points.Confirmed, "", " ("+r.Certainty.String()+")")))
	}
}

func (p *Panel) drawControl(f *Frame) {
	u := p.unit()
	f.Title = u.name() + ": control"
	f.Text = []string{"The breaker is " + u.state() + ".", "open, close, reset: each asks for the password of the breaker."}
	switch {
	case p.Kind == FDM128 && !p.role.may("operate"):
		f.Text = append(f.Text, "Only the administrator operates it; you are "+p.role.String()+".")
	case p.Kind == FDM121 && !p.Hardened && !p.changed:
		f.Text[1] = "open, close, reset: no password is asked for while it is the factory's."
	}
}
