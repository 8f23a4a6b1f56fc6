package lab

import (
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"switchroom/lab/remote"
	"switchroom/ui"
)

// frontGroup is a card beside the drawing: what it tells in words, and what hands can
// do about it.
type frontGroup struct {
	id, title string
	rows      []frontRow
	lights    []frontLight
}

// frontRow is one indicator in words, with its buttons.
type frontRow struct {
	name, says, more string
	buttons          []ui.Button
}

// frontIndicators is what the cards tell, in the order of the drawing. What is empty
// at a breaker is not there.
var frontIndicators = []struct {
	card, title, name string
	says              func(p *frontPage) string
	more              func(p *frontPage) string
	deeds             []string
}{
	{"front-mechanism", "Mechanism", "Contacts", (*frontPage).contactsWord, nil, []string{"open", "close"}},
	{"front-mechanism", "Mechanism", "Closing spring", func(p *frontPage) string { return p.Spring }, nil, []string{"charge"}},
	{"front-mechanism", "Mechanism", "Ready to close", func(p *frontPage) string { return oneOf(p.Ready, "yes", "no") }, func(p *frontPage) string { return strings.Join(p.NotReady, "; ") }, nil},
	{"front-mechanism", "Mechanism", "Reset button", func(p *frontPage) string { return oneOf(p.ResetOut, "out: it has tripped on a fault", "in") }, nil, []string{"reset"}},
	{"front-mechanism", "Mechanism", "Padlock on O", lockSays("padlock"), nil, []string{"padlock"}},
	{"front-mechanism", "Mechanism", "Key lock", lockSays("key_lock"), nil, []string{"key_lock"}},
	{"front-mechanism", "Mechanism", "Interlock", func(p *frontPage) string { return oneOf(p.lock("interlock"), "held open by another breaker", "") }, nil, nil},
	{"front-mechanism", "Mechanism", "Closings so far", func(p *frontPage) string { return fmt.Sprint(p.Operations) }, nil, nil},
	{"front-chassis", "Chassis", "Position", func(p *frontPage) string { return p.Position }, (*frontPage).clusters, []string{"rack"}},
	{"front-chassis", "Chassis", "Lock of the chassis", func(p *frontPage) string { return oneOf(p.drawout(), lockSays("chassis_lock")(p), "") }, nil, []string{"chassis_lock"}},
	{"front-wiring", "Coils and supplies", "MX, opens it", coilSays("mx"), nil, []string{"mx"}},
	{"front-wiring", "Coils and supplies", "MX2, opens it", coilSays("mx2"), nil, []string{"mx2"}},
	{"front-wiring", "Coils and supplies", "MN, opens it without supply", coilSays("mn"), nil, []string{"mn"}},
	{"front-wiring", "Coils and supplies", "XF, closes it", coilSays("xf"), nil, []string{"xf"}},
	{"front-wiring", "Coils and supplies", "RES, resets it", coilSays("res"), nil, []string{"res"}},
	{"front-wiring", "Coils and supplies", "MCH, charges the spring", coilSays("mch"), nil, []string{"mch"}},
	{"front-wiring", "Coils and supplies", "24 V supply", func(p *frontPage) string { return oneOf(p.Supply, "on", "off") }, (*frontPage).feeds, []string{"supply"}},
	{"front-wiring", "Coils and supplies", "USB port", func(p *frontPage) string { return oneOf(p.USB, "a cable is in it", "empty") }, nil, nil},
	{"front-wiring", "Coils and supplies", "Battery", func(p *frontPage) string { return oneOf(p.Battery, "in", "out") }, nil, []string{"battery"}},
	{"front-remote", "Remote control and ERMS", "Locking pad", (*frontPage).padWord, nil, []string{"pad"}},
	{"front-remote", "Remote control and ERMS", "Remote control", func(p *frontPage) string { return oneOf(p.Remote, "enabled", "disabled") }, (*frontPage).remoteBy, nil},
	{"front-remote", "Remote control and ERMS", "ERMS switch", func(p *frontPage) string { return p.ERMSSwitch }, nil, []string{"erms"}},
}

func (p *frontPage) contactsWord() string {
	switch p.Contacts {
	case "open":
		return "O, open"
	case "closed":
		return "I, closed"
	}
	return p.Contacts
}

