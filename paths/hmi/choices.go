package hmi

import "switchroom/points"

// Choice is something that the front does, and how well it is known that the real
// one does so.
type Choice struct {
	What      string
	Source    string
	Certainty points.Certainty
}

// choices are sorted by what they are about.
var choices = []Choice{
	{"Backlight: red behind a red pop-up, orange behind an orange one, blue while ERMS acts", "UG front; UG alarms; that the pop-up goes before ERMS is OURS", points.Inferred},
	{"Backlight: white else", "OURS", points.Ours},
	{"Battery: without supply it lights the trip lamps while Test/Reset or Test is held", "CAT; that both keys do it is OURS", points.Inferred},
	{"Bluetooth: a second press ends it, and so does the timer", "CYB A4", points.Confirmed},
	{"Bluetooth: the button lets a phone connect if the function is enabled", "CYB A4", points.Confirmed},
	{"Bluetooth: the code for a phone stands in front of everything until the phone has it", "A4: that the display shows it is inferred; the rest is OURS", points.Inferred},
	{"Cover: protection settings and the acting group are changed with the cover open only", "UG front: a sealable cover; what lies behind it is OURS", points.Ours},
	{"Display: four kinds of line, 34 by 9 characters, the labels of the three context keys below", "OURS", points.Ours},
	{"Dual settings: each group has its own lines, and one of the two acts", "DOCA0055EN-09; the lines are OURS", points.Inferred},
	{"Editing: a value acts when its question is answered with Apply, and not before", "UG setting change", points.Confirmed},
	{"Editing: one at a time; while somebody edits elsewhere the display refuses, and the other way round", "UG setting change", points.Confirmed},
	{"Editing: + and - repeat ten times a second while they are held", "OURS", points.Ours},
	{"Editing: Isd and Ii step by 0.5 at the display", "UG menu; UG-07 as quoted", points.Reported},
	{"Editing: quick values of Ir, 0.4 to 1 In", "UG menu; a line of their own is OURS", points.Inferred},
	{"ERMS and the functions of digital modules are shown, and set by the software or the app only", "UG setting change", points.Confirmed},
	{"Lock protection: bars the change of protection settings here (B7); whoever stands here can lock and unlock (R7)", "CYB; R7", points.Inferred},
	{"Password: there is none", "CYB; B1", points.Confirmed},
	{"Pop-ups: events of high severity are red, of medium orange; low ones stand in the histories only", "UG alarms", points.Confirmed},
	{"Pop-ups: OK acknowledges the one that is shown; the most urgent comes first, then the newest", "HW pop-ups; the order is OURS", points.Inferred},
	{"Pop-ups: whatever else is pressed but Test, Test/Reset and Bluetooth waits for their OK", "OURS", points.Ours},
	{"Quick View: shows the settings that act; the Protection menu shows those that were set", "UG setting change", points.Confirmed},
	{"Quick View: goes on by itself every 5 s", "UG front: it scrolls; how fast is OURS", points.Ours},
	{"Test: trips 6.0 X and 7.0 X at once", "UG test", points.Confirmed},
	{"Test/Reset: held for 3 s it resets latched events, trip lamps and Service lamp", "HW", points.Confirmed},
	{"Test/Reset: pressed shortly it tells how the battery is", "CAT: a button checks it; which, and how, is OURS", points.Ours},
	{"Time-out: after 5 min without a key the display is back at Quick View", "NSX", points.Sibling},
	{"Trip lamps: stay lit until the breaker is reset with its own button and Test/Reset is held", "HW; that the trip stands until the breaker is reset is OURS", points.Inferred},
}

// Choices returns what the front does. The rows are shared: do not change them.
func Choices() []Choice { return choices }
