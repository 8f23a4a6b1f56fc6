package main

import (
	"fmt"
	"io"
	"strings"

	"switchroom/paths/hmi"
	"switchroom/points"
)

// hmiHead is what a person does and sees; the tables below it are made.
const hmiHead = `# The front of the control unit

A breaker's control unit has a display, keys and lamps. Whoever stands in front of it can look at everything and set nearly everything,
and it asks for no password (B1): that is why the room is locked (D1) and why the change of protection settings here is locked when
nobody needs it (D7). Nothing in its menus opens, closes or resets the breaker (matrix B): those are buttons of the mechanism.

## Look and press

    switchroom demo                                    # or up, in another terminal
    switchroom room badge Olga in                      # keys are pressed by somebody who is in the room
    switchroom hmi Q1                                  # the whole terminal; q ends it

The legend stands below: arrows and enter are the keys under the display, ` + "`esc` is ESC, `h` Home, `c` opens the cover, `r` holds Test/Reset" + `
for three seconds, and a capital ` + "`T`" + ` is Test, which trips the breaker. Lamps are told in words; ` + "`NO_COLOR`" + ` takes the colours away.

For scripts:

    switchroom hmi Q1 --once                           # print what can be seen
    switchroom hmi Q1 --json                           # the same for programs
    switchroom hmi Q1 --by Olga --press cover,home,down*5,ok,down,ok,ok,plus*5,ok,ok

The last changes Isd by five steps: it opens the cover, goes to Protection, I short time, Isd, and answers the question with Apply. It ends
with 1 at the first key that is refused, and says why: nobody in the room, the cover, the lock, somebody who edits elsewhere. A pop-up that
stands in front takes the first ` + "`ok`" + `. ` + "`GET` and `POST /api/v1/units/NAME/hmi`" + ` of the laboratory do the same.

Times of the display are the laboratory's: where an hour goes by in a second, five minutes without a key are over before the next.

There is one display: two people at it see the same, and the last key wins. Whoever only looks, at the laboratory's page or with ` + "`--once`" + `,
needs no badge: that is the laboratory looking, not a person.

Without supply the display is dark and keys say so. The control unit works with 24 V, with a cable in its USB port, or with more
than a fifth of In through the breaker; its battery lights the trip lamps while Test/Reset is held.

The Bluetooth button lets a phone connect where the function is enabled: [bluetooth.md](bluetooth.md). There is no voltage supply
module (VPS), and one language.

`

// hmiDoc writes docs/hmi.md.
func hmiDoc(w io.Writer) {
	fmt.Fprint(w, hmiHead, "Below is made from the tables in [paths/hmi](../paths/hmi) by `go generate ./cmd/switchroom`; a test fails when it is stale.\n")
	section := func(title string, t *table) {
		fmt.Fprintf(w, "\n## %s\n\n", title)
		t.Markdown(w)
	}
	section("What the front does", choiceTable())
	section("Keys", keyTable())
	section("Lamps", lampTable())
	section("Screens", screenTable())
	fmt.Fprint(w, "\nA line with * can be set, one with ! does something after a question. A screen has the lines, and a menu the screens, that its unit has.\n")
}

func choiceTable() *table {
	t := &table{Head: []string{"what", "source", "certainty"}}
	for _, c := range hmi.Choices() {
		t.Add(c.What, c.Source, c.Certainty.String())
	}
	return t
}

func keyTable() *table {
	t := &table{Head: []string{"key", "on the front", "what it does", "source", "certainty"}}
	for _, k := range hmi.Keys() {
		r := k.Row()
		t.Add(k.String(), r.Title, r.Does, r.Source, r.Certainty.String())
	}
	return t
}

func lampTable() *table {
	t := &table{Head: []string{"lamp", "shows", "means", "source", "certainty"}}
	for _, r := range hmi.LEDRows() {
		t.Add(r.Label, "off", r.Off, r.Source, r.Certainty.String())
		for _, s := range r.States {
			t.Add(r.Label, string(s.Color)+", "+strings.ReplaceAll(string(s.Pattern), "_", " "), s.Says, s.Source, s.Certainty.String())
		}
	}
	return t
}

// screenTable tells where each screen is and what stands on it.
func screenTable() *table {
	t := &table{Head: []string{"screen", "lines", "source", "name and place", "lines are"}}
	for _, s := range hmi.Screens() {
		var lines []string
		for _, it := range hmi.Items() {
			if it.Screen == s.ID {
				lines = append(lines, screenLine(&it))
			}
		}
		t.Add(strings.Join(s.Titles(), " > "), strings.Join(lines, ", "), s.Source, s.Certainty.String(), s.Holds.String())
	}
	return t
}

// screenLine is a line of a screen: * can be set, ! is something to do.
func screenLine(it *hmi.Item) string {
	mark := map[hmi.Kind]string{hmi.Setting: "*", hmi.Act: "!"}[it.Kind]
	return fmt.Sprintf("%s%s (`%s`)", it.Label, mark, points.Of(it.Point).Name)
}
