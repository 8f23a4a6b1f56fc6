package portal

import (
	"errors"
	"fmt"
	"strings"
)

// Denied is told to who may not do something.
type Denied struct{ Why string }

func (d *Denied) Error() string { return "not yours to do: " + d.Why }

// Wrong is what is wrong with one field of what was sent.
type Wrong struct{ Field, What string }

func (w *Wrong) Error() string { return w.Field + ": " + w.What }

func wrong(field, format string, args ...any) *Wrong {
	return &Wrong{field, fmt.Sprintf(format, args...)}
}

// Busy is told to who comes too often.
type Busy struct{ What string }

func (b *Busy) Error() string { return b.What }

var (
	errNone   = errors.New("there is no such thing here, or it is not yours to see")
	errSignIn = errors.New("the name or the password is not right; a coordinator can help")
)

// wrongs are all that is wrong with fields.
func wrongs(err error) (all []*Wrong) {
	if many, is := err.(interface{ Unwrap() []error }); is {
		for _, e := range many.Unwrap() {
			all = append(all, wrongs(e)...)
		}
		return all
	}
	if w, is := errors.AsType[*Wrong](err); is && w != nil {
		all = append(all, w)
	}
	return all
}

// join is errors.Join for checks that return *Wrong: a nil one is none.
func join(all ...*Wrong) error {
	var errs []error
	for _, w := range all {
		if w != nil {
			errs = append(errs, w)
		}
	}
	return errors.Join(errs...)
}

func list[T ~string](all []T) string {
	var s []string
	for _, x := range all {
		s = append(s, string(x))
	}
	return strings.Join(s, ", ")
}

// text checks a text that people write: between least and most characters, none of
// them a control character but line ends.
func text(field, s string, least, most int) *Wrong {
	n := len([]rune(s))
	switch {
	case n < least && n == 0:
		return wrong(field, "is missing")
	case n < least:
		return wrong(field, "write at least %d characters", least)
	case n > most:
		return wrong(field, "write at most %d characters; these are %d", most, n)
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f || r == 0xfffd }):
		return wrong(field, "has characters that cannot be shown; type it anew")
	}
	return nil
}

// oneOf checks a choice.
func oneOf[T ~string](field string, s T, all []T) *Wrong {
	for _, x := range all {
		if x == s {
			return nil
		}
	}
	return wrong(field, "choose one of %s", list(all))
}
