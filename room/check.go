package room

import (
	"fmt"
	"slices"
)

// Problem is something about a room as it is to be built: where, as the fields are
// named in a site file, and what to do.
type Problem struct {
	Path    string // people[1].badge; "": the room as a whole
	Message string
}

// Stranger is the name of whom nobody knows. Nobody else has it.
const Stranger = "unknown"

// Check returns all that is wrong with a room. What is told holds no secret.
func (c *Config) Check() (all []Problem) {
	wrong := func(path, format string, a ...any) {
		all = append(all, Problem{path, fmt.Sprintf(format, a...)})
	}
	if len(c.People) > MaxPeople {
		wrong("people", "%d people; a room has up to %d", len(c.People), MaxPeople)
		return all
	}
	for i := range c.People {
		at := fmt.Sprintf("people[%d]", i)
		p, before := &c.People[i], c.People[:i]
		switch {
		case p.Name == "":
			wrong(at+".name", "is empty: the name of whoever has the badge")
		case p.Name == Stranger:
			wrong(at+".name", "%q is whom nobody knows; write a name", Stranger)
		case slices.ContainsFunc(before, func(o Person) bool { return o.Name == p.Name }):
			wrong(at+".name", "%q is the name of somebody else too", p.Name)
		}
		if k := slices.IndexFunc(before, func(o Person) bool { return o.Badge.Is(p.Badge) }); k >= 0 {
			wrong(at+".badge", "%s has the same badge; each person has one of their own (D3)", before[k].Name)
		}
	}
	for i, name := range c.Access {
		at := fmt.Sprintf("access[%d]", i)
		switch {
		case !slices.ContainsFunc(c.People, func(p Person) bool { return p.Name == name }):
			wrong(at, "there is nobody %q among people", name)
		case slices.Contains(c.Access[:i], name):
			wrong(at, "%q stands here twice", name)
		}
	}
	if c.Locked && len(c.Stop) == 0 && !c.Unsafe {
		wrong("emergency_stop", "missing: a locked room has an emergency opening outside it, a stop button or an MN as fail-safe (D6); write emergency_stop: [{by: mx}], or unsafe: true if it has none and shall be so")
	}
	return all
}

// Notes returns what is allowed and weakens the room, each with the duty that it
// is about.
func (c *Config) Notes() (all []Problem) {
	if !c.Locked {
		all = append(all, Problem{"locked", "the room is not kept locked: whoever comes can use the front, the USB port and the IO switch, and read by NFC (D1)"})
	}
	if c.Locked && len(c.Stop) == 0 && c.Unsafe {
		all = append(all, Problem{"unsafe", "locked without an emergency opening: nobody outside can open the breakers (D6)"})
	}
	for _, list := range []struct {
		name string
		of   []Opening
	}{{"entries", c.Entries}, {"ports", c.Ports}} {
		for i, o := range list.of {
			if !o.Protected {
				all = append(all, Problem{fmt.Sprintf("%s[%d]", list.name, i), fmt.Sprintf("%s is not protected: whoever reaches it needs no badge (D4)", o.Name)})
			}
		}
	}
	return all
}
