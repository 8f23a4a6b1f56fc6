package site

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/imu"
	"switchroom/room"
)

var openingFields = []Field{
	{Name: "name", Kind: Text, Required: true, Help: "cable duct 1"},
	{Name: "protected", Kind: Flag, Help: "nobody reaches it from outside (D4)"},
}

// roomFields are the locked area that the breakers stand in.
var roomFields = []Field{
	{Name: "name", Kind: Text, Help: "what it is called"},
	{Name: "locked", Kind: Flag, Help: "it is kept locked; true (D1)"},
	{Name: "people", Kind: List, Help: "who has a badge", Fields: []Field{
		{Name: "name", Kind: Text, Required: true, Help: "of the person"},
		{Name: "badge", Kind: Text, Required: true, Help: "its number, in quotes: 6 to 20 digits"},
		{Name: "pin", Kind: Text, Help: "4 to 8 digits, in quotes; none: the badge is enough"},
		{Name: "qualified", Kind: Flag, Help: "may configure and set the units (D14)"},
	}},
	{Name: "access", Kind: List, Help: "names of those whom the reader lets in (D2)", Of: &Field{Kind: Text}},
	{Name: "held_open", Kind: Number, Help: "s; open longer, the door raises an alarm; 30", Min: 1, Max: 3600},
	{Name: "entries", Kind: List, Help: "where cables come in", Fields: openingFields},
	{Name: "ports", Kind: List, Help: "ports of the equipment that lie outside", Fields: openingFields},
	{Name: "emergency_stop", Kind: List, Help: "circuits that the button outside the door opens breakers by (D6); none: there is no button", Fields: []Field{
		{Name: "by", Kind: Text, Required: true, Help: "mx: it gives MX supply; mn: it takes that of MN away", Enum: []string{"mn", "mx"}},
		{Name: "breakers", Kind: List, Help: "which; all that no other circuit names", Of: &Field{Kind: Text}},
	}},
	{Name: "unsafe", Kind: Flag, Help: "locked, and there is no emergency opening, knowingly"},
}

type fileRoom struct {
	Name     string        `yaml:"name"`
	Locked   *bool         `yaml:"locked"`
	People   []filePerson  `yaml:"people"`
	Access   []string      `yaml:"access"`
	HeldOpen float64       `yaml:"held_open"`
	Entries  []fileOpening `yaml:"entries"`
	Ports    []fileOpening `yaml:"ports"`
	Stop     []fileStop    `yaml:"emergency_stop"`
	Unsafe   bool          `yaml:"unsafe"`
}

type filePerson struct {
	Name      string `yaml:"name"`
	Badge     string `yaml:"badge"`
	PIN       string `yaml:"pin"`
	Qualified bool   `yaml:"qualified"`
}

type fileOpening struct {
	Name      string `yaml:"name"`
	Protected bool   `yaml:"protected"`
}

type fileStop struct {
	By       string   `yaml:"by"`
	Breakers []string `yaml:"breakers"`
}

// room makes the room of a site that has one.
func (c *checker) room(s *Site, f *fileRoom) {
	if f == nil {
		return
	}
	r := &room.Config{Name: f.Name, Access: f.Access, HeldOpen: time.Duration(f.HeldOpen * float64(time.Second)), Locked: value(f.Locked, true), Unsafe: f.Unsafe}
	for i := range f.People {
		r.People = append(r.People, c.person(fmt.Sprintf("room.people[%d]", i), &f.People[i]))
	}
	r.Entries, r.Ports = openings(f.Entries), openings(f.Ports)
	r.Stop = c.wires(s, f.Stop)
	doubtful := false
	for at := range c.doubtful {
		doubtful = doubtful || strings.HasPrefix(at, "room.")
	}
	if !doubtful { // else who or what is missing may be in an entry that is wrong
		for _, p := range r.Check() {
			c.problem(join("room", p.Path), p.Message)
		}
	}
	for _, p := range r.Notes() {
		c.note(join("room", p.Path), p.Message)
	}
	s.Room = r
}

