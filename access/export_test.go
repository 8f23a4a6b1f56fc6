package access

// Tracked returns how many sources m remembers.
func Tracked(m *Monitor) int { return len(m.guesses.sources) }

// Knows reports whether src has proved a password to m and is remembered.
func Knows(m *Monitor, src string) bool {
	s := m.guesses.sources[src]
	return s != nil && s.known
}
