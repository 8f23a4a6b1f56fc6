package imu

import "fmt"

// ParsePosition is the inverse of Position.String: connected, test, disconnected,
// withdrawn.
func ParsePosition(name string) (Position, error) {
	all := []Position{Connected, TestPosition, Disconnected, Withdrawn}
	for _, p := range all {
		if p.String() == name {
			return p, nil
		}
	}
	return 0, fmt.Errorf("position %q is none of %v", name, all)
}
