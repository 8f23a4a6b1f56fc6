package breaker

// Set is a small set of small numbers.
type Set[T ~uint8] uint16

// Has reports whether x is in the set.
func (s Set[T]) Has(x T) bool { return s>>x&1 != 0 }

func (s *Set[T]) put(x T, in bool) {
	*s &^= 1 << x
	if in {
		*s |= 1 << x
	}
}
