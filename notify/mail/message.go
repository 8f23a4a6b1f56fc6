package mail

import (
	"fmt"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"switchroom/notify"
)

// message is the letter for one recipient.
func (s *Sender) message(to string) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := m.From(s.cfg.From); err != nil {
		return nil, err
	}
	if err := m.To(to); err != nil {
		return nil, err
	}
	m.Subject(subject(s.events))
	m.SetDate()
	m.SetMessageID()
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no absence notes come back
	m.SetBodyString(gomail.TypeTextPlain, body(s.events, s.cfg.Text))
	return m, nil
}

// subject tells the gravest event, and how many more there are.
func subject(events []notify.Event) string {
	gravest := &events[0]
	for i := range events {
		if events[i].Row().Severity > gravest.Row().Severity {
			gravest = &events[i]
		}
	}
	text := []rune(gravest.Text())
	s := string(text[:min(len(text), 120)])
	if len(events) > 1 {
		s += fmt.Sprintf(" and %d more", len(events)-1)
	}
	if gravest.Site != "" {
		s = notify.Line(gravest.Site) + ": " + s
	}
	return s
}

// body tells all events, the oldest first.
func body(events []notify.Event, text string) string {
	var b strings.Builder
	if text != "" {
		b.WriteString(text + "\n\n")
	}
	for i := range events {
		e := &events[i]
		fmt.Fprintf(&b, "%s  %s\n", e.At.UTC().Format("2006-01-02 15:04:05.000 UTC"), e.Text())
		if e.Title != "" {
			continue // no event of a breaker
		}
		fmt.Fprintf(&b, "    event %s (0x%04X, %s), severity %s, history %s\n", e.Code, uint16(e.Code), e.Row().Certainty, e.Row().Severity, e.Row().History)
	}
	b.WriteString("\nTimes are those of the breakers' own clocks.\nVirtual breakers of Switchroom. Do not rely on e-mails alone.\n")
	return b.String()
}
