package main

import (
	"fmt"
	"strings"
	"time"

	"switchroom/lab/remote"
)

type roomCmd struct {
	Show    roomShowCmd    `cmd:"" default:"withargs" help:"Show the locked room: door, alarms, who is inside, the emergency stop."`
	Badge   roomBadgeCmd   `cmd:"" help:"A person badges in or out: room badge NAME in."`
	Door    roomDoorCmd    `cmd:"" help:"Hold, shut, force, lock or unlock the door, pass it without a badge, acknowledge its alarms."`
	Stop    roomStopCmd    `cmd:"" help:"Press the emergency stop outside the door: it opens the breakers, and stays pressed."`
	Release roomReleaseCmd `cmd:"" help:"Release the emergency stop. No breaker closes by that."`
	Log     roomLogCmd     `cmd:"" help:"List what happened in the room, the newest first."`
}

type roomShowCmd struct {
	labFlag
	JSON bool `help:"Print the room as JSON."`
}

func (c *roomShowCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.Room(a.Ctx)
	return toldRoom(a, c.JSON, &r, err)
}

// toldRoom prints the room, unless there is an error.
func toldRoom(a *app, asJSON bool, r *remote.Room, err error) error {
	switch {
	case err != nil:
		return err
	case asJSON:
		return printJSON(a.Stdout, r)
	}
	printRoom(a, r)
	return nil
}

func printRoom(a *app, r *remote.Room) {
	door := "door " + r.Door
	if r.Since != nil {
		door += " since " + clock(*r.Since)
	}
	name := r.Name
	if name == "" {
		name = "room"
	}
	fmt.Fprintf(a.Stdout, "%s: %s, %s\n", name, either(r.Locked, "locked", "not locked"), door)
	for _, x := range r.Alarms {
		fmt.Fprintf(a.Stdout, "ALARM: %s since %s\n", x.Alarm, clock(x.Since))
	}
	printStop(a, r.Stop)
	for _, o := range append(append([]remote.Opening(nil), r.Entries...), r.Ports...) {
		if !o.Protected {
			fmt.Fprintf(a.Stdout, "not protected: %s\n", o.Name)
		}
	}
	for _, o := range r.Inside {
		fmt.Fprintf(a.Stdout, "inside: %s, with %s, since %s\n", either(o.Person == "", "somebody unknown", o.Person), o.With, clock(o.Since))
	}
	if len(r.Inside) == 0 {
		fmt.Fprintln(a.Stdout, "inside: nobody")
	}
	fmt.Fprintln(a.Stdout)
	t := table{Head: []string{"person", "badge", "pin", "access", "qualified", "inside"}}
	for _, p := range r.People {
		t.Add(p.Name, p.Badge, either(p.PIN, "has one", "-"), either(p.Access, "yes", "no"), either(p.Qualified, "yes", "no"), either(p.Inside, "yes", "no"))
	}
	t.Text(a.Stdout)
}

func printStop(a *app, s *remote.RoomStop) {
	if s == nil {
		fmt.Fprintln(a.Stdout, "emergency stop: there is none")
		return
	}
	state := "not pressed"
	if s.Pressed {
		state = "PRESSED"
		if s.By != "" {
			state += " by " + s.By
		}
		if s.Since != nil {
			state += " since " + clock(*s.Since)
		}
	}
	var wired []string
	for _, w := range s.Opens {
		wired = append(wired, fmt.Sprintf("%s (%s, %s)", w.Breaker, strings.ToUpper(w.By), either(w.Closed, "closed", "open")))
	}
	fmt.Fprintf(a.Stdout, "emergency stop: %s; opens %s\n", state, strings.Join(wired, ", "))
}

func clock(t time.Time) string { return t.Local().Format(time.TimeOnly) }

type roomBadgeCmd struct {
	labFlag
	JSON     bool   `help:"Print the room then as JSON."`
	WrongPIN bool   `help:"The person types a wrong PIN."`
	Person   string `arg:"" help:"Whose badge; a name that nobody has is a badge that nobody has."`
	Way      string `arg:"" help:"in or out." enum:"in,out"`
}

func (c *roomBadgeCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.Badge(a.Ctx, remote.BadgeOrder{Person: c.Person, Way: c.Way, WrongPIN: c.WrongPIN})
	return toldRoom(a, c.JSON, &r, err)
}

type roomDoorCmd struct {
	labFlag
	JSON   bool   `help:"Print the room then as JSON."`
	Do     string `arg:"" help:"hold, shut, force, lock, unlock, tailgate, leave or acknowledge." enum:"hold,shut,force,lock,unlock,tailgate,leave,acknowledge"`
	Person string `arg:"" optional:"" help:"Who tailgates or leaves; left out: somebody unknown."`
}

func (c *roomDoorCmd) Run(a *app) error {
	if c.Person != "" && c.Do != "tailgate" && c.Do != "leave" {
		return misuse("room door %s: it is not said who", c.Do)
	}
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.Door(a.Ctx, remote.DoorOrder{Do: c.Do, Person: c.Person})
	return toldRoom(a, c.JSON, &r, err)
}

type roomStopCmd struct {
	labFlag
	JSON bool   `help:"Print the room then as JSON."`
	By   string `help:"Who presses it, in the log: somebody who has a badge." placeholder:"NAME"`
}

// Run says which breakers did not open, of which there must be none.
func (c *roomStopCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.PressStop(a.Ctx, remote.StopOrder{By: c.By})
	if err := toldRoom(a, c.JSON, &r, err); err != nil {
		return err
	}
	var closed []string
	for _, w := range r.Stop.Opens {
		if w.Closed {
			closed = append(closed, w.Breaker)
		}
	}
	if len(closed) > 0 {
		if t, err := cl.Time(a.Ctx); err == nil && t.Speed == 0 {
			return fmt.Errorf("the emergency stop is pressed, and time stands still; once it runs (switchroom time run) it opens: %s", strings.Join(closed, ", "))
		}
		return fmt.Errorf("the emergency stop is pressed, and still closed: %s; open them by their buttons and look at their coils", strings.Join(closed, ", "))
	}
	return nil
}

type roomReleaseCmd struct {
	labFlag
	JSON bool   `help:"Print the room then as JSON."`
	By   string `help:"Who releases it, in the log: somebody who has a badge." placeholder:"NAME"`
}

func (c *roomReleaseCmd) Run(a *app) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	r, err := cl.ReleaseStop(a.Ctx, remote.StopOrder{By: c.By})
	return toldRoom(a, c.JSON, &r, err)
}

type roomLogCmd struct {
	labFlag
	listing
	Limit int `help:"The newest so many." placeholder:"N"`
}

func (c *roomLogCmd) Run(a *app) error {
	if c.Limit < 0 {
		return misuse("--limit %d: 1 or more", c.Limit)
	}
	cl, err := c.client()
	if err != nil {
		return err
	}
	log, err := cl.RoomLog(a.Ctx, c.Limit)
	if err != nil {
		return err
	}
	t := &table{Head: []string{"number", "at", "event", "who", "way", "with", "detail"}, JSON: log}
	for _, e := range log {
		with := strings.TrimSpace(e.With + " " + e.Badge)
		detail := e.Detail
		if detail == "" {
			detail = e.Says
		}
		t.Add(fmt.Sprint(e.Number), e.At.Local().Format(time.DateTime), e.Event, e.Person, e.Way, with, detail)
	}
	return t.Print(a.Stdout, c.listing)
}
