package hmi

import (
	"time"

	"switchroom/points"
)

// Frame returns what can be seen at world time now.
func (p *Panel) Frame(now time.Duration) Frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.look(now)
	f := Frame{
		Unit: p.unit.Name(), Variant: p.rating.Variant.String(), On: p.front.Powered, Supply: p.supply(), Backlight: BacklightOff,
		Path: []string{}, Lines: []Line{}, Text: []string{}, LEDs: p.leds(), CoverOpen: p.cover, SettingsLocked: p.flag(points.LockProtectionHMI),
	}
	if f.On {
		p.show(&f)
	}
	f.Text = f.text()
	return f
}

func (p *Panel) supply() Supply {
	switch {
	case !p.front.Powered:
		return SupplyNone
	case p.front.Auxiliary:
		return SupplyAuxiliary
	case p.front.USB:
		return SupplyUSB
	}
	return SupplyCurrent
}

// show fills the display.
func (p *Panel) show(f *Frame) {
	s := p.shownScreen()
	f.Screen, f.Title, f.Path, f.Certainty = s.ID, s.Title, s.Titles(), s.Certainty
	f.Popup = p.popup()
	f.Backlight = p.backlight(f.Popup)
	switch e := p.edit; {
	case e == nil:
		p.list(f, s)
	case e.asks:
		p.question(f, e)
	default:
		p.editing(f, s, e)
	}
	if f.Popup != nil {
		f.Context = [3]string{"", "", "OK"}
	}
}

// shownScreen is what the display shows: of Quick View, its page.
func (p *Panel) shownScreen() *Screen {
	t := p.top()
	if t.screen.ID == "quick" {
		return p.pages()[p.page(t)]
	}
	return t.screen
}

// backlight is the colour behind the display: that of the event in front, else blue
// while ERMS acts (UG), else white (ours).
func (p *Panel) backlight(shown *Popup) Backlight {
	switch {
	case shown != nil && shown.Severity == SeverityHigh:
		return BacklightRed
	case shown != nil && shown.Severity == SeverityMedium:
		return BacklightOrange
	case p.flag(points.LEDERMS):
		return BacklightBlue
	}
	return BacklightWhite
}

// pages are those of Quick View.
func (p *Panel) pages() []*Screen { return screenOf("quick").children() }

// page is the page of Quick View that is shown: it goes on by itself until somebody
// chooses one.
func (p *Panel) page(t *place) int {
	n := len(p.pages())
	if t.fixed {
		return t.selected % n
	}
	return int(p.at/quickEvery) % n
}

// quickRows are the lines of the page of Quick View that is shown.
func (p *Panel) quickRows() []row { return p.rowsOf(p.shownScreen()) }

// visible is how many lines fit between the title and the context keys.
const visible = Rows - 2

// list shows the lines of a screen around the one that is selected.
func (p *Panel) list(f *Frame, s *Screen) {
	quick := p.top().screen.ID == "quick"
	rows := p.rowsOf(s)
	selected := max(0, min(p.top().selected, len(rows)-1))
	first := 0
	if !quick {
		first = max(0, min(selected-visible/2, len(rows)-visible))
	}
	for i := first; i < len(rows) && i < first+visible; i++ {
		r := &rows[i]
		f.Lines = append(f.Lines, Line{Text: r.label, Value: r.value, Selected: i == selected && !quick, Opens: r.opens()})
	}
	f.Above, f.Below = first > 0, first+visible < len(rows)
	f.Context = [3]string{"Up", "Down", ""}
	switch {
	case quick:
		f.Context = [3]string{"Prev", "Next", "Menu"}
	case len(rows) > 0 && rows[selected].opens():
		f.Context[2] = "OK"
	}
}

// opens reports whether the right context key goes somewhere from the line.
func (r *row) opens() bool { return r.screen != nil || r.item != nil && r.item.Kind != Reading }

// editing shows the line of a value that is being changed, among the others.
func (p *Panel) editing(f *Frame, s *Screen, e *edit) {
	p.list(f, s)
	for i := range f.Lines {
		if f.Lines[i].Selected {
			f.Lines[i].Value, f.Lines[i].Editing = p.say(e.item, e.value), true
		}
	}
	f.Context = [3]string{"+", "-", "OK"}
}

// question asks before anything is done.
func (p *Panel) question(f *Frame, e *edit) {
	f.Lines = []Line{{Text: e.label}}
	if !e.item.acts() {
		f.Lines = append(f.Lines, Line{Text: "is", Value: p.say(e.item, e.was)}, Line{Text: "becomes", Value: p.say(e.item, e.value), Editing: true})
	}
	f.Lines = append(f.Lines, Line{}, Line{Text: "Apply? ESC goes back."})
	f.Context = [3]string{"", "", "Apply"}
}
