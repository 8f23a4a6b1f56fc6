package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"switchroom/client"
	"switchroom/points"
)

// Deed is something that is done to the breaker.
type Deed struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	What   string `json:"what"`   // what will happen
	Levels string `json:"levels"` // whose password is needed
	Danger bool   `json:"danger"` // it moves metal or changes when it trips
	op     points.ID
	value  float64
	writes bool // op is a setting
}

// deeds are what a phone does, sorted by name.
var deeds = []Deed{
	{Name: "acknowledge", Title: "Acknowledge the events shown", What: "The pop-ups of its display are acknowledged. What stands goes on standing.", op: points.EventAcknowledge},
	{Name: "clear", Title: "Reset latched events", What: "Events and lamps that are held after their cause has gone are reset.", op: points.EventReset},
	{Name: "close", Title: "Close the breaker", What: "It closes: what is behind it becomes live. See that nobody works there and that it may be live.", Danger: true, op: points.BreakerClose},
	{Name: "disengage-erms", Title: "Disengage ERMS", What: "The energy-reduction maintenance settings end: it trips by its usual settings again. See that nobody works near live parts.", Danger: true, op: points.ProtectionERMSEngaged, writes: true},
	{Name: "engage-erms", Title: "Engage ERMS", What: "The energy-reduction maintenance settings act: it trips faster, and may trip where another should have tripped alone. It needs the ERMS module.", Danger: true, op: points.ProtectionERMSEngaged, value: 1, writes: true},
	{Name: "identify", Title: "Find the breaker", What: "Its Ready lamp blinks fast for half a minute.", op: points.DeviceIdentify},
	{Name: "open", Title: "Open the breaker", What: "It opens: what is behind it loses its supply.", Danger: true, op: points.BreakerOpen},
	{Name: "reset", Title: "Reset after a fault trip", What: "The indication of the trip is reset, so that it can be closed. Find and clear the cause first. A reset button that stands out is pressed by hand.", Danger: true, op: points.BreakerReset},
}

// anyLevel is whose password a deed needs in the app (R2).
const anyLevel = "any of the four"

// Deeds returns what can be done, sorted by name.
func Deeds() []Deed {
	all := slices.Clone(deeds)
	for i := range all {
		all[i].Levels = anyLevel
	}
	return all
}

// DeedOf returns the deed of a name.
func DeedOf(name string) (Deed, error) {
	all := Deeds()
	i, ok := slices.BinarySearchFunc(all, name, func(d Deed, n string) int { return strings.Compare(d.Name, n) })
	if !ok {
		return Deed{}, fmt.Errorf("there is no deed %q", name)
	}
	return all[i], nil
}

// Do does a deed with a password, once: what may have happened is not done again.
func (p *Phone) Do(ctx context.Context, password, name string) error {
	d, err := DeedOf(name)
	if err != nil {
		return err
	}
	p.doing.Lock()
	defer p.doing.Unlock()
	l, err := p.current()
	if err != nil {
		return err
	}
	if _, err := p.prove(ctx, l, password); err != nil {
		return err
	}
	if d.writes {
		err = l.cable.Write(ctx, password, 0, client.Setting{Point: d.op, Value: points.Number(d.value)})
	} else {
		_, err = l.cable.Do(ctx, d.op, password)
	}
	return p.after(l, err)
}