// person makes a person. What is wrong with a number is told without it.
func (c *checker) person(at string, f *filePerson) room.Person {
	p := room.Person{Name: f.Name, Badge: room.BadgeOf(f.Badge), PIN: room.PINOf(f.PIN), Qualified: f.Qualified}
	if c.doubtful[at] {
		return p
	}
	if p.Badge.None() {
		c.problem(at+".badge", "is no badge number: write 6 to 20 digits, in quotes")
	}
	if _, given := c.at[at+".pin"]; given && p.PIN.None() {
		c.problem(at+".pin", "is no PIN: write 4 to 8 digits, in quotes, or leave it out where the badge is enough")
	}
	return p
}

func openings(list []fileOpening) (all []room.Opening) {
	for _, o := range list {
		all = append(all, room.Opening{Name: o.Name, Protected: o.Protected})
	}
	return all
}

// wires are what the emergency stop is wired to.
func (c *checker) wires(s *Site, list []fileStop) (all []room.Wire) {
	named := map[string]bool{}
	for i := range list {
		for k, name := range list[i].Breakers {
			at := fmt.Sprintf("room.emergency_stop[%d].breakers[%d]", i, k)
			if _, there := c.names[name]; !there && c.doubtful == nil {
				c.problem(at, fmt.Sprintf("there is no breaker %q", name))
			}
			if named[name] {
				c.problem(at, fmt.Sprintf("%s is in a circuit already; each breaker is in one", name))
			}
			named[name] = true
		}
	}
	rest := false
	each(c, "room.emergency_stop", list, func(at string, f *fileStop) {
		if len(f.Breakers) == 0 && rest {
			c.problem(at, "two circuits are for all that no other names; name the breakers of one")
		}
		rest = rest || len(f.Breakers) == 0
		all = append(all, c.circuit(s, at, f, named)...)
	})
	c.left(s, list, named, rest)
	return all
}

// circuit is one circuit. A coil that a breaker has not opens nothing.
func (c *checker) circuit(s *Site, at string, f *fileStop, named map[string]bool) (all []room.Wire) {
	var without []string
	for i := range s.Breakers {
		b := &s.Breakers[i].Unit
		if b.Name == "" || !slices.Contains(f.Breakers, b.Name) && (len(f.Breakers) > 0 || named[b.Name]) {
			continue
		}
		w := room.Wire{Breaker: b.Name, By: map[string]room.Coil{"mn": room.MN, "mx": room.MX}[f.By]}
		all = append(all, w)
		if !has(&b.Mechanism, w.By) {
			without = append(without, b.Name)
		}
	}
	if len(without) > 0 {
		fit := "leave mx out of its without"
		if f.By == "mn" {
			fit = "write mn: true there"
		}
		c.problem(at+".by", fmt.Sprintf("there is no %s in %s, and the button would not open it; %s, or name the breakers that have one", strings.ToUpper(f.By), some(without), fit))
	}
	return all
}

func has(m *imu.Fittings, by room.Coil) bool {
	return by == room.MN && m.MN || by == room.MX && m.MX != imu.NotFitted
}

// left notes the breakers that the emergency stop leaves closed.
func (c *checker) left(s *Site, list []fileStop, named map[string]bool, rest bool) {
	var closed []string
	for i := range s.Breakers {
		if name := s.Breakers[i].Unit.Name; name != "" && !named[name] {
			closed = append(closed, name)
		}
	}
	if len(list) > 0 && !rest && len(closed) > 0 {
		c.note("room.emergency_stop", "it does not open "+some(closed)+" (D6)")
	}
}

// some names up to a dozen.
func some(names []string) string {
	if len(names) > 12 {
		return strings.Join(names[:12], ", ") + fmt.Sprintf(" and %d more", len(names)-12)
	}
	return strings.Join(names, ", ")
}