func (p *frontPage) drawout() bool { return p.config.Mechanism.Drawout }

// clusters is what a position means for the circuits.
func (p *frontPage) clusters() string {
	return map[string]string{
		"connected": "main and control circuits engaged", "test": "main circuits apart, control engaged",
		"disconnected": "main and control circuits apart", "withdrawn": "out of its chassis", "fixed": "it has no chassis to be racked in",
	}[p.Position]
}

func (p *frontPage) lock(name string) bool {
	i := slices.IndexFunc(p.Locks, func(l remote.FrontLock) bool { return l.Lock == name })
	return i >= 0 && p.Locks[i].On
}

func lockSays(name string) func(*frontPage) string {
	return func(p *frontPage) string { return oneOf(p.lock(name), "on", "off") }
}

func (p *frontPage) coil(name string) *remote.FrontCoil {
	for i := range p.Coils {
		if p.Coils[i].Coil == name {
			return &p.Coils[i]
		}
	}
	return nil
}

func coilSays(name string) func(*frontPage) string {
	return func(p *frontPage) string {
		c := p.coil(name)
		if c == nil {
			return ""
		}
		return fmt.Sprintf("%g V, %s; %s", c.Volts, oneOf(c.Energised, "energised", "not energised"), c.Fit)
	}
}

// feeds is what the control unit lives on.
func (p *frontPage) feeds() string {
	switch {
	case p.Supply:
		return ""
	case p.Powered && p.USB:
		return "the USB cable feeds the control unit, but not what needs 24 V"
	case p.Powered:
		return "the current through the breaker feeds the control unit"
	}
	return "the control unit is dark; its protection needs a fifth of In to work"
}

func (p *frontPage) padWord() string {
	switch p.Pad {
	case "locked":
		return "closed: remote control is blocked"
	case "unlocked":
		return "open: remote control is allowed"
	}
	return ""
}

func (p *frontPage) remoteBy() string {
	return map[string]string{"ife": "by the pad", "ifm": "by the pad", "eife": "no pad: it is switched over USB by the commissioning software", "none": "no interface"}[p.config.Interface.String()]
}

// cards are the groups as they are now.
func (p *frontPage) cards() (all []frontGroup) {
	for _, x := range frontIndicators {
		says := x.says(p)
		if says == "" {
			continue
		}
		if len(all) == 0 || all[len(all)-1].id != x.card {
			all = append(all, frontGroup{id: x.card, title: x.title})
		}
		row := frontRow{name: x.name, says: says}
		if x.more != nil {
			row.more = x.more(p)
		}
		for _, d := range x.deeds {
			p.offer(&row, d)
		}
		all[len(all)-1].rows = append(all[len(all)-1].rows, row)
	}
	all = append(all, p.ioCards()...)
	return append(all, frontGroup{id: "front-lights", title: "Lights of the control unit", lights: shining(&p.face.LEDs)})
}

// offer puts the buttons of a deed beside an indicator: what it is already, nobody
// makes it.
func (p *frontPage) offer(row *frontRow, name string) {
	i := slices.IndexFunc(p.Deeds, func(d remote.HandDeed) bool { return d.Deed == name })
	if i < 0 {
		return
	}
	now, d := &p.Deeds[i], deedNamed(name)
	button := func(text, hand string) ui.Button {
		return ui.Button{Text: text, Name: "hand", Value: hand, Off: now.Off, Attrs: inHands}
	}
	if len(d.to) == 0 {
		row.buttons = append(row.buttons, button(d.label, name))
		return
	}
	for _, c := range d.to {
		switch {
		case c.to == now.Is:
		case name == "rack" && p.Contacts == "closed" && now.Off == "":
			row.buttons = append(row.buttons, ui.Button{Text: c.text + "…", Attrs: templ.Attributes{"type": "button", "aria-haspopup": "dialog", "data-dialog": rackDialogID(c)}})
		default:
			row.buttons = append(row.buttons, button(c.text, name+" "+c.to))
		}
	}
}

// rackDialogID is the dialog that asks before a closed breaker is racked.
func rackDialogID(c choice) string { return ui.ID("rack", c.to) }
