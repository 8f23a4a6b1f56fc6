package snmp

import (
	"errors"
	"fmt"
)

// Setup is how an interface is read by SNMP, as its pages set it up.
type Setup struct {
	On        bool   `json:"on"`
	Community string `json:"community,omitempty"` // of versions 1 and 2c; "": they are off
	Users     []User `json:"users,omitempty"`     // of version 3
}

// Check says what is wrong with a setup. It repeats no secret.
func (s *Setup) Check() error {
	var wrong []error
	if len(s.Community) > communityMax {
		wrong = append(wrong, fmt.Errorf("the community has more than %d bytes", communityMax))
	}
	for i := range s.Users {
		if err := s.Users[i].Check(); err != nil {
			wrong = append(wrong, err)
		}
	}
	if s.On && s.Community == "" && len(s.Users) == 0 {
		wrong = append(wrong, errors.New("nobody could read: give a community, a user, or both"))
	}
	return errors.Join(wrong...)
}
