// Package syslog sends events to a syslog collector: RFC 5424 messages over UDP
// (RFC 5426), TCP with octet counting (RFC 6587) or TLS (RFC 5425).
//
// It writes syslog and reads none. The certificate of a TLS collector is verified, and
// nothing falls back to clear text. UDP loses messages without anybody noticing; TCP
// and TLS lose what the system had taken when a connection breaks.
package syslog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/notify"
	"switchroom/points"
)

// element is the name of our structured data. 32473 is the enterprise number that IANA
// keeps for examples in documentation (RFC 5612): no registration of ours stands
// behind it.
const element = "switchroom@32473"

// facilities are those that make sense here, by name (RFC 5424, table 1); sorted.
var facilities = []struct {
	name string
	code int
}{
	{"audit", 13}, {"authpriv", 10}, {"daemon", 3}, {"local0", 16}, {"local1", 17}, {"local2", 18}, {"local3", 19},
	{"local4", 20}, {"local5", 21}, {"local6", 22}, {"local7", 23}, {"user", 1},
}

// Facilities returns the names of facilities.
func Facilities() (names []string) {
	for _, f := range facilities {
		names = append(names, f.name)
	}
	return names
}

func facility(name string) (int, error) {
	i := slices.IndexFunc(facilities, func(f struct {
		name string
		code int
	}) bool {
		return f.name == name
	})
	if i < 0 {
		return 0, fmt.Errorf("facility %q is none of %s", name, strings.Join(Facilities(), ", "))
	}
	return facilities[i].code, nil
}

// severities is how grave an event is to syslog (RFC 5424, table 2), by how soon
// somebody must act on it at the breaker. The mapping is ours.
var severities = []struct {
	severity points.Severity
	begun    int
	ended    int
}{
	{points.Low, 6, 6},    // informational
	{points.Medium, 4, 5}, // warning; notice
	{points.High, 2, 5},   // critical; notice
}

func severity(e *notify.Event) int {
	for _, s := range severities {
		if s.severity == e.Row().Severity {
			if e.Phase == notify.Ended {
				return s.ended
			}
			return s.begun
		}
	}
	return 5 // notice: an event that this version does not know
}

// Message is one RFC 5424 message of this program.
type Message struct {
	Facility string      // its name
	Severity int         // 0 to 7 (RFC 5424, table 2)
	At       time.Time   //
	Host     string      // "" is left out
	ID       string      // the kind of message
	Params   [][2]string // of our structured data, by name; those that are empty are left out
	Text     string      // for people, one line
}

// Bytes is the message as it is sent: one line.
func (m *Message) Bytes() []byte {
	code, err := facility(m.Facility)
	if err != nil {
		code = 1 // user: a facility that this version does not know
	}
	return m.bytes(code)
}

func (m *Message) bytes(facility int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<%d>1 %s %s switchroom - %s [%s", facility*8+m.Severity,
		m.At.UTC().Format("2006-01-02T15:04:05.000Z07:00"), ascii(m.Host, 255), ascii(m.ID, 32), element)
	for _, p := range m.Params {
		if p[1] != "" {
			fmt.Fprintf(&b, ` %s="%s"`, p[0], escaper.Replace(notify.Line(p[1])))
		}
	}
	b.WriteString("] \xEF\xBB\xBF") // what follows is UTF-8 (section 6.4)
	b.WriteString(notify.Line(m.Text))
	return []byte(b.String())
}

// message is an event as an RFC 5424 message.
func message(e *notify.Event, facility int) []byte {
	m := Message{Severity: severity(e), At: e.At, Host: e.Breaker, ID: e.Code.String(), Params: params(e), Text: e.Text()}
	return m.bytes(facility)
}

// params are the parameters of our structured data, sorted by name.
func params(e *notify.Event) [][2]string {
	row := e.Row()
	p := [][2]string{
		{"breaker", e.Breaker}, {"certainty", row.Certainty.String()}, {"code", fmt.Sprintf("0x%04X", uint16(e.Code))}, {"detail", e.Detail},
		{"event", e.Code.String()}, {"history", row.History.String()}, {"severity", row.Severity.String()}, {"site", e.Site}, {"transition", string(e.Phase)},
	}
	if e.Security {
		p = append(p, [2]string{"security", "true"})
	}
	slices.SortFunc(p, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	return p
}

// escaper escapes the value of a parameter (section 6.3.3).
var escaper = strings.NewReplacer(`"`, `\"`, `\`, `\\`, `]`, `\]`)

// ascii makes a field of the header of a text: what may not stand in one becomes an
// underline, and nothing becomes a dash.
func ascii(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r <= 0x20 || r >= 0x7F {
			return '_'
		}
		return r
	}, s)
	if s == "" {
		return "-"
	}
	return s[:min(len(s), most)]
}

// framed is a message as it stands in a stream: its length before it.
func framed(m []byte) []byte { return fmt.Appendf(nil, "%d %s", len(m), m) }

// within is how long connecting or writing may take.
const within = 5 * time.Second
