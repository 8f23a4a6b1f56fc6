package lab

import (
	"net/url"
	"strconv"
	"strings"

	"switchroom/imu"
	"switchroom/ui"
)

// hotSpot is a button that lies on the drawing; where, its class says.
type hotSpot struct {
	class, hand, label string
	asks               string // the dialog that asks first
}

// hotDeeds are the deeds that have their place on the drawing; a deed with choices
// goes on to the other one.
var hotDeeds = []string{"open", "close", "reset", "charge", "padlock", "key_lock", "chassis_lock", "pad", "erms", "battery", "mx", "mx2", "mn", "xf", "res", "mch"}

// hot are the buttons on the drawing as the breaker is now.
func (p *frontPage) hot() (all []hotSpot) {
	for _, name := range hotDeeds {
		for _, d := range p.Deeds {
			if d.Deed == name {
				all = append(all, p.toggle(deedNamed(name), d.Is))
			}
		}
	}
	for _, k := range p.keys() {
		all = append(all, hotSpot{class: "key-" + k.key, hand: "key " + k.key, label: p.keyWord(k)})
	}
	all = append(all, hotSpot{class: "cover", hand: p.coverHand(), label: p.coverWord()})
	return append(all, p.hotStops()...)
}

// hotStops are the positions of the chassis that it can be racked to. Of a closed
// breaker they ask first.
func (p *frontPage) hotStops() (all []hotSpot) {
	if !p.drawout() {
		return nil
	}
	for _, c := range stops {
		h := hotSpot{class: "rack-" + c.to, hand: "rack " + c.to, label: c.text}
		if p.Contacts == "closed" && !p.lock("chassis_lock") {
			h.asks = rackDialogID(c)
		}
		if c.to != p.Position {
			all = append(all, h)
		}
	}
	return all
}

// toggle is a deed, to what it is not now.
func (p *frontPage) toggle(d *frontDeed, is string) hotSpot {
	for _, c := range d.to {
		if c.to != is {
			return hotSpot{class: d.name, hand: d.name + " " + c.to, label: c.text}
		}
	}
	return hotSpot{class: d.name, hand: d.name, label: d.label}
}

// watched is where the page listens.
func (p *frontPage) watched() string { return frontURL(p.Name) + "/live?by=" + url.QueryEscape(p.by) }

// frontTab is the tab of a unit's page that is a page of its own.
const frontTab = "front"

// tabLinks are the parts of a unit's page.
func tabLinks(unit, current string) (all []ui.Link) {
	for k, t := range tabs {
		l := ui.Link{Text: t.word, URL: unitURL(unit), Current: t.key == current}
		if t.key != "" {
			l.URL += "?tab=" + t.key
		}
		all = append(all, l)
		if k == 0 {
			all = append(all, ui.Link{Text: "Front", URL: frontURL(unit), Current: current == frontTab})
		}
	}
	return all
}

// plate is what is engraved on the breaker.
func (p *frontPage) plate() string {
	r := p.config.Rating
	return withUnit(spaced(r.In, 0), "A") + " · " + oneOf(r.Poles == 4, "4 poles", "3 poles") + " · " + p.config.Mechanism.Frame.String() + "-compatible"
}

// fitted are the coils of the terminal strip, and whether each is there.
func (p *frontPage) terminals() (all []terminal) {
	for i, c := range imu.Coils() {
		t := terminal{x: 24 + 72*i, name: c.String()}
		if f := p.coil(strings.ToLower(t.name)); f != nil {
			t.fitted, t.live = true, f.Energised
			t.volts = spaced(f.Volts, 0) + " V"
		}
		all = append(all, t)
	}
	return all
}

// terminal is a coil on the strip.
type terminal struct {
	x            int
	name, volts  string
	fitted, live bool
}

func itoa(n int) string { return strconv.Itoa(n) }

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func upper(s string) string { return strings.ToUpper(s) }

// clipped cuts a text that has no room.
func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// inWords is the drawing for who does not see it.
func (p *frontPage) inWords() string {
	all := []string{"Contacts " + p.Contacts, "spring " + p.Spring, oneOf(p.Ready, "ready to close", "not ready to close"),
		oneOf(p.ResetOut, "reset button out: tripped on a fault", "reset button in"), "position " + p.Position}
	return strings.Join(all, ", ") + ". The lists beside tell the rest and have all its buttons."
}
