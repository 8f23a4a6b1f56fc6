package ui

// Diagram is a drawing of symbols, W by H units, one unit a pixel; on a small
// screen it scrolls. Say is what it shows, for those who do not see it; what
// matters in it should stand in a table too.
type Diagram struct {
	ID, Say string
	W, H    int
}

// fitting is the widest diagram that is made smaller to fit a desk's screen, px: it
// stays legible. Wider ones scroll.
const fitting = 1600

// At is where a symbol is put: its upper connection.
type At struct{ X, Y int }

func (a At) transform() string { return "translate(" + itoa(a.X) + " " + itoa(a.Y) + ")" }

// Racking is where a withdrawable breaker is in its cradle. The zero Racking is
// a fixed breaker.
type Racking uint8

// The positions in the cradle.
const (
	Fixed Racking = iota
	Connected
	TestPosition
	DrawnOut
)

// gap is how far each half of an isolating contact is drawn back.
func (r Racking) gap() int { return [...]int{0, 0, 2, 5}[min(r, DrawnOut)] }

func (r Racking) word() string {
	return [...]string{"", "", "test position", "drawn out"}[min(r, DrawnOut)]
}

// BreakerSymbol is a circuit-breaker, 80 units high, after IEC 60617. Above and
// Below are the conductors on its two sides. Lines stand beside it, such as its
// current and power.
type BreakerSymbol struct {
	At
	ID, Name, URL string
	Position      State
	Above, Below  State
	Racking       Racking
	Lines         []string
}

// flags are the words on a symbol: I and O as on the real front.
var flags = map[State]string{Open: "O OPEN", Closed: "I CLOSED", Tripped: "TRIPPED", Stale: "? STALE"}

func (b BreakerSymbol) flag() string {
	if f, ok := flags[b.Position]; ok {
		return f
	}
	return "? UNKNOWN"
}

// lever is the moving contact: on the fixed one only when surely closed.
func (b BreakerSymbol) lever() string {
	switch b.Position {
	case Closed:
		return "M0 54V24"
	case Open, Tripped:
		return "M0 54L-15 28"
	}
	return "M0 54L-8 25"
}

// say is the whole state in words, for a screen reader.
func (b BreakerSymbol) say() string {
	s := b.Name + ": " + b.Position.String()
	if w := b.Racking.word(); w != "" {
		s += ", " + w
	}
	return s + "; above " + b.Above.wireWord() + ", below " + b.Below.wireWord()
}

func (s State) wireWord() string {
	switch s {
	case Energised:
		return "energised"
	case Dead:
		return "not energised"
	}
	return "unknown"
}

// Symbol is any other thing of a diagram; see the templates for their heights.
type Symbol struct {
	At
	ID, Name, Text string // Text stands under the name
	State          State  // of its conductors
}

// Segment is a piece of conductor; Bar draws it as a busbar.
type Segment struct {
	X1, Y1, X2, Y2 int
	State          State
	Bar            bool
}

// drawingBox is the viewBox of an svg.
func drawingBox(w, h int) string { return "0 0 " + itoa(w) + " " + itoa(h) }
